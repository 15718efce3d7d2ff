"""Hidden rows and columns of XLSX sheets, and cells without a value, read from their XML.

The library that reads the cells reports neither. `harvesters.readers.workbook_guard` has checked
the file before: its parts have limited sizes and no document types.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from harvesters.readers.sheet_extent import column_index

_TAG: Final = rb"<(?:\w+:)?%s\b((?:\s+[\w:.\-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>"
_SHEET: Final = re.compile(_TAG % b"sheet")
_RELATION: Final = re.compile(_TAG % b"Relationship")
_ROW: Final = re.compile(_TAG % b"row")
_COLUMN: Final = re.compile(_TAG % b"col")
_CELL: Final = re.compile(_TAG % b"c")
_ATTRIBUTE: Final = re.compile(rb"([\w:.\-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ERROR: Final = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_BARE_FORMULA: Final = re.compile(
    rb"\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_VALUE: Final = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f\b")
_NAME: Final = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_TRUE: Final = frozenset({"1", "true", "on"})


@dataclass(slots=True)
class Layout:
    """The layout of a sheet; rows count from 1, columns from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    without_value: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cells that show an error, or a formula whose result was never stored (``=``)."""


def layouts(content: bytes) -> dict[str, Layout]:
    """Return the layout of each sheet by its name; raises `zipfile.BadZipFile`, `KeyError`."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        relations = {
            found.get("Id"): found.get("Target", "")
            for found in _tags(_RELATION, archive.read("xl/_rels/workbook.xml.rels"))
        }
        sheets: dict[str, Layout] = {}
        for sheet in _tags(_SHEET, archive.read("xl/workbook.xml")):
            target = relations.get(next((v for k, v in sheet.items() if k.endswith(":id")), ""))
            if target:
                path = target.lstrip("/") if target[0] == "/" else posixpath.join("xl", target)
                part = archive.read(posixpath.normpath(path))
                sheets[sheet.get("name", "")] = _layout(part)
        return sheets


def _tags(pattern: re.Pattern[bytes], content: bytes) -> Iterator[dict[str, str]]:
    for found in pattern.finditer(content):
        yield _attributes(found.group(1))


def _attributes(text: bytes) -> dict[str, str]:
    return {
        key.decode(): unescape((double or single).decode("utf-8", "replace"))
        for key, double, single in _ATTRIBUTE.findall(text)
    }


def _layout(content: bytes) -> Layout:
    layout = Layout()
    number = 0
    for row in _tags(_ROW, content):
        given = row.get("r", "")
        number = int(given) if given.isdecimal() else number + 1
        if row.get("hidden") in _TRUE or _is_zero(row.get("ht")):
            layout.hidden_rows.add(number)
    for column in _tags(_COLUMN, content):
        if column.get("hidden") in _TRUE or _is_zero(column.get("width")):
            first, last = column.get("min", ""), column.get("max", "")
            if first.isdecimal() and last.isdecimal():
                layout.hidden_columns.update(range(int(first) - 1, min(int(last), 16_384)))
    if _FORMULA.search(content) or _ERROR.search(content):
        for cell in _CELL.finditer(content):
            is_error = _ERROR.search(cell.group(1)) is not None
            if is_error or _BARE_FORMULA.match(content, cell.end()):
                at = _NAME.fullmatch(_attributes(cell.group(1)).get("r", "").encode())
                if at is not None:
                    place = (int(at.group(2)), column_index(at.group(1)))
                    value = _VALUE.search(content, cell.end(), cell.end() + 2_000)
                    shown = value.group(1).decode("utf-8", "replace") if value else "#"
                    layout.without_value[place] = shown if is_error else "="
    return layout


def _is_zero(size: str | None) -> bool:
    try:
        return size is not None and float(size) == 0
    except ValueError:
        return False
