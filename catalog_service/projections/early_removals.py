"""Records that cease to be public while a projection is behind are removed from readers at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

import structlog

from catalog_service.projections.live_records import BATCH
from catalog_service.projections.protocol import JournalReader, Projection, Withdrawing

LOOK_EVERY: Final = 0.25
"""Seconds between two looks at the journal."""

_log = structlog.get_logger(__name__)


class EarlyRemovals:
    """Removes withdrawn, closed and missing records from what readers see.

    A rebuild may take minutes, and a failing change blocks the projection for as long as its cause
    lasts; meanwhile nothing else updates what readers see. ``since`` is its checkpoint.
    """

    def __init__(self, projection: Projection, journal: JournalReader, since: int) -> None:
        self._projection = projection
        self._journal = journal
        self._at = since
        self.taken: set[str] = set()
        """The records that were removed so far; some may be public again."""

    def look(self) -> None:
        """Remove what ceased to be public since the last look; raises what the store raises."""
        if not isinstance(self._projection, Withdrawing):
            return
        while changes := self._journal.changes_after(self._at, BATCH):
            # A version that waits for release leaves the last good one as it is.
            public = {change.iri: change.public for change in changes if change.kind != "held"}
            gone = [iri for iri, stays in public.items() if not stays]
            if gone:
                # Noted first: a removal that raises may have been carried out.
                self.taken.update(gone)
                # All of them each time: readers may have been switched to a new build.
                self._projection.withdraw(sorted(self.taken))
            self._at = changes[-1].seq

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Repeat `look` in a thread until the block ends, also after a failure."""
        ended = Event()

        def run() -> None:
            while True:
                try:
                    self.look()
                except BaseException as error:  # the rebuild goes on and corrects it at its end
                    name = self._projection.name
                    _log.warning("withdrawal-failed", projection=name, error=str(error))
                if ended.wait(LOOK_EVERY):
                    return

        thread = Thread(target=run, name=f"early-removals-{self._projection.name}")
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def gone_after(journal: JournalReader, seq: int) -> set[str]:
    """Return the records whose last change after number ``seq`` left them not public."""
    gone: set[str] = set()
    while changes := journal.changes_after(seq, BATCH):
        for change in changes:
            if change.public:
                gone.discard(change.iri)
            elif change.kind != "held":
                gone.add(change.iri)
        seq = changes[-1].seq
    return gone
