"""The period that data are about: as a title names it, else from when to when it was kept up."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from ontology.dates import read_date
from search.analysis.normalization import normal

QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEAR: Final = r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])"
_MONTH: Final = r"(1[0-2]|0?[1-9])"
_TO: Final = r"\s*[-—–~至到]+\s*"
_NAMED: Final = re.compile(
    rf"{_YEAR}\s*年?(?:{_MONTH}月)?{_TO}{_YEAR}\s*(?:年度|学年|年)?(?:{_MONTH}月)?"
    rf"|{_YEAR}\s*(?:[-.]\s*{_MONTH}(?![0-9])|(?:年度|年)?\s*(?:第?\s*([一二三四1-4])季度"
    rf"|(上半年|下半年)|{_MONTH}月?(?:{_TO}{_MONTH})?月份?)?)"
    r"|(?<![0-9])((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(?:[0-3][0-9])?(?![0-9])"
)
_MOST_YEARS: Final = 100
"""Years of one period that are counted, the last of them."""


@dataclass(frozen=True, slots=True)
class Days:
    """From a first to a last day, both included."""

    first: date
    last: date

    def holds(self, other: Days) -> bool:
        """Tell whether all of another period lies in this one."""
        return self.first <= other.first and other.last <= self.last

    def meets(self, other: Days) -> bool:
        """Tell whether two periods have a day in common."""
        return self.first <= other.last and other.first <= self.last


def months(year: int, first: int, last: int) -> Days:
    """Return the days of some months of a year."""
    return Days(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


@lru_cache(maxsize=65_536)
def period_named(title: str) -> Days | None:
    """Return the period that a title names: of several the last (统计局2017_文化馆（2016年）)."""
    found: Days | None = None
    for match in _NAMED.finditer(normal(title)):
        start, month, end, end_month, year, alone, quarter, half, one, until, compact, of = (
            match.groups()
        )
        if start:
            if start <= end:
                first = months(int(start), int(month or 1), int(month or 1)).first
                found = Days(first, months(int(end), 1, int(end_month or 12)).last)
        elif compact:
            found = months(int(compact), int(of), int(of))
        elif quarter:
            found = months(int(year), QUARTERS[quarter] * 3 - 2, QUARTERS[quarter] * 3)
        elif half:
            found = months(int(year), *((1, 6) if half == "上半年" else (7, 12)))
        elif one and int(one) <= int(until or one):
            found = months(int(year), int(one), int(until or one))
        elif alone:
            found = months(int(year), int(alone), int(alone))
        else:
            found = months(int(year), 1, 12)
    return found


def years_of(title: str, stated: tuple[str, str], changed: str | None) -> Iterator[int]:
    """Yield the years that data are said to be about, by their title, else by their record.

    Unlike `period_of`, days of issue and change tell nothing here. Of a period without a beginning
    the last year counts; one without an end goes on to the day of the last change (``changed``).
    """
    named = period_named(title)
    if named is not None:
        first, last = named.first, named.last
    else:
        begun, ended = (read_date(text) for text in stated)
        if begun is None and ended is None:
            return
        until = ended or read_date(changed)
        last = until.last if until else date.min
        first = begun.day if begun else last
        if ended is None:
            last = max(first, last)
    if first <= last:
        yield from range(max(first.year, last.year - _MOST_YEARS + 1), last.year + 1)


def period_of(
    title: str, stated: tuple[str, str], issued: str | None, modified: str | None
) -> Days | None:
    """Return the period that data are about, None where nothing tells it.

    First what the title names, then what is stated (first and last day, either may be empty); else
    the days from issue to the last change, in which a register was kept up.
    """
    named = period_named(title)
    if named is not None:
        return named
    first, last = (read_date(text) for text in stated)
    if first is not None or last is not None:
        start = first.day if first else date.min
        end = last.last if last else date.max
        return Days(start, end) if start <= end else None
    first, last = read_date(issued), read_date(modified)
    known = first or last
    if known is None:
        return None
    start, end = known.day, (last or known).last
    return Days(min(start, end), max(start, end))
