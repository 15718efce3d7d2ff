"""Harvesting one source, and what people decide of its runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import datetime

from catalog_service.context import Service
from catalog_service.errors import SOURCE_REMOVED
from catalog_service.sources.connection.source_store import CANCEL
from catalog_service.sources.errors import HARVEST_ACTIVE, NOTHING_TO_DECIDE
from catalog_service.sources.harvests.model import HarvestResult, HarvestRun
from catalog_service.sources.harvests.platforms import opened
from catalog_service.sources.harvests.removal import mark_missing
from catalog_service.sources.harvests.run import Harvest, Order
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.registry import known_source
from harvesters.platforms.cancellation import Cancellation
from harvesters.platforms.protocol import Platform
from harvesters.protocols import Submission
from ontology.errors import AtlasError


def harvest(
    atlas: Service,
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
    cancellation = Cancellation()
    order = Order(actor, full, dry_run, accept_shorter, stopped, progress, cancellation)
    opening = opened(atlas, registered, source, cancellation=cancellation)
    with nullcontext(platform) if platform else opening as visited:
        return Harvest(atlas, store, source, visited, order).execute()


def decide(atlas: Service, run_id: str, *, approve: bool, reason: str, actor: str) -> HarvestResult:
    """Decide on the removals that a run waits with.

    Approved, what has not been listed since becomes missing; refused, it stays, and later runs do
    not ask about it again. Raises
    ``unknown-run``, ``nothing-to-decide``, and for what is approved ``source-paused``; where the
    removals fail, the run waits for its decision again.
    """
    store = HarvestStore(atlas.journal, atlas.clock)
    run = atlas.journal.run(run_id)
    question = store.decision(run_id)
    if question is None:
        raise AtlasError(NOTHING_TO_DECIDE, run=run_id)
    if approve:
        atlas.catalog.accepting(run.source)
    # An approval that failed on its way may have removed some of it before.
    question = {"began": atlas.journal.next_time().isoformat(), **question}
    asked = store.claim(run_id)
    result = HarvestResult(run_id, "done", Counter(run.counters))
    number, is_told = int(run_id.rpartition("-")[2]), question.get("told", False)
    kept: dict[str, list[str]] = {}
    if approve:
        submission = Submission(run.source, actor, run=run_id, reason=reason)
        gone = (
            store.told_gone(run.source)
            if is_told
            else store.unlisted(run.source, number, before=asked)
        )
        try:
            mark_missing(atlas.catalog, gone, submission, result)
        except AtlasError:
            # Where not even this can be written, the next whole walk asks anew.
            with suppress(AtlasError):
                store.give_back(run_id, result.counters, question, run.message)
            raise
    else:
        kept["kept"] = _refused(store, run.source, number, is_told=is_told)
    decision = {
        **question,
        **kept,
        "verdict": "approve" if approve else "refuse",
        "reason": reason,
        "actor": actor,
        # Its removals were written between ``began`` and this.
        "time": atlas.clock.now().isoformat(),
    }
    store.settle(run_id, result.counters, decision)
    return result


def _refused(store: HarvestStore, source: str, number: int, *, is_told: bool) -> list[str]:
    """Return the records that stay by a refusal, so that nobody is asked about them again."""
    if not is_told:
        return store.unlisted(source, number)
    # The platform named a part; what an earlier refusal keeps is kept on.
    earlier = store.refusal(source)
    before = frozenset[str]() if earlier is None else earlier.kept
    return sorted(before.union(store.told_gone(source)))


def stop(atlas: Service, run_id: str) -> bool:
    """Ask a run under way to stop, which takes seconds; False where none is."""
    atlas.journal.run(run_id)
    return HarvestStore(atlas.journal, atlas.clock).want(run_id, CANCEL)


def ask(atlas: Service, name: str, *, full: bool = False, accept_shorter: bool = False) -> datetime:
    """Have the worker visit a source as soon as it looks; return from when it is due.

    ``full`` and ``accept_shorter`` as in `harvest`; only a whole list can be too short, so that the
    second needs the first.

    Raises ``unknown-source``, ``source-removed``, ``not-harvested``, ``source-paused``,
    ``harvest-active``.
    """
    store = HarvestStore(atlas.journal, atlas.clock)
    if known_source(atlas.journal, name).removed is not None:
        raise AtlasError(SOURCE_REMOVED, source=name)
    store.source(name)
    atlas.catalog.accepting(name)
    active = store.active(name)
    if active is not None:
        raise AtlasError(HARVEST_ACTIVE, source=name, run=active)
    return store.ask(name, full=full, accept_shorter=accept_shorter)
