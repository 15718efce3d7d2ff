"""Reads a workbook that was sent: the sheet of the list, and where it says that it comes from."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from catalog_service.open_list.errors import LIST_WORKBOOK_HEADINGS, LIST_WORKBOOK_LONG
from catalog_service.open_list.exchange.columns import (
    ABOUT_SHEET,
    CONTENT,
    KEY,
    ORGANIZATION,
    VALUES_SHEET,
    YEAR,
    about_of_labels,
    fields_of_headings,
)
from catalog_service.open_list.exchange.model import SentList
from catalog_service.open_list.exchange.side_rows import side_rows
from harvesters.limits import Limits
from harvesters.mapping.value_parsing import as_text
from harvesters.readers.files import Input
from harvesters.readers.open_list_header import SEARCHED_ROWS, heading_key
from harvesters.readers.workbook_tables import (
    SheetTable,
    WorkbookTables,
    cell_text,
    workbook_tables,
)
from ontology.errors import AtlasError
from ontology.limits import MIB

MAX_UPLOAD: Final = 8 * MIB
"""Bytes of a workbook."""
SENT: Final = Limits(document=64 * MIB, cells=1_000_000)
"""What a workbook may unpack to, and how many cells a sheet of it may span."""
SECONDS: Final = 60
"""That reading one may take."""
MOST_ROWS: Final = 20_000

_FEWEST: Final = 2
"""Known headings that make a row one of headings."""
_HASH: Final = re.compile(r"[0-9a-f]{64}")


def read_sent(name: str, body: bytes, titles: Collection[str] = ()) -> SentList:
    """Return what a workbook says; ``titles``: of the items of the list that it is sent for.

    Raises ``open-list-workbook-headings``, ``open-list-workbook-long``, and what
    `harvesters.readers.workbook_tables` refuses.
    """
    read = workbook_tables(Input(name, content=body), SENT, SECONDS)
    found = [(sheet, header) for sheet in read.sheets if (header := _header(sheet)) is not None]
    if not found:
        raise AtlasError(LIST_WORKBOOK_HEADINGS, file=name, searched=SEARCHED_ROWS)
    # The sheet with the most known headings counts; of two like it the first.
    sheet, (line, columns) = max(found, key=lambda one: len(one[1][1]))
    below = [(number, cells) for number, cells in sheet.rows if number > line]
    filled = sum(any(map(as_text, cells)) for _, cells in below)
    if filled > MOST_ROWS:
        raise AtlasError(LIST_WORKBOOK_LONG, file=name, count=filled, limit=MOST_ROWS)
    labels = [as_text(cell) for cell in dict(sheet.rows)[line]]
    hidden = set(sheet.hidden_columns)
    about = _about(read)
    digest = about.get(CONTENT, "")
    shown = {at: field for at, field in columns.items() if at not in hidden}
    texts = [(number, tuple(map(cell_text, cells))) for number, cells in sheet.rows]
    aside = tuple(side_rows(texts, shown, line, titles))
    not_items = {one.number for one in aside}
    return SentList(
        sheet=sheet.name,
        columns=shown,
        rows=tuple(row for row in texts if row[0] > line and row[0] not in not_items),
        dates={
            (number, at): cell_text(cell)
            for number, cells in below
            for at, cell in enumerate(cells)
            if isinstance(cell, date)
        },
        without_value=sheet.without_value,
        across=sheet.across,
        merged=sheet.merged,
        hidden_rows=tuple(one for one in sheet.hidden_rows if one > line),
        hidden_columns=tuple(labels[at] for at in columns if at in hidden),
        not_taken=tuple(text for at, text in enumerate(labels) if text and at not in columns),
        other_sheets=tuple(
            [one.name for one in read.sheets if one is not sheet and not _is_own(one)]
            + list(read.hidden)
        ),
        base=digest if _HASH.fullmatch(digest) else "",
        organization=about.get(ORGANIZATION, ""),
        year=about.get(YEAR, ""),
        aside=aside,
    )


def _header(sheet: SheetTable) -> tuple[int, Mapping[int, str]] | None:
    for number, cells in sheet.rows[:SEARCHED_ROWS]:
        columns = _columns(cells)
        if len(columns) >= _FEWEST and {KEY, "title"} & set(columns.values()):
            return number, columns
    return None


def _columns(cells: Sequence[object]) -> dict[int, str]:
    known = fields_of_headings()
    found: dict[int, str] = {}
    for position, cell in enumerate(cells):
        field = known.get(heading_key(cell), "")
        # Of two columns with one meaning the first counts; the other is told as not taken.
        if field and field not in found.values():
            found[position] = field
    return found


def _about(read: WorkbookTables) -> dict[str, str]:
    known = about_of_labels()
    found: dict[str, str] = {}
    for sheet in read.sheets:
        for _, cells in sheet.rows[:SEARCHED_ROWS]:
            name = known.get(heading_key(cells[0]), "") if len(cells) > 1 else ""
            if name:
                found.setdefault(name, as_text(cells[1]))
    return found


def _is_own(sheet: SheetTable) -> bool:
    """Tell whether it is one of those that the list was given out with."""
    names = (ABOUT_SHEET.zh, ABOUT_SHEET.en, VALUES_SHEET.zh, VALUES_SHEET.en)
    return sheet.name in names
