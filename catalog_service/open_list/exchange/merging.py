"""A workbook's changes on a list that went on meanwhile: a merge of three, pure.

Base is what the list said when the workbook was made, mine the rows as they came back, theirs what
the list says now. What only one side changed is that side's; what both changed alike is done; what
both changed otherwise is chosen about, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.errors import LIST_ROW_UNDECIDED
from catalog_service.open_list.exchange.model import (
    WHOLE,
    CellChange,
    ChangeState,
    EditedRow,
    RowChange,
    Side,
    cell_of,
)
from catalog_service.open_list.model import COLUMNS, Content, ListItem
from ontology.errors import AtlasError


def merged(
    base: Content, theirs: Content, rows: Iterable[EditedRow], *, is_whole: bool = True
) -> list[RowChange]:
    """Return what rows without problems change.

    ``is_whole`` False: items without a row are not taken as removed, for rows may be hidden.
    """
    edited = list(rows)
    found = list(_of_rows(base, theirs, edited))
    if is_whole:
        named = {one.key for one in edited}
        found += _removed(base, theirs, named)
    order = ("conflict", "removed", "changed", "new")
    return sorted(found, key=lambda one: (order.index(one.state), one.number, one.here.title))


def resolve(change: RowChange, choices: Mapping[str, Side]) -> ItemChange | None:
    """Return what is written of a change; None: what stands now stays.

    Raises ``open-list-row-undecided`` where something is not chosen about.
    """
    sides = {unit: choices.get(unit) for unit in change.units}
    if None in sides.values():
        raise AtlasError(LIST_ROW_UNDECIDED, title=change.here.title)
    if WHOLE in sides:
        return ItemChange(change.before, change.after) if sides[WHOLE] == "mine" else None
    after = change.after
    if after is not None:
        kept = {
            one.field: getattr(change.before, one.field)
            for one in change.cells
            if sides.get(one.field) == "theirs"
        }
        after = replace(after, **kept)
    return None if after == change.before else ItemChange(change.before, after)


def _of_rows(base: Content, theirs: Content, rows: Iterable[EditedRow]) -> Iterator[RowChange]:
    for row in rows:
        if row.problems:
            continue
        was, now = base.items.get(row.key), theirs.items.get(row.key)
        if row.is_new:
            if now is None:
                yield RowChange("new", row.number, None, ListItem(row.key, **_given(row)))
            continue
        assert was is not None
        cells = tuple(_cells(row, was, now or was))
        if now is None:
            if cells:
                changed = replace(was, **{one.field: one.mine for one in cells})
                yield RowChange("conflict", row.number, None, changed, cells)
            continue
        told = tuple(one for one in cells if one.mine != one.theirs)
        if told:
            after = replace(now, **{one.field: one.mine for one in told})
            contradicts = any(one.is_conflict for one in told)
            state: ChangeState = "conflict" if contradicts else "changed"
            yield RowChange(state, row.number, now, after, told)


def _removed(base: Content, theirs: Content, named: set[str]) -> Iterator[RowChange]:
    for key, was in base.items.items():
        now = theirs.items.get(key)
        if key not in named and now is not None:
            yield RowChange("removed" if now == was else "conflict", 0, now, None)


def _cells(row: EditedRow, was: ListItem, now: ListItem) -> Iterator[CellChange]:
    for field in COLUMNS:
        if field not in row.texts:
            continue
        base, theirs = cell_of(getattr(was, field)), cell_of(getattr(now, field))
        if row.texts[field] != base:
            yield CellChange(field, base, row.texts[field], theirs)


def _given(row: EditedRow) -> dict[str, str]:
    return {field: text for field, text in row.texts.items() if field in COLUMNS}
