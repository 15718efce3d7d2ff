"""What leaves the service at night, where the operator allows it: addresses asked, files fetched.

Each is done once a day, soon after midnight, and goes on after a restart where it was.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Event, Thread
from typing import Final

import structlog

from catalog_service.context import Service
from catalog_service.daily_work import LOOK_EVERY
from catalog_service.quality.errors import QUALITY_STOPPED
from catalog_service.quality.service import Night, ask_addresses, evaluate, profile_data
from harvesters.platforms.cancellation import Cancellation
from ontology.errors import AtlasError

_log = structlog.get_logger(__name__)

_LEFT_OVER: Final = ("atlas-fetched-", "atlas-profile-")
_OLD: Final = 86_400.0


def run(
    atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY, allow: tuple[str, ...] = ()
) -> None:
    """Look until ``stop`` is set; ``allow`` holds inner addresses, none but in tests."""
    settings = atlas.settings
    has_nights = settings.quality_fetch and bool(settings.quality_fetch_hosts)
    if not settings.quality_links and not has_nights:
        return
    cancellation = Cancellation()
    watch = Thread(target=_cancel, args=(stop, cancellation), name="quality-nightly-stop")
    watch.start()
    done: date | None = None
    while not stop.is_set():
        day = atlas.clock.today()
        if day != done:
            # What fails is tried again at the next look, the parts that were done excepted.
            with suppress(AtlasError):
                _one_night(atlas, cancellation, allow, has_files=has_nights)
                done = day
        stop.wait(look_every)
    watch.join()


def _one_night(
    atlas: Service, cancellation: Cancellation, allow: tuple[str, ...], *, has_files: bool
) -> None:
    asked = profiled = 0
    try:
        if atlas.settings.quality_links:
            links = ask_addresses(atlas, allow=allow, cancellation=cancellation)
            asked = links.asked
            _log.info("addresses-asked", addresses=links.addresses, outcomes=dict(links.outcomes))
        if has_files:
            remove_left_over(Path(tempfile.gettempdir()))
            files = profile_data(
                atlas, night=Night.of(atlas.settings), allow=allow, cancellation=cancellation
            )
            profiled = files.profiled + files.failed
            _log.info("files-profiled", files=files.files, profiled=files.profiled)
    except AtlasError as error:
        if not cancellation.is_set:
            _log.warning("nightly-quality-failed", error=error.code)
        raise
    if asked or profiled:
        # So that the day's measurements rest on it.
        evaluate(atlas)


def remove_left_over(folder: Path) -> None:
    """Remove what a process that was killed has left in the folder of temporary files."""
    for path in folder.iterdir():
        with suppress(OSError):
            if path.name.startswith(_LEFT_OVER) and path.stat().st_mtime < time.time() - _OLD:
                shutil.rmtree(path, ignore_errors=True)


def _cancel(stop: Event, cancellation: Cancellation) -> None:
    stop.wait()
    cancellation.cancel(AtlasError(QUALITY_STOPPED))
