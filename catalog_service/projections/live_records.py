"""The public records of a journal that is still being written, as one stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from catalog_service.journal.model import Change, StoredRecord
from catalog_service.projections.protocol import JournalReader

BATCH = 1_000
_BUSY = 100
"""Changes since the last look above which an import by another process is assumed."""


class LiveRecords:
    """The public records, and those that are created while they are read.

    A load can thus run beside the import that feeds it. ``wait(idle)`` is called whenever the
    journal has nothing new: it waits a little and returns whether to look again; ``idle`` tells
    whether little has come since the last look. A record that changes after it was yielded is not
    yielded again: the projection has to apply the changes from that one on.
    """

    def __init__(self, journal: JournalReader, wait: Callable[[bool], bool]) -> None:
        self._journal = journal
        self._wait = wait
        self._checkpoint, self._snapshot = journal.snapshot(public_only=True)
        self._fixed = False

    def checkpoint(self) -> int:
        """Return the last change that everything yielded agrees with."""
        return self._checkpoint

    def __iter__(self) -> Iterator[StoredRecord]:
        given: set[str] = set()
        for record in self._snapshot:
            given.add(record.iri)
            yield record
        at = self._checkpoint
        recent = 0
        while True:
            changes = self._journal.changes_after(at, BATCH)
            if not changes:
                if not self._wait(recent < _BUSY):
                    return
                recent = 0
                continue
            recent += len(changes)
            for change in changes:
                at = change.seq
                if change.iri in given:
                    # Held versions change nothing; any other change has to be applied later.
                    self._fixed = self._fixed or change.kind != "held"
                elif change.public:
                    given.add(change.iri)
                    yield _stored(change)
                if not self._fixed:
                    self._checkpoint = at


def _stored(change: Change) -> StoredRecord:
    return StoredRecord(
        iri=change.iri,
        source=change.source,
        remote_id=change.remote_id,
        focus=change.focus,
        state="active",
        public=True,
        hash=change.hash,
        nquads=change.nquads,
        version_seq=change.seq,
        held_hash=None,
        held_seq=None,
        seq=change.seq,
        changed=change.time,
    )
