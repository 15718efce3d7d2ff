"""The first rows of a data file, whatever its columns are called: CSV, JSON, XLSX, XLS.

Unlike the other readers this one knows no headings: the first row that holds anything is taken for
the header of a table; of JSON the keys of the first records are. Cells come as text, without what
identifies a person, as far as that is recognized (`harvesters.privacy`): a cell is read beside its
heading, so that a name below 姓名 is one. Files may have no header, or a title above it: the first
row is cleaned like the others, and a heading counts in whichever of the first rows it stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

import orjson

from harvesters.errors import WRONG_ENCODING
from harvesters.limits import Limits
from harvesters.mapping.value_parsing import as_text
from harvesters.privacy.table_cells import SPEAKS_OF_PERSONS, identifies, is_personal
from harvesters.readers.encodings import detected_encoding
from harvesters.readers.files import Input
from harvesters.readers.json_documents import array_items
from harvesters.readers.workbook import first_sheet
from ontology.errors import AtlasError, FilePosition
from ontology.truncation import clip

Kind = Literal["csv", "json", "xlsx", "xls"]
KINDS: Final[tuple[Kind, ...]] = ("csv", "json", "xlsx", "xls")
MAX_COLUMNS: Final = 30
MAX_CELL: Final = 200
_SEARCHED: Final = MAX_CELL * 4
"""Characters of a cell that are looked at: no more of it is shown."""
_SAMPLE: Final = 64 * 1024
_MIB: Final = 1024 * 1024
_LIMITS: Final = Limits(line=_MIB, document=8 * _MIB, unpacked=8 * _MIB, cells=400_000)
_NAMES: Final = "联系人"
"""Said above each column where no row is a header; below 姓名 any short word would be a name."""
_HEADING_ROWS: Final = 4
"""Rows among which headings are looked for: titles and notes may stand above them."""
_DELIMITERS: Final = ",\t;|"


@dataclass(frozen=True, slots=True)
class Sample:
    """A header and rows of the same width; a cell is None where personal data was left out."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    columns: int
    """How many columns the file has; at most `MAX_COLUMNS` are here."""
    left_out: int
    """Cells that were left out, those of the header among them; these are empty."""


def sample_rows(content: bytes, name: str, kind: Kind, most: int) -> Sample:
    """Return the first rows of a file; ``name`` is what errors call it.

    Raises `AtlasError`: ``wrong-encoding``, ``bad-json``, ``bad-spreadsheet``, and what guards
    workbooks.
    """
    if kind == "csv":
        return _sample(_csv(content, name), most)
    if kind == "json":
        return _sample(_json(content, name, most), most)
    source = Input(name, content=content)
    return _sample((cells for _, cells in first_sheet(source, _LIMITS)), most)


def _sample(rows: Iterable[Iterable[object]], most: int) -> Sample:
    texts = (tuple(as_text(cell) for cell in row) for row in rows)
    filled = [row for row in islice(texts, most * 4 + 20) if any(row)][: most + 1]
    if not filled:
        return Sample((), (), 0, 0)
    width = max(len(row) for row in filled)
    grid = [(row + ("",) * (width - len(row)))[:MAX_COLUMNS] for row in filled]
    headings = [_headings(column) for column in zip(*grid[:_HEADING_ROWS], strict=True)]
    # A header says what persons have, and not what one has: this row is of the data.
    headed = not any(identifies(cell[:_SEARCHED]) for cell in grid[0])
    header, *below = (
        tuple(
            _cell(above if headed else (*above, _NAMES), cell)
            for above, cell in zip(headings, row, strict=True)
        )
        for row in grid
    )
    left_out = sum(cell is None for row in (header, *below) for cell in row)
    return Sample(tuple(cell or "" for cell in header), tuple(below), width, left_out)


def _headings(column: tuple[str, ...]) -> tuple[str, ...]:
    """Return what may head a column: its first cell, and what below that speaks of persons."""
    first, *others = (clip(cell, MAX_CELL) for cell in column)
    return (first, *(other for other in others if SPEAKS_OF_PERSONS.search(other) is not None))


def _cell(headings: tuple[str, ...], text: str) -> str | None:
    """Return a cell as it may be shown; None for what identifies a person, alone or so headed."""
    text = text[:_SEARCHED]
    return None if is_personal(headings, text) else clip(text, MAX_CELL)


def _csv(content: bytes, name: str) -> Iterator[list[str]]:
    sample = content[:_SAMPLE]
    if len(content) > _SAMPLE:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    encoding = detected_encoding(sample) or "gb18030"
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        place = FilePosition(name, content.count(b"\n", 0, error.start) + 1)
        raise AtlasError(WRONG_ENCODING, place=place, encoding=encoding, byte=error.start) from None
    first = text[:4096].partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    lines = (line[:_MIB] for line in io.StringIO(text, newline=""))
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        # What came before it can be shown.
        return


def _json(content: bytes, name: str, most: int) -> Iterator[list[object]]:
    records = []
    for item, _ in islice(array_items(content, name), most):
        if isinstance(item, AtlasError):
            raise item
        record = orjson.loads(item)
        records.append(record if isinstance(record, dict) else {"": record})
    keys = list(dict.fromkeys(key for record in records for key in record))
    yield list(keys)
    for record in records:
        yield [_flat(record.get(key)) for key in keys]


def _flat(value: object) -> object:
    if isinstance(value, dict | list):
        try:
            return orjson.dumps(value).decode()
        except orjson.JSONEncodeError as error:
            # It reads deeper documents than it writes.
            raise ValueError("nested too deep") from error
    return value
