"""The graph store: each public record a named graph, in an embedded or a remote Oxigraph."""

from catalog_service.graph.embedded import EmbeddedGraph
from catalog_service.graph.snapshots import GraphReader, Snapshot
from catalog_service.graph.store import FixedGraph, GraphRecord, GraphStore, KeptGraphs

__all__ = [
    "EmbeddedGraph",
    "FixedGraph",
    "GraphReader",
    "GraphRecord",
    "GraphStore",
    "KeptGraphs",
    "Snapshot",
]
