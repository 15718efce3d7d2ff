"""What the log of searches counts, and what of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

Band = Literal["1", "2-3", "4-10", "11-20", "21-"]
"""Where a hit stood among the results, the first being 1."""

BANDS: Final[tuple[Band, ...]] = get_args(Band)


@dataclass(frozen=True, slots=True)
class ClickEntry:
    """From the results of a search by words alone, this dataset's page was opened.

    ``offset`` is that of the page of results; where the hit stood on it is looked up when the
    entry is kept.
    """

    query: str
    path: str
    """Of the dataset's page, as it was sent."""
    offset: int


@dataclass(frozen=True, slots=True)
class NextEntry:
    """From the results of one search, another one was asked."""

    query: str
    next: str


Entry = ClickEntry | NextEntry


@dataclass(frozen=True, slots=True)
class Click:
    """A row that is kept: at least so many networks opened the dataset from the search's results.

    ``networks`` is a multiple of the least number that is kept (`NetworkSketch`).
    """

    day: date
    query: str
    dataset: str
    """Its IRI."""
    band: Band
    networks: int


@dataclass(frozen=True, slots=True)
class Reformulation:
    """A row that is kept: at least so many networks asked ``next`` after ``query``."""

    day: date
    query: str
    next: str
    networks: int


def band_of(rank: int) -> Band:
    """Return the band of a rank (1 is the first)."""
    if rank <= 1:
        return "1"
    if rank <= 3:
        return "2-3"
    if rank <= 10:
        return "4-10"
    return "11-20" if rank <= 20 else "21-"
