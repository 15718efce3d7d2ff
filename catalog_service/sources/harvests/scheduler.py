"""Visits every source when its time has come; runs inside the worker.

Sources are visited side by side, so that one that hangs holds up no other. A run whose process died
is gone on with here.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Final

import structlog

from catalog_service.atlas import Atlas
from catalog_service.sources.errors import HARVEST_ACTIVE
from catalog_service.sources.harvests.schedule import next_visit
from catalog_service.sources.harvests.service import harvest
from catalog_service.sources.harvests.store import HarvestStore
from ontology.errors import AtlasError

LOOK_EVERY: Final = 5.0
"""Seconds between two looks for sources whose time has come."""

AT_ONCE: Final = 24
"""Sources visited side by side; each mostly waits for its platform."""

_log = structlog.get_logger(__name__)


def run(atlas: Atlas, stop: Event) -> None:
    """Visit sources until ``stop`` is set; ends when the runs under way have stopped."""
    store = HarvestStore(atlas.journal, atlas.clock)
    under_way: dict[str, Future[None]] = {}
    with ThreadPoolExecutor(AT_ONCE, "harvest") as pool:
        while not stop.wait(LOOK_EVERY):
            under_way = {name: one for name, one in under_way.items() if not one.done()}
            try:
                names = [*store.abandoned(), *store.due()]
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
        source = store.source(name)
        # Before the visit: a run that fails at once waits for its next time, too.
        store.set_due(name, next_visit(source.settings, atlas.clock.now()))
        result = harvest(atlas, name, actor="schedule", stopped=stop.is_set)
        log.info("harvested", run=result.run, status=result.status, **result.counters)
    except AtlasError as error:
        if error.kind is not HARVEST_ACTIVE:
            log.warning("not-harvested", error=str(error))
    except Exception:
        # A fault of ours in one source must not end the visits to the others.
        log.exception("harvest-failed")
