"""Concepts by IRI, their own or one that other catalogues use for the same thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

from ontology.unmapped_values import Lookup
from ontology.vocabulary import Concept, Scheme, Vocabulary


class Concepts(Lookup, Protocol):
    """Where concepts are looked up; `Vocabulary` is one, without the IRIs of others."""

    def concept(self, iri: str) -> Concept | None:
        """Return the concept with this IRI, or None."""
        ...

    def released_names(self, iri: str) -> list[str]:
        """Return names that a concept got after the vocabularies were shipped, or had before."""
        ...


class ConceptIndex:
    """The concepts of a vocabulary, also by the IRIs that it maps with ``skos:exactMatch``.

    A harvested ``…/file-type/CSV`` and the own ``format/csv`` are then one value of a facet.
    Close matches are left apart: they are not the same.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.find = vocabulary.find
        self.find_all = vocabulary.find_all
        self.released_names = vocabulary.released_names
        schemes = cast(list[Scheme], list(vocabulary.schemes()))
        concepts = [concept for scheme in schemes for concept in vocabulary.concepts(scheme)]
        self._by_iri = {concept.iri: concept for concept in concepts}
        for concept in concepts:
            for iri in vocabulary.matches(concept.iri).get("exactMatch", ()):
                self._by_iri.setdefault(iri, concept)

    def concept(self, iri: str) -> Concept | None:
        """Return the concept with this IRI, or that matches it exactly; else None."""
        return self._by_iri.get(iri)


class ConceptsInForce:
    """The `ConceptIndex` of the vocabulary in force, made anew when that is another one."""

    def __init__(self, vocabulary: Callable[[], Vocabulary]) -> None:
        self._in_force = vocabulary
        self._made: tuple[Vocabulary, ConceptIndex] | None = None

    def index(self) -> ConceptIndex:
        """Return the index of the vocabulary that is in force now."""
        vocabulary, made = self._in_force(), self._made
        if made is None or made[0] is not vocabulary:
            made = self._made = (vocabulary, ConceptIndex(vocabulary))
        return made[1]
