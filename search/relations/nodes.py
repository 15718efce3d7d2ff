"""The nodes of the graph of things: datasets, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote

from ontology.vocabulary import Vocabulary
from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import IndexView
from search.relations.fields import FIELD_PATH, field_iri

NodeKind = Literal["dataset", "organization", "district", "theme", "library", "field", "key-item"]

FACET_OF: Final[dict[NodeKind, str]] = {
    "organization": "publisher",
    "theme": "theme",
    "district": "district",
    "library": "library",
}
"""The facet by which the datasets of a node are found."""

_SCHEMES: Final[dict[str, NodeKind]] = {
    "organization": "organization",
    "place": "district",
    "domain": "theme",
    "domain-2014": "theme",
    "library": "library",
    "key-item": "key-item",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A thing with a name in Chinese and English (the Chinese one where there is no English)."""

    iri: str
    kind: NodeKind
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name in Chinese and English (the same where there is only one)."""

    zh: str
    en: str


class Nodes:
    """Finds what an IRI names, in one state of an index."""

    def __init__(self, view: IndexView, vocabulary: Vocabulary, base_iri: str) -> None:
        self._view = view
        self._vocabulary = vocabulary
        self._datasets = f"{base_iri}/id/dataset/"
        self._base = base_iri
        self._fields = f"{base_iri}{FIELD_PATH}"
        self._organizations = f"{base_iri}/id/organization/"

    def field_iri(self, name: str) -> str:
        """Return the IRI of a data item by its name; names that are the same have one."""
        return field_iri(self._base, name)

    def field_name(self, iri: str) -> str:
        """Return the key of the data item that an IRI of `field_iri` names."""
        return unquote(iri.removeprefix(self._fields))

    def node(self, iri: str) -> Node | None:
        """Return what an IRI names; None for what the atlas does not know or does not show."""
        concept = self._vocabulary.concept(iri)
        if concept is not None:
            kind = _SCHEMES.get(concept.scheme)
            return None if kind is None else Node(iri, kind, concept.zh, concept.en)
        if iri.startswith(self._fields):
            name = self.field_name(iri)
            return Node(iri, "field", name, name) if name else None
        if iri.startswith(self._organizations):
            return self._organization(iri)
        document = self._view.get(iri)
        if document is None:
            return None
        return Node(iri, "dataset", document.title, document.title_en or document.title)

    def told_apart(self, node: Node) -> tuple[Name, ...]:
        """Return what tells a thing from others of its name: who publishes it, and where.

        Of a body that no vocabulary knows the place of one of its datasets; of anything else whose
        name says what it is, nothing.
        """
        if node.kind == "dataset":
            document = self._view.get(node.iri)
            return () if document is None else (*self._publisher(document), *self._place(document))
        if node.kind == "organization" and node.iri.startswith(self._organizations):
            found = self._view.find(Plan(filters={"publisher": (node.iri,)}), 1)
            return tuple(name for c in found.candidates for name in self._place(c.document))
        return ()

    def _publisher(self, document: StoredDocument) -> tuple[Name, ...]:
        iris, names = document.facets.get("publisher", ()), document.publishers
        if not names:
            return ()
        # The two lists are of one length where every body has an IRI.
        concept = self._vocabulary.concept(iris[0]) if len(iris) == len(names) else None
        return (Name(concept.zh, concept.en) if concept else Name(names[0], names[0]),)

    def _place(self, document: StoredDocument) -> tuple[Name, ...]:
        for iri in document.facets.get("district", ()):
            concept = self._vocabulary.concept(iri)
            if concept is not None:
                return (Name(concept.zh, concept.en),)
        return tuple(Name(place, place) for place in document.places[:1])

    def _organization(self, iri: str) -> Node | None:
        """A body that no vocabulary knows has the name that its datasets give it."""
        name = self.publisher_name(iri)
        return None if name is None else Node(iri, "organization", name, name)

    def publisher_name(self, iri: str) -> str | None:
        """Return what its datasets call a publisher; None where no dataset has it."""
        found = self._view.find(Plan(filters={"publisher": (iri,)}), 1)
        for candidate in found.candidates:
            known = candidate.document.facets.get("publisher", ())
            names = candidate.document.publishers
            if iri in known and len(names) == len(known):
                return names[known.index(iri)]
        return None
