"""A list's workbook that was sent: what stands in it, and what it changes, cell by cell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal

import orjson

from catalog_service.open_list.model import LONGEST_CELL, ListItem
from harvesters.mapping.value_parsing import as_text
from ontology.errors import AtlasError

Side = Literal["mine", "theirs"]
"""Whose of two changes of one cell is to stand: the workbook's, or what stands now."""
ChangeState = Literal["new", "changed", "removed", "conflict"]

WHOLE: Final = "item"
"""What is chosen about where an item was removed on one side, and changed on the other."""


def cell_of(text: str) -> str:
    """Return a field's text as its cell holds it, and as it comes back from there."""
    return as_text(as_text(text)[:LONGEST_CELL])


@dataclass(frozen=True, slots=True)
class SideRow:
    """A row that is left out, with what stands in it but persons, and why (`side_rows.WHY`)."""

    number: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class SentList:
    """The sheet of a list as it was sent. Positions of columns count from 0."""

    sheet: str
    columns: Mapping[int, str]
    """Which field stands in a column; `columns.KEY` for the one that tells the items apart."""
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Number and texts of each row below the headings but those of `aside`."""
    dates: Mapping[tuple[int, int], str]
    """Row and column of cells that hold a date, as they show it."""
    without_value: Mapping[tuple[int, int], str]
    """Of cells that show an error, or whose formula has no stored result (``=``)."""
    across: tuple[tuple[int, int, int], ...]
    """Row, first and last column of cells that are merged over columns."""
    merged: int
    """Ranges that are merged over rows: their value holds for each."""
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[str, ...]
    """Headings of columns that are hidden; they are not compared."""
    not_taken: tuple[str, ...]
    """Headings of columns that are no field of a list."""
    other_sheets: tuple[str, ...]
    base: str
    """The hash of the content from which the workbook was made; empty: it does not say."""
    organization: str
    year: str
    aside: tuple[SideRow, ...] = ()
    """Rows that are no items; nothing else of them is kept."""

    def as_json(self) -> bytes:
        """Return it as it is stored."""
        body = asdict(self)
        body["columns"] = list(self.columns.items())
        body["dates"] = [[*place, shown] for place, shown in self.dates.items()]
        body["without_value"] = [[*place, shown] for place, shown in self.without_value.items()]
        return orjson.dumps(body)

    @classmethod
    def from_json(cls, stored: bytes) -> SentList:
        """Return one that was stored."""
        body: dict[str, Any] = orjson.loads(stored)
        body["columns"] = {int(at): field for at, field in body["columns"]}
        body["rows"] = tuple((number, tuple(cells)) for number, cells in body["rows"])
        for name in ("dates", "without_value"):
            body[name] = {(row, at): shown for row, at, shown in body[name]}
        body["across"] = tuple(tuple(one) for one in body["across"])
        body["aside"] = tuple(SideRow(**one) for one in body.get("aside", ()))
        # Of workbooks that were sent before rows were kept aside.
        body.pop("above", None)
        for name in ("hidden_rows", "hidden_columns", "not_taken", "other_sheets"):
            body[name] = tuple(body[name])
        return cls(**body)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that it has a column of."""
        return frozenset(self.columns.values())


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook that was sent for a list, and is kept for some days."""

    id: str
    list: tuple[str, int]
    """Organization and year."""
    name: str
    actor: str
    created: datetime
    expires: datetime
    sent: SentList


@dataclass(frozen=True, slots=True)
class EditedRow:
    """A row as it was sent: what it says of which item, or what is wrong with it."""

    number: int
    key: str
    """Of the item; of a new one the key that it gets."""
    is_new: bool
    texts: Mapping[str, str]
    """By field; fields without a column are not here."""
    problems: tuple[AtlasError, ...] = ()


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that the workbook changes."""

    field: str
    base: str
    """As the workbook was given out."""
    mine: str
    """As it came back."""
    theirs: str
    """As it stands now."""

    @property
    def is_conflict(self) -> bool:
        """Whether somebody changed it otherwise meanwhile."""
        return self.theirs not in (self.base, self.mine)


@dataclass(frozen=True, slots=True)
class RowChange:
    """What a workbook changes about an item."""

    state: ChangeState
    number: int
    """Of the row; 0 of an item that has none any more."""
    before: ListItem | None
    """As it stands now; None: it is not on the list."""
    after: ListItem | None
    """As the workbook has it; what it does not change is as it stands now. None: removed."""
    cells: tuple[CellChange, ...] = ()

    @property
    def here(self) -> ListItem:
        """The item as it will be, or was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def key(self) -> str:
        """The item's key."""
        return self.here.key

    @property
    def units(self) -> tuple[str, ...]:
        """What must be chosen about: fields, or `WHOLE`; nothing where nobody contradicts."""
        if self.state != "conflict":
            return ()
        return tuple(one.field for one in self.cells if one.is_conflict) or (WHOLE,)

    @property
    def mark(self) -> str:
        """Changes with what would be written, and with what stands now."""
        both = [None if one is None else asdict(one) for one in (self.before, self.after)]
        return hashlib.sha256(orjson.dumps(both)).hexdigest()[:16]
