"""One run: walk, removals, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from catalog_service.context import Service
from catalog_service.journal.model import RunStatus
from catalog_service.sources.connection.model import HarvestSource
from catalog_service.sources.connection.source_store import CANCEL
from catalog_service.sources.errors import (
    REMOVALS_WAIT,
    RUN_BROKEN,
    RUN_DEADLY,
    RUN_INTERRUPTED,
    RUN_STOPPED,
    RUN_TOO_LONG,
    SOME_UNREAD,
)
from catalog_service.sources.harvests.confirmation import still_gone
from catalog_service.sources.harvests.decision_store import Refusal
from catalog_service.sources.harvests.harvest_tables import LEASE
from catalog_service.sources.harvests.heartbeat import heartbeat
from catalog_service.sources.harvests.model import Difference, HarvestResult, HarvestRun, WalkEnd
from catalog_service.sources.harvests.removal import (
    check_length,
    is_little_short,
    is_too_many,
    mark_missing,
    withdraw_overdue,
)
from catalog_service.sources.harvests.stop_watch import StopWalkError, watching
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.harvests.walk import Parts, walk
from catalog_service.sources.notices.reporting import reported
from catalog_service.stored_errors import stored_error
from harvesters.errors import LIST_INCOMPLETE
from harvesters.platforms.cancellation import Cancellation
from harvesters.platforms.protocol import Platform
from harvesters.protocols import Submission
from ontology.errors import AtlasError

MOST_DIFFERENCES: Final = 20
"""Differences that a dry run shows."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a run."""

    actor: str
    full: bool = False
    dry_run: bool = False
    accept_shorter: bool = False
    stopped: Callable[[], bool] = lambda: False
    progress: Callable[[HarvestRun], None] = lambda _run: None
    cancellation: Cancellation = field(default_factory=Cancellation)
    """Ends what the platform's client waits for."""


