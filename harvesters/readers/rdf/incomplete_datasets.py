"""Datasets that are incomplete because a fault of the file may belong to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import pyoxigraph as ox

from harvesters.privacy.personal_data import masked
from harvesters.protocols import Unreadable
from harvesters.readers.rdf.dataset_closure import BOUNDS, DATASET, closure
from harvesters.readers.rdf.fault_scope import Fault, Node
from harvesters.readers.rdf.graph import Graph
from ontology.errors import AtlasError
from ontology.terms import ADMS, DCAT, DCT, ODRL, SHD

_NAMED: Final = 10
_WORK: Final = 20_000_000
"""Maximum number of name comparisons for one file: about ten seconds."""
_PARTS: Final = frozenset(
    ox.NamedNode(iri)
    for iri in (
        *(DCAT.distribution, DCAT.contactPoint, DCAT.accessService, DCAT.qualifiedRelation),
        *(DCT.publisher, DCT.creator, DCT.rightsHolder, DCT.temporal, DCT.provenance),
        *(ADMS.sample, ODRL.hasPolicy, SHD.openListItem),
    )
)
"""Properties whose objects are usually described in the same file."""


class IncompleteDatasets:
    """The datasets that the faults of a graph may belong to."""

    def __init__(self, graph: Graph, datasets: Collection[Node], bounds: set[Node]) -> None:
        self._graph = graph
        apart = bounds | {n for one in graph.faults for n, cls in one.typed if cls in BOUNDS}
        mentioned = {
            t.object
            for triples in graph.out.values()
            for t in triples
            if isinstance(t.object, (ox.NamedNode, ox.BlankNode))
        }
        nodes = mentioned | graph.out.keys()
        self._touched: dict[int, list[Node]] = {}
        owners: dict[Node, list[int]] = {}
        for index, one in enumerate(graph.faults):
            one.add_similar(nodes)
            for node in one.named | {n for n, _ in one.typed}:
                owners.setdefault(node, []).append(index)
        cut = next((i for i, one in enumerate(graph.faults) if one.cut), None)
        usual = _PARTS | _described_ends(graph) if cut is not None else _PARTS
        for dataset in datasets:
            triples, _ = closure(dataset, graph, bounds)
            parts = {node for t in triples for node in (t.subject, t.object)}
            found = {
                index
                for node in owners
                if node in parts and (node == dataset or node not in apart)
                for index in owners[node]
            }
            if cut is not None and any(
                t.object not in graph.out
                and t.object not in apart
                and (t.predicate in usual or isinstance(t.object, ox.BlankNode))
                for t in triples
                if isinstance(t.object, (ox.NamedNode, ox.BlankNode))
            ):
                # The missing rest of the file would have described it.
                found.add(cut)
            for index in found:
                self._touched.setdefault(index, []).append(dataset)
        self.nodes = {node for nodes_ in self._touched.values() for node in nodes_}
        """Datasets that must not be read."""

    def unreadable(self) -> Iterator[Unreadable]:
        """Yield each fault as an item that names the records it may belong to."""
        for index, one in enumerate(self._graph.faults):
            yield Unreadable(_naming(one, self._touched.get(index, [])))


def _naming(broken: Fault, datasets: list[Node]) -> AtlasError:
    known = datasets or [n for n, cls in broken.typed if cls == DATASET] or list(broken.named)
    datasets = sorted(set(known), key=str)
    names = [masked(node.value) for node in datasets[:_NAMED]]
    if len(datasets) > _NAMED:
        names.append(f"… ({len(datasets)})")
    error = broken.error
    params = error.params | {"records": "、".join(names) or "—"}
    return AtlasError(error.kind, place=error.place, **params)


def _described_ends(graph: Graph) -> frozenset[ox.NamedNode]:
    """Return the predicates of which the file describes at least one object."""
    return frozenset(
        t.predicate
        for triples in graph.out.values()
        for t in triples
        if isinstance(t.object, (ox.NamedNode, ox.BlankNode)) and t.object in graph.out
    )


def unknown_loss(graph: Graph) -> AtlasError | None:
    """Return the error of a file with a fault that may belong to any record, or None.

    That is also assumed where there are too many damaged names to look for.
    """
    looked_for = sum(len(one.like) for one in graph.faults)
    if looked_for * len(graph.out) > _WORK:
        return graph.faults[0].error
    return next((one.error for one in graph.faults if one.unknown), None)
