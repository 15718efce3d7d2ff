"""The public records of a journal that is still being written, as one stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from catalog_service.journal.model import Change, Stored

BATCH = 1_000
_BUSY = 100
"""Changes since the last look from which on an import by another process is assumed."""


class JournalReader(Protocol):
    """What the projections need of the journal; `catalog_service.journal.Journal` is one."""

    def head(self) -> int:
        """Return the number of the last change; 0 for an empty journal."""
        ...

    def changes_after(self, seq: int, limit: int = 1_000) -> list[Change]:
        """Return up to ``limit`` changes with numbers above ``seq``, in order."""
        ...

    def snapshot(self, *, public_only: bool = True) -> tuple[int, Iterator[Stored]]:
        """Return the last change's number and all records as of it, streaming."""
        ...

    def get_many(self, iris: Sequence[str]) -> dict[str, Stored]:
        """Return records by IRI; unknown ones are left out."""
        ...

    def mark(self, seq: int) -> str:
        """Return what tells change ``seq`` of this journal from every other's."""
        ...


class GrowingRecords:
    """The public records, and those that are created while they are read.

    A load thus runs beside the import that feeds it. ``wait(idle)`` is asked whenever the journal
    has nothing new: it waits a little and answers whether to look again; ``idle`` tells whether
    little has come since the last look. A record that changes after it was given out is not
    given again: from its change on the projection has to catch up.
    """

    def __init__(self, journal: JournalReader, wait: Callable[[bool], bool]) -> None:
        self._journal = journal
        self._wait = wait
        self._checkpoint, self._snapshot = journal.snapshot(public_only=True)
        self._fixed = False

    def checkpoint(self) -> int:
        """Return the change up to which what was given out is exact."""
        return self._checkpoint

    def __iter__(self) -> Iterator[Stored]:
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
                    # Held versions change nothing; anything else has to be caught up on.
                    self._fixed = self._fixed or change.kind != "held"
                elif change.public:
                    given.add(change.iri)
                    yield _stored(change)
                if not self._fixed:
                    self._checkpoint = at


def _stored(change: Change) -> Stored:
    return Stored(
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
