"""What there is of a kind: publishers, districts, domains, libraries, data items, with counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from catalog_service.context import Service
from catalog_service.entities.tallies import FieldCount, still_there
from catalog_service.place_names import publisher_label, publisher_names
from ontology.vocabulary import Scheme
from search.analysis.normalization import normal
from search.facets import NOT_STATED
from search.index.plan import Plan
from search.relations.fields import field_key

MAX_TEXT: Final = 100
"""Characters of a text by which a list is narrowed."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing of a list: an IRI, its names in both languages, how many datasets it has."""

    iri: str
    zh: str
    en: str
    count: int


def publishers(atlas: Service, text: str = "") -> list[Listed]:
    """Return the publishers of public datasets, those of most datasets first.

    ``text`` stands in one of their names. A body that no vocabulary knows is called as its records
    call it, with its place where others are called so too.
    """
    view = atlas.index.view()
    if view is None:
        return []
    counts = {**view.count(Plan(), ["publisher"])["publisher"]}
    counts.pop(NOT_STATED, None)
    names = publisher_names(atlas, counts)
    wanted = normal(text)
    found = []
    for iri, count in counts.items():
        concept = atlas.vocabulary.concept(iri)
        own = names.get(iri, iri)
        label = publisher_label(atlas, iri, own)
        zh, en = (label.get(lang, own) for lang in ("zh", "en"))
        if concept is not None:
            zh, en = concept.zh, concept.en
        spellings = atlas.vocabulary.spellings(iri) if concept is not None else (own,)
        if not wanted or any(wanted in normal(one) for one in (*spellings, zh, en)):
            found.append(Listed(iri, zh, en, count))
    return sorted(found, key=lambda one: (-one.count, one.zh, one.iri))


def concepts(atlas: Service, scheme: Scheme, facet: str) -> list[Listed]:
    """Return the concepts of a scheme in its order, with the datasets that have each."""
    view = atlas.index.view()
    counts = {} if view is None else view.count(Plan(), [facet])[facet]
    return [
        Listed(one.iri, one.zh, one.en, counts.get(one.iri, 0))
        for one in atlas.vocabulary.concepts(scheme)
    ]


def without(atlas: Service, facet: str, listed: Iterable[Listed]) -> int:
    """Return how many public datasets have none of some values of a facet."""
    view = atlas.index.view()
    if view is None:
        return 0
    chosen = Plan(filters={facet: tuple(one.iri for one in listed)})
    everything, some = view.totals([Plan(), chosen])
    return everything - some


def data_items(atlas: Service, text: str = "") -> Sequence[FieldCount]:
    """Return the data items of public datasets, those of most datasets first.

    They are counted now and then (`catalog_service.entities.tallies`): before one is shown,
    `shown_items` asks whether it is still there. ``text`` stands in their names.
    """
    tallies = atlas.tallies.counted()
    if tallies is None:
        return ()
    wanted = field_key(text)
    return [one for one in tallies.fields if wanted in one.key] if wanted else tallies.fields


def shown_items(atlas: Service, fields: Sequence[FieldCount]) -> list[FieldCount]:
    """Return those data items of some that may be shown now."""
    view = atlas.index.view()
    return [] if view is None or not fields else still_there(view, fields)
