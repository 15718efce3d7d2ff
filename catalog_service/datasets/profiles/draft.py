"""Statements of an export under construction, and nodes that several profiles describe alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from catalog_service.datasets.profiles.eu_tables import eu_label, scheme_of, scheme_title
from catalog_service.datasets.record_statements import Statements
from ontology.formats import format_label
from ontology.languages import Texts
from ontology.terms import DCT, RDF, SKOS

Term = ox.NamedNode | ox.Literal

_IN_SCHEME: Final = SKOS.inScheme


class Draft:
    """Collects statements, each once, in the order in which they are made.

    Nodes that the source gave as a text get IRIs below the record's own: ``…#ap-1``.
    """

    def __init__(self, source: Statements, record: str) -> None:
        self.source = source
        self._record = record
        self._minted = 0
        self._made: dict[ox.Triple, None] = {}

    @property
    def triples(self) -> list[ox.Triple]:
        """What was said so far."""
        return list(self._made)

    def mint(self) -> str:
        """Return the IRI of another node of the export."""
        self._minted += 1
        return f"{self._record}#ap-{self._minted}"

    def add(self, subject: str, predicate: str, *values: Term) -> None:
        """Say something."""
        for value in values:
            triple = ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
            self._made.setdefault(triple)

    def link(self, subject: str, predicate: str, target: str) -> None:
        """Say that two nodes hang together."""
        self.add(subject, predicate, ox.NamedNode(target))

    def typed(self, node: str, *classes: str) -> None:
        """Say of which classes a node is."""
        self.add(node, RDF.type, *map(ox.NamedNode, classes))

    def say(self, node: str, predicate: str, texts: Texts) -> None:
        """Say a text in the languages that there are."""
        self.add(
            node,
            predicate,
            *(ox.Literal(t, language=lang) if lang else ox.Literal(t) for lang, t in texts.items()),
        )

    def copy(self, node: str, predicates: Iterable[str]) -> None:
        """Say what the source says with some properties."""
        for predicate in predicates:
            self.add(node, predicate, *self.source.objects(node, predicate))

    def node(self, value: Term, classes: Iterable[str], label: str) -> str:
        """Describe a node by class and label; a text becomes the label of a new one."""
        if isinstance(value, ox.NamedNode):
            self.say(value.value, label, self.name(value.value))
            self.typed(value.value, *classes)
            return value.value
        made = self.mint()
        self.typed(made, *classes)
        self.add(made, label, value)
        return made

    def concept(self, iri: str, *classes: str) -> str:
        """Describe a concept: labels in all languages known, and its scheme with its title."""
        self.typed(iri, SKOS.Concept, *classes)
        self.say(iri, SKOS.prefLabel, self.name(iri) or {"": format_label(iri)})
        scheme = scheme_of(iri)
        if scheme is not None:
            self.link(iri, _IN_SCHEME, scheme)
            self.typed(scheme, SKOS.ConceptScheme)
            self.say(scheme, DCT.title, scheme_title(scheme))
        return iri

    def name(self, iri: str) -> Texts:
        """Return what a node is called: by our vocabularies, the record, or the EU's tables."""
        return self.source.name(iri) or eu_label(iri)
