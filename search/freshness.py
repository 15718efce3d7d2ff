"""How long ago a dataset was updated, as values of a facet: told by the day, never kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from search.analysis.order import day_number
from search.matching import UNKNOWN_DAY, Band

STEPS: Final = (("month", 31), ("quarter", 92), ("year", 366))
"""Values of the facet with the most days since the last update; each leaves out those before."""
LONGER: Final = "longer"
UNKNOWN: Final = "unknown"
"""No day of an update is known."""

_EVER: Final = day_number("9999-12-31")


def machine_day() -> date:
    """Return the machine's day in UTC, where nobody gives a clock."""
    return datetime.now(UTC).date()


def bands(today: date) -> tuple[Band, ...]:
    """Return the values of the facet as days of ``modified``: together they hold every dataset.

    A day to come counts as just now.
    """
    found: list[Band] = []
    most = _EVER
    for name, days in STEPS:
        least = _number(today - timedelta(days))
        found.append(Band(name, least, most))
        most = least - 1
    return (*found, Band(LONGER, 1, most), Band(UNKNOWN, UNKNOWN_DAY, UNKNOWN_DAY))


def _number(day: date) -> int:
    return day_number(day.isoformat())
