"""Differences of lists as a workbook: all items of the later list, and what changed is marked.

A changed cell is coloured and says in a comment what stood there. What was withdrawn stands struck
through at the end. Colour tells nothing alone: the first column says what happened to the item.
"""

from __future__ import annotations

import io
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from catalog_service.open_list.comparing import Comparison
from catalog_service.open_list.differences import ItemChange, Kind
from catalog_service.open_list.exchange.columns import heading
from catalog_service.open_list.exchange.model import cell_of
from catalog_service.open_list.model import COLUMNS, ListItem
from catalog_service.workbook_cells import comment, put
from translations import Lang, translator

FILLS: Final[dict[Kind, str]] = {
    "added": "E2F0D9",
    "changed": "FFF2CC",
    "widened": "DDEBF7",
    "restricted": "FCE4D6",
    "withdrawn": "EDEDED",
}
_LONGEST_COMMENT: Final = 2_000


def write_compared(found: Comparison, lang: Lang) -> bytes:
    """Return the file, with headings in one language."""
    tr = translator(lang)
    book: Workbook = Workbook()
    sheet: Worksheet = book.active
    sheet.title = tr.gettext("Differences")
    sheet.append([tr.gettext("Change"), *(heading(name, lang) for name in COLUMNS)])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    changes = {one.key: one for one in found.changes}
    after = sorted(found.after.content.items.values(), key=lambda one: (one.title, one.key))
    gone = [one.here for one in found.changes if one.kind == "withdrawn"]
    for number, item in enumerate([*after, *gone], start=2):
        change = changes.get(item.key)
        label = "" if change is None else tr.pgettext("open list change", _KINDS[change.kind])
        _row(sheet, number, item, change, label)
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS) + 1)}{max(2, sheet.max_row)}"
    for number in range(1, len(COLUMNS) + 2):
        sheet.column_dimensions[get_column_letter(number)].width = 16 if number == 1 else 28
    about = book.create_sheet(tr.gettext("What is compared"))
    for label, side in ((tr.gettext("Before"), found.before), (tr.gettext("After"), found.after)):
        about.append([label, tr.gettext(side.label, **side.params), side.content.hash])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


_KINDS: Final[dict[Kind, str]] = {
    "added": "added",
    "changed": "changed",
    "widened": "opened further",
    "restricted": "restricted",
    "withdrawn": "withdrawn",
}
"""How labels of the site call them: `site.labels` is the page's, and gives the same texts."""


def _row(
    sheet: Worksheet, number: int, item: ListItem, change: ItemChange | None, label: str
) -> None:
    before = {} if change is None else {one.field: one.before for one in change.fields}
    fill = None if change is None else PatternFill("solid", fgColor=FILLS[change.kind])
    whole = change is not None and not change.fields
    put(sheet, number, 1, label)
    if fill is not None:
        sheet.cell(number, 1).fill = fill
    for column, name in enumerate(COLUMNS, start=2):
        cell = put(sheet, number, column, cell_of(getattr(item, name)))
        if fill is not None and (whole or name in before):
            cell.fill = fill
        if name in before:
            was = cell_of(before[name]) or "–"
            cell.comment = comment(was[:_LONGEST_COMMENT])
        if change is not None and change.after is None:
            cell.font = Font(strike=True)
