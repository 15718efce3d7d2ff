"""What is measured, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

Metric = Literal["on-time", "machine-readable", "api", "api-described", "data-dictionary", "extent"]
METRICS: Final[tuple[Metric, ...]] = get_args(Metric)

RULES: Final[dict[Metric, str]] = {
    "on-time": "R16",
    "machine-readable": "R14",
    "api": "R15",
    "api-described": "R15",
    "data-dictionary": "R21",
    "extent": "R21",
}
"""The rule that demands what a metric measures."""

Result = Literal["pass", "fail", "unjudged", "gone"]
"""``unjudged``: the record says nothing that could be held against the demand; ``gone``: it was no
longer public."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a metric says of one record, and why, as a word; empty where nothing is to be said."""

    result: Result
    reason: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """The same as kept: it held from ``day`` until the next measurement of this metric."""

    metric: Metric
    day: date
    result: Result
    reason: str


@dataclass(frozen=True, slots=True)
class DayFigure:
    """How many of the public records could be judged on a day, and how many passed.

    ``publisher`` by IRI; empty for all together.
    """

    publisher: str
    day: date
    records: int
    judged: int
    passed: int

    @property
    def percent(self) -> float | None:
        """The share of the judged that passed, from 0 to 100; None where none could be judged."""
        return 100 * self.passed / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an evaluation did: ``changed`` measurements differ from those before.

    ``figures`` is False where not all records were measured: figures are counted of all only.
    """

    day: date
    records: int
    changed: int
    figures: bool
