"""What ceases to be public while a projection cannot follow is taken from its readers at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

import structlog

from catalog_service.projections.live_records import BATCH, JournalReader
from catalog_service.projections.protocol import Projection, Withdrawing

LOOK_EVERY: Final = 0.25
"""Seconds from one look at the journal to the next."""

_log = structlog.get_logger(__name__)


class Withdrawals:
    """Removes from what is live the records that were withdrawn, closed, or are missing.

    A new build may take minutes, and a change that fails stands in the way for as long as its
    cause; what is live follows nothing meanwhile. ``since`` is the change at which it stands.
    """

    def __init__(self, projection: Projection, journal: JournalReader, since: int) -> None:
        self._projection = projection
        self._journal = journal
        self._at = since
        self.taken: set[str] = set()
        """The records that were removed from what is live; some may be public again."""

    def look(self) -> None:
        """Remove what ceased to be public since the last look; raises what the store raises."""
        if not isinstance(self._projection, Withdrawing):
            return
        while changes := self._journal.changes_after(self._at, BATCH):
            # A version that waits for release leaves the last good one as it is.
            public = {change.iri: change.public for change in changes if change.kind != "held"}
            gone = [iri for iri, stays in public.items() if not stays]
            if gone:
                # Noted first: a removal that fails may have been made all the same.
                self.taken.update(gone)
                # All of them each time: a new build may have been switched to in between.
                self._projection.withdraw(sorted(self.taken))
            self._at = changes[-1].seq

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Look again and again in a thread until the block ends; a failure is tried again."""
        ended = Event()

        def run() -> None:
            while True:
                try:
                    self.look()
                except BaseException as error:  # the build goes on, and mends it in the end
                    name = self._projection.name
                    _log.warning("withdrawal-failed", projection=name, error=str(error))
                if ended.wait(LOOK_EVERY):
                    return

        thread = Thread(target=run, name=f"withdrawals-{self._projection.name}")
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
