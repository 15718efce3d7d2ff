"""Open lists: one row per dataset, in CSV or a workbook.

Rows that are no items (`harvesters.readers.side_rows`) are left out, with a warning of the item
above them: who filled a list in is no dataset, and nothing of it is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import Final

import orjson

from harvesters.errors import (
    CELL_WITHOUT_VALUE,
    CONTROL_CHARACTERS,
    LOST_DIGITS,
    NO_IDENTITY,
    NO_RECORDS,
    PUBLISHER_ABOVE,
    ROW_LEFT_OUT,
    ROW_TOO_LONG,
)
from harvesters.limits import DEFAULT, Limits
from harvesters.mapping.access_labels import OPEN_TYPE
from harvesters.mapping.access_rights import implicit_access_targets
from harvesters.mapping.mapping_files import mapping_digest, targets
from harvesters.mapping.publishers import Publishers
from harvesters.mapping.record_mapper import RecordMapper
from harvesters.mapping.target_mapper import Accessor, TargetMapper
from harvesters.mapping.value_parsing import as_text
from harvesters.protocols import Incoming, Item, MappedRecord, Unreadable
from harvesters.readers.csv_rows import Row, csv_rows, tell_dialect
from harvesters.readers.duplicate_ids import SeenIdentifiers
from harvesters.readers.files import Input
from harvesters.readers.open_list_header import (
    Header,
    heading_key,
    unknown_columns,
    unnamed_column,
)
from harvesters.readers.remote_ids import checked_identifier, identity_digest
from harvesters.readers.side_rows import WHY, repeats_headings, why_aside
from harvesters.readers.workbook import workbook_sheets
from ontology.errors import AtlasError, FilePosition, Named
from ontology.texts import CONTROL
from ontology.vocabulary import Known, Vocabulary

_EXACT: Final = 10**15
"""A spreadsheet keeps 15 digits of a number."""
_SHORTENED = re.compile(r"\s*\d(?:\.\d+)?E\+\d{2}\s*")
"""How a spreadsheet exports an identifier that it took for a large number: 3.10115E+17."""
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_CELL_ERRORS: Final = frozenset(
    {"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#N/A", "#SPILL!", "#CALC!"}
)
_WAITING: Final = 1_000
"""Rows that cannot be read, after an item that may still tell of rows left out."""
_NOTHING: Final = frozenset({"", "/", "-", "--", "—", "——", "无", "N/A", "n/a"})


class OpenListReader:
    """Reads one open list (`harvesters.protocols.Reader`).

    A row's remote id is its 编号 where the list has one (a row number, 序号, is none), else a
    digest of the first provider and the title (`identity_digest`).
    """

    def __init__(
        self,
        source: Input,
        vocabulary: Vocabulary,
        *,
        base_iri: str,
        source_id: str,
        workbook: bool,
        limits: Limits = DEFAULT,
        year: int | None = None,
    ) -> None:
        self._source = source
        self._vocabulary = vocabulary
        self._workbook = workbook
        self._limits = limits
        self._year = year
        self._mapper = RecordMapper(vocabulary, base_iri=base_iri, source=source_id)
        self._providers = Publishers(vocabulary, base_iri, source_id)
        all_targets = (*targets().values(), *implicit_access_targets())
        self._steps = {target.name: self._mapper.target_mapper(target) for target in all_targets}
        self._reported: set[str] = set()
        self._unnamed: set[tuple[str, int]] = set()
        self._notes: dict[str, tuple[AtlasError, ...]] = {}
        self._digest = mapping_digest("open-list", vocabulary.digest, base_iri, source_id)

    def __iter__(self) -> Iterator[Item]:
        """Yield an item for each row; raises `AtlasError` for a list without header or rows.

        An item is yielded when the next one, or the end, was found: it tells of the rows between
        that are no items. Rows that cannot be read come in their turn.
        """
        seen = SeenIdentifiers()
        empty = True
        above: dict[str, str] = {}
        waiting: list[Item] = []
        aside: list[AtlasError] = []
        try:
            for header, row, name in self._rows():
                if row.error is None and (why := self._why_aside(header, row)):
                    place = FilePosition(name, row.line)
                    named = Named(why, WHY[why], "row left out")
                    aside.append(AtlasError(ROW_LEFT_OUT, place=place, why=named))
                    continue
                empty = False
                told = [] if waiting else aside
                try:
                    item = self._item(seen, header, row, name, above, told)
                except AtlasError as error:
                    item = Unreadable(error)
                if isinstance(item, Unreadable) and 0 < len(waiting) < _WAITING:
                    # It comes in its turn, after the item that tells of rows left out below.
                    waiting.append(item)
                    continue
                yield from waiting
                if isinstance(item, Unreadable):
                    yield item
                    waiting, aside = [], [] if waiting else aside
                else:
                    waiting, aside = [item], told
        except AtlasError:
            # What was read before the fault stays valid.
            yield from waiting
            raise
        yield from waiting
        if empty:
            left_out = (note for notes in self._notes.values() for note in notes)
            raise next(left_out, AtlasError(NO_RECORDS, file=self._source.name))

    def _item(
        self,
        seen: SeenIdentifiers,
        header: Header,
        row: Row,
        name: str,
        above: dict[str, str],
        told: list[AtlasError],
    ) -> Item:
        if row.error is not None:
            return Unreadable(row.error)
        return seen.check(self._incoming(header, _read(row, header, name, above), name, told))

    def _why_aside(self, header: Header, row: Row) -> str:
        """Return why a row is no item; nothing where it is one."""
        cells = list(map(as_text, row.cells))
        columns = header.columns
        known = {position for found in header.targets.values() for position in found}
        if repeats_headings(
            cells, known, lambda at, text: heading_key(text) == heading_key(columns[at])
        ):
            return "headings"
        title = header.targets["title"][0]
        why = why_aside(cells, cells[title] if title < len(cells) else "")
        opened = (cells[at] for at in header.targets.get(OPEN_TYPE, ()) if at < len(cells))
        if why and any(
            isinstance(self._vocabulary.find("open-type", one), Known) for one in opened
        ):
            return ""
        return why

    def _rows(self) -> Iterator[tuple[Header, Row, str]]:
        if self._workbook:
            for sheet in workbook_sheets(self._source, self._limits):
                name = f"{self._source.name}[{sheet.name}]"
                self._notes[name] = sheet.notes
                for row in sheet.rows:
                    yield sheet.header, row, name
            return
        dialect = tell_dialect(self._source, self._limits)
        for row in csv_rows(self._source, dialect, self._limits):
            if row.line > dialect.header.line:
                yield dialect.header, row, self._source.name

    def _incoming(self, header: Header, row: Row, name: str, aside: list[AtlasError]) -> Incoming:
        place = FilePosition(name, row.line)
        cells = row.cells
        width = len(header.columns)
        if len(cells) > width and any(as_text(cell) for cell in cells[width:]):
            at = FilePosition(name, row.line, width + 1)
            raise AtlasError(ROW_TOO_LONG, place=at, found=len(cells), expected=width)
        cells = cells + [""] * (width - len(cells))
        remote_id = self._identify(header, cells, place)
        year = self._year or header.year or self._year_of_name()
        payload = "\x1f".join((str(year), *header.columns, "", *map(as_text, cells[:width])))
        fingerprint = hashlib.sha256(self._digest + payload.encode("utf-8", "replace")).digest()
        make = partial(self._make, remote_id, header, cells, year, place, row.notes, aside)
        return Incoming(remote_id, place, fingerprint, make, partial(_shown, header, cells))

    def _year_of_name(self) -> int | None:
        found = _YEAR.search(PurePath(self._source.name).name)
        return int(found.group(1)) if found is not None else None

    def _identify(self, header: Header, cells: list[object], place: FilePosition) -> str:
        if header.identity is not None:
            code = as_text(cells[header.identity])
            if code:
                return checked_identifier(code, place)
        title = as_text(cells[header.targets["title"][0]])
        if not title:
            column = header.columns[header.targets["title"][0]]
            at = FilePosition(place.file, place.line, header.targets["title"][0] + 1)
            raise AtlasError(NO_IDENTITY, place=at, expected=column)
        providers: list[str] = []
        for position in header.targets.get("publisher", ()):
            providers = self._providers.split(cells[position])
        return identity_digest(providers[0] if providers else "", title)

    def _make(
        self,
        remote_id: str,
        header: Header,
        cells: list[object],
        year: int | None,
        place: FilePosition,
        notes: tuple[AtlasError, ...],
        aside: list[AtlasError],
    ) -> MappedRecord:
        found: list[tuple[TargetMapper, bool, list[Accessor]]] = []
        warnings: list[AtlasError] = [*notes, *aside]
        if place.file not in self._reported:
            # Reported once for each file and sheet, with its first mapped row.
            self._reported.add(place.file)
            warnings += self._notes.get(place.file, ())
            warnings += unknown_columns(header, place.file)
        values: dict[int, object] = {}
        for target, positions in (*header.targets.items(), *header.access.items()):
            for position in positions:
                value = cells[position]
                if value is not None and as_text(value) not in _NOTHING:
                    values[position] = value
                    if isinstance(value, str) and CONTROL.search(value) is not None:
                        at = FilePosition(place.file, place.line, position + 1)
                        warnings.append(AtlasError(CONTROL_CHARACTERS, place=at))
                    step = self._steps[target]
                    found.append((step, step.many, [(0, position)]))
        for position, value in enumerate(cells):
            if _lost_digits(value):
                at = FilePosition(place.file, place.line, position + 1)
                warnings.append(AtlasError(LOST_DIGITS, place=at, value=as_text(value)))
            unnamed = position >= len(header.columns) or not header.columns[position]
            if unnamed and (place.file, position) not in self._unnamed and as_text(value):
                self._unnamed.add((place.file, position))
                warnings.append(unnamed_column(position, place))
        if "list_year" not in header.targets:
            # Each row becomes an item of the open list, even without a known year.
            values[-1] = str(year or "?")
            found.append((self._steps["list_year"], False, [(0, -1)]))
        found.sort(key=lambda entry: entry[0].rank)
        mapped = self._mapper.map_record(remote_id, found, (values,), place)
        return replace(mapped, warnings=(*mapped.warnings, *warnings)) if warnings else mapped


def _lost_digits(value: object) -> bool:
    """Tell whether a spreadsheet rounded a long number: as a number, or as exported text."""
    if type(value) is float:
        return abs(value) >= _EXACT
    return type(value) is str and "E+" in value and _SHORTENED.fullmatch(value) is not None


def _read(row: Row, header: Header, name: str, above: dict[str, str]) -> Row:
    """Return a row without the error values of a spreadsheet (``#REF!``), with warnings.

    ``above`` holds the last provider of each sheet: a row without a provider below one may come
    from a merged cell.
    """
    notes = list(row.notes)
    cells = list(row.cells)
    for position, cell in enumerate(cells):
        if isinstance(cell, str) and cell.strip() in _CELL_ERRORS:
            at = FilePosition(name, row.line, position + 1)
            notes.append(AtlasError(CELL_WITHOUT_VALUE, place=at, value=cell.strip()))
            if not header.says_access(position):
                # An error under 开放属性 stays and puts the record in doubt: it may be 非开放.
                cells[position] = ""
    columns = header.targets.get("publisher", ())
    given = [as_text(cells[position]) for position in columns if position < len(cells)]
    if any(given):
        above[name] = next(filter(None, given))
    elif columns and name in above:
        at = FilePosition(name, row.line, columns[0] + 1)
        column = header.columns[columns[0]]
        notes.append(AtlasError(PUBLISHER_ABOVE, place=at, column=column, above=above[name]))
    return replace(row, cells=cells, notes=tuple(notes))


def _shown(header: Header, cells: list[object]) -> bytes:
    """Return a row as JSON, by the names of its columns."""
    return orjson.dumps(dict(zip(header.columns, map(as_text, cells), strict=False)))
