"""Where a list goes on: the number of a change, which nothing that happens later can move.

A token carries all that its list was asked with, so that nothing is kept for it and none expires.
It names its journal: the numbers of another one, such as an older copy that was restored, would
leave records out.
"""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass
from typing import Final

import orjson

from catalog_service.oai_pmh.errors import BAD_TOKEN
from ontology.errors import AtlasError

_LONGEST: Final = 1_000
_MOST: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class ListPosition:
    """A place in a list."""

    journal: str
    """Identity of the journal."""
    prefix: str
    """Metadata format of the list."""
    set_spec: str
    """The set; empty for all."""
    following: int
    """Number of the first change that is still to be looked at."""
    last: int | None
    """Number of the last one; None where the list goes on to the newest."""
    passed: int
    """Records that came before, for the token's ``cursor``."""


def write_token(position: ListPosition) -> str:
    """Return a position as a resumption token."""
    packed = orjson.dumps(list(asdict(position).values()))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_token(token: str, journal: str) -> ListPosition:
    """Return the position of a token; raises ``oai-bad-token`` for what is none of a journal's."""
    try:
        packed = (token + "=" * (-len(token) % 4)).encode("ascii")
        values = orjson.loads(base64.b64decode(packed, b"-_", validate=True))
        if len(token) <= _LONGEST and isinstance(values, list):
            found = ListPosition(*values)
            if found.journal == journal and _is_sound(found):
                return found
    except (ValueError, TypeError):
        # Not ASCII, not base64, not JSON, not as many values.
        pass
    raise AtlasError(BAD_TOKEN)


def _is_sound(one: ListPosition) -> bool:
    texts = (one.prefix, one.set_spec)
    numbers = (one.following, one.passed, one.last or 0)
    return all(isinstance(text, str) for text in texts) and all(
        type(number) is int and 0 <= number < _MOST for number in numbers
    )
