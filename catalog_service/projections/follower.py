"""One projection that follows the journal: batches, publication, rebuilds, failures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Condition, Event
from typing import Final

import structlog

from catalog_service.errors import JOURNAL_LOST
from catalog_service.journal.model import Change
from catalog_service.projections.compare import bring, compare, repair
from catalog_service.projections.early_removals import EarlyRemovals, gone_after
from catalog_service.projections.errors import PROJECTION_FAILED
from catalog_service.projections.live_records import BATCH, LiveRecords
from catalog_service.projections.protocol import (
    DAMAGED,
    Following,
    Inspected,
    JournalReader,
    Marked,
    Projection,
    Sized,
)
from catalog_service.projections.rebuild_requests import RebuildRequest, RebuildRequests
from catalog_service.projections.status import StatusBoard
from ontology.errors import AtlasError

REBUILD_SHARE: Final = 0.15
"""Share of changed records above which a rebuild is faster than applying changes (measured)."""

REBUILD_LEAST: Final = 2_000
"""Number of changes below which no rebuild is considered."""

PUBLISH_LATEST: Final = 3.0
"""Under load, the longest pause in seconds between two publications."""

PUBLISH_COST: Final = 1.0
"""Under load, pause after a publication for PUBLISH_COST × its duration (mostly waiting for the
disk), at most PUBLISH_LATEST, so that a client that waits for each write is delayed little."""

APPLY_COST: Final = 1.0
APPLY_LATEST: Final = 0.25
"""Under load, pause after a batch for APPLY_COST × its duration, at most APPLY_LATEST seconds: each
batch costs a commit however small it is, and each commit makes readers reload."""

INSPECT_EVERY: Final = 5.0
"""Seconds between two thorough inspections of the store."""

ACTIVE_POLL: Final = 0.03
IDLE_POLL: Final = 0.1
_ACTIVE_FOR = 10.0
_IMPORT_PAUSE = 0.25
_BACK_OFF_LEAST = 0.5
_BACK_OFF_MOST = 3.0
"""Seconds to wait after a failure, doubling; short, so that a disk with free space again is used
within seconds."""

_log = structlog.get_logger(__name__)


class Nudge:
    """Wakes the threads that wait for new changes in the journal."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._count = 0

    def give(self) -> None:
        """Wake all waiting threads."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, seen: int, timeout: float) -> int:
        """Wait up to ``timeout`` s for a nudge after number ``seen``; return the last number."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, timeout)
            return self._count


