"""The triples that belong to a dataset: all reachable ones, up to other records."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from harvesters.readers.rdf.fault_scope import Node
from harvesters.readers.rdf.graph import Graph
from ontology.terms import DCAT, RDF, SHD, SKOS

TYPE: Final = ox.NamedNode(RDF.type)
DATASET: Final = ox.NamedNode(DCAT.Dataset)
SERIES: Final = ox.NamedNode(DCAT.DatasetSeries)
BOUNDS: Final = frozenset(
    {DATASET, SERIES} | {ox.NamedNode(DCAT.Catalog), ox.NamedNode(SKOS.ConceptScheme)}
)
CATALOG_RECORD: Final = ox.NamedNode(DCAT.CatalogRecord)
_OPEN_LIST_ITEM: Final = ox.NamedNode(SHD.openListItem)
_CONCEPT: Final = ox.NamedNode(SKOS.Concept)


def closure(node: Node, graph: Graph, bounds: set[Node]) -> tuple[list[ox.Triple], list[Node]]:
    """Return the triples of a dataset and of the nodes below it, and their subjects."""
    triples: list[ox.Triple] = []
    subjects: list[Node] = [node]
    seen: set[Node] = {node}
    position = 0
    while position < len(subjects):
        subject = subjects[position]
        position += 1
        own = graph.out.get(subject, [])
        triples.extend(own)
        follow = not is_a(own, _CONCEPT)
        for triple in own:
            target = triple.object
            if isinstance(target, ox.BlankNode) or (follow and isinstance(target, ox.NamedNode)):
                if target in seen or target not in graph.out or target in bounds:
                    continue
                if is_a(graph.out[target], CATALOG_RECORD) and not _own(node, triple):
                    continue
                seen.add(target)
                subjects.append(target)
    return triples, subjects


def _own(dataset: Node, link: ox.Triple) -> bool:
    """Tell whether the catalogue record at the end of a link belongs to the dataset."""
    if link.predicate == _OPEN_LIST_ITEM:
        return link.subject == dataset
    start = f"{dataset.value}#" if isinstance(dataset, ox.NamedNode) else None
    target = link.object
    return start is not None and isinstance(target, ox.NamedNode) and target.value.startswith(start)


def is_a(triples: list[ox.Triple], cls: ox.NamedNode) -> bool:
    """Tell whether statements of one subject say that it is of a class."""
    return any(t.object == cls and t.predicate == TYPE for t in triples)
