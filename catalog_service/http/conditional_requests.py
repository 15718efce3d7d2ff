"""Conditional requests (RFC 9110, section 13): lists of entity tags, weak or strong, and ``*``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.responses import Response

from harvesters.protocols import ANY_VERSION, Precondition

_TAG: Final = re.compile(r'[ \t]*+(?:(W/)?"([\x21\x23-\x7e\x80-\xff]*+)"[ \t]*+)?(?:,|$)')
"""An entity tag and what ends it; an element of a list may be empty (RFC 9110, 5.6.1).

No run is given back: blanks before nothing would be tried in as many ways as they are long.
"""

_LONGEST: Final = 4 * 1024
"""Characters of a condition; a longer one is like one that cannot be read."""

_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Tags:
    """What a condition names: any version at all, or tags; nothing where it cannot be read."""

    any: bool = False
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    readable: bool = True


def read_tags(request: Request, header: str) -> Tags | None:
    """Read ``If-Match`` or ``If-None-Match``, sent in one line or in several; None: not sent."""
    lines = request.headers.getlist(header)
    if not lines:
        return None
    text = ", ".join(lines)
    if len(text) > _LONGEST:
        return Tags(readable=False)
    if text.strip() == "*":
        return Tags(any=True)
    strong: set[str] = set()
    weak: set[str] = set()
    position = 0
    while position < len(text):
        found = _TAG.match(text, position)
        if found is None:
            return Tags(readable=False)
        if found[2] is not None:
            (weak if found[1] else strong).add(found[2])
        position = found.end()
    return Tags(strong=frozenset(strong), weak=frozenset(weak))


def not_modified(request: Request, tag: str, headers: Mapping[str, str]) -> Response | None:
    """Return a 304 where ``If-None-Match`` names the tag (weakly compared, RFC 9110, 13.1.2)."""
    asked = read_tags(request, "if-none-match")
    if asked is None:
        return None
    opaque = tag.removeprefix("W/").strip('"')
    same = asked.any or opaque in asked.strong | asked.weak
    return Response(status_code=304, headers=dict(headers)) if same else None


def demanded(request: Request, remote_id: str) -> dict[str, Precondition]:
    """Return what a write demands of its record, for `Submission.expected`; empty: nothing.

    ``If-Match`` compares strongly, so that a weak tag is of no version (RFC 9110, 13.1.1), and
    ``If-None-Match`` weakly. A tag of any form of a version names the version: what stands before
    its hyphen is the hash. A condition that cannot be read is not met: nobody writes over what they
    meant to guard.
    """
    match = read_tags(request, "if-match")
    none_match = read_tags(request, "if-none-match")
    if match is None and none_match is None:
        return {}
    told = " & ".join(
        f"{name}: {', '.join(request.headers.getlist(name))[:_SHOWN]}"
        for name in ("If-Match", "If-None-Match")
        if name in request.headers
    )
    required, barred = None, None
    if match is not None:
        required = _versions(match.any, match.strong)
    if none_match is not None:
        barred = _versions(none_match.any, none_match.strong | none_match.weak)
        if not none_match.readable:
            required = frozenset[str]()
    return {remote_id: Precondition(required, barred, told)}


def _versions(any_: bool, tags: frozenset[str]) -> frozenset[str]:
    if any_:
        return frozenset({ANY_VERSION})
    return frozenset(tag.split("-")[0] for tag in tags)
