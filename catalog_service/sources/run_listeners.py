"""How many clients follow the progress of runs in one web process."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv6Address, ip_address
from typing import Final

from catalog_service.sources.errors import TOO_MANY_LISTENERS
from ontology.errors import AtlasError

MOST_LISTENERS: Final = 50
"""Streams at a time in one web process."""

KEPT_FOR_STEWARDS: Final = 10
"""Of these, so many that nobody gets without a token of the run's source."""

MOST_OF_CLIENT: Final = 10
"""Streams of one client without such a token: an office may be many people behind one address."""

_NETWORK_BITS: Final = 64
"""What of an IPv6 address tells clients apart; the rest a client chooses itself."""


class Listeners:
    """Counts the streams of a web process; used by its event loop alone."""

    def __init__(
        self,
        most: int = MOST_LISTENERS,
        *,
        kept: int = KEPT_FOR_STEWARDS,
        of_client: int = MOST_OF_CLIENT,
    ) -> None:
        self._most, self._kept, self._of_client = most, kept, of_client
        self._now = 0
        self._by_client: Counter[str] = Counter()

    def enter(self, address: str | None) -> None:
        """Count one more, of a client by its address; None: a steward.

        Raises ``too-many-listeners``.
        """
        most = self._most if address is None else self._most - self._kept
        if self._now >= most:
            raise AtlasError(TOO_MANY_LISTENERS, most=most)
        if address is not None:
            client = _client(address)
            if self._by_client[client] >= self._of_client:
                raise AtlasError(TOO_MANY_LISTENERS, most=self._of_client)
            self._by_client[client] += 1
        self._now += 1

    def leave(self, address: str | None) -> None:
        """Count one less, of whom `enter` counted."""
        self._now -= 1
        if address is None:
            return
        client = _client(address)
        self._by_client[client] -= 1
        if not self._by_client[client]:
            del self._by_client[client]


def _client(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(int(found) >> (128 - _NETWORK_BITS))
