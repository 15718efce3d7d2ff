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
)


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
    values = [names(named[n]) if n in named else getattr(hit, n) or "" for n in _COLUMNS]
    return [str(value) for value in values]


def _name(thing: Named, lang: Lang) -> str:
    return pick(thing.label, lang) or thing.iri or ""
