"""A workbook of datasets that was sent: its sheets, what is meant by them, and what they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson

from catalog_service.editing.model import Contradiction, Merged
from ontology.errors import AtlasError
from ontology.record import Record

RowState = Literal["new", "changed", "conflict", "same", "error"]


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """A sheet as it was read: texts of rows with their numbers, from 1."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    merged: int
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]
    without_value: Mapping[tuple[int, int], str]
    """Row and column (from 0) of cells that show an error, or whose formula has no result."""
    hidden_known: bool
    """Whether the form of the file tells what is hidden."""

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "name": self.name,
            "rows": [[number, list(cells)] for number, cells in self.rows],
            "merged": self.merged,
            "hidden_rows": self.hidden_rows,
            "hidden_columns": self.hidden_columns,
            "without": [[row, at, shown] for (row, at), shown in self.without_value.items()],
            "known": self.hidden_known,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> KeptSheet:
        """Return one that was stored."""
        return cls(
            kept["name"],
            tuple((number, tuple(cells)) for number, cells in kept["rows"]),
            kept["merged"],
            tuple(kept["hidden_rows"]),
            tuple(kept["hidden_columns"]),
            {(row, at): shown for row, at, shown in kept["without"]},
            kept["known"],
        )


@dataclass(frozen=True, slots=True)
class Match:
    """Which sheet holds the datasets, below which row, and what its columns are."""

    sheet: str
    header: int
    """The number of the row of headings."""
    columns: Mapping[int, str] = field(default_factory=dict)
    """Keys of columns by position, from 0; what is not here is not taken."""

    def as_text(self) -> str:
        """Return it as it is stored."""
        columns = {str(at): key for at, key in self.columns.items()}
        kept = {"sheet": self.sheet, "header": self.header, "columns": columns}
        return orjson.dumps(kept).decode()

    @classmethod
    def from_text(cls, text: str) -> Match:
        """Return one that was stored."""
        kept = orjson.loads(text)
        columns = {int(at): key for at, key in kept["columns"].items()}
        return cls(kept["sheet"], kept["header"], columns)


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook that was sent for an organization."""

    id: str
    organization: str
    name: str
    actor: str
    created: datetime
    expires: datetime
    sheets: tuple[KeptSheet, ...]
    hidden_sheets: tuple[str, ...]
    match: Match

    def sheet(self, name: str) -> KeptSheet | None:
        """Return a sheet by its name."""
        return next((one for one in self.sheets if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row, and where: ``column`` is a key, of a part with its sheet."""

    error: AtlasError
    column: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """What a row would do."""

    number: int
    state: RowState
    title: str
    remote_id: str
    """Of the dataset; of a new one without an identifier empty."""
    draft: str | None = None
    """The open draft of the dataset, into which the row goes."""
    problems: tuple[Problem, ...] = ()
    before: Record | None = None
    """What stands now, in the open draft or in the catalogue; None: nothing."""
    after: Record | None = None
    merged: Merged | None = None
    mark: str = ""
    """Changes with what the row would write, and with what stands now."""

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """What was changed here and elsewhere since the workbook was made."""
        return self.merged.contradictions if self.merged is not None else ()


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What a workbook would do, row by row."""

    rows: tuple[ImportRow, ...]
    parts: Mapping[str, int]
    """Rows of the sheets of parts that were found, by the sheet's name."""
    ignored: tuple[str, ...]
    """Sheets that are neither."""
    stray: tuple[Problem, ...]
    """Rows of parts of no dataset of the workbook."""
    beyond: int | None = None
    """The organization has more datasets than these, among which titles were looked for."""

    def count(self, state: RowState) -> int:
        """Return how many rows are so."""
        return sum(one.state == state for one in self.rows)

    def of(self, *states: RowState) -> list[ImportRow]:
        """Return the rows that are so."""
        return [one for one in self.rows if one.state in states]
