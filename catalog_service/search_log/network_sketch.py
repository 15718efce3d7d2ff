"""Counting from how many networks something came, without knowing from which.

One person can do a thing five times, so that a count of five says nothing; five networks are five
connections at least. Each is known by a keyed hash (BLAKE2b) over itself and the entry that it is
counted for: the same network has another hash in each entry, and what a network did cannot be put
together. The key is drawn anew for each sketch, stands in memory alone, and goes with it.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from hashlib import blake2b
from ipaddress import ip_address, ip_network
from typing import Final, Generic, TypeVar

MOST_ENTRIES: Final = 20_000
"""Entries at a time; of those below the least, the ones that rested longest are forgotten."""

MOST_OF_ONE: Final = 500
"""New networks of entries that one network may be in a day: it cannot push out all others'."""

MOST_NETWORKS: Final = 1_000
"""Networks that one entry is counted up to."""

MOST_HASHES: Final = 200_000
"""Of all entries together, some 20 MB; nothing more is counted then."""

_PREFIX: Final = {4: 24, 6: 48}
"""Bits by which networks are told apart: what one office or household may hold is one of them."""

Key = TypeVar("Key")


def network_of(address: str) -> str:
    """Return the network of an address; what is no address (a socket) is one of its own."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    mapped = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network((mapped, _PREFIX[mapped.version]), strict=False))


class NetworkSketch(Generic[Key]):
    """The entries of one day. Not for several threads at a time.

    What it tells is a multiple of ``least``: each change of a number stands for as many networks,
    and nobody who watches it learns of a single one.
    """

    def __init__(self, least: int) -> None:
        self._least = least
        self._key = os.urandom(32)
        self._entries: OrderedDict[Key, set[int]] = OrderedDict()
        self._spent: dict[int, int] = {}
        self._hashes = 0

    def may_count(self, address: str) -> bool:
        """Tell whether anything more is counted from an address today."""
        spent = self._spent.get(self._hash(network_of(address), ""), 0)
        return spent < MOST_OF_ONE and self._hashes < MOST_HASHES

    def count(self, entry: Key, address: str) -> None:
        """Count an entry from an address; a second time from one network changes nothing."""
        network = network_of(address)
        whole = self._hash(network, "")
        spent = self._spent.get(whole, 0)
        if spent >= MOST_OF_ONE or self._hashes >= MOST_HASHES:
            return
        networks = self._entries.setdefault(entry, set())
        self._entries.move_to_end(entry)
        one = self._hash(network, repr(entry))
        if one in networks or len(networks) >= MOST_NETWORKS:
            return
        networks.add(one)
        self._hashes += 1
        self._spent[whole] = spent + 1
        if len(self._entries) > MOST_ENTRIES:
            self._forget()

    def kept(self) -> dict[Key, int]:
        """Return the entries of ``least`` networks or more, with the multiple that they reached."""
        return {
            entry: len(networks) // self._least * self._least
            for entry, networks in self._entries.items()
            if len(networks) >= self._least
        }

    def _forget(self) -> None:
        rare = (e for e, networks in self._entries.items() if len(networks) < self._least)
        entry = next(rare, None) or next(iter(self._entries))
        self._hashes -= len(self._entries.pop(entry))

    def _hash(self, network: str, entry: str) -> int:
        text = f"{network}\0{entry}".encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(text, key=self._key, digest_size=8).digest())
