"""Rows of a small table that people keep: CSV in whatever encoding, or the first sheet of a
workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from harvesters.errors import BAD_CSV
from harvesters.limits import Limits
from harvesters.readers.encodings import detected_encoding
from harvesters.readers.files import Input, read_all
from harvesters.readers.workbook import first_sheet
from ontology.errors import AtlasError, FilePosition

_WORKBOOKS: Final = (b"PK", b"\xd0\xcf\x11\xe0")
"""How XLSX and ODS, and XLS, begin."""


def table_rows(source: Input, limits: Limits) -> Iterator[tuple[int, list[object]]]:
    """Yield the rows of a table with their numbers, from 1; of CSV the number of the last line.

    Raises `AtlasError`: ``bad-csv``, and what `first_sheet` refuses.
    """
    content = read_all(source, limits)
    if content.startswith(_WORKBOOKS):
        yield from first_sheet(Input(source.name, content=content), limits)
        return
    text = content.decode(detected_encoding(content) or "gb18030", "replace").lstrip("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, list(cells)
    except csv.Error as problem:
        place = FilePosition(source.name, reader.line_num)
        raise AtlasError(BAD_CSV, place=place, reason=str(problem)) from None
