"""What a workbook would change: each row against what it was made from, and what stands now."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from catalog_service.context import Service
from catalog_service.editing.desk_records import DESK_MOST, DeskRecords
from catalog_service.editing.desks import desk_of
from catalog_service.editing.errors import (
    CELL_NOT_UNDERSTOOD,
    DRAFT_WAITS,
    PART_WITHOUT_DATASET,
    ROW_AMBIGUOUS,
    ROW_REPEATED,
    ROW_VERSION_UNKNOWN,
    ROW_WITHOUT_TITLE,
)
from catalog_service.editing.field_values import FieldValues, squeezed
from catalog_service.editing.merging import merge
from catalog_service.editing.model import DraftLine, Merged, Side, Unit
from catalog_service.editing.service import first_record, newest, title_of
from catalog_service.editing.stored_drafts import StoredDrafts
from catalog_service.editing.workbook_cells import (
    NotUnderstoodError,
    PartRow,
    Refused,
    WorkbookCells,
    same,
)
from catalog_service.editing.workbook_columns import (
    DATASET,
    IDENTIFIER,
    NOTES,
    ROW,
    SHEETS,
    VERSION,
    PartSheet,
    column_of,
)
from catalog_service.editing.workbook_matching import below, found_parts
from catalog_service.editing.workbook_model import (
    ImportPreview,
    ImportRow,
    Problem,
    RowState,
    Upload,
)
from catalog_service.journal.model import StoredRecord, version_of
from harvesters.readers.remote_ids import checked_identifier
from harvesters.readers.workbook_tables import column_letters
from ontology.errors import AtlasError, FilePosition, Phrase
from ontology.record import Record, mint_iri
from translations import LANGUAGES

SHORT_HASH: Final = 16
"""Digits of a version's hash that a workbook holds."""
_NO_RESULT: Final = Phrase(
    "it holds an error, or a formula without a stored result; the value itself is needed"
)
Choices = Mapping[int, Mapping[Unit, Side]]
"""What was chosen of contradictions, by the number of the row."""


@dataclass(slots=True)
class _Row:
    number: int
    texts: dict[str, str]
    places: dict[str, int]
    parts: dict[str, tuple[PartSheet, list[PartRow]]]
    lines: dict[str, list[tuple[int, Mapping[str, int]]]]
    """Of the rows of each sheet of parts their numbers, and where their columns stand."""
    part_problems: list[Problem]


def preview(
    atlas: Service, upload: Upload, choices: Choices | None = None, only: set[int] | None = None
) -> ImportPreview:
    """Return what a workbook would do, or those of its rows with the numbers of ``only``.

    Nothing is written. ``choices`` count for rows that contradict what stands now.
    """
    sheet = upload.sheet(upload.match.sheet)
    if sheet is None:
        return ImportPreview((), {}, tuple(one.name for one in upload.sheets), ())
    rows = [
        _Row(number, texts, places, {}, {}, _without_result(sheet.without_value, number, places))
        for number, texts, places in below(sheet, upload.match.header, upload.match.columns)
    ]
    parts, stray = _with_parts(upload, rows)
    seeing = _Seeing(atlas, upload)
    seen: dict[str, int] = {}
    found = [
        seeing.row(row, seen, (choices or {}).get(row.number))
        for row in rows
        if only is None or row.number in only
    ]
    # The lists of a template's columns are no data.
    taken = {sheet.name, *parts, *(lists for _, lists in SHEETS.values()), *NOTES.values()}
    ignored = tuple(one.name for one in upload.sheets if one.name not in taken and one.rows)
    beyond = DESK_MOST if seeing.is_cut else None
    return ImportPreview(tuple(found), parts, ignored, tuple(stray), beyond)


def _without_result(
    cells: Mapping[tuple[int, int], str], number: int, places: Mapping[str, int], part: str = ""
) -> list[Problem]:
    found = []
    for key, position in places.items():
        if (number, position) in cells:
            shown = cells[number, position]
            error = AtlasError(
                CELL_NOT_UNDERSTOOD,
                cell=f"{column_letters(position)}{number}",
                value=shown,
                expected=_NO_RESULT,
            )
            found.append(Problem(error, key, part))
    return found


