"""Drawing rows at random, so that the same file, seed and settings give the same rows.

Each row has a priority, a hash of the seed and of the row's number. Of each stratum the rows with
the lowest priorities are drawn (bottom-k sampling, Cohen and Kaplan 2007): every set of rows is as
likely as any other, and it does not matter in which order rows, or parts of the file, are looked
at. Strata get rows in proportion to their sizes, one after the other, so that a smaller sample
under the same seed and settings is a part of a larger one.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from decimal import Decimal
from hashlib import blake2b
from typing import Final, TypeVar

from catalog_service.samples.errors import OVER_SHARE
from ontology.errors import AtlasError

Stratum = Hashable
Row = list[str]
S = TypeVar("S", bound=Hashable)

LEAST_ROWS: Final = 10
"""Rows of a sample."""
_SEED_BYTES: Final = 32


class Priorities:
    """The priorities of rows under a seed."""

    def __init__(self, seed: str) -> None:
        """``seed``: any text."""
        self._keyed = blake2b(
            digest_size=8, key=blake2b(seed.encode(), digest_size=_SEED_BYTES).digest()
        )

    def of(self, number: int) -> int:
        """Return the priority of a row by its number, from 1; below 2^64."""
        keyed = self._keyed.copy()
        keyed.update(number.to_bytes(8, "big"))
        return int.from_bytes(keyed.digest(), "big")


def shares(counts: Mapping[S, int], size: int) -> dict[S, int]:
    """Return how many rows each stratum gives, in proportion to its rows; ``size`` in all.

    Where there are fewer rows than that, all. Each stratum gives its exact part, rounded down or
    up, and never fewer in a larger sample (quota method, Balinski and Young 1975; by largest
    remainders one could): the next row is of the stratum that must soonest have one more, among
    those that may.
    """
    total = sum(counts.values())
    found = dict.fromkeys((one for one, count in counts.items() if count), 0)
    order = sorted(found, key=lambda one: (-counts[one], repr(one)))
    # By the size from which on a stratum may give one more, and by that at which it must.
    later: list[tuple[int, int]] = [(1, place) for place in range(len(order))]
    ready: list[tuple[int, int]] = []
    for at in range(1, min(size, total) + 1):
        while later and later[0][0] <= at:
            place = heapq.heappop(later)[1]
            stratum = order[place]
            must = -(-(found[stratum] + 1) * total // counts[stratum])
            heapq.heappush(ready, (must, place))
        place = heapq.heappop(ready)[1]
        stratum = order[place]
        found[stratum] += 1
        if found[stratum] < counts[stratum]:
            heapq.heappush(later, (found[stratum] * total // counts[stratum] + 1, place))
    return found


class Reservoir:
    """Keeps the rows of each stratum that have the lowest priorities: as many as it gives."""

    def __init__(self, given: Mapping[Stratum, int], priorities: Priorities) -> None:
        """``given``: how many rows each stratum gives; others give none."""
        self._given = {stratum: most for stratum, most in given.items() if most > 0}
        self._of = priorities.of
        self._kept: dict[Stratum, list[tuple[int, int, Row]]] = {one: [] for one in self._given}

    def offer(self, number: int, stratum: Stratum, row: Row) -> None:
        """Look at a row."""
        kept = self._kept.get(stratum)
        if kept is not None:
            self._keep(stratum, kept, (-self._of(number), -number, row))

    def _keep(
        self, stratum: Stratum, kept: list[tuple[int, int, Row]], entry: tuple[int, int, Row]
    ) -> None:
        if len(kept) < self._given[stratum]:
            heapq.heappush(kept, entry)
        elif entry[:2] > kept[0][:2]:
            heapq.heapreplace(kept, entry)

    def merge(self, other: Reservoir) -> None:
        """Take in what another kept of another part of the file, under the same settings."""
        for stratum, entries in other._kept.items():
            for entry in entries:
                self._keep(stratum, self._kept[stratum], entry)

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Yield the rows drawn with their numbers, in the order of the file."""
        entries = (entry for kept in self._kept.values() for entry in kept)
        for _, number, row in sorted(entries, key=lambda entry: -entry[1]):
            yield -number, row


def eligible(counts: Mapping[S, int], smallest: int | None) -> dict[S, int]:
    """Return the groups that have no fewer rows than the smallest that is shown; None: all."""
    return {group: count for group, count in counts.items() if count >= (smallest or 1)}


def added(pairs: Iterable[tuple[S, int]]) -> Counter[S]:
    """Return the sums of counts by key."""
    found: Counter[S] = Counter()
    for key, count in pairs:
        found[key] += count
    return found


def most_rows(whole: int, share: float) -> int:
    """Return how many rows of a whole are no larger a part of it than a share."""
    # As a decimal number: a tenth of 30 is 3.
    return int(Decimal(str(share)) * whole)


def demand_share(rows: int, whole: int, share: float | None) -> None:
    """Raise ``sample-over-share`` where rows are too large a part of the whole."""
    if share is None or rows <= most_rows(whole, share):
        return
    most = most_rows(whole, share)
    raise AtlasError(OVER_SHARE, rows=rows, whole=whole, most=most, least=LEAST_ROWS)
