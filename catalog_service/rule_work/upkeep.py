"""Follows the journal, and measures each day: what the worker does for rules at work."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from threading import Event
from typing import Final

import structlog

from catalog_service.context import Service
from catalog_service.rule_work.publishers import RecordPublishers
from catalog_service.rule_work.rates import measure
from ontology.errors import AtlasError

LOOK_EVERY: Final = 60.0
"""Seconds between two looks."""
AT_LEAST_EVERY: Final = 3_600.0
"""Seconds after which today is measured again, though the journal has not moved: findings are
brought up to date without a change of it (`Catalog.recheck`)."""
WAITS_FOR_QUIET: Final = 600.0
"""Seconds for which a measurement waits while the journal keeps moving: an import is measured once
it is through, and one that takes hours meanwhile."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Upkeep:
    """What was looked at last."""

    atlas: Service
    monotonic: Callable[[], float] = time.monotonic
    head: int = -1
    """The journal's last change at the look before."""
    measured: tuple[date, int] | None = None
    """The day and the journal's last change of the last measurement."""
    at: float = 0.0

    def look(self, stop: Event) -> bool:
        """Follow the journal, and measure where that is due; tell whether it was."""
        RecordPublishers(self.atlas.journal).follow(stop)
        head, now, today = self.atlas.journal.head(), self.monotonic(), self.atlas.clock.today()
        quiet, self.head = head == self.head, head
        if self.measured is not None and self.measured[0] == today:
            due = AT_LEAST_EVERY
            if head != self.measured[1]:
                due = 0.0 if quiet else WAITS_FOR_QUIET
            if now - self.at < due:
                return False
        if stop.is_set():
            return False
        measure(self.atlas)
        self.measured, self.at = (today, head), now
        return True


def run(atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Look until ``stop`` is set."""
    upkeep = Upkeep(atlas)
    while True:
        try:
            upkeep.look(stop)
        except AtlasError as error:
            _log.warning("rules-not-measured", error=error.code)
        if stop.wait(look_every):
            return
