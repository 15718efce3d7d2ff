"""Success at a depth, and normalised discounted cumulative gain."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from search.evaluation.judgements import SUCCESS, Judged

DEPTH = 10

Ranker = Callable[[str], Sequence[tuple[str, str]]]
"""From a text to the first `DEPTH` documents, each with its remote id and title."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One query and what came first for it; ``first`` is the rank of the first good one, or 0."""

    judged: Judged
    first: int
    ndcg: float | None
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over queries; ``ndcg`` is None without graded judgements."""

    queries: int
    success: tuple[float, float, float]
    """At 1, 3 and 10."""
    ndcg: float | None


def gain(grades: Sequence[int]) -> float:
    """Return the discounted gain (2^grade - 1 over log2 of rank + 1) of grades in order."""
    top = enumerate(grades[:DEPTH], 2)
    return math.fsum((2.0**grade - 1) / math.log2(rank) for rank, grade in top)


def measure(judged: Judged, ranker: Ranker) -> Measured:
    """Ask a ranker one query and hold its answer against the judgements."""
    found = list(ranker(judged.text))[:DEPTH]
    grades = [judged.grade(*document, rank) for rank, document in enumerate(found, 1)]
    first = next((rank for rank, grade in enumerate(grades, 1) if grade >= SUCCESS), 0)
    ndcg: float | None = None
    if judged.expected is None:
        ideal = gain(sorted(judged.grades.values(), reverse=True))
        ndcg = gain(grades) / ideal if ideal else 0.0
    return Measured(judged, first, ndcg, tuple(title for _, title in found))


def figures(measured: Iterable[Measured]) -> Figures:
    """Return the means."""
    rows = list(measured)
    count = len(rows)

    def success(depth: int) -> float:
        return sum(0 < row.first <= depth for row in rows) / count if count else 0.0

    gains = [row.ndcg for row in rows if row.ndcg is not None]
    ndcg = sum(gains) / len(gains) if gains else None
    return Figures(count, (success(1), success(3), success(DEPTH)), ndcg)
