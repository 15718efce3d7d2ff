"""What is counted once a day, soon after midnight, and again where what is counted moved since."""

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
"""Seconds after which a day is counted again, where something has moved since."""


@dataclass(slots=True)
class DailyWork:
    """What was counted last, and how it is counted."""

    atlas: Service
    last_day: Callable[[Service], date | None]
    """Returns the last day that is kept, whichever process counted it."""
    count: Callable[[Service], object]
    """Counts today."""
    monotonic: Callable[[], float] = time.monotonic
    moved: Callable[[Service], object] = lambda atlas: atlas.journal.head()
    """Returns what is another value once something that is counted has changed."""
    head: object = None
    """What that was when this process counted; None where it has not."""
    at: float = 0.0

    def look(self) -> bool:
        """Count where that is due; tell whether it was."""
        today, head, now = self.atlas.clock.today(), self.moved(self.atlas), self.monotonic()
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
