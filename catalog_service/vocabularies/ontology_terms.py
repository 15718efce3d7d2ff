"""The ontology for readers: its terms by group, each with its texts and its links to others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Final

import pyoxigraph as ox

from catalog_service.vocabularies.definitions import ontology_triples
from ontology.languages import Texts, by_language
from ontology.terms import DCT, OWL, PREFIXES, RDF, RDFS, SHD, SKOS

_PROPERTIES: Final = frozenset(
    {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property}
)
_CLASSES: Final = frozenset({OWL.Class, RDFS.Class})
_Said = dict[str, list[ox.NamedNode | ox.Literal]]


@dataclass(frozen=True, slots=True)
class Link:
    """A term, as a prefixed name where there is one, and where to read of it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the ontology."""

    name: str
    iri: str
    label: Texts
    definition: Texts
    source: Texts
    domain: tuple[Link, ...]
    range: tuple[Link, ...]
    broader: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Ontology:
    """The ontology, its terms in the order of their names."""

    title: Texts
    description: Texts
    version: str
    groups: tuple[tuple[str, tuple[Term, ...]], ...]


@cache
def read_ontology() -> Ontology:
    """Return the ontology as the page shows it."""
    subjects: dict[str, _Said] = defaultdict(dict)
    for triple in ontology_triples():
        value = triple.object
        if isinstance(triple.subject, ox.NamedNode) and isinstance(
            value, ox.NamedNode | ox.Literal
        ):
            subjects[triple.subject.value].setdefault(triple.predicate.value, []).append(value)
    groups: dict[str, list[Term]] = {"classes": [], "properties": [], "other": []}
    for iri, said in sorted(subjects.items()):
        name = iri.removeprefix(SHD)
        if not iri.startswith(SHD) or not name or "/" in name:
            continue
        kinds = {value.value for value in said.get(RDF.type, [])}
        group = "classes" if kinds & _CLASSES else "other"
        groups["properties" if kinds & _PROPERTIES else group].append(_term(name, iri, said))
    whole = subjects.get(SHD, {})
    version = next((v.value for v in whole.get(OWL.versionInfo, [])), "")
    return Ontology(
        title=_texts(whole, DCT.term("title")),
        description=_texts(whole, DCT.description),
        version=version,
        groups=tuple((name, tuple(terms)) for name, terms in groups.items() if terms),
    )


def _term(name: str, iri: str, said: _Said) -> Term:
    return Term(
        name=name,
        iri=iri,
        label=_texts(said, RDFS.label),
        definition=_texts(said, SKOS.definition),
        source=_texts(said, DCT.source),
        domain=_links(said, RDFS.domain),
        range=_links(said, RDFS.range),
        broader=(*_links(said, RDFS.subClassOf), *_links(said, RDFS.subPropertyOf)),
    )


def _texts(said: _Said, predicate: str) -> Texts:
    found = (value for value in said.get(predicate, []) if isinstance(value, ox.Literal))
    return by_language((value.value, value.language or "") for value in found)


def _links(said: _Said, predicate: str) -> tuple[Link, ...]:
    found = (value.value for value in said.get(predicate, []) if isinstance(value, ox.NamedNode))
    return tuple(Link(_short(iri), _address(iri)) for iri in found)


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _address(iri: str) -> str:
    return f"#{iri.removeprefix(SHD)}" if iri.startswith(SHD) else iri