def _with_parts(upload: Upload, rows: Sequence[_Row]) -> tuple[dict[str, int], list[Problem]]:
    """Give rows the parts that other sheets have of them; return how many, and what is stray."""
    by_id = {row.texts.get(IDENTIFIER, ""): row for row in rows if row.texts.get(IDENTIFIER)}
    by_title: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        for key in ("title@zh", "title@en"):
            if row.texts.get(key):
                by_title[squeezed(row.texts[key])].append(row)
    counts: dict[str, int] = {}
    stray: list[Problem] = []
    for found in found_parts(upload.sheets):
        key = found.part.field.key
        counts[found.sheet.name] = 0
        for row in rows:
            if row.texts.get(VERSION):
                # Made from a download, whose sheets are whole: no row there means no such part.
                row.parts[key] = (found.part, [])
                row.lines[key] = []
        for number, texts, places in below(found.sheet, found.header, found.columns):
            counts[found.sheet.name] += 1
            owner = by_id.get(texts.get(IDENTIFIER, ""))
            titled = by_title.get(squeezed(texts.get(DATASET, "")), [])
            if owner is None and not texts.get(IDENTIFIER) and len(titled) == 1:
                owner = titled[0]
            if owner is None:
                error = AtlasError(PART_WITHOUT_DATASET, sheet=found.sheet.name, row=number)
                stray.append(Problem(error, "", key))
                continue
            inner = {k: t for k, t in texts.items() if k not in (IDENTIFIER, DATASET, ROW)}
            if not any(inner.values()):
                continue
            _, standing = owner.parts.setdefault(key, (found.part, []))
            standing.append(PartRow(texts.get(ROW, ""), inner))
            owner.lines.setdefault(key, []).append((number, places))
            owner.part_problems += _without_result(found.sheet.without_value, number, places, key)
    return counts, stray


class _Seeing:
    """Looks at rows against the catalogue as it stands now."""

    def __init__(self, atlas: Service, upload: Upload) -> None:
        self._atlas = atlas
        self._upload = upload
        self._desk = desk_of(atlas.vocabulary, upload.organization)
        self._cells = WorkbookCells(FieldValues(atlas.vocabulary), atlas.settings.base_iri)
        self._columns = [
            column
            for key in upload.match.columns.values()
            if (column := column_of(key)) is not None and key not in (IDENTIFIER, VERSION)
        ]
        self._known = DeskRecords(atlas, self._desk, upload.organization)
        self.is_cut = self._known.is_cut
        self._titles: dict[str, list[str]] | None = None

    def row(
        self, row: _Row, seen: dict[str, int], choices: Mapping[Unit, Side] | None
    ) -> ImportRow:
        """Return what a row would do."""
        title = squeezed(row.texts.get("title@zh") or row.texts.get("title@en") or "")
        try:
            remote_id = self._named(row, title)
            if remote_id and seen.setdefault(remote_id, row.number) != row.number:
                raise AtlasError(ROW_REPEATED, row=row.number, other=seen[remote_id])
            return self._seen(row, title, remote_id, choices)
        except AtlasError as error:
            problem = Problem(error, IDENTIFIER)
            return ImportRow(row.number, "error", title, "", problems=(problem,))

    def _named(self, row: _Row, title: str) -> str:
        """Return the identifier of a row's dataset; empty for a new one that has none."""
        given = squeezed(row.texts.get(IDENTIFIER, ""))
        if given:
            start = mint_iri(self._atlas.settings.base_iri, self._desk, "-")[:-1]
            if given.startswith(start):
                given = unquote(given[len(start) :])
            return checked_identifier(given, FilePosition(self._upload.name, row.number))
        found = self._of_title().get(title, [])
        if len(found) > 1:
            raise AtlasError(ROW_AMBIGUOUS, row=row.number, title=title, count=len(found))
        return found[0] if found else ""

    def _of_title(self) -> dict[str, list[str]]:
        if self._titles is None:
            titles: dict[str, list[str]] = defaultdict(list)
            for remote_id, stored in self._known.stored.items():
                record = version_of(stored)
                if record is None:
                    record, _ = newest(self._atlas, stored)
                titles[squeezed(title_of(record))].append(remote_id)
            for remote_id, draft in self._known.drafts.items():
                if remote_id not in titles[squeezed(draft.title)]:
                    titles[squeezed(draft.title)].append(remote_id)
            self._titles = titles
        return self._titles

    def _seen(
        self, row: _Row, title: str, remote_id: str, choices: Mapping[Unit, Side] | None
    ) -> ImportRow:
        line = self._known.draft(remote_id)
        if line is not None and line.state == "submitted":
            raise AtlasError(DRAFT_WAITS, draft=line.title or line.id)
        now = self._now(remote_id, line)
        problems = list(row.part_problems)
        base = self._base(row, remote_id, now, problems)
        edits, new = self._edits(row, base)
        if now is None and not squeezed(edits.get("publisher", "")):
            # A new dataset whose publisher is left empty is the organization's own.
            edits.pop("publisher", None)
        if now is None and not title:
            error = AtlasError(ROW_WITHOUT_TITLE, row=row.number)
            problems.append(Problem(error, "title@zh"))
        mine = base
        if (edits or new) and not problems:
            mine = self._cells.edited(base, edits, new, self._refusing(row, problems))
        if problems:
            return ImportRow(
                row.number,
                "error",
                title or title_of(base),
                remote_id,
                line.id if line else None,
                tuple(problems),
            )
        merged: Merged | None = None
        after = mine
        if now is not None and base.nquads != now.nquads:
            merged = merge(base, mine, now, choices)
            after = merged.record
        state: RowState
        if now is None:
            state = "new"
        elif merged is not None and merged.contradictions:
            state = "conflict"
        else:
            state = "same" if after.nquads == now.nquads else "changed"
        return ImportRow(
            row.number,
            state,
            title_of(after) or title,
            remote_id,
            line.id if line else None,
            before=now,
            after=after,
            merged=merged,
            mark=_mark(row, now, mine),
        )

    def _now(self, remote_id: str, line: DraftLine | None) -> Record | None:
        if line is not None:
            with self._atlas.journal.reading_tables() as connection:
                draft = StoredDrafts(connection, self._atlas.settings.base_iri).find(line.id)
            if draft is not None:
                return draft.record
        stored = self._known.dataset(remote_id)
        return newest(self._atlas, stored)[0] if stored is not None else None

    def _base(
        self, row: _Row, remote_id: str, now: Record | None, problems: list[Problem]
    ) -> Record:
        """Return what a row was made from: the version that it names, or what stands now."""
        if now is None:
            organization = self._upload.organization
            return first_record(
                self._atlas, self._desk, remote_id or new_identifier(row.number), organization
            )
        wanted = squeezed(row.texts.get(VERSION, ""))
        if not wanted:
            return now
        stored = self._known.dataset(remote_id)
        found = _version(self._atlas, stored, wanted) if stored is not None else None
        if found is None:
            error = AtlasError(ROW_VERSION_UNKNOWN, row=row.number, version=wanted[:40])
            problems.append(Problem(error, VERSION))
            return now
        return found

    def _edits(
        self, row: _Row, base: Record
    ) -> tuple[dict[str, str], dict[str, tuple[PartSheet, list[PartRow]]]]:
        """Return the texts, and the sheets of parts, that say something else than the base does."""
        shown = [self._cells.of_dataset(base, lang, self._columns) for lang in LANGUAGES]
        edits: dict[str, str] = {}
        for column in self._columns:
            text = row.texts.get(column.key, "")
            if not any(same(column, text, one.get(column.key, "")) for one in shown):
                edits[column.key] = text
        parts = {}
        for key, (sheet, rows) in row.parts.items():
            if not any(
                _same_parts(sheet, rows, self._cells.of_parts(base, sheet, lang))
                for lang in LANGUAGES
            ):
                parts[key] = (sheet, rows)
        if "dataItem" in parts:
            edits.pop("dataItem/title", None)
        return edits, parts

    def _refusing(self, row: _Row, problems: list[Problem]) -> Refused:
        def refused(part: str, key: str, number: int, error: NotUnderstoodError) -> None:
            line, places = row.lines[part][number] if part else (row.number, row.places)
            told = AtlasError(
                CELL_NOT_UNDERSTOOD,
                cell=f"{column_letters(places[key])}{line}",
                value=error.text[:80],
                expected=error.expected,
            )
            problems.append(Problem(told, key, part))

        return refused


