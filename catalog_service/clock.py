"""The clock: the one source of time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Tells the time; a test gives its own."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...

    def today(self) -> date:
        """Return the day in Shanghai."""
        ...


class SystemClock:
    """The machine's clock, with the day fixed where ``ATLAS_TODAY`` says so."""

    def __init__(self, today: date | None = None) -> None:
        self._today = today

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the fixed day, or the day in Shanghai."""
        return self._today or datetime.now(SHANGHAI).date()
