"""Which sheet of a workbook holds datasets, where its headings are, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog_service.editing.workbook_columns import (
    DATASET,
    IDENTIFIER,
    PartSheet,
    column_of,
    headings_of,
    part_sheets,
)
from catalog_service.editing.workbook_model import KeptSheet, Match
from harvesters.readers.open_list_header import SEARCHED_ROWS, heading_key
from harvesters.readers.workbook_tables import column_letters

_FEWEST: Final = 2
"""Known headings that make a row one of headings."""
_NAMING: Final = ("title@zh", "title@en", IDENTIFIER)


@dataclass(frozen=True, slots=True)
class FoundParts:
    """A sheet of parts in a workbook."""

    part: PartSheet
    sheet: KeptSheet
    header: int
    columns: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the sheet of datasets, for a person who says what it means."""

    position: int
    letters: str
    text: str
    example: str
    """What stands in the first row that has something there."""
    key: str
    """Of the column that it means; empty: not taken."""


def guess(sheets: Sequence[KeptSheet], remembered: Mapping[str, str]) -> Match | None:
    """Return what a workbook seems to mean; None where no sheet has headings of datasets.

    The sheet with the most known headings counts; of two like it the first.
    """
    best: tuple[int, Match] | None = None
    for sheet in sheets:
        if _is_parts(sheet):
            continue
        found = _header(sheet, remembered)
        if found is not None and (best is None or len(found.columns) > best[0]):
            best = (len(found.columns), found)
    return best[1] if best is not None else None


def matched(sheet: KeptSheet, header: int, remembered: Mapping[str, str]) -> Match:
    """Return what a row of headings that a person chose seems to mean."""
    cells = dict(sheet.rows).get(header, ())
    return Match(sheet.name, header, _columns(cells, remembered))


def found_parts(sheets: Sequence[KeptSheet]) -> list[FoundParts]:
    """Return the sheets of parts of a workbook: by their names and headings."""
    found = []
    for sheet in sheets:
        part = _is_parts(sheet)
        if part is None:
            continue
        known = headings_of(part.field.key)
        for number, cells in sheet.rows[:SEARCHED_ROWS]:
            columns = _by(cells, known)
            keys = set(columns.values())
            if len(keys) >= _FEWEST and keys & {IDENTIFIER, DATASET}:
                found.append(FoundParts(part, sheet, number, columns))
                break
    return found


def headings(sheet: KeptSheet, match: Match) -> list[Heading]:
    """Return the headings of the sheet of datasets, with what each is taken for."""
    cells = dict(sheet.rows).get(match.header, ())
    found = []
    for position, text in enumerate(cells):
        below = (
            row[position]
            for number, row in sheet.rows
            if number > match.header and position < len(row) and row[position]
        )
        example = next(below, "")
        if text or example:
            key = match.columns.get(position, "")
            found.append(Heading(position, column_letters(position), text, example, key))
    return found


def below(
    sheet: KeptSheet, header: int, columns: Mapping[int, str]
) -> Iterator[tuple[int, dict[str, str], dict[str, int]]]:
    """Yield the rows below the headings that say something: number, texts, and positions."""
    for number, cells in sheet.rows:
        if number <= header:
            continue
        texts: dict[str, str] = {}
        places: dict[str, int] = {}
        for position, key in columns.items():
            text = cells[position] if position < len(cells) else ""
            if (number, position) in sheet.without_value:
                text = text or sheet.without_value[number, position]
            if key not in texts or not texts[key]:
                texts[key] = text
                places[key] = position
        if any(texts.values()):
            yield number, texts, places


def _is_parts(sheet: KeptSheet) -> PartSheet | None:
    name = heading_key(sheet.name)
    for part in part_sheets():
        if name in (heading_key(part.title("zh")), heading_key(part.title("en"))):
            return part
    return None


def _header(sheet: KeptSheet, remembered: Mapping[str, str]) -> Match | None:
    best: Match | None = None
    for number, cells in sheet.rows[:SEARCHED_ROWS]:
        columns = _columns(cells, remembered)
        if len(columns) < _FEWEST or not set(columns.values()) & set(_NAMING):
            continue
        if best is None or len(columns) > len(best.columns):
            best = Match(sheet.name, number, columns)
    return best


def _columns(cells: Sequence[str], remembered: Mapping[str, str]) -> dict[int, str]:
    known = {**headings_of(), **remembered}
    return {at: key for at, key in _by(cells, known).items() if column_of(key) is not None}


def _by(cells: Sequence[str], known: Mapping[str, str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for position, text in enumerate(cells):
        key = known.get(heading_key(text), "") if text else ""
        # Of two columns with one meaning the first counts; the other is shown as not taken.
        if key and key not in found.values():
            found[position] = key
    return found
