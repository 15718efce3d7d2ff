"""What contradicts "one number, one source" (R35)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from catalog_service.context import Service
from catalog_service.source_catalog.identity import department_key
from catalog_service.source_catalog.model import Conflict, SourceItem
from catalog_service.source_catalog.service import items
from ontology.vocabulary import Vocabulary
from search.index.model import SearchDocument
from search.relations.fields import COMMON, field_key

MOST_DATASETS: Final = 100
"""Datasets that a conflict names; a data item may be in thousands."""


def conflicts(atlas: Service) -> list[Conflict]:
    """Return what contradicts "one number, one source", by data item.

    Items that tables of every kind have (名称, 备注) are not looked for in datasets.
    """
    claims: dict[str, dict[str, SourceItem]] = defaultdict(dict)
    for stored in items(atlas):
        department = department_key(atlas.vocabulary, stored.claim.department)
        claims[stored.key][department] = stored.claim
    found = [
        Conflict("claimed-twice", _name(own), tuple(c.department for c in own.values()), {})
        for own in claims.values()
        if len(own) > 1
    ]
    datasets: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = defaultdict(dict)
    view = atlas.index.view()
    for document in view.each() if view is not None and claims else ():
        publishers = publisher_keys(atlas.vocabulary, document)
        for key in {field_key(name) for name in document.fields} - COMMON:
            own = claims.get(key)
            # A record without a publisher says nothing of who collects.
            if own and publishers and publishers.isdisjoint(own):
                datasets[key][document.iri] = (document.title, document.publishers)
    for key, having in sorted(datasets.items()):
        own = claims[key]
        named = dict(sorted(having.items())[:MOST_DATASETS])
        departments = tuple(claim.department for claim in own.values())
        found.append(Conflict("collected-elsewhere", _name(own), departments, named))
    return found


def publisher_keys(vocabulary: Vocabulary, document: SearchDocument) -> set[str]:
    """Return the publishers of a dataset, each as `department_key` has it."""
    return set(_publishers(vocabulary, document))


def _publishers(vocabulary: Vocabulary, document: SearchDocument) -> Iterator[str]:
    yield from document.facets.get("publisher", ())
    for name in document.publishers:
        yield department_key(vocabulary, name)


def _name(own: dict[str, SourceItem]) -> str:
    return next(iter(own.values())).item
