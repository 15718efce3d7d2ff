"""What is counted once a day, soon after midnight, and again where the catalogue moved since."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog_service.context import Service

LOOK_EVERY: Final = 60.0
"""Seconds between two looks."""
AGAIN_AFTER: Final = 3_600.0
"""Seconds after which a day is counted again, where the journal has moved since."""


@dataclass(slots=True)
class DailyWork:
    """What was counted last, and how it is counted."""

    atlas: Service
    last_day: Callable[[Service], date | None]
    """Returns the last day that is kept, whichever process counted it."""
    count: Callable[[Service], object]
    """Counts today."""
    monotonic: Callable[[], float] = time.monotonic
    head: int | None = None
    """The journal's last change when this process counted; None where it has not."""
    at: float = 0.0

    def look(self) -> bool:
        """Count where that is due; tell whether it was."""
        today, head, now = self.atlas.clock.today(), self.atlas.journal.head(), self.monotonic()
        last = self.last_day(self.atlas)
        if last is not None and last > today:
            return False
        if last == today:
            if self.head is None:
                # Another process counted, or this one before it was started anew.
                self.head, self.at = head, now
            if head == self.head or now - self.at < AGAIN_AFTER:
                return False
        self.count(self.atlas)
        self.head, self.at = head, now
        return True
