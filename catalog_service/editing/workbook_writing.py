"""Writes a workbook of datasets: the template, or what an organization has, to be edited."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from catalog_service.context import Service
from catalog_service.editing.desk_records import DeskPart, part_of_desk, stored_of_part
from catalog_service.editing.desks import desk_of
from catalog_service.editing.field_values import FieldValues
from catalog_service.editing.service import newest
from catalog_service.editing.workbook_cells import PartRow, WorkbookCells
from catalog_service.editing.workbook_columns import (
    DATASET,
    IDENTIFIER,
    NAMES_OF_ITEMS,
    NOTES,
    ROW,
    SHEETS,
    VERSION,
    Column,
    PartSheet,
    dataset_columns,
    part_sheets,
)
from catalog_service.editing.workbook_preview import SHORT_HASH
from catalog_service.workbook_cells import offer, put, put_heading, put_list
from ontology.record import Record
from shapes.form_rules import FormRules
from shapes.form_shapes import Field
from translations import Lang, translator

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FEWEST_ROWS: Final = 500
"""Rows that have lists to choose from, filled or not."""
MOST_LISTED: Final = 400
"""Concepts of a list: of more, as streets and organizations are, one types."""

_TINTS: Final = {"must": "F8CBAD", "should": "FFE699", "": "DDEBF7"}


class WorkbookWriter:
    """Writes workbooks in one language."""

    def __init__(self, atlas: Service, rules: FormRules, lang: Lang) -> None:
        """Use the catalogue, and what the rules ask of each field."""
        self._atlas = atlas
        self._rules = rules
        self._lang: Lang = lang
        self._values = FieldValues(atlas.vocabulary)
        self._cells = WorkbookCells(self._values, atlas.settings.base_iri)
        self._lists: dict[str, str] = {}

    def template(self) -> bytes:
        """Return an empty workbook with the usual columns."""
        return self._made([])

    def records(self, organization: str, number: int = 1) -> tuple[bytes, DeskPart]:
        """Return a workbook with the newest versions of an organization's own datasets.

        ``number``: which part, where they are more than one workbook takes in again. The workbook
        says which it is.
        """
        desk = desk_of(self._atlas.vocabulary, organization)
        part = part_of_desk(self._atlas, desk, number)
        stored = stored_of_part(self._atlas, desk, part)
        return self._made([newest(self._atlas, one)[0] for one in stored.values()], part), part

    def _made(self, records: Sequence[Record], part: DeskPart | None = None) -> bytes:

        book: Workbook = Workbook()
        self._lists = {}
        sheet: Worksheet = book.active
        sheet.title = SHEETS[self._lang][0]
        listed = book.create_sheet(SHEETS[self._lang][1])
        rows = [self._cells.of_dataset(one, self._lang) for one in records]
        columns = _shown(dataset_columns(), rows)
        self._headings(sheet, listed, columns, max(FEWEST_ROWS, len(records) + 100), ())
        for number, (record, texts) in enumerate(zip(records, rows, strict=True), start=2):
            more = {IDENTIFIER: record.remote_id, VERSION: record.hash[:SHORT_HASH]}
            _fill(sheet, number, columns, {**texts, **more})
        for one in part_sheets():
            self._part(book, listed, one, records, rows)
        # Lists stand last: who opens the workbook sees the datasets first.
        book.move_sheet(listed, len(book.sheetnames) - 1 - book.index(listed))
        if part is not None and part.parts > 1:
            self._note(book, part)
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()

    def _note(self, book: Workbook, part: DeskPart) -> None:
        """Say first of all that there are more datasets, and where."""
        sheet = book.create_sheet(NOTES[self._lang], 0)
        text = translator(self._lang).gettext(
            "Part {part} of {parts}: datasets {first:,} to {last:,} of {total:,}, by identifier. "
            "The others stand in the other parts; each part is edited and sent back by itself.",
            part=part.number,
            parts=part.parts,
            first=part.first,
            last=part.last,
            total=part.total,
        )
        put(sheet, 1, 1, text)
        sheet.cell(1, 1).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions["A"].width = 80
        book.active = 0

    def _part(
        self,
        book: Workbook,
        listed: Worksheet,
        part: PartSheet,
        records: Sequence[Record],
        texts: Sequence[dict[str, str]],
    ) -> None:
        sheet = book.create_sheet(part.title(self._lang)[:31])
        found: list[tuple[Record, str, PartRow]] = [
            (record, row["title@zh"] or row["title@en"], one)
            for record, row in zip(records, texts, strict=True)
            for one in self._cells.of_parts(record, part, self._lang)
        ]
        columns = _shown(part.columns, [one.texts for _, _, one in found])
        most = max(FEWEST_ROWS, len(found) + 100)
        self._headings(sheet, listed, columns, most, (part.field.path,))
        for number, (record, title, row) in enumerate(found, start=2):
            more = {IDENTIFIER: record.remote_id, DATASET: title, ROW: row.name}
            _fill(sheet, number, columns, {**row.texts, **more})

    def _headings(
        self,
        sheet: Worksheet,
        listed: Worksheet,
        columns: Sequence[Column],
        most: int,
        before: tuple[str, ...],
    ) -> None:
        for number, column in enumerate(columns, start=1):
            duty = ""
            if column.field is not None:
                duty = self._rules.of((*before, *(one.path for one in column.steps))).duty or ""
            put_heading(
                sheet,
                number,
                column.heading(self._lang),
                tint=_TINTS[duty],
                note=self._help(column, duty),
                width=48 if column.field is not None and column.field.long else 20,
            )
            place = "" if column.field is None else self._list_of(listed, column.field)
            if place:
                offer(sheet, number, most, place)
        sheet.freeze_panes = "B2"
        sheet.row_dimensions[1].height = 34

    def _help(self, column: Column, duty: str) -> str:
        tr = translator(self._lang)
        lines: list[str] = []
        if column.key in (VERSION, ROW):
            lines.append(tr.gettext("By it a change is told from what others changed meanwhile."))
        elif column.key == IDENTIFIER:
            lines.append(tr.gettext("Empty for a new dataset."))
        elif column.key == DATASET:
            lines.append(tr.gettext("Needed where the dataset is new and has no identifier."))
        if duty:
            lines.append(tr.gettext("required") if duty == "must" else tr.gettext("recommended"))
        for one in column.steps[-1:]:
            if one.help is not None:
                lines.append(one.help.zh if self._lang == "zh" else one.help.en)
            if not column.language and not one.single:
                lines.append(tr.gettext("Several values: one a line."))
        return "\n".join(lines)

    def _list_of(self, listed: Worksheet, field: Field) -> str:
        labels: list[str] = list(field.suggested)
        name = "-".join(field.schemes) or field.key
        if field.kind == "boolean":
            labels, name = (["是", "否"] if self._lang == "zh" else ["Yes", "No"]), "boolean"
        elif field.schemes:
            labels = [
                self._values.label(concept, field, self._lang)
                for scheme in field.schemes
                for concept in self._atlas.vocabulary.offered(scheme)
            ]
        if not labels or len(labels) > MOST_LISTED:
            return ""
        if name not in self._lists:
            self._lists[name] = put_list(listed, len(self._lists) + 1, labels)
        return self._lists[name]


def _shown(columns: Sequence[Column], rows: Sequence[Any]) -> list[Column]:
    """Return the usual columns, and those that any of the rows has something in."""
    return [
        one
        for one in columns
        if one.key != NAMES_OF_ITEMS and (not one.rare or any(row.get(one.key) for row in rows))
    ]


def _fill(sheet: Worksheet, number: int, columns: Sequence[Column], texts: Any) -> None:
    for position, column in enumerate(columns, start=1):
        text = texts.get(column.key, "")
        if text:
            put(sheet, number, position, text)
