"""Records that ceased to be public after a projection's checkpoint, as the journal tells them.

Graph and index follow the journal; their worker may be slow, or not run at all. Records that were
withdrawn, are missing or no longer open meanwhile must not be shown however long it takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final, Protocol

import structlog

from catalog_service.journal.model import VisibilityChange
from catalog_service.projections.errors import REVOCATIONS_UNKNOWN
from ontology.errors import AtlasError

PAUSE: Final = 5.0
"""Seconds for which a journal that failed to answer is not asked again."""

PATIENCE: Final = 5.0
"""Seconds that a thread waits for another one that is reading the journal."""

_BATCH: Final = 10_000
_RETRY: Final = 5
_log = structlog.get_logger(__name__)


class Journal(Protocol):
    """What of the journal is needed here."""

    def head(self) -> int:
        """Return the number of the last change; 0 for an empty journal."""
        ...

    def visibility_changes_after(self, seq: int, limit: int = 10_000) -> Sequence[VisibilityChange]:
        """Return up to ``limit`` changes that decide what is public, with numbers above ``seq``."""
        ...


@dataclass(frozen=True, slots=True)
class Revocation:
    """A record that is no longer public, and when that was decided."""

    seq: int
    time: datetime
    iri: str


@dataclass(frozen=True, slots=True)
class _Known:
    """The revocations after change ``base`` up to change ``at``, in the order of the journal."""

    base: int = 0
    at: int = 0
    closed: Mapping[str, Revocation] = field(default_factory=dict)
    iris: frozenset[str] = frozenset()
    ordered: tuple[Revocation, ...] = ()
    turn: int = 0
    """The number of the read that this is from."""


class Revocations:
    """The records revoked after a change; each change is read once. Safe to share among threads.

    One thread reads what is new, and those that come meanwhile share the result; one that waits
    longer than ``patience`` gets an error. While the journal cannot be read, the last known result
    is used; where there is none, the journal's error is raised.
    """

    def __init__(
        self,
        journal: Callable[[], Journal],
        monotonic: Callable[[], float] = time.monotonic,
        *,
        patience: float = PATIENCE,
    ) -> None:
        """``journal`` returns the journal; it is called at the first question."""
        self._journal = journal
        self._monotonic = monotonic
        self._patience = patience
        self._reading = Lock()
        """Held by the thread that reads; not taken where everything is known already."""
        self._turns = 0
        self._known = _Known()
        self._paused = -PAUSE
        self._unknown: AtlasError | None = None
        """The journal's error as long as nothing was ever read."""

    def since(self, checkpoint: int) -> frozenset[str]:
        """Return the records that were public at ``checkpoint`` or later and are not now.

        One look at the journal's end, and nothing more where a projection has reached it. Raises
        `AtlasError` (``closings-unknown``, and what the journal raises before it ever answered).
        """
        return self._look(checkpoint).iris

    def all_since(self, checkpoint: int) -> tuple[Revocation, ...]:
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
            raise AtlasError(REVOCATIONS_UNKNOWN, seconds=self._patience, retry_after=_RETRY)
        try:
            known = self._known
            if known.base == checkpoint and known.turn > turn:
                # It was read after this call began, so that it is new enough.
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
        # An older state of the projection, or another journal.
        known = _Known(checkpoint, checkpoint)
    at = max(known.at, checkpoint)
    closed = {iri: one for iri, one in known.closed.items() if one.seq > checkpoint}
    while at < head:
        turns = journal.visibility_changes_after(at, _BATCH)
        for one in turns:
            # Removed first, so that a record revoked again moves to the end.
            closed.pop(one.iri, None)
            if not one.public:
                closed[one.iri] = Revocation(one.seq, one.time, one.iri)
        # After a short batch, the changes left up to the end are held versions.
        at = turns[-1].seq if len(turns) == _BATCH else max([head, *(t.seq for t in turns)])
    # Equal results keep their identity, by which callers cache.
    iris = known.iris if closed.keys() == known.iris else frozenset(closed)
    ordered = tuple(closed.values())
    ordered = known.ordered if ordered == known.ordered else ordered
    return _Known(checkpoint, at, closed, iris, ordered, turn)
