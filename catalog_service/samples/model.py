"""What is known of samples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from translations import N_

WORK: Final = "/workbench/samples"
"""Where people work on samples."""

METHOD: Final = 2
"""How rows are drawn by now; 1: a larger sample could lack rows of a smaller one."""

ColumnKind = Literal["number", "date", "category", "text", "personal", "empty"]
COLUMN_KINDS: Final[dict[ColumnKind, str]] = {
    "number": N_("number"),
    "date": N_("date"),
    "category": N_("category"),
    "text": N_("text that hardly repeats"),
    "personal": N_("left out: personal data"),
    "empty": N_("empty"),
}
Measure = Literal["kolmogorov-smirnov", "total-variation"]
MEASURES: Final[dict[Measure, str]] = {
    "kolmogorov-smirnov": N_("Kolmogorov–Smirnov"),
    "total-variation": N_("total variation"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How a sample is drawn; columns are named as the file's header does."""

    size: int
    """Rows, at most."""
    seed: str
    strata: tuple[str, ...] = ()
    """Columns by whose values the rows are stratified."""
    groups: tuple[str, ...] = ()
    """Further columns: rows that agree in these and in the strata are a group."""
    smallest: int | None = None
    """Groups with fewer rows give none; None: the operator has set no number."""
    method: int = METHOD

    @property
    def grouped(self) -> tuple[str, ...]:
        """All columns that make groups."""
        return tuple(dict.fromkeys((*self.strata, *self.groups)))

    @property
    def applied(self) -> int | None:
        """The smallest group where there are groups at all; else no row was left out for it."""
        return self.smallest if self.grouped else None


@dataclass(frozen=True, slots=True)
class Bin:
    """A value, or a span of values, and how often it is met, of 1."""

    label: str
    """Empty: all other values."""
    whole: float
    sample: float


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of the sample stands to that of the whole."""

    name: str
    kind: ColumnKind
    measure: Measure | None
    """None: there is nothing to compare."""
    distance: float | None
    """From 0 (alike) to 1."""
    empty_whole: int
    empty_sample: int
    """Cells that are empty in the file that was drawn from."""
    left_out: int
    """Cells that were taken out of the sample."""
    bins: tuple[Bin, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What was drawn, and how it stands to the whole."""

    whole_rows: int
    rows: int
    groups: int
    """Groups that the whole has."""
    suppressed_groups: int
    suppressed_rows: int
    """Rows of groups that are too small, of the whole."""
    cells_left_out: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A sample as it was drawn."""

    content: bytes
    report: Report


State = Literal["drawn", "asked", "released", "withdrawn", "discarded"]
STATES: Final[dict[State, str]] = {
    "drawn": N_("drawn, to be looked at"),
    "asked": N_("waits for its release"),
    "released": N_("released"),
    "withdrawn": N_("withdrawn"),
    "discarded": N_("discarded before its release"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """What was done with a sample."""

    state: State
    actor: str
    time: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample that is kept."""

    number: int
    dataset: str
    source: str
    title: str
    """Of the dataset, when it was drawn; the Chinese one."""
    file: str
    """SHA-256 of the sample's file."""
    size: int
    """Bytes of it."""
    origin: str
    """SHA-256 of the file that it was drawn from."""
    plan: Plan
    report: Report
    steps: tuple[Step, ...]

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.steps[-1].state

    @property
    def makers(self) -> frozenset[str]:
        """Who drew it or asked for its release: none of them releases it."""
        return frozenset(one.actor for one in self.steps if one.state in ("drawn", "asked"))

    @property
    def ever_released(self) -> bool:
        """Whether anybody may have taken it."""
        return any(one.state == "released" for one in self.steps)

    def step(self, state: State) -> Step | None:
        """Return the last step to a state."""
        return next((one for one in reversed(self.steps) if one.state == state), None)
