"""Reading the ontology (`shdata.ttl`) and the JSON-LD context that stand beside this module."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import pyoxigraph as ox

from ontology.languages import BilingualText
from ontology.terms import DCT, OWL, RDF, RDFS, SHD, SKOS

TermKind = Literal["class", "object-property", "datatype-property", "individual"]

ONTOLOGY_FILE: Final = Path(__file__).with_name("shdata.ttl")
CONTEXT_FILE: Final = Path(__file__).with_name("context.jsonld")

_KINDS: Final[tuple[tuple[str, TermKind], ...]] = (
    (OWL.Class, "class"),
    (OWL.ObjectProperty, "object-property"),
    (OWL.DatatypeProperty, "datatype-property"),
    (OWL.NamedIndividual, "individual"),
)


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property or individual of the ontology, as its page shows it."""

    iri: str
    name: str
    kind: TermKind
    label: BilingualText
    definition: BilingualText
    source: BilingualText
    parents: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ontology:
    """The ontology: its version, its Turtle text, and its terms by local name, in its order."""

    iri: str
    version: str
    turtle: str
    terms: Mapping[str, Term]

    def triples(self) -> list[ox.Triple]:
        """Parse the text again; for the graph that holds the ontology."""
        return [q.triple for q in ox.parse(self.turtle, format=ox.RdfFormat.TURTLE)]


@lru_cache(maxsize=1)
def load_ontology() -> Ontology:
    """Read ``shdata.ttl``.

    A term without label, definition or source in both languages is a mistake in the file and
    raises `LookupError`; a test keeps such a file from being shipped.
    """
    turtle = ONTOLOGY_FILE.read_text("utf-8")
    about: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE):
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(
            quad.object, ox.BlankNode | ox.Triple
        ):
            about[quad.subject.value][quad.predicate.value].append(quad.object)
    version = about[SHD][OWL.versionInfo][0].value
    terms: dict[str, Term] = {}
    for iri, said in about.items():
        if not iri.startswith(SHD) or SHD not in _values(said[RDFS.isDefinedBy]):
            continue
        types = _values(said[RDF.type])
        terms[iri.removeprefix(SHD)] = Term(
            iri=iri,
            name=iri.removeprefix(SHD),
            kind=next(kind for owl, kind in _KINDS if owl in types),
            label=_text(iri, said[RDFS.label]),
            definition=_text(iri, said[SKOS.definition]),
            source=_text(iri, said[DCT.source]),
            parents=_values(said[RDFS.subClassOf] + said[RDFS.subPropertyOf]),
            domain=_values(said[RDFS.domain]),
            range=_values(said[RDFS.range]),
        )
    return Ontology(SHD, version, turtle, MappingProxyType(terms))


def _values(nodes: list[ox.NamedNode | ox.Literal]) -> tuple[str, ...]:
    return tuple(node.value for node in nodes)


def _text(iri: str, nodes: list[ox.NamedNode | ox.Literal]) -> BilingualText:
    by_language = {n.language: n.value for n in nodes if isinstance(n, ox.Literal)}
    if "zh" not in by_language or "en" not in by_language:
        raise LookupError(f"{iri} lacks a text in Chinese or English")
    return BilingualText(by_language["zh"], by_language["en"])


def load_context() -> dict[str, Any]:
    """Read ``context.jsonld``: an object whose ``@context`` is put into documents as it is.

    It is never referred to by address, so that no reader has to fetch anything.
    """
    context: dict[str, Any] = json.loads(CONTEXT_FILE.read_text("utf-8"))
    return context
