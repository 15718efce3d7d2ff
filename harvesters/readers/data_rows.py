"""All rows of a data file, whatever its columns are called: CSV row by row, or a workbook's sheet.

The first row that holds anything is the header. The rows can be gone through several times, and
memory stays bounded however many there are: a workbook, which its library reads whole, is written
to a temporary file once.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Final, TextIO

from harvesters.errors import BAD_CSV, FILE_EMPTY, WRONG_ENCODING
from harvesters.limits import Limits
from harvesters.mapping.value_parsing import as_text
from harvesters.readers.encodings import detected_encoding
from harvesters.readers.files import Input
from harvesters.readers.workbook import first_sheet
from ontology.errors import AtlasError, FilePosition
from ontology.limits import MAX_TEXT, MIB

_SAMPLE: Final = 256 * 1024
_WORKBOOKS: Final = (b"PK", b"\xd0\xcf\x11\xe0")
"""How XLSX and ODS, and XLS, begin."""
_DELIMITERS: Final = ",\t;|"


class DataRows:
    """The header of a table, and its rows as often as they are asked for."""

    def __init__(self, name: str, again: Callable[[], TextIO], delimiter: str) -> None:
        """Read the header; raises ``file-empty`` and what `rows` raises."""
        self._name = name
        self._again = again
        self._delimiter = delimiter
        header = next(self._filled(), None)
        if header is None:
            raise AtlasError(FILE_EMPTY, file=name)
        self.header = tuple(" ".join(cell.split()) for cell in header)

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows that hold anything, as wide as the header.

        Cells beyond it are left out, missing ones are empty. Raises ``bad-csv`` and
        ``wrong-encoding``.
        """
        width = len(self.header)
        filled = self._filled()
        next(filled, None)
        for row in filled:
            if len(row) != width:
                row = (row + [""] * width)[:width]  # noqa: PLW2901
            yield row

    def _filled(self) -> Iterator[list[str]]:
        # It holds for the whole process, and other readers set it too.
        csv.field_size_limit(MAX_TEXT)
        taken: list[str] = []
        last: list[str] = []
        with self._again() as stream:
            reader = csv.reader(self._lines(stream, taken), delimiter=self._delimiter)
            try:
                for row in reader:
                    last, taken[:] = taken[:], []
                    if any(row):
                        yield row
                # A quotation mark that is never closed has made one cell of all that follows it.
                if len(last) > 1 and _ends_open(last, self._delimiter):
                    raise csv.Error("unexpected end of data")
            except csv.Error as problem:
                place = FilePosition(self._name, reader.line_num)
                raise AtlasError(BAD_CSV, place=place, reason=str(problem)) from None
            except UnicodeDecodeError as problem:
                place = FilePosition(self._name, reader.line_num + 1)
                raise AtlasError(
                    WRONG_ENCODING, place=place, encoding=problem.encoding, byte=problem.start
                ) from None

    def _lines(self, stream: TextIO, taken: list[str]) -> Iterator[str]:
        number = 0
        while line := stream.readline(MIB):
            number += 1
            if len(line) == MIB and not line.endswith("\n"):
                place = FilePosition(self._name, number)
                raise AtlasError(BAD_CSV, place=place, reason=f"> {MIB}")
            text = line.replace("\0", "")
            taken.append(text)
            yield text


def _ends_open(lines: list[str], delimiter: str) -> bool:
    """Tell whether a row ends within quotation marks; only the strict reader says so."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as problem:
        return "unexpected end" in str(problem)
    return False


@contextmanager
def data_rows(source: Input, limits: Limits) -> Iterator[DataRows]:
    """Open a CSV file, XLSX, ODS or XLS.

    Raises `AtlasError`: ``file-empty``, ``bad-csv``, ``wrong-encoding``, and what
    `harvesters.readers.workbook.first_sheet` refuses.
    """
    with source.open() as stream:
        head = stream.read(_SAMPLE)
    if head.startswith(_WORKBOOKS):
        with tempfile.NamedTemporaryFile(
            "w+", encoding="utf-8", newline="", suffix=".csv"
        ) as spooled:
            _spool(source, limits, spooled)
            spooled.flush()
            csv_file = Input(source.name, path=Path(spooled.name))
            yield DataRows(source.name, partial(_text, csv_file, "utf-8"), ",")
        return
    encoding = _encoding(head)
    first = head.decode(encoding, "replace").lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    yield DataRows(source.name, partial(_text, source, encoding), delimiter)


def _text(source: Input, encoding: str) -> TextIO:
    return io.TextIOWrapper(source.open(), encoding, newline="")


def _encoding(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    whole = head[: head.rfind(b"\n") + 1] or head if len(head) == _SAMPLE else head
    found = detected_encoding(whole) or "gb18030"
    return "utf-8-sig" if found == "utf-8" else found


def _spool(source: Input, limits: Limits, spooled: IO[str]) -> None:
    """Write the rows of a workbook as CSV."""
    writer = csv.writer(spooled)
    for _, cells in first_sheet(source, limits):
        writer.writerow([as_text(cell) for cell in cells])