class Harvest:
    """A run of one source, from its beginning to its stored end."""

    def __init__(
        self,
        atlas: Service,
        store: HarvestStore,
        source: HarvestSource,
        platform: Platform,
        order: Order,
    ) -> None:
        """Begin the run, or go on with the one that was left; raises ``harvest-active``."""
        self._atlas, self._store, self._source, self._order = atlas, store, source, order
        self._platform = platform
        name, now = source.source, atlas.clock.now()
        full = order.full or order.dry_run or _wants_whole(source, now)
        if order.dry_run:
            self._run = HarvestRun(
                *("", 0, name, full, source.bookmark, None, 0, None, Counter(), ""),
                believes=source.accept_shorter,
            )
        else:
            try:
                self._run = store.begin(name, full=full, bookmark=source.bookmark)
            except AtlasError as error:
                if error.kind is RUN_DEADLY:
                    store.end_abandoned(name, stored_error(error))
                raise
        run_id = self._run.id or None
        self._submission = Submission(
            name, order.actor, run=run_id, reason="harvest", dry_run=order.dry_run
        )
        self._believes = order.accept_shorter or self._run.believes
        self._result = HarvestResult(run_id, "failed", self._run.counters)
        self._deadline = now + timedelta(minutes=source.settings.deadline_minutes)
        self._decision: Mapping[str, Any] | None = None
        self._listed: int | None = None
        self._is_whole = False
        self._gone: set[str] = set()
        """What the platform said that it does not have."""

    def execute(self) -> HarvestResult:
        """Walk and remove; what goes wrong stands in the result."""
        end: WalkEnd | None = None
        status: RunStatus
        try:
            with self._alive(), watching(self._check, self._order.cancellation):
                end = self._walk()
            asks = self._decision is not None and "verdict" not in self._decision
            status = "waiting" if asks else "done"
        except StopWalkError as stopping:
            # Its removals are not done, or not all: until they are, no list was walked whole.
            status = "cancelled" if stopping.kind is RUN_STOPPED else "stopped"
            self._result.error = stopping
            self._listed, self._is_whole, self._decision = None, False, None
        except AtlasError as error:
            # What came before it is kept, and told.
            status, self._result.error = "failed", error
            self._listed, self._is_whole, self._decision = None, False, None
        except Exception as error:
            # A fault of ours: the source must not stay taken by a run that nobody goes on with.
            self._result.error = AtlasError(RUN_BROKEN, reason=type(error).__name__)
            self._listed, self._is_whole, self._decision = None, False, None
            self._finish("failed", None)
            raise
        # Where datasets were left unread the bookmark stays: the next increment lists them again.
        self._finish(status, None if end is None or end.unread else end.bookmark)
        self._result.differences = self._result.differences[:MOST_DIFFERENCES]
        return self._result

    def _alive(self) -> AbstractContextManager[None]:
        """Give signs of life; a dry run has no lease."""
        if self._order.dry_run:
            return nullcontext()
        return heartbeat(self._store, self._run, lambda: self._is_late(LEASE))

    def _is_late(self, by: timedelta = timedelta()) -> bool:
        return self._atlas.clock.now() > self._deadline + by

    def _walk(self) -> WalkEnd:
        parts = Parts(
            platform=self._platform,
            catalog=self._atlas.catalog,
            journal=self._atlas.journal,
            store=self._store,
            clock=self._atlas.clock,
            parallel=self._source.settings.parallel,
            check=self._check,
            progress=self._order.progress,
            cancellation=self._order.cancellation,
        )
        end = self._run.walked or walk(parts, self._run, self._submission, self._result)
        # What the platform itself said is gone needs no asking.
        self._gone = set(end.removed)
        if not self._order.dry_run:
            self._store.tell_gone(self._run, end.removed)
            self._gone.update(self._store.told(self._run))
        amiss = None if self._believes else end.incomplete
        if amiss is not None and amiss.kind is LIST_INCOMPLETE:
            if not self._is_shift(parts, amiss):
                raise amiss
            amiss = None
        if amiss is not None:
            # Lasting faults of single entries: the source is kept in step, but nothing is removed.
            self._result.error = amiss
        elif end.unread:
            self._result.error = AtlasError(SOME_UNREAD, count=end.unread)
        self._is_whole = (self._run.full or end.whole) and not end.unchanged
        is_sure = amiss is None
        if self._order.dry_run:
            self._foresee(parts, is_sure=is_sure)
        else:
            self._check()
            self._remove(parts, end, is_sure=is_sure)
        return end

    def _is_shift(self, parts: Parts, amiss: AtlasError) -> bool:
        """Tell whether a list is short of no more than what it passed over while it shifted."""
        received, declared = (int(str(amiss.params[one])) for one in ("received", "declared"))
        if not is_little_short(received, declared):
            return False
        self._still_gone(parts, self._unlisted())
        return received + self._run.counters["confirmed"] >= declared

    def _unlisted(self) -> list[str]:
        """Return the live records that the list did not name."""
        name = self._source.source
        if not self._order.dry_run:
            return self._store.unlisted(name, self._run.number)
        named = self._result.named
        return [one for one in self._store.live_records(name) if one not in named]

    def _still_gone(self, parts: Parts, unlisted: list[str]) -> list[str]:
        """Return what of it the platform does not have; each is asked for once in a run."""
        asked = [one for one in unlisted if one not in self._gone]
        self._gone.update(still_gone(parts, self._run, asked, self._submission, self._result))
        return [one for one in unlisted if one in self._gone]

    def _foresee(self, parts: Parts, *, is_sure: bool) -> None:
        """Tell what a run would remove, without writing anything."""
        if not is_sure:
            return
        name, store = self._source.source, self._store
        live = store.live(name)
        if not self._believes:
            check_length(self._run, self._source, len(self._result.named), live)
        gone = self._still_gone(parts, self._unlisted())
        self._run.counters["missing"] = len(gone)
        refusal, kept = self._refused(gone)
        is_asked = is_too_many(len(gone), live, self._source.settings.most_removed)
        if is_asked and len(kept) < len(gone):
            self._result.error = AtlasError(REMOVALS_WAIT, gone=len(gone), live=live, run="–")
        else:
            gone = [one for one in gone if one not in kept]
            self._run.counters["missing"] = len(gone)
            if refusal is not None and kept:
                self._decision = refusal.carried(len(kept), live)
        # First, for it is what is looked for.
        self._result.differences[:0] = [Difference(one, "missing", "missing") for one in gone]

    def _remove(self, parts: Parts, end: WalkEnd, *, is_sure: bool) -> None:
        """Make what is gone missing, or ask; withdraw what has been missing for long."""
        catalog, store, source = self._atlas.catalog, self._store, self._source
        told = store.told(self._run)
        if end.ends_at_once:
            mark_missing(catalog, told, self._submission, self._result)
            told = []
        live = store.live(source.source)
        is_whole = self._is_whole and is_sure
        if is_whole:
            self._listed = store.seen(self._run)
            if not self._believes:
                check_length(self._run, source, self._listed, live)
        gone = self._still_gone(parts, self._unlisted()) if is_whole else told
        refusal, kept = self._refused(gone)
        is_asked = is_too_many(len(gone), live, source.settings.most_removed)
        if is_asked and len(kept) < len(gone):
            asked: dict[str, Any] = {"gone": len(gone), "live": live, "run": self._run.id}
            self._decision = asked if is_whole else asked | {"told": True}
            self._result.error = AtlasError(REMOVALS_WAIT, **asked)
        else:
            rest = [one for one in gone if one not in kept]
            mark_missing(catalog, rest, self._submission, self._result)
            if refusal is not None and kept:
                self._decision = refusal.carried(len(kept), live)
            if refusal is not None and is_whole and kept != refusal.kept:
                store.narrow_refusal(self._run, refusal, kept)
        if is_whole or end.unchanged:
            # Only then it is certain that what is missing has not come back.
            self._check()
            withdraw_overdue(catalog, store, source, self._submission, self._result)

    def _refused(self, gone: list[str]) -> tuple[Refusal | None, frozenset[str]]:
        """Return what a steward refused to remove, and which of ``gone`` stay by it.

        Who believes a short list wants to be asked anew.
        """
        refusal = None if self._believes else self._store.refusal(self._source.source)
        return refusal, frozenset() if refusal is None else refusal.kept.intersection(gone)

    def _check(self) -> None:
        """Raise `StopWalkError` where the walk should end, ``harvest-lost`` where it has to."""
        if self._order.stopped():
            raise StopWalkError(RUN_INTERRUPTED)
        if self._is_late():
            raise StopWalkError(RUN_TOO_LONG, minutes=self._source.settings.deadline_minutes)
        if not self._order.dry_run and self._store.wish(self._run) == CANCEL:
            raise StopWalkError(RUN_STOPPED)

    def _finish(self, status: RunStatus, bookmark: str | None) -> None:
        self._result.status, self._result.decision = status, self._decision
        if self._order.dry_run:
            return
        error = None if self._result.error is None else stored_error(self._result.error)
        self._store.finish(
            self._run,
            status,
            error,
            bookmark=bookmark,
            listed=self._listed,
            whole=self._is_whole,
            decision=self._decision,
            notice=reported(
                self._atlas,
                self._source,
                run=self._run.id,
                status=status,
                counters=self._run.counters,
                error=error,
            ),
        )


def _wants_whole(source: HarvestSource, now: datetime) -> bool:
    """Tell whether it is time for a whole walk: only that finds what is no longer listed."""
    if source.bookmark is None or source.full_walk is None:
        return True
    return now - source.full_walk >= timedelta(hours=source.settings.full_every_hours)
