"""Sheets of XLSX and XLS workbooks."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from harvesters.csv_rows import Row
from harvesters.errors import BAD_SPREADSHEET, SHEET_TOO_LARGE
from harvesters.files import Input, read_all
from harvesters.header import Header, find_header, header_missing
from harvesters.limits import Limits
from harvesters.workbook_guard import guard_workbook
from ontology.errors import AtlasError, Place

_ZIP: Final = b"PK"


def workbook_sheets(source: Input, limits: Limits) -> Iterator[tuple[Header, str, Iterator[Row]]]:
    """Yield header, name and rows of each sheet that has a header.

    Raises `AtlasError`: ``bad-spreadsheet``, ``header-missing`` where no sheet has one, and what
    `harvesters.workbook_guard` refuses.
    """
    content = read_all(source, limits)
    if content.startswith(_ZIP):
        guard_workbook(content, source.name, limits)
    book = _opened(content, source.name)
    first: list[tuple[int, list[object]]] = []
    found = False
    for name in book.sheet_names:
        numbered = list(_rows(book, name, source.name, limits))
        first = first or numbered[:20]
        header = find_header(numbered)
        if header is not None:
            found = True
            below = (Row(n, cells) for n, cells in numbered if n > header.line and any(cells))
            yield header, name, below
    if not found:
        raise header_missing(source.name, first)


def _opened(content: bytes, name: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except Exception as problem:
        raise _bad(name, problem) from None
    except BaseException as problem:
        # A panic inside the Rust library is no Exception; anything else is not ours to stop.
        if type(problem).__name__ != "PanicException":
            raise
        raise _bad(name, problem) from None


def _rows(
    book: CalamineWorkbook, sheet_name: str, name: str, limits: Limits
) -> Iterator[tuple[int, list[object]]]:
    sheet = _sheet(book, sheet_name, name)
    end = sheet.end or (0, 0)
    rows, columns = end[0] + 1, end[1] + 1
    if rows * columns > limits.cells:
        raise AtlasError(
            SHEET_TOO_LARGE,
            place=Place(name),
            sheet=sheet_name,
            rows=rows,
            columns=columns,
            limit=limits.cells,
        )
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        yield number, list(cells)


def _sheet(book: CalamineWorkbook, sheet_name: str, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(sheet_name)
    except (CalamineError, OSError, ValueError) as problem:
        raise _bad(name, problem) from None


def _bad(name: str, problem: BaseException) -> AtlasError:
    return AtlasError(BAD_SPREADSHEET, place=Place(name), reason=str(problem)[:200])
