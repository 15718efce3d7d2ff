"""What readers see of the graph, for comparison while a worker owns the store."""

from __future__ import annotations

from collections.abc import Iterator

from catalog_service.graph import reading
from catalog_service.graph.snapshots import GraphReader
from catalog_service.journal.model import Stored


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
        return reading.noted_hashes(self._snapshot.store)

    def names(self) -> Iterator[str]:
        """Yield the IRI of every record's graph in the snapshot (`contract.Deep`)."""
        return reading.record_graphs(self._snapshot.store)

    def holds(self, record: Stored) -> bool:
        """Tell whether the snapshot holds the record's triples (`contract.Deep`)."""
        held = reading.contents(self._snapshot.store, record.iri)
        return reading.same_triples(held, record.nquads or "")
