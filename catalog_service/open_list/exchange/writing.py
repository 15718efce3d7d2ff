"""Writes a list as a workbook: the regulation's columns, with lists to choose from.

The same list gives a workbook that reads back as nothing changed (`exchange.rows`).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from catalog_service.open_list.exchange.columns import (
    ABOUT,
    ABOUT_SHEET,
    CONTENT,
    KEY,
    LIST_SHEET,
    ORGANIZATION,
    VALUES_SHEET,
    YEAR,
    heading,
)
from catalog_service.open_list.exchange.model import cell_of
from catalog_service.open_list.model import COLUMNS, LONGEST_CELL, OPEN_TYPES, Content
from catalog_service.workbook_cells import offer, put, put_heading, put_list
from ontology.languages import BilingualText
from ontology.vocabulary import Scheme, Vocabulary
from translations import Lang, translator

FEWEST_ROWS: Final = 500
"""Rows that have lists to choose from, filled or not."""

_SCHEMES: Final[Mapping[str, Scheme]] = {
    "frequency": "frequency",
    "form": "format",
    "domain": "domain",
}
_REQUIRED: Final = frozenset({"title", "open_type", "frequency"})
_WIDE: Final = frozenset({"title", "description", "content", "scope", "conditions"})


class ListWriter:
    """Writes workbooks in one language."""

    def __init__(self, vocabulary: Vocabulary, lang: Lang) -> None:
        """Use the vocabularies."""
        self._vocabulary = vocabulary
        self._lang: Lang = lang
        self._tr = translator(lang)

    def workbook(self, content: Content, organization: str, year: int, name: str) -> bytes:
        """Return a list as XLSX, by title; ``name`` is what the organization is called."""
        book: Workbook = Workbook()
        sheet: Worksheet = book.active
        sheet.title = self._pick(LIST_SHEET)
        values = book.create_sheet(self._pick(VALUES_SHEET))
        fields = (*COLUMNS, KEY)
        most = max(FEWEST_ROWS, len(content.items) + 100)
        for number, field in enumerate(fields, start=1):
            self._column(sheet, values, number, field, most)
        items = sorted(content.items.values(), key=lambda one: (one.title, one.key))
        for row, item in enumerate(items, start=2):
            for number, field in enumerate(fields, start=1):
                text = cell_of(getattr(item, field))
                if text:
                    put(sheet, row, number, text)
        sheet.freeze_panes = "B2"
        sheet.row_dimensions[1].height = 34
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(fields))}{max(2, len(items) + 1)}"
        about = book.create_sheet(self._pick(ABOUT_SHEET), 1)
        self._about(about, content, organization, year, name)
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()

    def _pick(self, both: BilingualText) -> str:
        return both.zh if self._lang == "zh" else both.en

    def _column(
        self, sheet: Worksheet, values: Worksheet, number: int, field: str, most: int
    ) -> None:
        title = heading(field, self._lang)
        put_heading(
            sheet,
            number,
            title,
            tint="D9D9D9" if field == KEY else "F8CBAD" if field in _REQUIRED else "DDEBF7",
            note=self._help(field),
            width=40 if field in _WIDE else 18,
        )
        labels = self._labels(field)
        if not labels:
            return
        column = values.max_column + 1 if values["A1"].value else 1
        # Elsewhere a cell may hold several.
        refusal = (title, " / ".join(OPEN_TYPES)) if field == "open_type" else None
        offer(sheet, number, most, put_list(values, column, labels), refusal)

    def _labels(self, field: str) -> Sequence[str]:
        if field == "open_type":
            return OPEN_TYPES
        scheme = _SCHEMES.get(field)
        if scheme is None:
            return ()
        # In Chinese whatever the language: lists are written in the regulation's words.
        return [one.zh for one in self._vocabulary.offered(scheme)]

    def _help(self, field: str) -> str:
        tr = self._tr
        lines = [tr.gettext("required")] if field in _REQUIRED else []
        if field == KEY:
            lines.append(
                tr.gettext("By it a change is told from a new item. Leave it empty for a new one.")
            )
        if field in ("content", "form", "domain"):
            lines.append(tr.gettext("Several values: with 、 between them."))
        if field == "conditions":
            lines.append(tr.gettext("Needed where the open type is 有条件开放."))
        return "\n".join(lines)

    def _about(
        self, sheet: Worksheet, content: Content, organization: str, year: int, name: str
    ) -> None:
        tr = self._tr
        given = {ORGANIZATION: organization, YEAR: str(year), CONTENT: content.hash}
        rows = [(self._pick(label), given[key]) for key, label in ABOUT.items()]
        texts = (
            tr.gettext("Open list {year}", year=year) + f" · {name}",
            tr.gettext(
                "Edit the rows of the first sheet: change cells, add rows below, delete rows. "
                "Then send the workbook back; before anything is written you see each cell that "
                "changes."
            ),
            tr.gettext(
                "What others changed meanwhile is told and stays, unless you choose otherwise."
            ),
            tr.gettext(
                "Cells hold at most {count:,} characters; what is longer is cut.",
                count=LONGEST_CELL,
            ),
        )
        for row, text in enumerate(texts, start=1):
            put(sheet, row, 1, text)
        for row, (label, text) in enumerate(rows, start=len(texts) + 2):
            put(sheet, row, 1, label)
            put(sheet, row, 2, text)
        sheet.column_dimensions["A"].width = 44
        sheet.column_dimensions["B"].width = 70
