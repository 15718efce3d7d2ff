"""Sheets of XLSX, XLS and ODS workbooks: their visible content only.

A cell that is merged over several rows counts for each of them. Hidden sheets, rows (filtered ones
too) and columns are left out with a warning, but a hidden column may still close a record.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from harvesters.errors import CELL_WITHOUT_VALUE, HIDDEN_LEFT_OUT, HIDDEN_UNKNOWN
from harvesters.limits import Limits
from harvesters.mapping.value_parsing import as_text
from harvesters.readers.csv_rows import Row
from harvesters.readers.files import Input, read_all
from harvesters.readers.open_list_header import SEARCHED_ROWS, Header, find_header, header_missing
from harvesters.readers.sheet_cells import (
    Book,
    CalamineBook,
    Cells,
    Merge,
    SheetCells,
    bad_spreadsheet,
)
from harvesters.readers.workbook_guard import guard_workbook
from harvesters.readers.workbook_layout import Layout, layouts
from harvesters.readers.xls import xls_book
from ontology.access_wording import closing_text
from ontology.errors import AtlasError, FilePosition, Phrase
from ontology.vocabulary import Known, load_vocabulary

_ZIP: Final = b"PK"
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with a header, its rows, and warnings about what was left out."""

    header: Header
    name: str
    rows: Iterator[Row]
    notes: tuple[AtlasError, ...]


def _is_archive(content: bytes) -> bool:
    """Tell whether the library may find an archive here, be it behind other bytes."""
    return content.startswith(_ZIP) or zipfile.is_zipfile(io.BytesIO(content))


@contextmanager
def _opened(content: bytes, name: str, limits: Limits) -> Iterator[Book]:
    if _is_archive(content):
        guard_workbook(content, name, limits)
    # An XLS may have an archive behind it; the library reads the XLS then.
    if content.startswith(_ZIP):
        yield CalamineBook(content, name, limits)
    else:
        with xls_book(content, name, limits) as book:
            yield book


def workbook_sheets(source: Input, limits: Limits) -> Iterator[Sheet]:
    """Yield each visible sheet that has a header.

    Raises `AtlasError`: ``bad-spreadsheet``, ``header-missing`` where no sheet has one,
    ``hidden-left-out`` where there would be one but for what is hidden, and what
    `harvesters.readers.workbook_guard` refuses.
    """
    content = read_all(source, limits)
    with _opened(content, source.name, limits) as book:
        yield from _with_header(book, source, _layouts(content))


def _with_header(book: Book, source: Input, known: Mapping[str, Layout]) -> Iterator[Sheet]:
    first: Cells = []
    notes: list[AtlasError] = []
    found = False
    shown: list[str] = []
    for name, is_shown in book.sheets:
        if is_shown:
            shown.append(name)
        else:
            notes.append(_hidden(source.name, name, Phrase("the whole sheet")))
    for name in shown:
        place = f"{source.name}[{name}]"
        layout = known.get(name)
        if layout is None:
            layout = Layout()
            notes.append(AtlasError(HIDDEN_UNKNOWN, place=FilePosition(place), sheet=name))
        read = book.cells(name)
        numbered = read.numbered
        merges = checked_merges(read, source.name)
        fill_down(numbered, merges)
        notes += _leave_out(numbered, layout, source.name, name)
        first = first or numbered[:SEARCHED_ROWS]
        header = _header(numbered, merges)
        if header is not None:
            found = True
            below = _below(numbered, header, layout, place)
            yield Sheet(header, name, below, tuple(notes))
            notes = []
    if not found:
        raise notes[0] if notes else header_missing(source.name, first)


def first_sheet(source: Input, limits: Limits) -> Iterator[tuple[int, list[object]]]:
    """Yield the rows of the first visible sheet with their numbers, from 1, whatever they hold.

    Raises `AtlasError`: ``bad-spreadsheet``, ``sheet-too-large``, and what
    `harvesters.readers.workbook_guard` refuses.
    """
    with _opened(read_all(source, limits), source.name, limits) as book:
        name = next((name for name, is_shown in book.sheets if is_shown), None)
        if name is not None:
            read = book.cells(name)
            fill_down(read.numbered, checked_merges(read, source.name))
            yield from read.numbered


def _layouts(content: bytes) -> dict[str, Layout]:
    """Return the layout of each sheet of an XLSX; empty for other workbooks."""
    try:
        return layouts(content)
    except (zipfile.BadZipFile, KeyError):
        return {}


def _hidden(file: str, sheet: str, what: Phrase | str) -> AtlasError:
    return AtlasError(
        HIDDEN_LEFT_OUT, place=FilePosition(f"{file}[{sheet}]"), sheet=sheet, what=what
    )


