"""What was closed since a projection's checkpoint: asked of the journal, and kept from readers.

Graph and index follow the journal; their worker may be slow, or not run at all. What the journal
has closed meanwhile (withdrawn, missing, no longer open) must not be shown however long it takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final, Protocol

import structlog

from catalog_service.journal.model import Turn
from catalog_service.projections.errors import CLOSINGS_UNKNOWN
from ontology.errors import AtlasError

PAUSE: Final = 5.0
"""Seconds for which a journal that did not answer is not asked again."""

PATIENCE: Final = 5.0
"""Seconds that a reader waits for what another one is reading from the journal."""

_BATCH: Final = 10_000
_RETRY: Final = 5
_log = structlog.get_logger(__name__)


class Journal(Protocol):
    """What of the journal is needed here."""

    def head(self) -> int:
        """Return the number of the last change; 0 for an empty journal."""
        ...

    def turns_after(self, seq: int, limit: int = 10_000) -> Sequence[Turn]:
        """Return up to ``limit`` changes that decide what is public, with numbers above ``seq``."""
        ...


@dataclass(frozen=True, slots=True)
class Closing:
    """A record that is public no more, and when that was decided."""

    seq: int
    time: datetime
    iri: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What was closed after change ``base`` up to change ``at``, in the order of the journal."""

    base: int = 0
    at: int = 0
    closed: Mapping[str, Closing] = field(default_factory=dict)
    iris: frozenset[str] = frozenset()
    ordered: tuple[Closing, ...] = ()
    turn: int = 0
    """Which of the reads this is from."""


class Closings:
    """The records closed after a change; each change is read once. Safe to share among threads.

    One thread reads what is new, and those that come meanwhile share it: one that waits longer
    than its patience is refused, for it cannot tell what was closed. Readers go on while the
    journal cannot be asked, with what was known last; one that never knew anything is refused.
    """

    def __init__(
        self,
        journal: Callable[[], Journal],
        monotonic: Callable[[], float] = time.monotonic,
        *,
        patience: float = PATIENCE,
    ) -> None:
        """Ask the journal that ``journal`` gives, once there is something to ask."""
        self._journal = journal
        self._monotonic = monotonic
        self._patience = patience
        self._reading = Lock()
        """Held by the thread that reads; whoever finds everything known never takes it."""
        self._turns = 0
        self._known = _Known()
        self._paused = -PAUSE
        self._unknown: AtlasError | None = None
        """Why nothing was ever read, until it is."""

    def since(self, checkpoint: int) -> frozenset[str]:
        """Return the records that were public at ``checkpoint`` or later and are not now.

        One look at the journal's end, and nothing more where a projection has reached it. Raises
        `AtlasError` (``closings-unknown``, and what the journal raises before it ever answered).
        """
        return self._look(checkpoint).iris

    def all_since(self, checkpoint: int) -> tuple[Closing, ...]:
        """Return the same with their times, in the journal's order: one tuple until it changes."""
        return self._look(checkpoint).ordered

    def _look(self, checkpoint: int) -> _Known:
        if self._monotonic() - self._paused < PAUSE:
            return self._last()
        turn = self._turns
        try:
            journal = self._journal()
            known, head = self._known, journal.head()
            if (known.base, known.at) == (checkpoint, head):
                return known
        except AtlasError as error:
            return self._without_journal(error)
        if not self._reading.acquire(timeout=self._patience):
            raise AtlasError(CLOSINGS_UNKNOWN, seconds=self._patience, retry_after=_RETRY)
        try:
            known = self._known
            if known.base == checkpoint and known.turn > turn:
                # Its reading began after we came: it has all that was closed before.
                return known
            self._turns += 1
            self._known = _read(journal, known, checkpoint, self._turns)
            self._unknown = None
            return self._known
        except AtlasError as error:
            return self._without_journal(error)
        finally:
            self._reading.release()

    def _without_journal(self, error: AtlasError) -> _Known:
        self._paused = self._monotonic()
        if self._known.base == self._known.at == 0:
            self._unknown = error
        _log.warning("closings-unknown", error=error.code, known=len(self._known.iris))
        return self._last()

    def _last(self) -> _Known:
        if self._unknown is not None:
            raise self._unknown
        return self._known


def _read(journal: Journal, known: _Known, checkpoint: int, turn: int) -> _Known:
    head = journal.head()
    if checkpoint < known.base or head < known.at:
        # Another state of the projection, or another journal.
        known = _Known(checkpoint, checkpoint)
    at = max(known.at, checkpoint)
    closed = {iri: one for iri, one in known.closed.items() if one.seq > checkpoint}
    while at < head:
        turns = journal.turns_after(at, _BATCH)
        for one in turns:
            # Taken out first: what is closed anew goes to the end, and the order stays.
            closed.pop(one.iri, None)
            if not one.public:
                closed[one.iri] = Closing(one.seq, one.time, one.iri)
        # Where fewer come, what is left up to the end waits for release and closes nothing.
        at = turns[-1].seq if len(turns) == _BATCH else max([head, *(t.seq for t in turns)])
    # The same where it is equal: whoever remembers by it finds it by its identity.
    iris = known.iris if closed.keys() == known.iris else frozenset(closed)
    ordered = tuple(closed.values())
    ordered = known.ordered if ordered == known.ordered else ordered
    return _Known(checkpoint, at, closed, iris, ordered, turn)
