"""All that stands in the visible sheets of a workbook, whatever it is, for a person to match.

An upload is read in a process of its own, bounded in memory and time (`harvesters.readers.xls`).
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from harvesters.errors import (
    FILE_EMPTY,
    HIDDEN_UNKNOWN,
    NO_WORKBOOK,
    WORKBOOK_LOCKED,
)
from harvesters.limits import Limits
from harvesters.mapping.value_parsing import as_text
from harvesters.readers.files import Input, read_all
from harvesters.readers.sheet_cells import Cells
from harvesters.readers.workbook import checked_merges, fill_down
from harvesters.readers.workbook_guard import guard_workbook
from harvesters.readers.workbook_layout import Layout, layouts
from harvesters.readers.xls import xls_book
from ontology.errors import AtlasError, FilePosition

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
"""The stream of an OLE file that holds an encrypted XLSX ([MS-OFFCRYPTO] 2.3.4.4)."""


@dataclass(frozen=True, slots=True)
class SheetTable:
    """What stands in a sheet: rows with their numbers, from 1; merged cells hold for each row."""

    name: str
    rows: Cells
    merged: int
    """Ranges that are merged over several rows."""
    hidden_rows: tuple[int, ...]
    """Numbers of filled rows that are hidden; they are left out."""
    hidden_columns: tuple[int, ...]
    """Filled columns that are hidden, from 0; their cells are empty here."""
    without_value: dict[tuple[int, int], str]
    """Row and column of cells that show an error, or whose formula has no stored result (``=``)."""
    across: tuple[tuple[int, int, int], ...] = ()
    """Row, first and last column (from 0) of cells merged over columns: the first has the value."""


@dataclass(frozen=True, slots=True)
class WorkbookTables:
    """The visible sheets of a workbook, the names of the hidden ones, and what was remarked."""

    sheets: tuple[SheetTable, ...]
    hidden: tuple[str, ...]
    notes: tuple[AtlasError, ...]


def workbook_tables(source: Input, limits: Limits, seconds: int) -> WorkbookTables:
    """Read the sheets of a workbook.

    Raises `AtlasError`: ``file-empty``, ``no-workbook`` for anything else (a renamed CSV),
    ``workbook-locked``, ``bad-spreadsheet``, ``sheet-too-large``, and what
    `harvesters.readers.workbook_guard` refuses.
    """
    content = read_all(source, limits)
    if not content.strip():
        raise AtlasError(FILE_EMPTY, file=source.name)
    if not content.startswith((_ZIP, _OLE)):
        raise AtlasError(NO_WORKBOOK, file=source.name)
    known: dict[str, Layout] = {}
    if content.startswith(_ZIP):
        guard_workbook(content, source.name, limits)
        try:
            known = layouts(content)
        except (zipfile.BadZipFile, KeyError):
            known = {}
    elif _LOCKED in content:
        raise AtlasError(WORKBOOK_LOCKED, file=source.name)
    sheets: list[SheetTable] = []
    notes: list[AtlasError] = []
    with xls_book(content, source.name, limits, seconds) as book:
        for name, is_shown in book.sheets:
            if not is_shown:
                continue
            read = book.cells(name)
            merges = checked_merges(read, source.name)
            fill_down(read.numbered, merges)
            layout = known.get(name)
            if layout is None and read.numbered:
                place = FilePosition(f"{source.name}[{name}]")
                notes.append(AtlasError(HIDDEN_UNKNOWN, place=place, sheet=name))
            sheets.append(_table(name, read.numbered, merges, layout or Layout()))
        hidden = tuple(name for name, is_shown in book.sheets if not is_shown)
    return WorkbookTables(tuple(sheets), hidden, tuple(notes))


def cell_text(value: object) -> str:
    """Return what stands in a cell as text: a date without its midnight."""
    if isinstance(value, datetime) and value.timetz() == time():
        value = value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return as_text(value)


def column_letters(position: int) -> str:
    """Return the letters of a column from its position from 0: A, B … AA."""
    found = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def _table(
    name: str,
    numbered: Cells,
    merges: list[tuple[tuple[int, int], tuple[int, int]]],
    layout: Layout,
) -> SheetTable:
    hidden_rows = tuple(
        number
        for number, cells in numbered
        if number in layout.hidden_rows and any(map(as_text, cells))
    )
    rows = [row for row in numbered if row[0] not in layout.hidden_rows]
    columns: set[int] = set()
    for _, cells in rows:
        for position in layout.hidden_columns:
            if position < len(cells) and as_text(cells[position]):
                columns.add(position)
                cells[position] = ""
    return SheetTable(
        name,
        rows,
        sum(bottom > top for (top, _), (bottom, _) in merges),
        hidden_rows,
        tuple(sorted(columns)),
        dict(layout.without_value),
        _across(numbered, merges),
    )


def _across(
    numbered: Cells, merges: list[tuple[tuple[int, int], tuple[int, int]]]
) -> tuple[tuple[int, int, int], ...]:
    found = [
        (number, left, right)
        for (top, left), (bottom, right) in merges
        if right > left
        for number, _ in numbered[top : bottom + 1]
    ]
    return tuple(sorted(found))
