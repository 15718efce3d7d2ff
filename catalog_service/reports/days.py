"""Days that a report shows, of measured quality and of this room's own figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from catalog_service.context import Service
from catalog_service.quality.service import METRICS, measured_days
from catalog_service.reports.model import DATASETS
from catalog_service.reports.period import Period
from catalog_service.reports.stored import counted_days


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the period that are shown, and the last one of the period before.

    Measured quality and this room measure apart from each other: either may lack a day.
    """

    quality: tuple[date, ...]
    own: tuple[date, ...]
    quality_before: date | None
    own_before: date | None

    @classmethod
    def of(cls, atlas: Service, period: Period, last: date) -> Days:
        """Return the days of a period up to a day."""
        before = period.before
        with atlas.journal.reading_tables() as connection:
            own = counted_days(connection, period.first, last)
            own_before = counted_days(connection, before.first, before.last)
        quality_before = measured_days(atlas, before.first, before.last)
        return cls(
            quality=_thinned(period, measured_days(atlas, period.first, last)),
            own=_thinned(period, own),
            quality_before=max(quality_before, default=None),
            own_before=max(own_before, default=None),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured in the period."""
        return not self.quality and not self.own

    def last_days(self) -> tuple[date | None, date | None]:
        """Return the last day shown of measured quality, and of this room."""
        return max(self.quality, default=None), max(self.own, default=None)

    def days_before(self) -> tuple[date | None, date | None]:
        """Return the last day of the period before, of each."""
        return self.quality_before, self.own_before

    def before_of(self, figure: str) -> date | None:
        """Return the day of the period before with which a figure is compared."""
        return self.quality_before if is_quality(figure) else self.own_before


def _thinned(period: Period, days: Sequence[date]) -> tuple[date, ...]:
    """Return each day of a month, the last day of each week of a quarter, of each month of a year.

    Of those that were measured.
    """
    if period.kind == "month":
        return tuple(days)
    if period.kind == "quarter":
        groups = groupby(days, key=lambda day: day.isocalendar()[:2])
    else:
        groups = groupby(days, key=lambda day: (day.year, day.month))
    return tuple(max(part) for _, part in groups)


def is_quality(figure: str) -> bool:
    """Tell whether a figure is measured quality, and not this room's own."""
    return figure == DATASETS or figure in METRICS
