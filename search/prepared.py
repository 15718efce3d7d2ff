"""What an engine stores of a document: the tokens of each field, the facets, the sort keys.

Both engines index exactly this, so that they can only differ in their arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from search.analysis.order import date_key, title_key
from search.analysis.tokens import prepared
from search.engine import FACETS, SearchDocument

WEIGHTS: Final[Mapping[str, float]] = {
    "title": 4.0,
    "fields": 2.0,
    "keywords": 2.0,
    "about": 1.5,
    "description": 1.0,
    "publisher": 0.7,
}
"""The searched fields, and how much a match in each counts."""

MAX_TEXT: Final = 20_000
"""Characters of a field that are analysed; a description of novel length adds nothing after it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One document, ready for an engine; ``text`` holds tokens joined by blanks, by field."""

    text: Mapping[str, str]
    facets: Mapping[str, tuple[str, ...]]
    by_title: str
    by_modified: int


def prepare(document: SearchDocument) -> Prepared:
    """Analyse a document: the tokens of each field of `WEIGHTS` and the sort keys."""
    d = document
    facets = {name: values for name, values in d.facets.items() if values and name in FACETS}
    return Prepared(
        text={
            "title": prepared((d.title, d.title_en, *d.alternatives)),
            "fields": prepared(d.fields),
            "keywords": prepared(d.keywords),
            "about": prepared((*d.themes, *d.places)),
            "description": prepared((d.description[:MAX_TEXT],)),
            "publisher": prepared(d.publishers),
        },
        facets=facets,
        by_title=title_key(d.title, d.iri),
        by_modified=date_key(d.modified, d.iri),
    )
