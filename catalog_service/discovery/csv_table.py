"""Hits as a table in CSV, which spreadsheets open as it is and run no part of."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from catalog_service.answers import Named
from catalog_service.discovery.model import HitAnswer
from catalog_service.site.display_values import without_bidi
from ontology.languages import pick
from ontology.texts import INVISIBLE
from translations import Lang

_UNSEEN: Final = (
    r"[ \x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    rf"\ufff0-\uffff{INVISIBLE}]*+"
)
"""Characters a spreadsheet strips before it looks for a formula."""
_FORMULA: Final = re.compile(
    # A beginning of the cell, or of one that a spreadsheet makes of it: some split at a semicolon
    # or a tab, and a line break may end a row.
    rf"(?:(?<=[;；\t\r\n\v\f\x85\u2028\u2029])|^)"
    rf"(?={_UNSEEN}[\"'“”＂]?{_UNSEEN}[=+\-@|＝＋－＠｜﹢﹣﹦﹫−])|^(?={_UNSEEN}[\t\r\n])"
)
"""Where a spreadsheet would read what follows as something to be run; it folds widths."""
_COLUMNS: Final = (
    *("title", "description", "publishers", "open_type", "frequency", "formats", "districts"),
    *("modified", "url", "iri", "source", "remote_id"),
)


def csv_lines(hits: Iterable[HitAnswer], lang: Lang) -> Iterator[str]:
    """Yield the lines of the table, the header first."""
    # A spreadsheet takes a file without the mark for one in its own encoding.
    yield "\ufeff" + _line(_COLUMNS)
    for hit in hits:
        yield _line(_row(hit, lang))


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
    return [quote_formulas(without_bidi(str(value))) for value in values]


def _name(thing: Named, lang: Lang) -> str:
    return pick(thing.label, lang) or thing.iri or ""


def quote_formulas(text: str) -> str:
    """Return a text of which no spreadsheet runs any part as a formula: such parts are quoted."""
    return _FORMULA.sub("'", text)


def _line(values: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(chain(values))
    return out.getvalue()
