"""Reads the source catalogue from a CSV file or a workbook, and writes it as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line
from catalog_service.source_catalog.errors import NO_ITEM_HEADINGS
from catalog_service.source_catalog.identity import HEADINGS, checked
from catalog_service.source_catalog.model import ItemTable, SourceItem, TableRow, Text
from harvesters.limits import DEFAULT, Limits
from harvesters.mapping.value_parsing import as_text
from harvesters.readers.files import Input
from harvesters.readers.table_rows import table_rows
from ontology.errors import AtlasError, FilePosition
from ontology.limits import MIB
from search.analysis.normalization import normal

_NAMES: Final[dict[Text, tuple[str, ...]]] = {
    "item": ("数据项", "数据项名称", "信息项", "信息项名称", "data item", "item"),
    "department": ("责任部门", "数源部门", "提供部门", "来源部门", "department"),
    "source": ("数据来源", "来源", "来源系统", "source"),
    "mechanism": ("更新机制", "更新方式", "更新频率", "update", "update mechanism"),
    "quality": ("质量标准", "质量要求", "数据质量标准", "quality", "quality standard"),
    "use": ("使用方式", "共享方式", "use", "way of use"),
}
"""Headings under which each text of a claim is found."""
_SEARCHED: Final = 10
"""Rows in which the headings are looked for: a title may stand above them."""


MAX_UPLOAD: Final = 8 * MIB
"""Bytes of a table that is sent over HTTP."""

UPLOADED: Final = Limits(document=MAX_UPLOAD, cells=1_000_000)
"""How much is read of one: what a small workbook unpacks to must not fill the memory."""


def read_table(source: Input, limits: Limits = DEFAULT) -> ItemTable:
    """Return the data items of a table, and why a row is none.

    Raises `AtlasError`: ``no-item-headings``, and what is wrong with the file as a whole; the rows
    raise that, too, while they are read.
    """
    rows = table_rows(source, limits)
    columns = next(filter(None, (_columns(cells) for _, cells in islice(rows, _SEARCHED))), None)
    if columns is None:
        raise AtlasError(NO_ITEM_HEADINGS, place=FilePosition(source.name), searched=_SEARCHED)
    return ItemTable(frozenset(columns), _items(source.name, columns, rows))


def write_items(items: Iterable[SourceItem]) -> Iterator[str]:
    """Yield the lines of a CSV file that `read_items` reads, the headings first."""
    yield BYTE_ORDER_MARK + csv_line(HEADINGS.values())
    for one in items:
        yield csv_line(one.texts)


def _items(
    name: str, columns: Mapping[Text, int], rows: Iterator[tuple[int, list[object]]]
) -> Iterator[TableRow | AtlasError]:
    for number, cells in rows:
        texts = {
            text: as_text(cells[at]) if at < len(cells) else "" for text, at in columns.items()
        }
        if any(texts.values()):
            try:
                yield TableRow(checked(SourceItem(**texts), FilePosition(name, number)), number)
            except AtlasError as error:
                yield error


def _columns(cells: list[object]) -> dict[Text, int]:
    """Return where each text of a claim stands; nothing where the first two are not there."""
    names = [normal(as_text(cell)).strip() for cell in cells]
    found = {
        text: names.index(next(name for name in known if name in names))
        for text, known in _NAMES.items()
        if not set(known).isdisjoint(names)
    }
    return found if {"item", "department"} <= found.keys() else {}
