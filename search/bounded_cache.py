"""A cache of bounded size."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedCache(dict[K, V]):
    """A dictionary that is emptied when it is full; safe to share among threads.

    Entries belong to a state of the index: most are of no use after the next commit, so that
    keeping track of the least recently used would not pay.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: K, value: V) -> V:
        """Store a value and return it."""
        if len(self) >= self._most:
            self.clear()
        self[key] = value
        return value
