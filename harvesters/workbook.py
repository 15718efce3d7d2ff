"""Sheets of XLSX and XLS workbooks."""

from __future__ import annotations

import io
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook

from harvesters.csv_rows import Row
from harvesters.errors import BAD_SPREADSHEET
from harvesters.files import Input, read_all
from harvesters.header import Header, find_header, header_missing
from harvesters.limits import Limits
from ontology.errors import AtlasError, Place


def workbook_sheets(source: Input, limits: Limits) -> Iterator[tuple[Header, Iterator[Row]]]:
    """Yield the header and rows of each sheet that has one; raises `AtlasError` without any."""
    content = read_all(source, limits)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, OSError, ValueError) as problem:
        raise AtlasError(BAD_SPREADSHEET, place=Place(source.name), reason=str(problem)) from None
    found = False
    first: list[tuple[int, list[object]]] = []
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        numbered = list(enumerate(rows, start=1))
        first = first or [(n, list(cells)) for n, cells in numbered[:20]]
        header = find_header(numbered)
        if header is None:
            continue
        found = True
        yield (
            header,
            (
                Row(number, list(cells))
                for number, cells in numbered
                if number > header.line and any(cell not in ("", None) for cell in cells)
            ),
        )
    if not found:
        raise header_missing(source.name, first)