def new_identifier(number: int) -> str:
    """Return what a new dataset is called until its draft begins."""
    return f"new-{number}"


def _same_parts(sheet: PartSheet, rows: Sequence[PartRow], known: Sequence[PartRow]) -> bool:
    if [one.name for one in rows] != [one.name for one in known]:
        return False
    columns = {one.key: one for one in sheet.columns}
    return all(
        same(columns[key], text, before.texts.get(key, ""))
        for row, before in zip(rows, known, strict=True)
        for key, text in row.texts.items()
    )


def _version(atlas: Service, stored: StoredRecord, wanted: str) -> Record | None:
    for record in _versions(atlas, stored):
        if record is not None and record.hash.startswith(wanted) and len(wanted) >= SHORT_HASH:
            return record
    return None


def _versions(atlas: Service, stored: StoredRecord) -> list[Record | None]:
    if stored.nquads is not None and stored.held_seq is None:
        current = version_of(stored)
        # Nearly always the one that is meant.
        found: list[Record | None] = [current]
    else:
        found = []
    return [*found, *(version_of(one) for one in reversed(atlas.journal.history(stored.iri)))]


def _mark(row: _Row, now: Record | None, mine: Record) -> str:
    digest = hashlib.sha256(f"{row.number}\n".encode())
    digest.update((now.nquads if now is not None else "").encode())
    digest.update(b"\0" + mine.nquads.encode())
    return digest.hexdigest()[:SHORT_HASH]
