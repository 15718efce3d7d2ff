"""What the endpoint says of itself: SPARQL 1.1 Service Description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.graph.store import RECORDS_GRAPH, STATE_GRAPH
from catalog_service.links import VOID_DATASET, VOID_PATH
from catalog_service.output_formats import format_iri
from catalog_service.sparql.formats import GRAPHS, SOLUTIONS
from ontology.terms import RDF, RDFS, SD, VOID

_GRAPHS: Final = (RECORDS_GRAPH, STATE_GRAPH)
"""Named graphs that are always there. Each record has one, too: too many to be listed."""


def description(atlas: Service) -> list[ox.Triple]:
    """Return the description of the endpoint.

    It names no input format: the endpoint loads nothing.
    """
    return list(_statements(atlas))


def _statements(atlas: Service) -> Iterator[ox.Triple]:
    endpoint = f"{atlas.settings.public_url}/sparql"
    service, dataset = (f"{endpoint}#{part}" for part in ("service", "dataset"))
    # Its statistics are in the description of the whole (VoID), under this name.
    default = f"{atlas.settings.public_url}{VOID_DATASET}"
    yield _link(service, RDF.type, SD.Service)
    yield _link(service, SD.endpoint, endpoint)
    yield _link(service, SD.supportedLanguage, SD.SPARQL11Query)
    yield _link(service, SD.feature, SD.UnionDefaultGraph)
    if atlas.settings.sparql_peers and not atlas.settings.graph_url:
        yield _link(service, SD.feature, SD.BasicFederatedQuery)
    for form in (*SOLUTIONS, *GRAPHS):
        yield _link(service, SD.resultFormat, format_iri(form))
    simple = "http://www.w3.org/ns/entailment/Simple"
    yield _link(service, SD.defaultEntailmentRegime, simple)
    yield _link(service, SD.defaultDataset, dataset)
    yield _link(dataset, RDF.type, SD.Dataset)
    yield _link(dataset, SD.defaultGraph, default)
    for kind in (SD.Graph, VOID.Dataset):
        yield _link(default, RDF.type, kind)
    yield _link(default, RDFS.seeAlso, f"{atlas.settings.public_url}{VOID_PATH}")
    for position, name in enumerate(_GRAPHS):
        graph = f"{endpoint}#graph-{position}"
        yield _link(dataset, SD.namedGraph, graph)
        yield _link(graph, RDF.type, SD.NamedGraph)
        yield _link(graph, SD.name, name)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))
