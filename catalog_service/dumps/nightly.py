"""Makes a dump when its time has come, and makes those anew that hold what ended.

Runs inside the worker, which must go on projecting: the work itself is done by a process of its
own, with less right to the processor.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Final, Literal

import structlog
from cronsim import CronSim

from catalog_service.atlas import Atlas
from catalog_service.clock import SHANGHAI
from catalog_service.dumps import one_job
from ontology.errors import AtlasError

LOOK_EVERY: Final = 5.0
"""Seconds between two looks at clock and journal."""

REST: Final = timedelta(minutes=10)
"""The least time between two jobs of a kind: a harvest may end records for hours, and each job
reads all that it makes anew. What must not be shown is not shown meanwhile."""

Job = Literal["create", "renew"]
Perform = Callable[[Atlas, Job, Event], None]

_log = structlog.get_logger(__name__)


def is_due(schedule: str, since: datetime, now: datetime) -> bool:
    """Tell whether a time of the schedule (cron, in Shanghai's time) has come since then."""
    planned = next(CronSim(schedule, since.astimezone(SHANGHAI)))
    return planned.astimezone(UTC) <= now


def in_a_process(atlas: Atlas, job: Job, stop: Event) -> None:
    """Do a job in a process of its own, which is ended where ``stop`` is set."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", one_job.__name__, job],
        stdin=subprocess.DEVNULL,
        env={**os.environ, **atlas.settings.environment()},
    ) as process:
        while process.poll() is None:
            if stop.wait(0.5):
                # What it leaves is no dump, and removed by the next one.
                process.kill()
    if process.returncode and not stop.is_set():
        # Why, it has logged itself, unless it was ended from without.
        _log.warning("dump-job-failed", job=job, returned=process.returncode)


def run(
    atlas: Atlas,
    stop: Event,
    *,
    look_every: float = LOOK_EVERY,
    perform: Perform = in_a_process,
) -> None:
    """Look after the dumps until ``stop`` is set."""
    began = atlas.clock.now()
    rested: dict[Job, datetime] = {}
    while not stop.wait(look_every):
        try:
            now = atlas.clock.now()
            # What failed rests, and does not keep the other kind of job from its turn.
            awake = (one for one in _due(atlas, began) if now >= rested.get(one, now))
            job = next(awake, None)
            if job is None:
                continue
            rested[job] = now + REST
            perform(atlas, job, stop)
        except AtlasError as error:
            # The journal cannot be read now: it is looked at again.
            _log.warning("dumps-not-looked-after", error=str(error))
        except OSError as error:
            _log.warning("dump-job-not-started", error=str(error))


def _due(atlas: Atlas, began: datetime) -> Iterator[Job]:
    """Yield the jobs that are to be done now, the one that does more first."""
    dumps, schedule = atlas.dumps, atlas.settings.dumps_schedule
    there = dumps.shelf.manifests()
    since = there[0].made if there else began
    if schedule and is_due(schedule, since, atlas.clock.now()):
        yield "create"
    if any(not dumps.offer.stands(one) for one in there):
        yield "renew"
