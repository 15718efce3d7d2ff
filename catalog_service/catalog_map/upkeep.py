"""Has the map made anew when enough has changed. Runs inside the worker, in a thread."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from typing import Final

import structlog

from catalog_service.atlas import Atlas
from catalog_service.catalog_map import one_job
from catalog_service.catalog_map.storage import Kept
from catalog_service.catalog_map.stored_vectors import are_enough
from ontology.errors import AtlasError

LOOK_EVERY: Final = 20.0
"""Seconds between two looks; the first map is begun when nothing changed between two."""
REST: Final = timedelta(minutes=10)
"""The least time between two maps, and between two attempts."""
RESTS: Final = 20
"""The same, as a multiple of the time that the last map took."""
AGE: Final = timedelta(hours=6)
"""Time after which a map is made anew for any change."""
SHARE: Final = 0.02
"""Changes, as a share of the datasets, for which a map is made anew before."""

Perform = Callable[[Atlas, Event], None]

_log = structlog.get_logger(__name__)


def is_due(
    kept: Kept | None, checkpoint: int, steady: bool, now: datetime, *, meaning: bool = False
) -> bool:
    """Tell whether a map is to be made of the index at ``checkpoint``.

    ``steady`` tells that the index stood there at the last look too, and ``meaning`` that there are
    vectors now which the map was made without: they come long after the first datasets.
    """
    if checkpoint == 0:
        return False
    if kept is None:
        return steady
    changes = abs(checkpoint - kept.map.checkpoint)
    rest = max(REST, timedelta(seconds=RESTS * kept.seconds))
    if not (changes or meaning) or now - kept.made < rest:
        return False
    return meaning or changes >= SHARE * kept.map.total or now - kept.made >= AGE


def in_a_process(atlas: Atlas, stop: Event) -> None:
    """Make the map in a process of its own, which is ended where ``stop`` is set."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", one_job.__name__],
        stdin=subprocess.DEVNULL,
        env={**os.environ, **atlas.settings.environment()},
    ) as process:
        while process.poll() is None:
            if stop.wait(0.5):
                process.kill()
    if process.returncode and not stop.is_set():
        _log.warning("map-job-failed", returned=process.returncode)


def run(
    atlas: Atlas,
    stop: Event,
    *,
    look_every: float = LOOK_EVERY,
    perform: Perform = in_a_process,
) -> None:
    """Look after the map until ``stop`` is set."""
    seen = -1
    tried: datetime | None = None
    while not stop.wait(look_every):
        try:
            now, checkpoint = atlas.clock.now(), atlas.index.checkpoint()
            steady, seen = checkpoint == seen, checkpoint
            if tried is not None and now - tried < REST:
                continue
            kept = atlas.maps.kept()
            without = kept is not None and not kept.map.by_meaning
            meaning = without and are_enough(atlas, len(kept.map.points) if kept else 0)
            if is_due(kept, checkpoint, steady, now, meaning=meaning):
                tried = now
                perform(atlas, stop)
        except (AtlasError, OSError) as error:
            # The index or the journal cannot be read now: they are looked at again.
            _log.warning("map-not-looked-after", error=str(error))
