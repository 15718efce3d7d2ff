"""The worker: runs the projections. Started as ``python -m`` by the supervisor.

The supervisor imports it for its name alone, so that it loads what it needs when it runs.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog

from catalog_service.acting import WORKER, act_as_process
from catalog_service.logs import configure_logs
from catalog_service.operations.parent_watch import (
    GRACE_SECONDS,
    Descriptors,
    end_with_any_thread,
    leave_within,
    watch_lifeline,
)
from catalog_service.projections.errors import PROJECTIONS_LOCKED
from catalog_service.settings import Settings
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas

TRY_LOCK_EVERY = 0.5

_log = structlog.get_logger(__name__)


def main() -> None:
    """Follow the journal until SIGTERM, or until the supervisor is gone."""
    from catalog_service.atlas import Atlas

    descriptors = Descriptors.take(os.environ)
    with descriptors.reporting_failures():
        settings = Settings()
    configure_logs(settings.log_level, "worker")
    act_as_process(WORKER)
    stop = Event()

    def leave() -> None:
        stop.set()
        # A batch that hangs must not keep the service from stopping; repeating it is harmless.
        leave_within(GRACE_SECONDS)

    signal.signal(signal.SIGTERM, lambda _number, _frame: leave())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_any_thread(leave)
    watch_lifeline(descriptors.lifeline, stop.set)
    with descriptors.reporting_failures(), Atlas(settings) as atlas, _tasks(atlas, stop):
        run(atlas, descriptors, stop, leave)
    _log.info("left")


@contextmanager
def _tasks(atlas: Atlas, stop: Event) -> Iterator[None]:
    """Run what the rooms do beside the projections, until the block ends."""
    from catalog_service.following.service import tell_followers_until
    from catalog_service.rooms import ROOMS
    from catalog_service.workbench.service import tell_deadlines_until

    atlas.journal.head()  # made once, before the threads share it
    threads = [
        Thread(target=task, args=(atlas, stop), name=f"task-{room.name}")
        for room in ROOMS
        for task in room.tasks()
    ]
    # Of all rooms, which none of them knows.
    kinds = [kind for room in ROOMS for kind in room.deadlines()]
    threads.append(
        Thread(target=tell_deadlines_until, args=(atlas, stop, kinds), name="task-deadlines")
    )
    notes = [found_by for room in ROOMS for found_by in room.dataset_notes()]
    threads.append(
        Thread(target=tell_followers_until, args=(atlas, stop, notes), name="task-following")
    )
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def run(atlas: Atlas, descriptors: Descriptors, stop: Event, leave: Callable[[], None]) -> None:
    """Take the lock of the projections, waiting where an import holds it, and project.

    ``leave`` sets ``stop``, and ends the process by force where that takes too long. Raises
    `RuntimeError` where a projection's thread has ended: the supervisor starts another worker.
    """
    waiting = False
    while not stop.is_set():
        try:
            with atlas.runner() as runner:
                descriptors.report_ready()
                _log.info("projecting", head=atlas.journal.head())
                runner.run(stop, leave)
        except AtlasError as error:
            if error.kind is not PROJECTIONS_LOCKED:
                raise
            if not waiting:
                # It projects instead of us: the service is whole, so this counts as ready.
                _log.info("another process projects; waiting for its lock")
                descriptors.report_ready()
            waiting = True
            stop.wait(TRY_LOCK_EVERY)


if __name__ == "__main__":
    main()