def _leave_out(numbered: Cells, layout: Layout, file: str, sheet: str) -> list[AtlasError]:
    """Remove hidden rows and columns from a sheet; return the warnings."""
    notes: list[AtlasError] = []
    rows = [n for n, cells in numbered if n in layout.hidden_rows and _filled(cells)]
    numbered[:] = [row for row in numbered if row[0] not in layout.hidden_rows]
    columns: dict[int, str] = {}
    # Excel may hide all sixteen thousand columns right of a table.
    widest = max((len(cells) for _, cells in numbered), default=0)
    hidden = sorted(position for position in layout.hidden_columns if position < widest)
    header = find_header(numbered) if hidden else None
    for _, cells in numbered:
        for position in hidden:
            text = as_text(cells[position]) if position < len(cells) else ""
            if text:
                columns.setdefault(position, text[:_SHOWN])
                if header is None or not header.says_access(position) or _opens(text):
                    cells[position] = ""
    if rows:
        numbers = "、".join(map(str, rows[:_SHOWN])) + (" …" if len(rows) > _SHOWN else "")
        notes.append(_hidden(file, sheet, f"{len(rows)} 行 · rows ({numbers})"))
    if columns:
        names = "、".join(list(columns.values())[:_SHOWN])
        notes.append(_hidden(file, sheet, f"{len(columns)} 列 · columns ({names})"))
    return notes


def _opens(text: str) -> bool:
    """Tell whether a text is an open type that does not close a record."""
    known = load_vocabulary().find("open-type", text)
    return isinstance(known, Known) and not closing_text(text)


def _filled(cells: list[object]) -> bool:
    return any(as_text(cell) for cell in cells)


def checked_merges(sheet: SheetCells, name: str) -> list[Merge]:
    """Return the merged ranges of a sheet; raises ``bad-spreadsheet`` for those that overlap."""
    numbered, merges = sheet.numbered, sheet.merges
    last_row = len(numbered) - 1
    last_column = max((len(cells) for _, cells in numbered), default=0) - 1
    merged = sum(
        max(0, min(bottom, last_row) - top + 1) * max(0, min(right, last_column) - left + 1)
        for (top, left), (bottom, right) in merges
    )
    if merged > (last_row + 1) * (last_column + 1):
        # Each merge over others would cost as many cells as it spans, however few are filled.
        raise bad_spreadsheet(name, Phrase("merged cells overlap"))
    return merges


def fill_down(numbered: Cells, merges: list[Merge]) -> None:
    """Copy the value of a cell that is merged over several rows to each of them."""
    for (top, left), (bottom, _) in merges:
        if bottom == top or top >= len(numbered) or left >= len(numbered[top][1]):
            continue
        value = numbered[top][1][left]
        for _, cells in numbered[top + 1 : bottom + 1]:
            if left < len(cells) and not as_text(cells[left]):
                cells[left] = value


def _header(numbered: Cells, merges: list[Merge]) -> Header | None:
    """Return the header; where it spans several rows, their combined headings."""
    header = find_header(numbered)
    if header is None:
        return None
    rows = dict(numbered)
    last = header.line
    for (top, _), (bottom, _) in merges:
        if top + 1 == header.line and bottom > top:
            last = max(last, bottom + 1)
    last = min(last, header.line + SEARCHED_ROWS)
    labels: list[object] = list(rows[header.line])
    for (top, left), (_, right) in merges:
        if top + 1 == header.line and right > left and as_text(labels[left]):
            # A heading over several columns is the heading of each.
            for position in range(left + 1, min(right + 1, len(labels))):
                labels[position] = as_text(labels[position]) or labels[left]
    for line in range(header.line + 1, last + 1):
        lower = rows.get(line, [])
        labels = [
            low if as_text(low) else label
            for label, low in zip(labels, [*lower, *labels[len(lower) :]], strict=False)
        ]
    combined = find_header([(last, labels)]) or replace(header, line=last)
    return replace(combined, year=combined.year or header.year)


def _below(numbered: Cells, header: Header, layout: Layout, place: str) -> Iterator[Row]:
    missing: dict[int, list[tuple[int, str]]] = {}
    for (line, column), shown in layout.without_value.items():
        if column not in layout.hidden_columns:
            missing.setdefault(line, []).append((column, shown))
    for number, cells in numbered:
        if number > header.line and _filled(cells):
            for at, shown in missing.get(number, ()):
                if header.says_access(at) and at < len(cells):
                    # Kept, because it may have been 非开放.
                    cells[at] = shown
            notes = tuple(
                AtlasError(
                    CELL_WITHOUT_VALUE, place=FilePosition(place, number, at + 1), value=shown
                )
                for at, shown in missing.get(number, ())
                if at < len(header.columns) and header.columns[at]
            )
            yield Row(number, cells, notes=notes)
