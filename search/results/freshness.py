"""The facet of freshness: how long before the day of the search a dataset was updated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from search.analysis.sort_keys import day_number
from search.index.plan import UNKNOWN_DAY, Band

STEPS: Final = (("month", 31), ("quarter", 92), ("year", 366))
"""Values of the facet with the most days since the last update; each leaves out those before."""
LONGER: Final = "longer"
FUTURE: Final = "future"
"""The day is still to come: a mistake of the publisher, which says nothing of how fresh it is."""

UNKNOWN: Final = "unknown"
"""No day of an update is known."""

_EVER: Final = day_number("9999-12-31")


def utc_today() -> date:
    """Return the machine's day in UTC, for callers without a clock."""
    return datetime.now(UTC).date()


def bands(today: date) -> tuple[Band, ...]:
    """Return the facet's values as days of ``modified``: each dataset is in exactly one."""
    found: list[Band] = []
    tomorrow = _number(today + timedelta(1))
    # What lies between two days' numbers is no day, and still has to be somewhere.
    most = tomorrow - 1
    for name, days in STEPS:
        least = _number(today - timedelta(days))
        found.append(Band(name, least, most))
        most = least - 1
    return (
        *found,
        Band(LONGER, 1, most),
        Band(FUTURE, tomorrow, _EVER),
        Band(UNKNOWN, UNKNOWN_DAY, UNKNOWN_DAY),
    )


def _number(day: date) -> int:
    return day_number(day.isoformat())
