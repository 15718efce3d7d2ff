"""What this project defines, as triples: ontology, concepts, thesaurus, the catalogue's graphs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import Final

import pyoxigraph as ox

from catalog_service.graph.store import RECORDS_GRAPH, STATE_GRAPH
from catalog_service.vocabularies.service import scheme_triples
from ontology.terms import DCT, OWL, RDF, SHD, SKOS, VOID
from ontology.vocabulary import Scheme, Vocabulary
from search.thesaurus.load import ENTRIES, files
from search.thesaurus.model import TH, THESAURUS
from translations import N_, in_all_languages

GRAPHS: Final = {
    "records": (
        RECORDS_GRAPH,
        N_(
            "About the records: the hash of each public record, the dataset that it describes, and "
            "its data items."
        ),
    ),
    "state": (
        STATE_GRAPH,
        N_("About the store: the journal number it stands at, the hashes of its fixed graphs."),
    ),
}
"""Graphs of the store that hold no record: IRI and description by the end of the IRI."""

_SCHEME: Final = ox.NamedNode(SKOS.ConceptScheme)


@cache
def ontology_triples() -> list[ox.Triple]:
    """Return everything that the ontology says."""
    return _read("ontology", "shdata.ttl")


def term_triples(name: str) -> list[ox.Triple]:
    """Return what the ontology says of a name below its namespace; empty for no such name.

    A version is the whole ontology, ``thesaurus`` the terms that the thesaurus is written in.
    """
    iri = SHD.term(name)
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return []
    if iri == str(TH).rstrip("#"):
        return _read("search.thesaurus", "thesaurus.ttl")
    version = ox.Triple(ox.NamedNode(SHD), ox.NamedNode(OWL.versionIRI), node)
    whole = ontology_triples()
    return whole if version in whole else [t for t in whole if t.subject == node]


@lru_cache(maxsize=64)
def triples_by_subject(vocabulary: Vocabulary, scheme: Scheme) -> dict[str, list[ox.Triple]]:
    """Return what a scheme says by the IRI that it speaks of."""
    return _by_subject(scheme_triples(vocabulary, scheme))


def graph_triples(name: str, endpoint: str) -> list[ox.Triple]:
    """Return what one of `GRAPHS` is, and at which endpoint it can be asked."""
    iri, description = GRAPHS[name]
    node = ox.NamedNode(iri)
    return [
        ox.Triple(node, ox.NamedNode(RDF.type), ox.NamedNode(VOID.Dataset)),
        *(
            ox.Triple(node, ox.NamedNode(DCT.description), ox.Literal(text, language=lang))
            for lang, text in in_all_languages(description).items()
        ),
        ox.Triple(node, ox.NamedNode(VOID.sparqlEndpoint), ox.NamedNode(endpoint)),
    ]


@cache
def thesaurus_words() -> dict[str, list[ox.Triple]]:
    """Return what the program's own thesaurus says, by the end of each IRI.

    Under ``""`` stands the thesaurus as a whole, with the schemes that it is made of.
    """
    triples = [
        quad.triple
        for path in files(ENTRIES)
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    ]
    found: dict[str, list[ox.Triple]] = {"": []}
    for iri, about in _by_subject(triples).items():
        found.setdefault(iri.removeprefix(THESAURUS), []).extend(about)
    whole = ox.NamedNode(THESAURUS)
    found[""] += [
        ox.Triple(whole, ox.NamedNode(DCT.hasPart), triple.subject)
        for triple in triples
        if triple.object == _SCHEME
    ]
    return found


def is_scheme(about: Iterable[ox.Triple]) -> bool:
    """Tell whether triples describe a concept scheme."""
    return any(triple.object == _SCHEME for triple in about)


def _by_subject(triples: Iterable[ox.Triple]) -> dict[str, list[ox.Triple]]:
    found: dict[str, list[ox.Triple]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            found.setdefault(triple.subject.value, []).append(triple)
    return found


@cache
def _read(package: str, name: str) -> list[ox.Triple]:
    text = (resources.files(package) / name).read_bytes()
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
