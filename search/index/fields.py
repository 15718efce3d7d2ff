"""What an index stores of a document: the tokens of each field, the facets, the sort keys.

Both kinds of index store exactly this, so that they can only differ in their arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from search.analysis.ngrams import grams, title_grams
from search.analysis.periods import period_of
from search.analysis.places import areas_of
from search.analysis.sort_keys import date_key, day_number, number_of, title_key
from search.analysis.titles import title_parts
from search.facets import ABOUT_FROM, ABOUT_TO, AREA, INDEXED, NOT_STATED, UNSTATED
from search.index.model import SearchDocument
from search.index.payload import payload_of

PREPARED_VERSION: Final = 12
"""Part of the name of every index: raise it with every change of this module, of
`search.analysis` or of `search.index.payload` that alters what is prepared, and of a
schema; all indices are then built anew. ``tests/search/index/test_fields.py`` sees a change
without it."""

CANDIDATE_WEIGHTS: Final[Mapping[str, float]] = {
    "title": 4.0,
    "keywords": 2.0,
    "fields": 2.0,
    "about": 1.0,
    "description": 1.0,
    "publisher": 0.7,
    "place": 0.7,
}
"""The searched fields, and how much a match in each counts for becoming a candidate.

The order of the candidates is the fine order's: its weights are in `search.ranking.weights`."""

MAX_TEXT: Final = 20_000
"""Characters of a field that are analysed; a description of novel length adds nothing after it."""

MAX_GROUP: Final = 200
"""Characters of a group's name."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One document, ready for an index.

    ``text`` holds tokens joined by blanks, by field of `CANDIDATE_WEIGHTS`; ``facets`` values by
    facet, `search.facets.NOT_STATED` where it has none (and `search.facets.AREA`); ``group`` the
    value of the filter `search.facets.GROUP`; ``days`` the days of `search.facets.DAYS` that are
    known of it, as numbers; ``by_title`` and ``by_modified`` are sort keys; ``payload`` is kept and
    given back as it is (`search.index.payload`).
    """

    text: Mapping[str, str]
    facets: Mapping[str, tuple[str, ...]]
    group: str
    days: Mapping[str, int]
    by_title: str
    by_modified: int
    payload: str


def group_of(document: SearchDocument) -> str:
    """Return the name of the twins, editions and parallels of a document: its title's subject."""
    return title_parts(document.title).core[:MAX_GROUP]


def prepare(document: SearchDocument) -> Prepared:
    """Analyse a document: tokens of the fields of `CANDIDATE_WEIGHTS`, keys, the payload."""
    d = document
    facets = {name: values for name, values in d.facets.items() if values and name in INDEXED}
    facets |= {name: (NOT_STATED,) for name in UNSTATED if name not in facets}
    areas = areas_of(d.title, d.places, d.publishers)
    if areas:
        facets[AREA] = areas
    days = {
        name: day
        for name, date in (("modified", d.modified), ("issued", d.issued))
        if date and (day := day_number(date))
    }
    about = period_of(d.title, d.period, d.issued, d.modified)
    if about is not None:
        days |= {ABOUT_FROM: number_of(about.first), ABOUT_TO: number_of(about.last)}
    return Prepared(
        text={
            "title": " ".join(
                [title_grams(text) for text in (d.title, d.title_en, *d.alternatives) if text]
            ),
            "keywords": _grams(d.keywords),
            "fields": _grams(d.fields),
            "about": _grams(d.themes),
            "description": _grams((d.description[:MAX_TEXT],)),
            "publisher": _grams((*d.publishers, *d.publisher_names)),
            "place": _grams(d.places),
        },
        facets=facets,
        group=group_of(d),
        days=days,
        by_title=title_key(d.title, d.iri),
        by_modified=date_key(d.modified, d.iri),
        payload=payload_of(d),
    )


def _grams(texts: Iterable[str]) -> str:
    return " ".join([grams(text) for text in texts if text])
