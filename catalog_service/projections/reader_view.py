"""What readers see of graph and index, for comparison while a worker owns them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from catalog_service.graph import reading
from catalog_service.graph.damage import damage
from catalog_service.graph.errors import GRAPH_BROKEN, OUTDATED
from catalog_service.graph.snapshots import GraphReader
from catalog_service.graph.store import CHECKPOINT, MARK
from catalog_service.journal.model import StoredRecord
from catalog_service.projections.protocol import Inspected, Verified
from ontology.errors import AtlasError, Phrase
from search.index.protocol import SearchIndex


class PublishedGraph:
    """The newest snapshot as a `catalog_service.projections.compare.Comparable`."""

    name = "graph"

    def __init__(self, reader: GraphReader) -> None:
        """Raise `AtlasError` (``no-snapshot``, ``graph-broken``) where there is none of use."""
        self._snapshot = reader.current()
        with self._damage():
            gathered = reading.has_kept_default_graph(self._snapshot.store)
        if not gathered:
            raise AtlasError(GRAPH_BROKEN, path=self._snapshot.path, reason=Phrase(OUTDATED))

    def checkpoint(self) -> int:
        """Return the journal number of the snapshot."""
        return self._snapshot.checkpoint

    def mark(self) -> str:
        """Return the mark beside the checkpoint; empty where there is none."""
        with self._damage():
            return reading.state(self._snapshot.store).get(MARK, "")

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` of every record in the snapshot."""
        with self._damage():
            yield from reading.noted_hashes(self._snapshot.store)

    def names(self) -> Iterator[str]:
        """Yield the IRI of every record's graph in the snapshot (`protocol.Deep`)."""
        with self._damage():
            yield from reading.record_graphs(self._snapshot.store)

    def holds(self, record: StoredRecord) -> bool:
        """Tell whether the snapshot holds the record's triples (`protocol.Deep`)."""
        with self._damage():
            held = reading.contents(self._snapshot.store, record.iri)
        return reading.same_triples(held, record.nquads or "")

    def strays(self) -> int:
        """Count what the snapshot's default graph lacks or has too many (`protocol.Deep`)."""
        with self._damage():
            return reading.strays(self._snapshot.store)

    def verify(self) -> None:
        """Look at every byte of the snapshot (`protocol.Verified`)."""
        self._snapshot.verify()
        with self._damage():
            told = int(reading.state(self._snapshot.store).get(CHECKPOINT, 0))
        if told != self._snapshot.checkpoint:
            reason = f"it stands at change {told}, not {self._snapshot.checkpoint}"
            raise AtlasError(GRAPH_BROKEN, path=self._snapshot.path, reason=reason)

    @contextmanager
    def _damage(self) -> Iterator[None]:
        try:
            with damage(self._snapshot.path):
                yield
        except AtlasError as error:
            if error.kind is GRAPH_BROKEN:
                self._snapshot.report()
            raise


_BETWEEN = " "
"""Between the parts of what is kept beside an index's checkpoint; marks have none."""


class IndexContents:
    """What a search index holds, as a `catalog_service.projections.compare.Comparable`."""

    name = "index"

    def __init__(self, engine: SearchIndex) -> None:
        self._engine = engine

    def checkpoint(self) -> int:
        """Return the journal number of the last commit; 0 for an empty index."""
        return self._engine.checkpoint()

    def mark(self) -> str:
        """Return the mark beside the checkpoint; empty where there is none."""
        return self._engine.mark().partition(_BETWEEN)[0]

    def names(self) -> str:
        """Return what tells the names of concepts that all documents have; empty: nobody knows."""
        return self._engine.mark().partition(_BETWEEN)[2].partition(_BETWEEN)[0]

    def told_beside(self) -> str:
        """Return what tells the facets beside records that all documents have; empty: none."""
        return self._engine.mark().partition(_BETWEEN)[2].partition(_BETWEEN)[2]

    @staticmethod
    def marked(mark: str, names: str, beside: str = "") -> str:
        """Return what is kept beside a checkpoint: a journal's mark, `names` and `told_beside`."""
        if beside:
            return f"{mark}{_BETWEEN}{names}{_BETWEEN}{beside}"
        return f"{mark}{_BETWEEN}{names}" if names else mark

    def inspect(self, *, thorough: bool) -> bool:
        """Check that the index can be opened again (`protocol.Inspected`)."""
        if isinstance(self._engine, Inspected):
            return self._engine.inspect(thorough=thorough)
        return True

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` of everything indexed."""
        yield from self._engine.hashes()


class PublishedIndex(IndexContents):
    """The search index as its readers find it."""

    def verify(self) -> None:
        """Look at every byte of the index, where it lies in files (`protocol.Verified`)."""
        if isinstance(self._engine, Verified):
            self._engine.verify()


class Nothing:
    """What readers see of a projection that is not there, or cannot be read."""

    def __init__(self, name: str) -> None:
        self.name = name

    def checkpoint(self) -> int:
        """Return 0."""
        return 0

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield nothing."""
        return iter(())
