"""Hits as a table in CSV, which spreadsheets open as it is and run no part of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from catalog_service.answers import Named
from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line
from catalog_service.discovery.model import HitAnswer
from ontology.languages import pick
from translations import Lang

_COLUMNS: Final = (
    *("title", "description", "publishers", "open_type", "frequency", "formats", "districts"),
    *("modified", "url", "iri", "source", "remote_id"),
    # The same in every language, and in the order of the names.
    *("publisher_iris", "open_type_notation", "frequency_notation", "format_notations"),
    "district_notations",
)
_KEYS: Final = {
    "publisher_iris": "publishers",
    "open_type_notation": "open_type",
    "frequency_notation": "frequency",
    "format_notations": "formats",
    "district_notations": "districts",
}
"""Columns of IRIs or notations, and those whose names they belong to."""


def csv_lines(hits: Iterable[HitAnswer], lang: Lang) -> Iterator[str]:
    """Yield the lines of the table, the header first."""
    yield BYTE_ORDER_MARK + csv_line(_COLUMNS)
    for hit in hits:
        yield csv_line(_row(hit, lang))


def _row(hit: HitAnswer, lang: Lang) -> list[str]:
    def names(things: Iterable[Named | None]) -> str:
        found = (_name(thing, lang) for thing in things if thing is not None)
        return "; ".join(dict.fromkeys(found))

    named: dict[str, Iterable[Named | None]] = {
        "publishers": hit.publishers,
        "open_type": [hit.open_type],
        "frequency": [hit.frequency],
        "formats": hit.formats,
        "districts": hit.districts,
    }

    def value(column: str) -> str:
        if column in named:
            return names(named[column])
        if column in _KEYS:
            found = (thing for thing in named[_KEYS[column]] if thing is not None)
            wants_iri = column.endswith("_iris")
            keys = (thing.iri if wants_iri else thing.notation or thing.iri for thing in found)
            return "; ".join(dict.fromkeys(key for key in keys if key))
        return str(getattr(hit, column) or "")

    return [value(column) for column in _COLUMNS]


def _name(thing: Named, lang: Lang) -> str:
    return pick(thing.label, lang) or thing.iri or ""
