"""A sample held against the whole, column by column, in one pass over the whole.

Exact, in memory that goes with the sample and not with the whole. A sample's distribution function
changes at its own values alone, so that its greatest distance from that of the whole
(Kolmogorov–Smirnov) lies at one of them or just before it. And the whole's values that the sample
lacks count for the total variation all together, as what is left. What is told of the whole are
counts of the sample's own values, which have passed the privacy rule.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, Protocol

import numpy as np

from catalog_service.samples.model import Bin, Column, ColumnKind, Measure

Cell = str | None
"""Of a sample; None: it was taken out."""

_NUMBER: Final = re.compile(r"[+-]?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?")
"""Codes that begin with a nought are none."""
_DAY: Final = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_BINS: Final = 10
_FEW: Final = 20
"""Whole numbers with so few values are taken for codes."""
_HARDLY: Final = 0.5
"""Texts of which more than this share are different hardly repeat."""
_DIGITS: Final = 4


def number_of(text: str) -> float:
    """Return the number that a cell is; NaN: it is none."""
    return float(text) if _NUMBER.fullmatch(text) else float("nan")


def moment_of(text: str) -> float:
    """Return a number that is in the order of dates; NaN: it is none."""
    found = _DAY.fullmatch(text)
    return float("".join(part or "00" for part in found.groups())) if found else float("nan")


def kind_of(cells: Sequence[Cell]) -> ColumnKind:
    """Return what a column of a sample holds."""
    left = [cell for cell in cells if cell is not None]
    filled = [cell for cell in left if cell]
    if not filled:
        return "personal" if len(left) < len(cells) else "empty"
    values = set(filled)
    if all(map(_NUMBER.fullmatch, values)):
        coded = len(values) <= _FEW and all(float(one).is_integer() for one in values)
        return "category" if coded else "number"
    if all(map(_DAY.fullmatch, values)):
        return "date"
    many = len(values) > _FEW and len(values) > len(filled) * _HARDLY
    return "text" if many else "category"


class Comparison(Protocol):
    """Looks at all cells of a column, part by part."""

    def look(self, cells: Sequence[str]) -> None:
        """Look at some of the whole's cells."""
        ...

    def column(self, name: str) -> Column:
        """Return what was found."""
        ...


def comparison(cells: Sequence[Cell], smallest: int | None) -> Comparison:
    """Return the comparison for a column of a sample.

    Counts of the whole below ``smallest`` are told together with others.
    """
    kind = kind_of(cells)
    if kind in ("number", "date"):
        return _Ordered(cells, kind, smallest or 1)
    if kind == "category":
        return _Categories(cells, smallest or 1)
    return _Nothing(cells, kind)


class _Nothing:
    """Of a column with nothing to compare: how many cells are empty."""

    def __init__(self, cells: Sequence[Cell], kind: ColumnKind) -> None:
        self._cells = cells
        self._kind = kind
        self._empty = 0

    def look(self, cells: Sequence[str]) -> None:
        """Count empty cells."""
        self._empty += cells.count("")

    def column(self, name: str) -> Column:
        """Return how many there are."""
        return _column(name, self._kind, self._cells, self._empty)


