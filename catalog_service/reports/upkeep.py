"""Counts each day once, soon after midnight, and again where the catalogue moved since."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Final

import structlog

from catalog_service.context import Service
from catalog_service.reports.announcing import announce
from catalog_service.reports.service import last_counted, measure
from ontology.errors import AtlasError

LOOK_EVERY: Final = 60.0
"""Seconds between two looks."""
AGAIN_AFTER: Final = 3_600.0
"""Seconds after which a day is counted again, where the journal has moved since."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Upkeep:
    """What was counted last."""

    atlas: Service
    monotonic: Callable[[], float] = time.monotonic
    head: int | None = None
    """The journal's last change when this process counted; None where it has not."""
    at: float = 0.0

    def look(self) -> bool:
        """Count where that is due; tell whether it was."""
        today, head, now = self.atlas.clock.today(), self.atlas.journal.head(), self.monotonic()
        last = last_counted(self.atlas)
        if last is not None and last > today:
            return False
        if last == today:
            if self.head is None:
                # Another process counted, or this one before it was started anew.
                self.head, self.at = head, now
            if head == self.head or now - self.at < AGAIN_AFTER:
                return False
        measure(self.atlas)
        self.head, self.at = head, now
        return True


def run(atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Look until ``stop`` is set."""
    upkeep = Upkeep(atlas)
    while True:
        try:
            upkeep.look()
            announce(atlas)
        except AtlasError as error:
            _log.warning("report-figures-not-counted", error=error.code)
        if stop.wait(look_every):
            return
