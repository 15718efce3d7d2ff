"""What the rows of a sent workbook say: which item each is of, and what is wrong with it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

from catalog_service.open_list.errors import (
    LIST_CELL_DATE,
    LIST_CELL_FORMULA,
    LIST_CELL_MERGED,
    LIST_CELL_OPEN_TYPE,
    LIST_CELL_TOO_LONG,
    LIST_ROW_AMBIGUOUS,
    LIST_ROW_KEY,
    LIST_ROW_REPEATED,
    LIST_ROW_TITLE,
)
from catalog_service.open_list.exchange.columns import KEY
from catalog_service.open_list.exchange.model import EditedRow, SentList
from catalog_service.open_list.model import LONGEST_CELL, OPEN_TYPES, Content
from harvesters.readers.workbook_tables import column_letters
from ontology.errors import AtlasError


def rows_of(sent: SentList, base: Content, upload: str) -> list[EditedRow]:
    """Return the rows that are items, each with all that is wrong with it.

    ``base`` is what the list said when the workbook was made.

    A row without a key is the item of its title, where one item alone has that and no other row is
    of it; else it is new, with a key made of the upload's name and the row's number.
    """
    titles = Counter(one.title for one in base.items.values())
    by_title = {one.title: one.key for one in base.items.values() if titles[one.title] == 1}
    texts = {number: _texts(sent, cells) for number, cells in sent.rows}
    given = {row.get(KEY, "") for row in texts.values()}
    seen: dict[str, int] = {}
    found = []
    for number, row in texts.items():
        if not any(row.values()):
            continue
        problems = list(_problems(sent, number, row))
        key, title = row.pop(KEY, ""), row.get("title", "")
        is_new = False
        if not key and titles[title] > 1 and KEY not in sent.fields:
            problems.append(
                AtlasError(LIST_ROW_AMBIGUOUS, row=number, title=title, count=titles[title])
            )
        if not key and title in by_title and by_title[title] not in given | seen.keys():
            key = by_title[title]
        elif not key:
            key, is_new = _new_key(upload, number), True
        elif key not in base.items:
            problems.append(AtlasError(LIST_ROW_KEY, row=number, key=key[:80]))
        if key in seen:
            problems.append(AtlasError(LIST_ROW_REPEATED, row=number, other=seen[key]))
        seen.setdefault(key, number)
        found.append(EditedRow(number, key, is_new, row, tuple(problems)))
    return found


def _texts(sent: SentList, cells: tuple[str, ...]) -> dict[str, str]:
    return {
        field: cells[position] if position < len(cells) else ""
        for position, field in sent.columns.items()
    }


def _problems(sent: SentList, number: int, row: Mapping[str, str]) -> Iterator[AtlasError]:
    for position, field in sent.columns.items():
        place = (number, position)
        cell = f"{column_letters(position)}{number}"
        if place in sent.without_value:
            yield AtlasError(LIST_CELL_FORMULA, cell=cell, shown=sent.without_value[place])
        elif place in sent.dates:
            yield AtlasError(LIST_CELL_DATE, cell=cell, shown=sent.dates[place])
        if len(row[field]) > LONGEST_CELL:
            yield AtlasError(
                LIST_CELL_TOO_LONG, cell=cell, count=len(row[field]), limit=LONGEST_CELL
            )
    for line, first, last in sent.across:
        if line == number:
            cells = f"{column_letters(first)}{line}:{column_letters(last)}{line}"
            yield AtlasError(LIST_CELL_MERGED, cells=cells)
    if "title" in row and not row["title"]:
        yield AtlasError(LIST_ROW_TITLE, row=number)
    open_type = row.get("open_type", "")
    if open_type and open_type not in OPEN_TYPES:
        at = next(at for at, field in sent.columns.items() if field == "open_type")
        yield AtlasError(
            LIST_CELL_OPEN_TYPE,
            cell=f"{column_letters(at)}{number}",
            shown=open_type[:40],
            known=" / ".join(OPEN_TYPES),
        )


def _new_key(upload: str, number: int) -> str:
    return "row/" + hashlib.sha256(f"{upload} {number}".encode()).hexdigest()[:16]
