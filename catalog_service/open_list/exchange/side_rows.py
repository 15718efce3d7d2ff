"""Rows of a workbook that are no items, and what is told of them.

How they are recognized: `harvesters.readers.side_rows`. A row with an item's key, with an open
type, or called as an item of the list, is an item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from catalog_service.open_list.exchange.columns import KEY, fields_of_headings
from catalog_service.open_list.exchange.model import SideRow
from catalog_service.open_list.model import OPEN_TYPES
from harvesters.readers.open_list_header import heading_key
from harvesters.readers.side_rows import repeats_headings, why_aside, without_persons


def side_rows(
    rows: Iterable[tuple[int, tuple[str, ...]]],
    columns: Mapping[int, str],
    headings: int,
    titles: Collection[str],
) -> Iterator[SideRow]:
    """Yield those of a sheet's rows that are no items, in its order.

    ``rows``: number and texts of each; ``columns``: which field stands in a column (from 0);
    ``headings``: the number of the row of headings; ``titles``: of the items of the list.
    """
    for number, cells in rows:
        if number < headings and any(cells):
            # Of the list's title, of who filled it in, or both.
            shown = without_persons(cells, why_aside(cells, ""))
            yield SideRow(number, shown, "above")
        elif number > headings and (why := _why(cells, columns, titles)):
            yield SideRow(number, without_persons(cells, why), why)


def _why(cells: tuple[str, ...], columns: Mapping[int, str], titles: Collection[str]) -> str:
    known = fields_of_headings()
    if repeats_headings(
        cells, columns, lambda at, text: known.get(heading_key(text)) == columns[at]
    ):
        return "headings"
    values = {field: cells[at] for at, field in columns.items() if at < len(cells)}
    named = values.get("title", "") in titles
    if named or values.get(KEY) or values.get("open_type") in OPEN_TYPES:
        return ""
    return why_aside(cells, values.get("title", ""))
