"""Visits every source when its time has come; runs inside the worker.

Sources are visited side by side, so that one that hangs holds up no other. A run whose process died
is gone on with here.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Final

import structlog

from catalog_service.atlas import Atlas
from catalog_service.errors import SOURCE_PAUSED, SOURCE_REMOVED
from catalog_service.sources.errors import HARVEST_ACTIVE, HARVEST_LOST, RUN_INTERRUPTED
from catalog_service.sources.harvests.raw_answers import forget_expired
from catalog_service.sources.harvests.schedule import next_visit
from catalog_service.sources.harvests.service import harvest
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.notices.reporting import tell_not_begun
from catalog_service.stored_errors import stored_error
from ontology.errors import AtlasError

LOOK_EVERY: Final = 5.0
"""Seconds between two looks for sources whose time has come."""

TIDY_EVERY: Final = timedelta(hours=6)
"""How often the raw answers whose week is over are deleted."""

BEGINS_WITHIN: Final = timedelta(seconds=60)
"""After that a visit whose process died before its run began is due again."""

AT_ONCE: Final = 24
"""Sources visited side by side; each mostly waits for its platform."""

_log = structlog.get_logger(__name__)


def run(atlas: Atlas, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Visit sources until ``stop`` is set; ends when the runs under way have stopped."""
    store = HarvestStore(atlas.journal, atlas.clock)
    under_way: dict[str, Future[None]] = {}
    tidied: datetime | None = None
    with ThreadPoolExecutor(AT_ONCE, "harvest") as pool:
        while not stop.wait(look_every):
            under_way = {name: one for name, one in under_way.items() if not one.done()}
            try:
                names = [*store.abandoned(), *store.due()]
                now = atlas.clock.now()
                if tidied is None or now - tidied >= TIDY_EVERY:
                    forget_expired(atlas.journal, atlas.clock)
                    tidied = now
            except AtlasError as error:
                # The journal cannot be read now: it is looked at again.
                _log.warning("harvests-not-looked-for", error=str(error))
                continue
            for name in dict.fromkeys(names):
                if name not in under_way:
                    under_way[name] = pool.submit(_visit, atlas, store, name, stop)


def _visit(atlas: Atlas, store: HarvestStore, name: str, stop: Event) -> None:
    log = _log.bind(source=name)
    try:
        # Should this process die before the run begins, another one begins it then.
        until = atlas.clock.now() + BEGINS_WITHIN
        store.set_due(name, until)
        is_interrupted = False
        try:
            result = harvest(atlas, name, actor="schedule", stopped=stop.is_set)
            is_interrupted = result.error is not None and result.error.kind is RUN_INTERRUPTED
            log.info("harvested", run=result.run, status=result.status, **result.counters)
        except AtlasError as error:
            if error.kind is not HARVEST_ACTIVE:
                log.warning("not-harvested", error=str(error))
            if error.kind not in (HARVEST_ACTIVE, HARVEST_LOST):
                # A run that was left by a process that died would be looked at for ever.
                store.end_abandoned(name, stored_error(error))
            if error.kind not in (HARVEST_ACTIVE, HARVEST_LOST, SOURCE_PAUSED, SOURCE_REMOVED):
                # There is no run whose end would tell of it.
                tell_not_begun(atlas, store.source(name), stored_error(error))
        finally:
            # An interrupted run is gone on with as soon as the service is back; one that failed,
            # or could not begin, waits for its next time.
            now = atlas.clock.now()
            due = now if is_interrupted else next_visit(store.source(name).settings, now)
            store.replace_due(name, until, due)
    except AtlasError as error:
        log.warning("not-harvested", error=str(error))
    except Exception:
        # A fault of ours in one source must not end the visits to the others.
        log.exception("harvest-failed")
