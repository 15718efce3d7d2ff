"""Working days by the State Council's calendar, and clocks that count them.

Weekends that are made up for a holiday are working days, holidays are not. The calendar is the
package ``chinesecalendar``; an operator's overrides go before it (`WorkingDays`). A year that the
calendar has not got is not guessed: counting raises ``no-working-calendar``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import chinese_calendar

from catalog_service.errors import CLOCK_STEP, NO_WORKING_CALENDAR
from ontology.errors import AtlasError

FIRST_YEAR: Final = 2004
"""The first year of the package's calendar."""

_DAY: Final = timedelta(1)


@lru_cache(4_096)
def _by_the_calendar(day: date) -> bool:
    if day.year < FIRST_YEAR:
        raise AtlasError(NO_WORKING_CALENDAR, year=day.year)
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as error:
        raise AtlasError(NO_WORKING_CALENDAR, year=day.year) from error


@dataclass(frozen=True)
class WorkingDays:
    """A calendar: the State Council's, with an operator's overrides; days are of Shanghai."""

    overrides: Mapping[date, bool] = field(default_factory=dict)
    """Days that are working days (true) or not, whatever the calendar says."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is one; raises ``no-working-calendar``."""
        found = self.overrides.get(day)
        return _by_the_calendar(day) if found is None else found

    def add_working_days(self, start: date, count: int) -> date:
        """Return the ``count``-th working day after ``start``; with 0 the first one from it on.

        So what is asked on a Saturday and due within one working day is due on Monday. Raises
        `ValueError` for a negative count, and ``no-working-calendar``.
        """
        if count < 0:
            raise ValueError(count)
        day = start
        if count == 0:
            while not self.is_working_day(day):
                day += _DAY
            return day
        while count:
            day += _DAY
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to ``end``; none where it is before.

        The inverse of `add_working_days`. Raises ``no-working-calendar``.
        """
        days = range(1, (end - start).days + 1)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in days)


@dataclass(frozen=True, slots=True)
class WorkingClock:
    """Counts down working days; each step returns another clock.

    Time that passes while it is stopped does not count: of the day of a stop nothing counts, and
    counting goes on with the day after it was resumed.
    """

    calendar: WorkingDays
    days: int
    """How many there are."""
    started: date
    spent: int = 0
    """Working days that were used before `since`."""
    since: date | None = None
    """The day after which it counts now; None: it stands still."""

    @classmethod
    def start(cls, calendar: WorkingDays, day: date, days: int) -> WorkingClock:
        """Start one: the first day that counts is the working day after ``day``."""
        if days < 1:
            raise ValueError(days)
        return cls(calendar, days, day, 0, day)

    @property
    def runs(self) -> bool:
        """Whether it counts now."""
        return self.since is not None

    def stop(self, day: date) -> WorkingClock:
        """Stop it on a day; raises ``clock-step`` where it stands, or went on later."""
        if self.since is None or day < self.since:
            raise AtlasError(CLOCK_STEP, day=day)
        return replace(self, spent=self.used(day - _DAY), since=None)

    def resume(self, day: date) -> WorkingClock:
        """Let it go on from a day; raises ``clock-step`` where it runs."""
        if self.since is not None or day < self.started:
            raise AtlasError(CLOCK_STEP, day=day)
        return replace(self, since=day)

    def used(self, day: date) -> int:
        """Return the working days that were used at the end of a day."""
        if self.since is None:
            return self.spent
        return self.spent + self.calendar.working_days_between(self.since, day)

    def due(self) -> date | None:
        """Return the last day; None while it is stopped."""
        if self.since is None:
            return None
        left = self.days - self.spent
        return self.since if left <= 0 else self.calendar.add_working_days(self.since, left)

    def is_reached(self, day: date) -> bool:
        """Tell whether its last day is over on a day: more working days passed than there are."""
        return self.used(day) > self.days