class _Ordered:
    """Numbers and dates: distribution functions at the sample's values."""

    def __init__(self, cells: Sequence[Cell], kind: ColumnKind, smallest: int) -> None:
        self._cells = cells
        self._kind = kind
        self._smallest = smallest
        self._read = number_of if kind == "number" else moment_of
        filled = [cell for cell in cells if cell]
        given = np.array([self._read(cell) for cell in filled])
        self._values, self._counts = np.unique(given, return_counts=True)
        names: dict[float, str] = {}
        for value, cell in zip(given.tolist(), filled, strict=True):
            names[value] = min(cell, names.get(value, cell))
        self._names = names
        self._upto = np.zeros(len(self._values) + 1, np.int64)
        """How many of the whole lie above the value before and not above this one."""
        self._at = np.zeros(len(self._values), np.int64)
        self._empty = 0

    def look(self, cells: Sequence[str]) -> None:
        """Count the cells between the sample's values."""
        self._empty += cells.count("")
        found = np.array([self._read(cell) for cell in cells if cell])
        found = found[~np.isnan(found)] if len(found) else found
        if not len(found):
            return
        places = np.searchsorted(self._values, found, side="left")
        self._upto += np.bincount(places, minlength=len(self._upto))
        inside = places < len(self._values)
        hit = places[inside][self._values[places[inside]] == found[inside]]
        self._at += np.bincount(hit, minlength=len(self._at))

    def column(self, name: str) -> Column:
        """Return the distance, and how many lie in each tenth of the sample."""
        total, drawn = int(self._upto.sum()), int(self._counts.sum())
        whole = np.cumsum(self._upto[:-1]) / max(total, 1)
        sample = np.cumsum(self._counts) / drawn
        before = np.concatenate(([0.0], sample[:-1]))
        below = whole - self._at / max(total, 1)
        distance = float(max(np.abs(sample - whole).max(), np.abs(before - below).max()))
        return _column(
            name,
            self._kind,
            self._cells,
            self._empty,
            distance,
            tuple(self._bins(total, drawn)),
        )

    def _bins(self, total: int, drawn: int) -> Iterable[Bin]:
        """Yield spans that end at tenths of the sample; of the whole each has enough rows."""
        upto, counts = np.cumsum(self._upto[:-1]).tolist(), np.cumsum(self._counts).tolist()
        ends: list[int] = []
        last = 0
        for place, count in enumerate(counts):
            tenth = count * _BINS >= drawn * (len(ends) + 1)
            if tenth and upto[place] - last >= self._smallest and place + 1 < len(counts):
                ends.append(place)
                last = upto[place]
            if len(ends) == _BINS - 1:
                break
        while ends and total - upto[ends[-1]] < self._smallest:
            ends.pop()
        names = [self._names[value] for value in self._values[ends].tolist()]
        if not names:
            return
        edges = [(0, 0), *((upto[one], counts[one]) for one in ends), (total, drawn)]
        between = [f"{one} – {other}" for one, other in pairwise(names)]
        labels = [f"≤ {names[0]}", *between, f"> {names[-1]}"]
        for label, ((w0, s0), (w1, s1)) in zip(labels, pairwise(edges), strict=True):
            yield _bin(label, w1 - w0, total, s1 - s0, drawn)


class _Categories:
    """Values that repeat: half the sum of the differences of their shares."""

    def __init__(self, cells: Sequence[Cell], smallest: int) -> None:
        self._cells = cells
        self._smallest = smallest
        self._sample = Counter(cell for cell in cells if cell)
        self._whole: Counter[str] = Counter()
        self._total = self._empty = 0

    def look(self, cells: Sequence[str]) -> None:
        """Count the sample's values."""
        found = Counter(cells)
        self._empty += found.pop("", 0)
        self._total += found.total()
        for value in found.keys() & self._sample.keys():
            self._whole[value] += found[value]

    def column(self, name: str) -> Column:
        """Return the distance, and the values that the whole has most often."""
        total, drawn = self._total, self._sample.total()
        differences = sum(
            abs(self._whole[value] / total - count / drawn)
            for value, count in sorted(self._sample.items())
        )
        lacking = 1 - sum(self._whole.values()) / total
        return _column(
            name,
            "category",
            self._cells,
            self._empty,
            (differences + lacking) / 2,
            tuple(self._bins(total, drawn)),
        )

    def _bins(self, total: int, drawn: int) -> Iterable[Bin]:
        shown = sorted(self._sample, key=lambda value: (-self._whole[value], value))[:_BINS]
        shown = [value for value in shown if self._whole[value] >= self._smallest]
        # Nor can a small count be told from what all others leave.
        while shown and 0 < total - sum(self._whole[one] for one in shown) < self._smallest:
            shown.pop()
        for value in shown:
            yield _bin(value, self._whole[value], total, self._sample[value], drawn)
        rest = total - sum(self._whole[one] for one in shown)
        if rest:
            yield _bin("", rest, total, drawn - sum(self._sample[one] for one in shown), drawn)


def _bin(label: str, whole: int, total: int, sample: int, drawn: int) -> Bin:
    return Bin(label, round(whole / total, _DIGITS), round(sample / drawn, _DIGITS))


def _column(
    name: str,
    kind: ColumnKind,
    cells: Sequence[Cell],
    empty: int,
    distance: float | None = None,
    bins: tuple[Bin, ...] = (),
) -> Column:
    measure: Measure = "total-variation" if kind == "category" else "kolmogorov-smirnov"
    return Column(
        name,
        kind,
        None if distance is None else measure,
        None if distance is None else round(distance, _DIGITS),
        empty,
        cells.count(""),
        cells.count(None),
        bins,
    )
