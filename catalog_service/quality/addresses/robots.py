"""What a host's robots.txt lets programs ask (RFC 9309)."""

from __future__ import annotations

from typing import Final
from urllib.robotparser import RobotFileParser

from harvesters.platforms.http import GuardedClient
from ontology.errors import AtlasError

LONGEST_PAUSE: Final = 30.0
"""Seconds of a ``Crawl-delay`` that are kept; a longer one is taken for as long."""


class Robots:
    """The rules of one host, none where it has none or they cannot be read.

    Where the host does not answer at all, that is told of its addresses themselves.
    """

    def __init__(self, text: str, agent: str) -> None:
        # A program is named by what stands before its version.
        self._name = agent.partition("/")[0]
        self._parser = RobotFileParser()
        try:
            self._parser.parse(text.splitlines())
        except ValueError:
            # A path that no address has, such as `//[`: the rules before it stay out as well.
            self._parser = RobotFileParser()
            self._parser.parse(())

    def allows(self, address: str) -> bool:
        """Tell whether an address may be asked."""
        return self._parser.can_fetch(self._name, address)

    @property
    def pause(self) -> float:
        """Return the seconds that lie between two requests at least."""
        delay = self._parser.crawl_delay(self._name)
        return 0.0 if delay is None else min(float(delay), LONGEST_PAUSE)


def read_robots(client: GuardedClient, origin: str, agent: str) -> Robots:
    """Fetch the rules of an origin (``https://host:port``); raises ``retry-later`` alone."""
    try:
        answer = client.request("GET", f"{origin}/robots.txt")
    except AtlasError as error:
        if error.code in ("retry-later", "quality-stopped"):
            raise
        return Robots("", agent)
    return Robots(answer.content.decode("utf-8", "replace"), agent)
