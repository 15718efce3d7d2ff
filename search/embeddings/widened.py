"""Vectors as float32 in memory, and what changed since they were widened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.embeddings.protocols import Vector

MOST_CHANGED: Final = 1_024
"""Rows that are kept beside the others; with more, all are widened anew."""


@dataclass(frozen=True, slots=True)
class Widened:
    """Rows as float32, never written to: those that changed or came since stand beside them.

    Searches wait for what a change costs, and even a plain copy of 50 MB of fresh memory takes
    longer than everything else they do.
    """

    base: NDArray[np.float32]
    count: int
    """Rows in all, those that came since among them."""
    changed: NDArray[np.int64]
    """The numbers of the rows that differ from ``base`` or lie beyond it."""
    numbers: NDArray[np.float32]
    """These rows."""

    @classmethod
    def of(cls, rows: NDArray[np.float16]) -> Widened:
        """Return all rows widened."""
        none = np.empty(0, dtype=np.int64)
        empty = np.empty((0, rows.shape[1]), dtype=np.float32)
        return cls(rows.astype(np.float32), len(rows), none, empty)

    def after(self, rows: NDArray[np.float16], touched: Iterable[int]) -> Widened | None:
        """Return the rows of a later time, of which ``touched`` changed and others only came.

        None where too many changed, or these are other rows.
        """
        if rows.shape[1] != self.base.shape[1] or len(rows) < self.count:
            return None
        some = {*map(int, self.changed), *touched, *range(self.count, len(rows))}
        if len(some) > MOST_CHANGED:
            return None
        changed = np.array(sorted(some), dtype=np.int64)
        return Widened(self.base, len(rows), changed, rows[changed].astype(np.float32))

    def numbers_of(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """Return some rows."""
        wanted = np.asarray(rows, dtype=np.int64)
        if not len(self.changed):
            return self.base[wanted]
        place = np.minimum(np.searchsorted(self.changed, wanted), len(self.changed) - 1)
        beside = self.changed[place] == wanted
        found = np.empty((len(wanted), self.base.shape[1]), dtype=np.float32)
        found[beside] = self.numbers[place[beside]]
        found[~beside] = self.base[wanted[~beside]]
        return found

    def cosines(self, vector: Vector) -> NDArray[np.float32]:
        """Return the products of all rows with a vector."""
        found = np.empty(self.count, dtype=np.float32)
        np.dot(self.base, vector, out=found[: len(self.base)])
        found[self.changed] = self.numbers @ vector
        return found
