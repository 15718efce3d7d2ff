"""Judgements about what should be found, and results of measuring the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

Grade = Literal[0, 1, 2, 3]
"""3 what is wanted, 2 a good part of it, 1 related, 0 nothing of it (`benchmarks/judged`)."""

GRADES: Final[tuple[Grade, ...]] = (3, 2, 1, 0)

MAX_QUERY: Final = 200
"""Characters of a search that is judged."""

MEASURES: Final = ("ndcg@10", "success@1", "success@3")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a steward says of a dataset as the answer to a search. It changes no ranking.

    ``grade`` is None where the steward took back what was said before.
    """

    query: str
    dataset: str
    """Its IRI."""
    grade: Grade | None
    reason: str
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True)
class KeptRun:
    """One result of `atlas evaluate … --keep`.

    ``result`` is what `catalog_service.evaluation.measuring.measure` returned, with ``live`` (the
    ranking that readers see), ``against_baseline`` and ``against_previous`` (differences query by
    query, `search.evaluation.runs.compare_runs`).
    """

    number: int
    collection: str
    time: datetime
    version: str
    """Of the program."""
    result: Mapping[str, Any]