class Follower:
    """Keeps one projection up to date with the journal, one `step` at a time; used by one thread.

    A step that fails raises `AtlasError` (``projection-failed``) and leaves the projection where
    its checkpoint says; the next step tries again. ``appending`` is set while this process itself
    adds to the journal.
    """

    def __init__(
        self,
        projection: Projection,
        journal: JournalReader,
        board: StatusBoard,
        nudge: Nudge,
        appending: Event,
        requests: RebuildRequests,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.projection = projection
        self._journal = journal
        self._board = board
        self._nudge = nudge
        self._appending = appending
        self._requests = requests
        self._monotonic = monotonic
        self._nudged = 0
        self._attempts = 0
        self.published = -1
        """The last change that readers see; -1 until the first publication of this run."""
        self._publish_cost = 0.0
        self._applied_at = -APPLY_LATEST
        self._apply_cost = 0.0
        self._published_at = -PUBLISH_LATEST
        self._active_at = -_ACTIVE_FOR
        self._inspected_at = -INSPECT_EVERY
        self._recognised = False
        self._ask_again = False
        """Whether to check again that this is the same journal: it may have been replaced."""
        self._at = (0, "-")
        self._early_removals: EarlyRemovals | None = None
        """Set while a step keeps failing: removes withdrawn records from what readers see."""

    def follow(self, stop: Event) -> None:
        """Step until ``stop`` is set, however often a step fails."""
        while not stop.is_set():
            failed = False
            try:
                if not self.step():
                    self._rest()
            except AtlasError as error:
                _log.error("projection-failed", projection=self.projection.name, error=str(error))
                failed = True
            if failed:
                # The error is gone by now, and the files that its frames held open with it.
                stop.wait(self._back_off())

    def catch_up(self, until: int) -> None:
        """Step until readers see change ``until``. Raises `AtlasError` at the first failure."""
        # One look in any case: the journal may have gone back behind what was published.
        moved = self.step(finishing=True)
        while self.published < until:
            if not moved:
                self._rest()
            moved = self.step(finishing=True)

    def step(self, *, finishing: bool = False) -> bool:
        """Apply one batch, rebuild or publish; False where there was nothing to do.

        With ``finishing`` what was applied is published without a pause once the end is reached.
        """
        self._at = (self.published, "-")
        try:
            try:
                done = self._advance(finishing=finishing)
            except AtlasError as error:
                if error.code not in DAMAGED:
                    raise
                _log.warning(
                    "projection-lost", projection=self.projection.name, reason=error.message()
                )
                self._rebuild(lost=True)
                done = True
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            # Also `MemoryError`, and a panic of an engine in Rust, which is no `Exception`: the
            # step is rolled back and tried again.
            self._remove_early()
            raise self._failure(error, *self._at) from error
        self._early_removals = None
        if done:
            self._active_at = self._monotonic()
        if self._attempts:
            self._attempts = 0
            self._post(error=None, error_seq=None, error_iri=None, attempts=0)
        return done

    def _remove_early(self) -> None:
        """Remove what was withdrawn after the change that fails, which may fail for long."""
        try:
            if self._early_removals is None:
                live = self._live_at()
                if live is None:
                    return
                self._early_removals = EarlyRemovals(self.projection, self._journal, live)
            self._early_removals.look()
        except Exception as error:  # most likely what makes the change fail too
            name = self.projection.name
            _log.warning("withdrawal-failed", projection=name, error=str(error))

    def _advance(self, *, finishing: bool) -> bool:
        asked = self._requests.pending(self.projection.name)
        self._look_after(asked=bool(asked))
        if asked:
            self._fulfil(asked)
            return True
        applied, head = self.projection.checkpoint(), self._journal.head()
        self._post(applied=applied, head=head)
        self._at = (applied + 1, "-")
        if head == 0 < applied:
            # This is the last public copy: it is emptied only on explicit request.
            raise AtlasError(JOURNAL_LOST, url="?", shown=applied)
        if self._is_foreign(applied, head):
            _log.warning("projection-foreign", projection=self.projection.name, applied=applied)
            self._rebuild(lost=True)
            return True
        if applied == head:
            return self._publish_when_due(applied, finishing=finishing)
        if self._much_is_new(applied, head):
            self._rebuild()
            return True
        started = self._monotonic()
        gap = min(APPLY_LATEST, APPLY_COST * self._apply_cost)
        if not finishing and started - self._applied_at < gap:
            return self._publish_when_due(applied, finishing=False)
        changes = self._journal.changes_after(applied, BATCH)
        for change in self._apply(changes):
            self._at = (change.seq, change.iri)
            self.projection.apply([change])
        self._applied_at = self._monotonic()
        # No pause after a full batch: more changes are waiting.
        self._apply_cost = self._applied_at - started if len(changes) < BATCH else 0.0
        if self._monotonic() - self._published_at >= PUBLISH_LATEST:
            self._publish(self.projection.checkpoint())
        return bool(changes)

    def _look_after(self, *, asked: bool) -> None:
        """Check that what was published is still there; raises `AtlasError` where it is lost."""
        now = self._monotonic()
        thorough = asked or now - self._inspected_at >= INSPECT_EVERY
        if thorough:
            self._inspected_at = now
            self._ask_again = True
        if not isinstance(self.projection, Inspected):
            return
        if not self.projection.inspect(thorough=thorough):
            _log.warning("projection-unpublished", projection=self.projection.name)
            self.published = -1
            self._post(published=0)

    def _is_foreign(self, applied: int, head: int) -> bool:
        """Tell whether the checkpoint belongs to another journal, or to another history of it."""
        if applied > head:
            return True
        if applied == 0 or (self._recognised and applied == head and not self._ask_again):
            return False
        self._ask_again = False
        if not isinstance(self.projection, Marked):
            return False
        kept = self.projection.mark()
        # A projection built by this process is trusted even where its store keeps no marks.
        if self._recognised and not kept:
            return False
        self._recognised = kept == self._journal.mark(applied)
        return not self._recognised

    def _fulfil(self, asked: Sequence[RebuildRequest]) -> None:
        """Do what was requested; a rebuild makes repairs unnecessary."""
        name = self.projection.name
        _log.info("projection-asked", projection=name, actions=sorted({r.action for r in asked}))
        wanted = any(request.action == "rebuild" for request in asked)
        if wanted or self.projection.checkpoint() == 0:
            self._rebuild()
        else:
            deep = any(request.action == "repair-deep" for request in asked)
            found = compare(self._journal, self.projection, deep=deep)
            if not found.equal:
                written = repair(self._journal, self.projection, found)
                _log.info("projection-mended", projection=name, records=written)
        self._publish(self.projection.checkpoint())
        self._requests.done(asked)

    def _apply(self, changes: Sequence[Change]) -> Sequence[Change]:
        """Apply a batch in one go; return the changes left to be applied one by one."""
        if not changes:
            return ()
        try:
            self.projection.apply(changes)
        except Exception as error:  # raised again for the change at fault
            _log.warning(
                "projection-batch-failed", projection=self.projection.name, error=str(error)
            )
            reached = self.projection.checkpoint()
            return [change for change in changes if change.seq > reached]
        return ()

    def _much_is_new(self, applied: int, head: int) -> bool:
        if applied == 0:
            return True
        new = head - applied
        if new < REBUILD_LEAST:
            return False
        held = self.projection.size() if isinstance(self.projection, Sized) else applied
        return new > REBUILD_SHARE * held

    def _rebuild(self, *, lost: bool = False) -> None:
        """Rebuild; ``lost``: what readers had is gone or wrong, so nothing is published."""
        name = self.projection.name
        self.published = -1
        self._recognised = False
        if lost:
            self._post(applied=0, published=0)
        self._post(rebuilding=True)
        started = self._monotonic()
        live = None if lost else self._live_at()
        try:
            if live is None:
                self._build()
                taken: set[str] = set()
            else:
                removals = EarlyRemovals(self.projection, self._journal, live)
                with removals.beside():
                    self._build()
                taken = removals.taken
            # Records read early in the build may have been withdrawn since: they must not
            # reappear until those changes are applied.
            taken |= gone_after(self._journal, self.projection.checkpoint())
            if taken:
                bring(self._journal, self.projection, sorted(taken))
        finally:
            self._post(rebuilding=False)
        self._recognised = True
        _log.info("projection-rebuilt", projection=name, seconds=self._monotonic() - started)

    def _build(self) -> None:
        if isinstance(self.projection, Following):
            live = LiveRecords(self._journal, self._wait_for_more)
            self.projection.rebuild_following(iter(live), live.checkpoint)
        else:
            checkpoint, current = self._journal.snapshot(public_only=True)
            self.projection.rebuild(current, checkpoint)

    def _live_at(self) -> int | None:
        """Return the checkpoint of what readers see; None where they see nothing."""
        try:
            at = self.projection.checkpoint()
        except AtlasError:
            return None
        return at if 0 < at <= self._journal.head() else None

    def _wait_for_more(self, idle: bool) -> bool:
        if self._appending.is_set():
            self._nudged = self._nudge.wait(self._nudged, ACTIVE_POLL)
            return True
        if idle:
            return False
        self._nudge.wait(self._nudged, _IMPORT_PAUSE)
        return True

    def _publish_when_due(self, applied: int, *, finishing: bool) -> bool:
        if self.published == applied:
            return False
        gap = min(PUBLISH_LATEST, PUBLISH_COST * self._publish_cost)
        if not finishing and self._monotonic() - self._published_at < gap:
            return False
        self._publish(applied)
        return True

    def _publish(self, applied: int) -> None:
        started = self._monotonic()
        mark = self._journal.mark(applied)
        self.projection.publish()
        self._published_at = self._monotonic()
        self._publish_cost = self._published_at - started
        self.published = applied
        self._post(applied=applied, published=applied, mark=mark)

    def _rest(self) -> None:
        active = self._monotonic() - self._active_at < _ACTIVE_FOR
        self._nudged = self._nudge.wait(self._nudged, ACTIVE_POLL if active else IDLE_POLL)

    def _back_off(self) -> float:
        doublings = min(self._attempts - 1, 10)
        return float(min(_BACK_OFF_MOST, _BACK_OFF_LEAST * 2**doublings))

    def _post(self, **changes: object) -> None:
        """Write the projection's status; failing to do so is logged and ends nothing."""
        try:
            self._board.post(self.projection.name, **changes)
        except Exception as error:
            _log.error("status-not-posted", projection=self.projection.name, error=str(error))

    def _failure(self, error: BaseException, seq: int, iri: str) -> AtlasError:
        self._attempts += 1
        reason = str(error) or type(error).__name__
        self._post(error=reason, error_seq=seq, error_iri=iri, attempts=self._attempts)
        return AtlasError(
            PROJECTION_FAILED, name=self.projection.name, seq=seq, iri=iri, reason=reason
        )
