"""Harvesting one source: from its settings to a run that ended, with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any, Final

from catalog_service.atlas import Atlas
from catalog_service.journal.model import RunStatus
from catalog_service.sources.errors import (
    NOTHING_TO_DECIDE,
    REMOVALS_WAIT,
    RUN_INTERRUPTED,
    RUN_STOPPED,
    RUN_TOO_LONG,
)
from catalog_service.sources.harvests.model import (
    HarvestResult,
    HarvestRun,
    HarvestSource,
)
from catalog_service.sources.harvests.platforms import opened
from catalog_service.sources.harvests.removal import (
    check_length,
    is_too_many,
    mark_missing,
    withdraw_overdue,
)
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.harvests.walk import Parts, StopWalkError, WalkEnd, said, walk
from catalog_service.sources.service import known_source
from harvesters.platforms.protocol import Platform
from harvesters.protocols import Submission
from ontology.errors import AtlasError

CANCEL: Final = "cancel"
"""What a person may want of a run under way."""

MOST_DIFFERENCES: Final = 20
"""Differences that a dry run shows."""


def harvest(
    atlas: Atlas,
    name: str,
    *,
    actor: str,
    full: bool = False,
    dry_run: bool = False,
    accept_shorter: bool = False,
    stopped: Callable[[], bool] = lambda: False,
    progress: Callable[[HarvestRun], None] = lambda _run: None,
    platform: Platform | None = None,
) -> HarvestResult:
    """Visit a source's platform and bring the catalogue up to date.

    ``full`` walks the whole list even where increments are possible; ``accept_shorter`` believes a
    list that is much shorter than expected. A run that another process left is gone on with.
    ``platform`` replaces the one of the source's type.

    Raises `AtlasError` for what keeps a run from beginning: ``unknown-source``, ``not-harvested``,
    ``source-paused``, ``harvest-active``. What goes wrong afterwards stands in the result.
    """
    store = HarvestStore(atlas.journal, atlas.clock)
    registered = known_source(atlas.journal, name)
    atlas.catalog.accepting(name)
    source = store.source(name)
    with nullcontext(platform) if platform else opened(atlas, registered, source) as visited:
        return _harvest(
            atlas,
            store,
            source,
            visited,
            actor=actor,
            full=full,
            dry_run=dry_run,
            accept_shorter=accept_shorter,
            stopped=stopped,
            progress=progress,
        )


def _harvest(
    atlas: Atlas,
    store: HarvestStore,
    source: HarvestSource,
    visited: Platform,
    *,
    actor: str,
    full: bool,
    dry_run: bool,
    accept_shorter: bool,
    stopped: Callable[[], bool],
    progress: Callable[[HarvestRun], None],
) -> HarvestResult:
    name = source.source
    whole = full or dry_run or _wants_whole(source, atlas.clock.now())
    if dry_run:
        run = HarvestRun("", 0, name, whole, source.bookmark, None, 0, None, Counter(), "")
    else:
        run = store.begin(name, full=whole, bookmark=source.bookmark)
    result = HarvestResult(run.id or None, "failed", run.counters)
    submission = Submission(
        source=name, actor=actor, run=run.id or None, reason="harvest", dry_run=dry_run
    )
    deadline = atlas.clock.now() + timedelta(minutes=source.settings.deadline_minutes)

    def check() -> None:
        if stopped():
            raise StopWalkError(RUN_INTERRUPTED)
        if atlas.clock.now() > deadline:
            raise StopWalkError(RUN_TOO_LONG, minutes=source.settings.deadline_minutes)
        if not dry_run and store.renew(run) == CANCEL:
            raise StopWalkError(RUN_STOPPED)

    parts = Parts(
        platform=visited,
        catalog=atlas.catalog,
        journal=atlas.journal,
        store=store,
        clock=atlas.clock,
        parallel=source.settings.parallel,
        check=check,
        progress=progress,
    )
    decision: Mapping[str, Any] | None = None
    end: WalkEnd | None = None
    listed: int | None = None
    status: RunStatus = "failed"
    try:
        end = walk(parts, run, submission, result)
        status = "done"
        if end.incomplete is not None and not accept_shorter:
            raise end.incomplete
        if not dry_run:
            mark_missing(atlas.catalog, end.removed, submission, result)
            if (run.full or end.whole) and not end.unchanged:
                listed = store.seen(run)
                if not accept_shorter:
                    check_length(run, source, listed, store.live(name))
                decision = _remove(atlas, store, source, run, submission, result)
            withdraw_overdue(atlas.catalog, store, source, submission, result)
        if decision is not None:
            status, result.error = "waiting", AtlasError(REMOVALS_WAIT, **decision)
    except StopWalkError as stopping:
        status, result.error = "stopped", stopping
    except AtlasError as error:
        # What came before it is kept, and told.
        status, result.error = "failed", error
        end = listed = None
    result.status = status
    if not dry_run:
        store.finish(
            run,
            status,
            None if result.error is None else said(result.error),
            bookmark=None if end is None else end.bookmark,
            listed=listed,
            decision=decision,
        )
    result.differences = result.differences[:MOST_DIFFERENCES]
    return result


def _wants_whole(source: HarvestSource, now: datetime) -> bool:
    """Tell whether it is time for a whole walk: only that finds what is no longer listed."""
    if source.bookmark is None or source.full_walk is None:
        return True
    return now - source.full_walk >= timedelta(hours=source.settings.full_every_hours)


def _remove(
    atlas: Atlas,
    store: HarvestStore,
    source: HarvestSource,
    run: HarvestRun,
    submission: Submission,
    result: HarvestResult,
) -> Mapping[str, Any] | None:
    """Make what is no longer listed missing; return what a steward must decide instead."""
    gone = store.unlisted(source.source, run.number)
    live = store.live(source.source)
    if is_too_many(len(gone), live, source.settings.most_removed):
        return {"gone": len(gone), "live": live, "run": run.id}
    mark_missing(atlas.catalog, gone, submission, result)
    return None


def decide(atlas: Atlas, run_id: str, *, approve: bool, reason: str, actor: str) -> HarvestResult:
    """Decide on the removals that a run waits with.

    Approved, what has not been listed since becomes missing; refused, it stays. Raises
    ``unknown-run``, ``nothing-to-decide``.
    """
    store = HarvestStore(atlas.journal, atlas.clock)
    run = atlas.journal.run(run_id)
    if run.status != "waiting" or store.decision(run_id) is None:
        raise AtlasError(NOTHING_TO_DECIDE, run=run_id)
    result = HarvestResult(run_id, "done", Counter(run.counters))
    if approve:
        number = int(run_id.rpartition("-")[2])
        submission = Submission(run.source, actor, run=run_id, reason=reason)
        mark_missing(atlas.catalog, store.unlisted(run.source, number), submission, result)
    verb = "approved" if approve else "refused"
    store.settle(run_id, result.counters, f"{verb} by {actor}: {reason}")
    return result


def stop(atlas: Atlas, run_id: str) -> bool:
    """Ask a run under way to stop after the batch that it is at; False where none is."""
    atlas.journal.run(run_id)
    return HarvestStore(atlas.journal, atlas.clock).want(run_id, CANCEL)
