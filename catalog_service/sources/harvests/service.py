"""Harvesting one source, and what people decide of its runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext

from catalog_service.atlas import Atlas
from catalog_service.sources.errors import NOTHING_TO_DECIDE
from catalog_service.sources.harvests.model import HarvestResult, HarvestRun
from catalog_service.sources.harvests.platforms import opened
from catalog_service.sources.harvests.removal import mark_missing
from catalog_service.sources.harvests.run import CANCEL, Harvest, Order
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.service import known_source
from harvesters.platforms.protocol import Platform
from harvesters.protocols import Submission
from ontology.errors import AtlasError


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
    order = Order(actor, full, dry_run, accept_shorter, stopped, progress)
    with nullcontext(platform) if platform else opened(atlas, registered, source) as visited:
        return Harvest(atlas, store, source, visited, order).execute()


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
