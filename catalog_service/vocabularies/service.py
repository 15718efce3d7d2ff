"""Concept schemes and their concepts, as the API answers and the pages show them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, cast, get_args

import pyoxigraph as ox
from pydantic import BaseModel

from catalog_service.context import Service
from catalog_service.vocabularies.errors import UNKNOWN_SCHEME
from ontology.errors import AtlasError
from ontology.languages import Texts, language_of
from ontology.terms import SKOS, VOCAB
from ontology.vocabulary import Concept, Scheme, Vocabulary
from search.analysis.normalization import normal
from search.facets import NOT_STATED, REGISTERED
from search.index.plan import Plan

if TYPE_CHECKING:
    from catalog_service.vocabulary_work.service import SchemeVersion


class ConceptAnswer(BaseModel):
    """A concept with its names and its relations to others."""

    iri: str
    notation: str
    label: Texts
    other_labels: list[str]
    broader: list[str]
    successors: list[str]
    matches: dict[str, list[str]]
    deprecated: bool = False
    """It stays where it is used, and is used for nothing new."""


class VersionAnswer(BaseModel):
    """A release of a scheme here; ``what`` was released or undone about which concept."""

    version: str
    day: date
    step: Literal["released", "undone"]
    what: Literal["new", "name", "deprecate", "below", "followed"]
    concept: str
    label: Texts
    other: str | None = None


class SchemeSummary(BaseModel):
    """A concept scheme."""

    id: str
    iri: str
    label: Texts
    version: str
    concepts: int


class SchemeAnswer(SchemeSummary):
    """A concept scheme with its concepts."""

    definition: Texts
    modified: date | None = None
    """The day of its last release here; null: it is as it was shipped."""
    history: list[VersionAnswer] = []
    """Its releases here, the newest first."""
    items: list[ConceptAnswer]


def find_scheme(vocabulary: Vocabulary, name: str) -> Scheme:
    """Return the name of a scheme that there is; raises ``unknown-scheme``."""
    known = vocabulary.schemes()
    if name not in known or name not in get_args(Scheme):
        raise AtlasError(UNKNOWN_SCHEME, name=name[:80], known=", ".join(sorted(known)))
    return cast(Scheme, name)


def list_schemes(vocabulary: Vocabulary) -> list[SchemeSummary]:
    """Return all schemes in the order of their names."""
    return [_summary(vocabulary, find_scheme(vocabulary, n)) for n in sorted(vocabulary.schemes())]


def describe_scheme(vocabulary: Vocabulary, name: str) -> SchemeAnswer:
    """Return a scheme with its concepts; raises ``unknown-scheme``."""
    scheme = find_scheme(vocabulary, name)
    return SchemeAnswer(
        **_summary(vocabulary, scheme).model_dump(),
        definition=_texts(vocabulary, scheme, SKOS.definition),
        items=[_concept(vocabulary, concept) for concept in vocabulary.concepts(scheme)],
    )


def with_history(atlas: Service, answer: SchemeAnswer) -> SchemeAnswer:
    """Return a scheme with what was released of it here."""
    history = atlas.released_vocabulary.history(answer.id)
    if not history:
        return answer
    shipped = atlas.shipped_vocabulary.schemes()[answer.id]
    told = [_version(atlas, f"{shipped}+{one.number}", one) for one in reversed(history)]
    return answer.model_copy(update={"history": told, "modified": history[-1].day})


def _version(atlas: Service, version: str, one: SchemeVersion) -> VersionAnswer:
    told: dict[str, object] = {"version": version, "day": one.day, "step": one.step}
    if one.change is not None:
        label = {"zh": one.change.zh, "en": one.change.en}
        told |= {"what": one.change.kind, "concept": one.change.concept, "label": label}
    elif one.link is not None:
        kind, iri, other = one.link
        known = atlas.vocabulary.concept(iri)
        label = {"zh": iri} if known is None else {"zh": known.zh, "en": known.en}
        told |= {"what": kind, "concept": iri, "label": label, "other": other}
    return VersionAnswer.model_validate(told)


def has_word(concept: ConceptAnswer, text: str) -> bool:
    """Tell whether a text stands in one of a concept's names, or in its code."""
    wanted = normal(text)
    names = (concept.notation, *concept.label.values(), *concept.other_labels)
    return any(wanted in normal(name) for name in names)


def facet_of(scheme: str) -> str | None:
    """Return the facet whose values are the concepts of a scheme; None where there is none."""
    if scheme == "organization":
        return "publisher"
    return next((facet.name for facet in REGISTERED if facet.scheme == scheme), None)


def usage_of(atlas: Service, scheme: str) -> dict[str, int]:
    """Return how many public datasets have each concept, by IRI; empty where none is counted."""
    facet, view = facet_of(scheme), atlas.index.view()
    if facet is None or view is None:
        return {}
    counts = view.count(Plan(), [facet])[facet]
    return {value: count for value, count in counts.items() if value != NOT_STATED}


def scheme_triples(vocabulary: Vocabulary, name: Scheme) -> list[ox.Triple]:
    """Return everything that a scheme says."""
    text = vocabulary.graph_turtle(name)
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def _summary(vocabulary: Vocabulary, name: Scheme) -> SchemeSummary:
    return SchemeSummary(
        id=name,
        iri=VOCAB + name,
        label=_texts(vocabulary, name, SKOS.prefLabel),
        version=vocabulary.schemes()[name],
        concepts=len(vocabulary.concepts(name)),
    )


def _texts(vocabulary: Vocabulary, name: Scheme, predicate: str) -> Texts:
    """Return what a scheme says of itself, by language."""
    own = ox.NamedNode(VOCAB + name)
    return {
        language_of(triple.object.language or ""): triple.object.value
        for triple in scheme_triples(vocabulary, name)
        if triple.subject == own
        and triple.predicate.value == predicate
        and isinstance(triple.object, ox.Literal)
    }


def _concept(vocabulary: Vocabulary, concept: Concept) -> ConceptAnswer:
    own = {concept.zh, concept.en}
    return ConceptAnswer(
        iri=concept.iri,
        notation=concept.notation,
        label={"zh": concept.zh, "en": concept.en},
        other_labels=[text for text in vocabulary.names(concept.iri) if text not in own],
        broader=[c.iri for c in vocabulary.broader(concept.iri)],
        successors=[c.iri for c in vocabulary.successors(concept.iri)],
        matches=vocabulary.matches(concept.iri),
        deprecated=vocabulary.is_deprecated(concept.iri),
    )
