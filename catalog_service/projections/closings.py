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
from ontology.errors import AtlasError

PAUSE: Final = 5.0
"""Seconds for which a journal that did not answer is not asked again."""

_BATCH: Final = 10_000
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
    """What was closed after change ``base`` up to change ``at``."""

    base: int = 0
    at: int = 0
    closed: Mapping[str, Closing] = field(default_factory=dict)
    iris: frozenset[str] = frozenset()


class Closings:
    """The records closed after a change; each change is read once. Safe to share among threads.

    Readers go on while the journal cannot be asked, with what was known last; one that never knew
    anything is refused, for it cannot tell what was closed.
    """

    def __init__(
        self, journal: Callable[[], Journal], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Ask the journal that ``journal`` gives, once there is something to ask."""
        self._journal = journal
        self._monotonic = monotonic
        self._lock = Lock()
        self._known = _Known()
        self._paused = -PAUSE
        self._unknown: AtlasError | None = None
        """Why nothing was ever read, until it is."""

    def since(self, checkpoint: int) -> frozenset[str]:
        """Return the records that were public at ``checkpoint`` or later and are not now.

        One look at the journal's end, and nothing more where a projection has reached it.
        """
        return self._look(checkpoint).iris

    def all_since(self, checkpoint: int) -> list[Closing]:
        """Return the same with their times, in the order of the journal."""
        return sorted(self._look(checkpoint).closed.values(), key=lambda closing: closing.seq)

    def _look(self, checkpoint: int) -> _Known:
        if self._monotonic() - self._paused < PAUSE:
            return self._last()
        try:
            journal = self._journal()
            head = journal.head()
            known = self._known
            if (known.base, known.at) == (checkpoint, head):
                return known
            with self._lock:
                self._known = _read(journal, self._known, checkpoint, head)
                self._unknown = None
                return self._known
        except AtlasError as error:
            self._paused = self._monotonic()
            if self._known.base == self._known.at == 0:
                self._unknown = error
            _log.warning("closings-unknown", error=error.code, known=len(self._known.iris))
            return self._last()

    def _last(self) -> _Known:
        if self._unknown is not None:
            raise self._unknown
        return self._known


def _read(journal: Journal, known: _Known, checkpoint: int, head: int) -> _Known:
    if checkpoint < known.base or head < known.at:
        # Another state of the projection, or another journal.
        known = _Known(checkpoint, checkpoint)
    at = max(known.at, checkpoint)
    closed = {iri: one for iri, one in known.closed.items() if one.seq > checkpoint}
    while at < head:
        turns = journal.turns_after(at, _BATCH)
        for turn in turns:
            closed.pop(turn.iri, None)
            if not turn.public:
                closed[turn.iri] = Closing(turn.seq, turn.time, turn.iri)
        # Where fewer come, what is left up to the end waits for release and closes nothing.
        at = turns[-1].seq if len(turns) == _BATCH else max([head, *(t.seq for t in turns)])
    # The same set where it is equal: whoever remembers by it finds it by its identity.
    iris = known.iris if closed.keys() == known.iris else frozenset(closed)
    return _Known(checkpoint, at, closed, iris)
