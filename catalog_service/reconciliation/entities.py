"""Things by their identifiers, and all things of a type."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Final

from catalog_service.context import Service
from catalog_service.datasets.model import Description
from catalog_service.datasets.service import public_descriptions
from catalog_service.reconciliation.model import SCHEMES, Entity, Kind
from ontology.concepts import Concept
from ontology.record import PATH
from ontology.spelling import spelling_key
from search.bounded_cache import BoundedCache
from search.limits import MAX_FACET_SIZE
from search.model import Query

LONGEST_ID: Final = 2_000
Spelled = tuple[Entity, tuple[str, ...]]
"""A thing, and the forms under which its names are compared (`ontology.spelling`)."""

_concepts: BoundedCache[Hashable, list[Spelled]] = BoundedCache(16)


def entity(atlas: Service, identifier: str) -> Entity | None:
    """Return a thing by its IRI; None where there is none that is public."""
    if not identifier or len(identifier) > LONGEST_ID:
        return None
    concept = atlas.vocabulary.concept(identifier)
    if concept is not None:
        kind = next((kind for kind, scheme in SCHEMES.items() if scheme == concept.scheme), None)
        return None if kind is None else of_concept(concept, kind)
    if identifier.startswith(f"{atlas.settings.base_iri}{PATH}"):
        return next(datasets(atlas, [identifier]), None)
    asked = Query(filters={"publisher": (identifier,)}, limit=0, facets=("publisher",))
    for one in atlas.search.search(asked).facets["publisher"]:
        if one.value == identifier and one.count:
            return Entity(identifier, "organization", {"": one.label})
    return None


def datasets(atlas: Service, iris: Sequence[str]) -> Iterator[Entity]:
    """Yield those of some datasets that are public, in their order."""
    for found in public_descriptions(atlas, iris):
        yield Entity(found.iri, "dataset", found.title, _note(found), found)


def of_concept(concept: Concept, kind: Kind) -> Entity:
    """Return a concept as a thing."""
    return Entity(concept.iri, kind, {"zh": concept.zh, "en": concept.en})


def all_of(atlas: Service, kind: Kind) -> list[Spelled]:
    """Return the things of a type that is no dataset, with the spellings of their names."""
    key = (kind, atlas.vocabulary.digest)
    found = _concepts.get(key)
    if found is None:
        made = []
        for concept in atlas.vocabulary.concepts(SCHEMES[kind]):
            names = (concept.en, *atlas.vocabulary.spellings(concept.iri))
            keys = dict.fromkeys(map(spelling_key, names))
            made.append((of_concept(concept, kind), tuple(keys)))
        found = _concepts.keep(key, made)
    return [*found, *_publishers(atlas)] if kind == "organization" else found


def _publishers(atlas: Service) -> Iterator[Spelled]:
    """Yield the publishers that only records name."""
    asked = Query(limit=0, facets=("publisher",), facet_size=MAX_FACET_SIZE)
    for one in atlas.search.search(asked).facets["publisher"]:
        if one.label and one.count and atlas.vocabulary.concept(one.value) is None:
            made = Entity(one.value, "organization", {"": one.label})
            yield made, (spelling_key(one.label),)


def _note(found: Description) -> dict[str, str]:
    """Return the publishers of a dataset by language."""
    names: dict[str, list[str]] = {}
    for publisher in found.publishers:
        for lang, name in publisher.label.items():
            names.setdefault(lang, []).append(name)
    return {lang: "、".join(listed) for lang, listed in names.items()}
