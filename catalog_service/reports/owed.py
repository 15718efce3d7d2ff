"""Reports that are owed (R36): of periods that are over, and have none, or one nobody was told of.

From the first day on that was counted: of what was before, nothing is known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from catalog_service.context import Service
from catalog_service.notices.service import last_told
from catalog_service.reports.announcing import told_key
from catalog_service.reports.period import MONTHS, Period
from catalog_service.reports.stored import counted_days

RULE: Final = "R36"
_TIME_TO_TELL: Final = timedelta(days=1)
"""The worker looks more often; a day is given for it."""


@dataclass(frozen=True, slots=True)
class Owed:
    """``uncounted``: no day of the period was counted; ``untold``: nobody was told of it."""

    period: Period
    reason: Literal["uncounted", "untold"]


def owed(atlas: Service) -> list[Owed]:
    """Return what is owed, the newest first, months before years."""
    today = atlas.clock.today()
    with atlas.journal.reading_tables() as connection:
        days = counted_days(connection, date.min, today)
        if not days:
            return []
        found = []
        for period in _over(days[0], today):
            if not any(period.first <= day <= period.last for day in days):
                found.append(Owed(period, "uncounted"))
            elif (
                period.last + _TIME_TO_TELL < today
                and last_told(connection, told_key(period)) is None
            ):
                found.append(Owed(period, "untold"))
    return sorted(found, key=lambda one: (one.period.last, -MONTHS[one.period.kind]), reverse=True)


def _over(first: date, today: date) -> Iterator[Period]:
    for kind in MONTHS:
        period = Period.around(kind, first)
        while period.last < today:
            yield period
            period = Period.around(kind, period.last + timedelta(1))
