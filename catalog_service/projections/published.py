"""What readers see of the graph, for comparison while a worker owns the store."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from catalog_service.graph.snapshots import GraphReader
from catalog_service.graph.store import RECORD_HASH, RECORDS_GRAPH


class PublishedGraph:
    """The newest snapshot as a `catalog_service.projections.compare.Comparable`."""

    name = "graph"

    def __init__(self, reader: GraphReader) -> None:
        self._snapshot = reader.current()

    def checkpoint(self) -> int:
        """Return the journal number of the snapshot."""
        return self._snapshot.checkpoint

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` of every record in the snapshot."""
        for quad in self._snapshot.store.quads_for_pattern(
            None, ox.NamedNode(RECORD_HASH), None, ox.NamedNode(RECORDS_GRAPH)
        ):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                yield quad.subject.value, quad.object.value
