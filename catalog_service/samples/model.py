"""What is known of samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from translations import N_

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
