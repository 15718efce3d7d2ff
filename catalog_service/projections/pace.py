"""When a projection applies, publishes, looks again, and tries again after a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

PUBLISH_LATEST: Final = 3.0
"""Under load, the longest pause in seconds between two publications."""

PUBLISH_COST: Final = 1.0
"""Under load, pause after a publication for PUBLISH_COST × its duration (mostly waiting for the
disk), at most PUBLISH_LATEST, so that a client that waits for each write is delayed little."""

APPLY_COST: Final = 1.0
APPLY_LATEST: Final = 0.25
"""Under load, pause after a batch for APPLY_COST × its duration, at most APPLY_LATEST seconds: each
batch costs a commit however small it is, and each commit makes readers reload."""

QUIET_FOR: Final = 60.0
"""Seconds without anything to do after which the store is put in order."""

ACTIVE_POLL: Final = 0.03
IDLE_POLL: Final = 0.1
_ACTIVE_FOR = 10.0
_BACK_OFF_LEAST = 0.5
_BACK_OFF_MOST = 3.0
"""Seconds to wait after a failure, doubling; short, so that a disk with free space again is used
within seconds."""


class Pace:
    """Keeps the times of one projection; used by one thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._publish_cost = 0.0
        self._published_at = -PUBLISH_LATEST
        self._apply_cost = 0.0
        self._applied_at = -APPLY_LATEST
        self._active_at = -_ACTIVE_FOR
        self._quiet_at = monotonic()

    def may_apply(self) -> bool:
        """Tell whether the pause after the last batch is over."""
        gap = min(APPLY_LATEST, APPLY_COST * self._apply_cost)
        return self._monotonic() - self._applied_at >= gap

    def applied(self, started: float, *, more: bool) -> None:
        """Note the end of a batch; no pause follows where ``more`` changes are waiting."""
        self._applied_at = self._monotonic()
        self._apply_cost = 0.0 if more else self._applied_at - started

    def may_publish(self) -> bool:
        """Tell whether the pause after the last publication is over."""
        gap = min(PUBLISH_LATEST, PUBLISH_COST * self._publish_cost)
        return self._monotonic() - self._published_at >= gap

    @property
    def is_late(self) -> bool:
        """Whether readers have waited for a publication as long as they ever should."""
        return self._monotonic() - self._published_at >= PUBLISH_LATEST

    def published(self, started: float) -> None:
        """Note the end of a publication."""
        self._published_at = self._monotonic()
        self._publish_cost = self._published_at - started

    def moved(self) -> None:
        """Note that there was something to do."""
        self._active_at = self._quiet_at = self._monotonic()

    def take_quiet(self) -> bool:
        """Tell once in each `QUIET_FOR` seconds in which there was nothing to do."""
        now = self._monotonic()
        if now - self._quiet_at < QUIET_FOR:
            return False
        self._quiet_at = now
        return True

    @property
    def rest(self) -> float:
        """Seconds until the next look at the journal."""
        active = self._monotonic() - self._active_at < _ACTIVE_FOR
        return ACTIVE_POLL if active else IDLE_POLL


def back_off(attempts: int) -> float:
    """Return the seconds to wait after so many failures in a row."""
    doublings = min(attempts - 1, 10)
    return float(min(_BACK_OFF_MOST, _BACK_OFF_LEAST * 2**doublings))
