"""One projection that follows the journal: batches, publication, rebuilds, failures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Final

import structlog

from catalog_service.errors import JOURNAL_LOST
from catalog_service.journal.model import Change
from catalog_service.projections.compare import compare, repair
from catalog_service.projections.early_removals import EarlyRemovals
from catalog_service.projections.errors import PROJECTION_FAILED
from catalog_service.projections.live_records import BATCH
from catalog_service.projections.nudge import Nudge
from catalog_service.projections.pace import ACTIVE_POLL, Pace, back_off
from catalog_service.projections.protocol import (
    DAMAGED,
    Compacting,
    Inspected,
    JournalReader,
    Marked,
    Projection,
    Renewing,
    Sized,
)
from catalog_service.projections.rebuild_requests import RebuildRequest, RebuildRequests
from catalog_service.projections.rebuilding import live_at, rebuild
from catalog_service.projections.status import StatusBoard
from ontology.errors import AtlasError

REBUILD_SHARE: Final = 0.15
"""Share of changed records above which a rebuild is faster than applying changes (measured)."""

REBUILD_LEAST: Final = 2_000
"""Number of changes below which no rebuild is considered."""

INSPECT_EVERY: Final = 5.0
"""Seconds between two thorough inspections of the store."""

_IMPORT_PAUSE = 0.25
_log = structlog.get_logger(__name__)


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
        self._pace = Pace(monotonic)
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
                stop.wait(back_off(self._attempts))

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
            self._pace.moved()
        if self._attempts:
            self._attempts = 0
            self._post(error=None, error_seq=None, error_iri=None, attempts=0)
        return done

    def _remove_early(self) -> None:
        """Remove what was withdrawn after the change that fails, which may fail for long."""
        try:
            if self._early_removals is None:
                live = live_at(self.projection, self._journal)
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
            if self._publish_when_due(applied, finishing=finishing):
                return True
            return not finishing and self._compact_when_quiet()
        if self._much_is_new(applied, head):
            self._rebuild()
            return True
        started = self._monotonic()
        if not finishing and not self._pace.may_apply():
            return self._publish_when_due(applied, finishing=False)
        changes = self._journal.changes_after(applied, BATCH)
        for change in self._apply(changes):
            self._at = (change.seq, change.iri)
            self.projection.apply([change])
        # No pause after a full batch: more changes are waiting.
        self._pace.applied(started, more=len(changes) >= BATCH)
        if self._pace.is_late:
            self._publish(self.projection.checkpoint())
        return bool(changes)

    def _look_after(self, *, asked: bool) -> None:
        """Check that what was published is still there; raises `AtlasError` where it is lost."""
        now = self._monotonic()
        thorough = asked or now - self._inspected_at >= INSPECT_EVERY
        if thorough:
            self._inspected_at = now
            self._ask_again = True
        if isinstance(self.projection, Renewing) and self.projection.renew(self._journal):
            self.published = -1
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
        try:
            live = None if lost else live_at(self.projection, self._journal)
            rebuild(self.projection, self._journal, self._wait_for_more, live=live)
        finally:
            self._post(rebuilding=False)
        self._recognised = True
        _log.info("projection-rebuilt", projection=name, seconds=self._monotonic() - started)

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
        if not finishing and not self._pace.may_publish():
            return False
        self._publish(applied)
        return True

    def _publish(self, applied: int) -> None:
        started = self._monotonic()
        mark = self._journal.mark(applied)
        self.projection.publish()
        self._pace.published(started)
        self.published = applied
        self._post(applied=applied, published=applied, mark=mark)

    def _compact_when_quiet(self) -> bool:
        """Begin to compact after a quiet minute; publish what has ended, and tell so."""
        if not isinstance(self.projection, Compacting) or self.published < 0:
            return False
        done = self.projection.end_compaction()
        if done:
            _log.info("projection-compacted", projection=self.projection.name)
        elif done is False and self._pace.take_quiet():
            self.projection.begin_compaction()
        return bool(done)

    def _rest(self) -> None:
        self._nudged = self._nudge.wait(self._nudged, self._pace.rest)

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
