"""What an origin's robots.txt lets programs ask (RFC 9309)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from protego import Protego

from catalog_service.quality.addresses.asking import failure
from catalog_service.quality.addresses.model import Asked
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.web_address import WebAddress
from ontology.errors import AtlasError

LONGEST_PAUSE: Final = 30.0
"""Seconds of a ``Crawl-delay`` that are kept; a longer one is taken for as long."""
LARGEST: Final = 500 * 1024
"""Bytes that are read and obeyed, as many as RFC 9309 (2.5) demands; the rest is left."""
_WILDCARD: Final = 1_024
"""Bytes that Protego needs for a rule with one: it makes an expression of each that it tries."""
_NOTHING: Final = "User-agent: *\nDisallow: /\n"
_GROUP: Final = re.compile(r"\s*user(?:-|\s*)agent\s*[:\s]\s*(.*)", re.IGNORECASE)
"""The line that names a program, in all the ways in which Protego reads one."""
_TOKEN: Final = re.compile(r"[a-z_-]+", re.IGNORECASE)


class Robots:
    """The rules of one origin; ``agent`` is a ``User-Agent`` field, of which its product counts."""

    def __init__(self, text: str, agent: str) -> None:
        # A program is named by what stands before its version.
        self._name = agent.partition("/")[0]
        self.size = len(text) + _WILDCARD * text.count("*")
        """Bytes that they take up, about."""
        self._rules = Protego.parse(_own_groups(text, self._name))

    def allows(self, address: str) -> bool:
        """Tell whether an address may be asked."""
        return self._rules.can_fetch(address, self._name)

    @property
    def pause(self) -> float:
        """Return the seconds that lie between two requests at least."""
        return min(self._rules.crawl_delay(self._name) or 0.0, LONGEST_PAUSE)


def read_robots(
    client: GuardedClient,
    origin: WebAddress,
    agent: str,
    may_follow: Callable[[WebAddress], bool],
) -> Robots | Asked:
    """Fetch the rules of an address's origin; what keeps a connection from it where there is none.

    They are those of RFC 9309 (2.3.1): all is allowed where there are none (4xx); nothing is where
    they cannot be read: the server fails, they are redirected to where nothing may be asked,
    do not come in time. Raises ``retry-later``, and what the client's cancellation does.
    """
    here = origin

    def follow(target: WebAddress) -> bool:
        nonlocal here
        here = target
        return may_follow(target)

    url = f"{origin.scheme}://{origin.authority}/robots.txt"
    try:
        answer = client.beginning(url, LARGEST + 1, may_follow=follow)
    except AtlasError as error:
        found = failure(error, is_own=here.origin == origin.origin)
        if found.is_of_origin:
            return found
        is_absent = found.status is not None and 400 <= found.status < 500
        return Robots("" if is_absent else _NOTHING, agent)
    content = answer.content
    if len(content) > LARGEST:
        # A rule that is cut in two would be another one.
        content = content[: max(content.rfind(b"\n", 0, LARGEST), 0)]
    return Robots(content.decode("utf-8-sig", "replace"), agent)


def _own_groups(text: str, name: str) -> str:
    """Return a robots.txt in which all programs that are not meant have one name.

    Protego keeps the rules of a group for each program that it names: of 500 KiB that name many
    they would fill the memory. It also takes a name for ours that ours begins with, where RFC 9309
    (2.2.1) demands the whole product token.
    """
    lines = []
    for line in text.splitlines():
        group = _GROUP.match(line.partition("#")[0])
        if group is None:
            lines.append(line)
            continue
        token = _TOKEN.match(group[1])
        is_own = token is not None and token[0].lower() == name.lower()
        other = "*" if group[1].split()[:1] == ["*"] else f"not-{name}"
        lines.append(f"User-agent: {name if is_own else other}")
    return "\n".join(lines)
