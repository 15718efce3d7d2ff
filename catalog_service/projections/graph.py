"""The graph as a projection of the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from catalog_service.data_items import data_items
from catalog_service.graph.reading import same_triples
from catalog_service.graph.store import FixedGraph, GraphRecord, GraphStore, unmarked
from catalog_service.journal.model import Change, StoredRecord
from catalog_service.projections.protocol import JournalReader

BATCH = 200
"""Changes in one transaction of the store."""

BATCH_TEXT = 8_000_000
"""Characters of canonical form after which a transaction is closed before it is full."""


class GraphProjection:
    """Keeps a `GraphStore` at the journal's public records; implements `protocol.Projection`."""

    name = "graph"

    def __init__(
        self,
        store: GraphStore,
        mark: Callable[[int], str] = unmarked,
        *,
        base: str = "",
        fixed: Callable[[], Sequence[FixedGraph] | None] = lambda: None,
    ) -> None:
        """Write to ``store``; ``mark`` gives what is kept beside a checkpoint (`Journal.mark`).

        ``base`` is that of the IRIs of data items; ``fixed`` returns the graphs of vocabularies
        where they are others than at the last call, else None.
        """
        self._fixed = fixed
        self._to_write: Sequence[FixedGraph] | None = None
        self._store = store
        self._mark = mark
        self._base = base

    def checkpoint(self) -> int:
        """Return the number of the last change applied; 0 for an empty store."""
        return self._store.checkpoint()

    def mark(self) -> str:
        """Return the mark beside the checkpoint (`protocol.Marked`)."""
        return self._store.mark()

    def inspect(self, *, thorough: bool) -> bool:
        """Look whether what is held and published is still there (`protocol.Inspected`)."""
        return self._store.inspect(thorough=thorough)

    def renew(self, journal: JournalReader) -> bool:
        """Write the graphs of vocabularies that are others now (`protocol.Renewing`)."""
        del journal
        self._to_write = self._fixed() or self._to_write
        if self._to_write is None:
            return False
        # Kept until it is written: a full disk is tried again.
        self._store.renew_fixed(self._to_write)
        self._to_write = None
        return True

    def apply(self, changes: Sequence[Change]) -> None:
        """Write the public versions and remove what is no longer public, in order."""
        self._apply(changes, trusting=True)

    def mend(self, changes: Sequence[Change]) -> None:
        """Apply changes without believing what the store noted (`protocol.Mending`)."""
        self._apply(changes, trusting=False)

    def _apply(self, changes: Sequence[Change], *, trusting: bool) -> None:
        batch: dict[str, Change] = {}
        text = 0
        for change in changes:
            # A version that waits for release leaves the last good one as it is.
            if change.kind != "held":
                batch[change.iri] = change
                text += len(change.nquads or "")
            if len(batch) >= BATCH or text >= BATCH_TEXT:
                self._write(batch, change.seq, trusting=trusting)
                batch, text = {}, 0
        if changes:
            self._write(batch, changes[-1].seq, trusting=trusting)

    def _write(self, batch: dict[str, Change], checkpoint: int, *, trusting: bool) -> None:
        put: list[GraphRecord] = []
        remove: list[str] = []
        for change in batch.values():
            if change.public and change.nquads is not None and change.hash is not None:
                put.append(self._record(change.iri, change.focus, change.hash, change.nquads))
            else:
                remove.append(change.iri)
        mark = self._mark(checkpoint)
        self._store.write(put, remove, checkpoint, mark=mark, trusting=trusting)

    def _record(self, iri: str, focus: str, digest: str, nquads: str) -> GraphRecord:
        return GraphRecord(iri, focus, digest, nquads, data_items(self._base, nquads))

    def withdraw(self, iris: Sequence[str]) -> None:
        """Remove records from what readers see (`protocol.Withdrawing`)."""
        self._store.withdraw(iris)

    def rebuild(self, current: Iterator[StoredRecord], checkpoint: int) -> None:
        """Rebuild the store from the public records and switch to it."""
        self.rebuild_following(current, lambda: checkpoint)

    def rebuild_following(
        self, current: Iterator[StoredRecord], checkpoint: Callable[[], int]
    ) -> None:
        """Rebuild from records that are still being appended (`protocol.Following`)."""
        self._store.rebuild(
            (
                self._record(record.iri, record.focus, record.hash, record.nquads)
                for record in current
                if record.public and record.nquads is not None and record.hash is not None
            ),
            checkpoint,
            mark=self._mark,
        )

    def publish(self) -> None:
        """Make what was written visible to readers."""
        self._store.publish()

    def begin_compaction(self) -> None:
        """Begin to compact the store where it is worth it (`protocol.Compacting`)."""
        self._store.begin_compaction()

    def end_compaction(self) -> bool | None:
        """Publish it once it is compacted (`protocol.Compacting`)."""
        return self._store.end_compaction()

    def size(self) -> int:
        """Return how many records are held."""
        return self._store.size()

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` of every record held."""
        return self._store.hashes()

    def names(self) -> Iterator[str]:
        """Yield the IRI of every record's graph, noted or not (`protocol.Deep`)."""
        return self._store.record_graphs()

    def holds(self, record: StoredRecord) -> bool:
        """Tell whether the record's graph holds its triples (`protocol.Deep`)."""
        return same_triples(self._store.contents(record.iri), record.nquads or "")

    def strays(self) -> int:
        """Count what the default graph lacks or has too many (`protocol.Deep`)."""
        return self._store.strays()

    def repair_default_graph(self) -> None:
        """Put the default graph right (`protocol.Gathering`)."""
        self._store.repair_default_graph()
