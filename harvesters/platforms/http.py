"""The client for every request that leaves the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, unpacked, within the client's limits."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    content: bytes
    url: str
    """The address after redirects."""


class Client(Protocol):
    """Sends requests on behalf of one source."""

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Response:
        """Return an answer with status 2xx or 304.

        Waits as the host's politeness demands, follows checked redirects, and repeats what is
        safe to repeat. Raises `AtlasError` for an address that is not allowed, an answer that
        exceeds a limit, and a server that fails for good.
        """
        ...
