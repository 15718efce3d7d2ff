"""Reads the source catalogue from a CSV file or a workbook, and writes it as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line
from catalog_service.source_catalog.errors import ITEM_INCOMPLETE, NO_ITEM_HEADINGS
from catalog_service.source_catalog.model import SourceItem
from harvesters.errors import BAD_CSV
from harvesters.limits import DEFAULT
from harvesters.mapping.value_parsing import as_text
from harvesters.readers.encodings import detected_encoding
from harvesters.readers.files import Input, read_all
from harvesters.readers.workbook import first_sheet
from ontology.errors import AtlasError, FilePosition
from search.analysis.normalization import normal

HEADINGS: Final = ("数据项", "责任部门", "数据来源", "更新机制", "质量标准", "使用方式")
"""As they are written; what is read may be called otherwise (`_NAMES`)."""

_NAMES: Final = (
    ("数据项", "数据项名称", "信息项", "信息项名称", "data item", "item"),
    ("责任部门", "数源部门", "提供部门", "来源部门", "department"),
    ("数据来源", "来源", "来源系统", "source"),
    ("更新机制", "更新方式", "更新频率", "update", "update mechanism"),
    ("质量标准", "质量要求", "数据质量标准", "quality", "quality standard"),
    ("使用方式", "共享方式", "use", "way of use"),
)
_SEARCHED: Final = 10
"""Rows in which the headings are looked for: a title may stand above them."""
_WORKBOOKS: Final = (b"PK", b"\xd0\xcf\x11\xe0")
"""How XLSX and ODS, and XLS, begin."""


def read_items(source: Input) -> Iterator[SourceItem | AtlasError]:
    """Yield the data items of a table, or why a row is none.

    Raises `AtlasError`: ``no-item-headings``, and what is wrong with the file as a whole.
    """
    rows = _rows(source)
    columns = next(filter(None, (_columns(cells) for _, cells in islice(rows, _SEARCHED))), None)
    if columns is None:
        raise AtlasError(NO_ITEM_HEADINGS, place=FilePosition(source.name), searched=_SEARCHED)
    for number, cells in rows:
        texts = [as_text(cells[at]) if at is not None and at < len(cells) else "" for at in columns]
        if not any(texts):
            continue
        missing = [HEADINGS[at] for at in (0, 1) if not texts[at]]
        if missing:
            place = FilePosition(source.name, number)
            yield AtlasError(ITEM_INCOMPLETE, place=place, missing="、".join(missing))
        else:
            yield SourceItem(*texts)


def write_items(items: Iterable[SourceItem]) -> Iterator[str]:
    """Yield the lines of a CSV file that `read_items` reads, the headings first."""
    yield BYTE_ORDER_MARK + csv_line(HEADINGS)
    for one in items:
        yield csv_line((one.item, one.department, one.source, one.mechanism, one.quality, one.use))


def _rows(source: Input) -> Iterator[tuple[int, list[object]]]:
    content = read_all(source, DEFAULT)
    if content.startswith(_WORKBOOKS):
        yield from first_sheet(Input(source.name, content=content), DEFAULT)
        return
    text = content.decode(detected_encoding(content) or "gb18030", "replace").lstrip("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, list(cells)
    except csv.Error as problem:
        place = FilePosition(source.name, reader.line_num)
        raise AtlasError(BAD_CSV, place=place, reason=str(problem)) from None


def _columns(cells: list[object]) -> list[int | None] | None:
    """Return where each of `HEADINGS` stands; None where the first two are not there."""
    names = [normal(as_text(cell)).strip() for cell in cells]
    found = [next((names.index(n) for n in known if n in names), None) for known in _NAMES]
    return None if found[0] is None or found[1] is None else found
