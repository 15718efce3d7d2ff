"""A sign of life of a run while it waits: one request may take longer than any lease."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from catalog_service.sources.harvests.harvest_tables import LEASE
from catalog_service.sources.harvests.model import HarvestRun
from catalog_service.sources.harvests.store import HarvestStore
from ontology.errors import AtlasError


@contextmanager
def heartbeat(store: HarvestStore, run: HarvestRun, is_over: Callable[[], bool]) -> Iterator[None]:
    """Prolong the lease of a run until the block ends.

    ``is_over`` tells that the run should have ended for long: one that hangs then loses its lease,
    so that another process can go on. A failed renewal is tried again; whether the run still
    belongs to its owner is asked by the run itself (`HarvestStore.wish`).
    """
    ended = Event()

    def beat() -> None:
        while not ended.wait(LEASE.total_seconds() / 6) and not is_over():
            try:
                store.renew(run)
            except AtlasError:
                continue

    thread = Thread(target=beat, name=f"heartbeat-{run.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
