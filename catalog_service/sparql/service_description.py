"""What the endpoint says of itself: SPARQL 1.1 Service Description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.output_formats import OutputFormat
from catalog_service.sparql.format_choice import GRAPHS, SOLUTIONS
from ontology.terms import RDF, Namespace

SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")

_FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
_NAMES: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
    "trig": "TriG",
    "nq": "N-Quads",
}
"""How the W3C's list of formats calls them (``http://www.w3.org/ns/formats/``)."""

_GRAPHS: Final = (
    "https://w3id.org/shdata/graph/records",
    "https://w3id.org/shdata/graph/state",
)
"""Named graphs that are always there. Each record has one, too: too many to be listed."""


def description(atlas: Service) -> list[ox.Triple]:
    """Return the description of the endpoint.

    It names no input format: the endpoint loads nothing.
    """
    return list(_statements(atlas))


def format_iri(form: OutputFormat) -> str:
    """Return the W3C's IRI of a form of answers."""
    return _FORMATS.term(_NAMES[form.name])


def _statements(atlas: Service) -> Iterator[ox.Triple]:
    endpoint = f"{atlas.settings.public_url}/sparql"
    service, dataset, default = (f"{endpoint}#{part}" for part in ("service", "dataset", "default"))
    yield _link(service, RDF.type, SD.Service)
    yield _link(service, SD.endpoint, endpoint)
    yield _link(service, SD.supportedLanguage, SD.SPARQL11Query)
    yield _link(service, SD.feature, SD.UnionDefaultGraph)
    if atlas.settings.sparql_peers:
        yield _link(service, SD.feature, SD.BasicFederatedQuery)
    for form in (*SOLUTIONS, *GRAPHS):
        yield _link(service, SD.resultFormat, format_iri(form))
    simple = "http://www.w3.org/ns/entailment/Simple"
    yield _link(service, SD.defaultEntailmentRegime, simple)
    yield _link(service, SD.defaultDataset, dataset)
    yield _link(dataset, RDF.type, SD.Dataset)
    yield _link(dataset, SD.defaultGraph, default)
    yield _link(default, RDF.type, SD.Graph)
    for position, name in enumerate(_GRAPHS):
        graph = f"{endpoint}#graph-{position}"
        yield _link(dataset, SD.namedGraph, graph)
        yield _link(graph, RDF.type, SD.NamedGraph)
        yield _link(graph, SD.name, name)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))
