"""What is measured, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, get_args

from catalog_service.quality.addresses.model import Standing

Metric = Literal[
    "on-time",
    "machine-readable",
    "api",
    "api-described",
    "data-dictionary",
    "extent",
    "current",
    "links",
    "rules",
]
METRICS: Final[tuple[Metric, ...]] = get_args(Metric)

RULES: Final[dict[Metric, str]] = {
    "on-time": "R16",
    "machine-readable": "R14",
    "api": "R15",
    "api-described": "R15",
    "data-dictionary": "R21",
    "extent": "R21",
    "current": "R09",
    "links": "R09",
    "rules": "",
}
"""The rule that demands what a metric measures; empty: all that the gate checks."""

Result = Literal["pass", "fail", "unjudged", "gone"]
"""``unjudged``: the record says nothing that could be held against the demand; ``gone``: it was no
longer public."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a metric says of one record, and why, as a word; empty where nothing is to be said."""

    result: Result
    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a dataset's file from ``day`` on, last on ``seen``.

    ``content`` tells one content from another; None where there was none. ``gone``: the server said
    that there is nothing at the address.
    """

    day: date
    seen: date
    content: str | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of a record beside what it says.

    ``findings``: what rules find in its public version, with the severity; None where a newer
    version waits, which the findings are of. ``looks`` at its file, the newest first. ``answers``:
    whether an address answered when it was asked last. ``links``: how each of its addresses stands.
    """

    findings: frozenset[tuple[str, str]] | None = None
    looks: tuple[Look, ...] = ()
    answers: Mapping[str, bool] = field(default_factory=dict)
    links: tuple[Standing, ...] = ()


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
