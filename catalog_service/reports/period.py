"""Periods of reports: months, quarters and years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from catalog_service.reports.errors import BAD_PERIOD
from ontology.errors import AtlasError

Kind = Literal["month", "quarter", "year"]
MONTHS: Final[dict[Kind, int]] = {"month": 1, "quarter": 3, "year": 12}

_NAME: Final = re.compile(r"(?P<year>2[0-9]{3})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>[0-9]{2})))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a quarter or a year; ``first`` is its first day."""

    kind: Kind
    first: date

    @classmethod
    def named(cls, text: str) -> Period:
        """Read ``2026-11``, ``2026-Q4`` or ``2026``; raises ``bad-period``."""
        found = _NAME.fullmatch(text)
        if found is None:
            raise AtlasError(BAD_PERIOD, period=text[:50])
        year = int(found["year"])
        if found["quarter"]:
            return cls("quarter", date(year, 3 * int(found["quarter"]) - 2, 1))
        if found["month"]:
            month = int(found["month"])
            if not 1 <= month <= MONTHS["year"]:
                raise AtlasError(BAD_PERIOD, period=text[:50])
            return cls("month", date(year, month, 1))
        return cls("year", date(year, 1, 1))

    @classmethod
    def around(cls, kind: Kind, day: date) -> Period:
        """Return the period of a kind in which a day lies."""
        months = MONTHS[kind]
        return cls(kind, date(day.year, (day.month - 1) // months * months + 1, 1))

    @property
    def name(self) -> str:
        """How it is written in addresses and files."""
        if self.kind == "year":
            return f"{self.first.year}"
        if self.kind == "quarter":
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return f"{self.first.year}-{self.first.month:02}"

    @property
    def last(self) -> date:
        """Its last day."""
        year, month = divmod(self.first.year * 12 + self.first.month - 1 + MONTHS[self.kind], 12)
        return date(year, month + 1, 1) - timedelta(1)

    @property
    def before(self) -> Period:
        """The period of the same kind that ended on the day before."""
        return Period.around(self.kind, self.first - timedelta(1))
