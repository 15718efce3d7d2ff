"""Nodes of a catalogue file that are not typed as datasets: inferred as datasets, or reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from harvesters.errors import DATASET_INFERRED, RESOURCE_NOT_READ
from harvesters.privacy.personal_data import masked
from harvesters.readers.rdf.dataset_closure import CATALOG_RECORD, DATASET, SERIES, TYPE, is_a
from harvesters.readers.rdf.fault_scope import Node
from harvesters.readers.rdf.graph import Graph
from ontology.errors import AtlasError, FilePosition
from ontology.terms import DCAT, DCT, FOAF, SKOS

_SHOWN: Final = 20
_CATALOG: Final = ox.NamedNode(DCAT.Catalog)
_SERVICE: Final = ox.NamedNode(DCAT.DataService)
_RESOURCE: Final = ox.NamedNode(DCAT.Resource)
_TOLD: Final = (
    (SERIES, "dcat:DatasetSeries"),
    (_SERVICE, "dcat:DataService"),
    (_RESOURCE, "dcat:Resource"),
)
_OTHERS: Final = frozenset(
    {_CATALOG, SERIES, _SERVICE, CATALOG_RECORD, ox.NamedNode(DCAT.Distribution)}
    | {ox.NamedNode(SKOS.Concept), ox.NamedNode(SKOS.ConceptScheme)}
)
_HAS_DATASET: Final = ox.NamedNode(DCAT.dataset)
_IN_SERIES: Final = ox.NamedNode(DCAT.inSeries)
_SERIES_MEMBER: Final = ox.NamedNode(DCAT.seriesMember)
_DISTRIBUTION: Final = ox.NamedNode(DCAT.distribution)
_TOPIC: Final = ox.NamedNode(FOAF.primaryTopic)
_TITLE: Final = ox.NamedNode(DCT.title)
_LISTED: Final = frozenset({_HAS_DATASET, _SERIES_MEMBER, _TOPIC}) | {
    ox.NamedNode(iri) for iri in (DCAT.service, DCAT.resource, DCT.hasPart, DCAT.catalog)
}
"""Properties by which a catalogue, a series or a catalogue record lists its members."""


def infer_datasets(graph: Graph, place: FilePosition) -> None:
    """Type nodes as datasets where DCAT's domains and ranges imply it, with a warning.

    Objects of ``dcat:dataset``, members of a series and nodes with distributions are datasets
    (DCAT 3, sections 6.4.1, 6.6.2, 6.7), unless they have another type.
    """
    members: dict[Node, None] = {}
    for subject, triples in graph.out.items():
        for triple in triples:
            target = triple.object
            if triple.predicate in (_HAS_DATASET, _SERIES_MEMBER):
                if isinstance(target, (ox.NamedNode, ox.BlankNode)) and graph.out.get(target):
                    members.setdefault(target)
            elif triple.predicate in (_IN_SERIES, _DISTRIBUTION):
                members.setdefault(subject)
    for node in members:
        own = graph.out[node]
        if is_a(own, DATASET) or any(is_a(own, other) for other in _OTHERS):
            continue
        own.append(ox.Triple(node, TYPE, DATASET))
        error = AtlasError(DATASET_INFERRED, place=place, subject=masked(node.value))
        graph.warnings.setdefault(node, []).append(error)


def not_read(graph: Graph, datasets: Iterable[Node], place: FilePosition) -> Iterator[AtlasError]:
    """Yield a warning for each kind of resource that became no record, with their IRIs.

    Resources that are linked from a node other than a catalogue, a series or a catalogue record
    (such as a dataset's service) are parts of a record and give no warning.
    """
    read = set(datasets)
    parts: set[object] = set()
    listed: dict[object, None] = {}
    for subject, triples in graph.out.items():
        lists = any(is_a(triples, cls) for cls in (_CATALOG, SERIES, CATALOG_RECORD))
        for triple in triples:
            if triple.predicate in _LISTED and lists:
                listed.setdefault(triple.object)
            elif not (lists or triple.object == subject):
                parts.add(triple.object)
    found: dict[str, list[Node]] = {}
    for node, triples in graph.out.items():
        kind = None if node in read else _kind(triples, apart=node not in parts)
        if kind is not None:
            found.setdefault(kind, []).append(node)
    found["未描述 · not described"] = [
        node
        for node in listed
        if isinstance(node, (ox.NamedNode, ox.BlankNode)) and not graph.out.get(node)
    ]
    for kind, nodes in found.items():
        if nodes:
            names = [masked(node.value) for node in nodes[:_SHOWN]]
            names += ["…"] if len(nodes) > _SHOWN else []
            yield AtlasError(
                RESOURCE_NOT_READ,
                place=place,
                type=kind,
                count=len(nodes),
                nodes="、".join(names),
            )


def _kind(triples: list[ox.Triple], *, apart: bool) -> str | None:
    """Return the kind of a node that no record holds; a series is never part of a record."""
    for cls, name in _TOLD:
        if (apart or cls == SERIES) and is_a(triples, cls):
            return name
    typed = any(t.predicate == TYPE for t in triples)
    if apart and not typed and any(t.predicate == _TITLE for t in triples):
        return "无类型 · without a type"
    return None
