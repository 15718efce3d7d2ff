"""What is known of the badge of high-quality datasets (高质量数据集, R20)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args

from catalog_service.quality.model import METRICS
from ontology.languages import Texts

PATH: Final = "/quality/badges"
WORK: Final = "/workbench/badges"

Kind = Literal["metric", "points", "data", "rule", "use"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

OF: Final[Mapping[Kind, tuple[str, ...]]] = {
    "metric": METRICS,
    "points": ("mqa",),
    "data": ("filled", "valid", "unique"),
    "rule": (),
    "use": ("views", "downloads", "calls"),
}
"""What a criterion of each kind may be about; of a rule its identifier."""
LEAST: Final[Mapping[Kind, tuple[float, float] | None]] = {
    "metric": None,
    "points": (0, 405),
    "data": (0, 100),
    "rule": None,
    "use": (0, 1_000_000_000_000),
}
"""Between what its least value lies; None: a criterion of the kind has none."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a dataset must meet, as the operator's table has it: nothing of it is built in.

    ``metric``: it passes a measurement. ``points``: at least so many of MQA. ``data``: of the cells
    of its file at least so many per cent are filled, valid, or in rows that are unique. ``rule``: a
    rule finds nothing in it. ``use``: its record counts at least so many views, downloads or calls.
    """

    code: str
    kind: Kind
    of: str
    least: float | None
    name: Texts
    article: str
    """The text that demands it, in the operator's words."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """A version of the table; a dataset must meet all of its criteria."""

    number: int
    in_force: date
    origin: str
    entered: datetime
    criteria: tuple[Criterion, ...]

    def criterion(self, code: str) -> Criterion | None:
        """Return a criterion by its code."""
        return next((one for one in self.criteria if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a criterion: ``value`` as it was measured, empty where it was not."""

    code: str
    met: bool
    value: str


Why = Literal["met", "unmet", "gone", "no-criteria"]
"""``gone``: it was public no longer; ``no-criteria``: the table in force was empty."""


@dataclass(frozen=True, slots=True)
class Decision:
    """That a dataset got or lost the badge on a day, by a version of the table, and why."""

    iri: str
    day: date
    held: bool
    why: Why
    version: int
    judged: tuple[Judged, ...]

    @property
    def failed(self) -> tuple[Judged, ...]:
        """Return the criteria that were not met."""
        return tuple(one for one in self.judged if not one.met)


@dataclass(frozen=True, slots=True)
class BadgeDay:
    """How many datasets had the badge at the end of a day, and how many got and lost it then."""

    day: date
    version: int
    """Of the table; 0: none was in force."""
    held: int
    awarded: int
    lost: int
