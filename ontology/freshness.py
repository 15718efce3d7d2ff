"""How fresh a dataset is, against what its publisher promised."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from ontology.dates import read_date

Verdict = Literal["ontime", "late", "never", "nopromise", "nodate", "future", "vague"]

PERIOD_DAYS: Final = {
    "continuous": 1,
    "hourly": 1,
    "twice-daily": 1,
    "daily": 1,
    "weekly": 7,
    "biweekly": 14,
    "thrice-monthly": 11,
    "semimonthly": 16,
    "monthly": 31,
    "bimonthly": 62,
    "quarterly": 92,
    "semiannual": 184,
    "annual": 366,
    "biennial": 731,
    "triennial": 1_096,
    "quinquennial": 1_827,
    "decennial": 3_653,
}
"""The longest that one period can be, by the notation of ``vocab:frequency``."""

_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T.*)?")
_YEAR_DAYS, _MONTH_DAYS = 366, 31


@dataclass(frozen=True, slots=True)
class Freshness:
    """``verdict`` against the promise; ``days`` since ``last`` (None where no date is known).

    ``shown`` is the date as people read it; ``whole`` tells whether it is a day. Of a month or a
    year ``last`` is the first day, and the verdict ``vague`` where it depends on the day.
    """

    verdict: Verdict
    last: date | None
    days: int | None
    shown: str = ""
    whole: bool = True


def judge(
    updated: str | None, frequency: str | None, today: date, *, interval: str | None = None
) -> Freshness:
    """Return the verdict on a day of update against the notation of the promised frequency.

    ``interval`` (ISO 8601) says more where the frequency is "other".
    """
    found = read_date(updated)
    if found is None:
        return Freshness("never" if frequency == "never" else "nodate", None, None)
    most, least = (today - found.first).days, max(0, (today - found.last).days)
    period = PERIOD_DAYS.get(frequency or "") or _interval_days(interval)
    verdict: Verdict
    if most < 0:
        verdict = "future"
    elif frequency == "never":
        verdict = "never"
    elif period is None:
        verdict = "nopromise"
    elif most <= period:
        verdict = "ontime"
    else:
        verdict = "late" if least > period else "vague"
    whole = found.precision in ("day", "time")
    return Freshness(verdict, found.day, most, found.shown, whole)


def _interval_days(duration: str | None) -> int | None:
    match = _DURATION.fullmatch(duration or "")
    if match is None:
        return None
    years, months, days = (int(part or 0) for part in match.groups())
    return (years * _YEAR_DAYS + months * _MONTH_DAYS + days) or 1
