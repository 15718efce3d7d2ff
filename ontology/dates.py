"""Reading dates in all forms that records use: as a day in Shanghai and, where known, an instant.

All dates are read here. The text alone decides, because many catalogues give a wrong datatype:
``xsd:date`` and ``xsd:dateTime`` with and without a zone, ``xsd:dateTimeStamp``, ``xsd:gYear``,
``xsd:gYearMonth``, a blank instead of ``T``, one-digit months, 年月日, full-width digits,
colons, seconds and milliseconds since 1970 (with ``.0`` where a table made floats of them).

* A date without a time of day is the day that is written, whatever its zone.
* An instant with a zone is converted to Shanghai's time; without a zone it is in that time.
  ``24:00:00`` is the beginning of the next day (XML Schema 1.1 part 2, section 3.3.7).
* A year or a month stands for all its days: ``first`` to ``last``. It is sorted, compared with
  ranges and counted as its first day, and counts as late only after its last day.
* A year before 1 or after 9999, and a day that no calendar has, is no date.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, Literal

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""One offset without summer time since 1992; platforms give local time without a zone."""

Precision = Literal["year", "month", "day", "time"]

_ZONE = r"\s*(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?"
_DAY = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:(?:[Tt]|\s)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?)?" + _ZONE,
    re.ASCII,
)
_DIGITS = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_MONTH = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*月?(?:[Zz]|[+-]\d{2}:\d{2})?", re.ASCII)
_YEAR = re.compile(r"(\d{4})\s*年?(?:[Zz]|[+-]\d{2}:\d{2})?", re.ASCII)
_EPOCH = re.compile(r"(-?\d{9,14})(?:\.0+)?", re.ASCII)
_MILLISECONDS_FROM: Final = 10**11
_LONGEST: Final = 64
_MAX_OFFSET: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as a record gives it: the days it may be, and the instant where it names one.

    ``first`` and ``last`` are days in Shanghai, equal unless only a year or a month is given.
    """

    first: date
    last: date
    precision: Precision
    instant: datetime | None = None
    """In the zone that was given, Shanghai's where none was."""

    @property
    def day(self) -> date:
        """The day by which it is sorted and compared."""
        return self.first

    @property
    def start(self) -> datetime:
        """The instant, or Shanghai's midnight at which the day begins."""
        return self.instant or datetime.combine(self.first, datetime.min.time(), SHANGHAI)

    @property
    def shown(self) -> str:
        """The year, month or day in ISO 8601, only as precise as it is known."""
        return self.first.isoformat()[: {"year": 4, "month": 7}.get(self.precision, 10)]

    @property
    def text(self) -> str:
        """The normalized text (ISO 8601), an instant in Shanghai's time."""
        return self.shown if self.instant is None else self.instant.astimezone(SHANGHAI).isoformat()


def read_date(text: str | None) -> Moment | None:
    """Return the date that a text gives; None where it gives none."""
    text = (text or "").strip()
    return _read(text) if 4 <= len(text) <= _LONGEST else None


def day_of(text: str | None) -> date | None:
    """Return the day in Shanghai of a date; None where it is none."""
    found = read_date(text)
    return None if found is None else found.day


def shown_date(text: str | None) -> str:
    """Return a date as year, month or day; a text that is no date unchanged."""
    found = read_date(text)
    return (text or "") if found is None else found.shown


def written_date(text: str | None) -> str | None:
    """Return a date in normalized form; a text that is no date unchanged."""
    found = read_date(text)
    return text if found is None else found.text


def earliest(texts: Iterable[str]) -> str | None:
    """Return the first of several dates in normalized form (see `latest`)."""
    return _at(0, texts)


def latest(texts: Iterable[str]) -> str | None:
    """Return the last of several dates in normalized form.

    Where none is a date, return the greatest text; None where there are no texts.
    """
    return _at(-1, texts)


def _at(index: int, texts: Iterable[str]) -> str | None:
    texts = list(texts)
    if len(texts) == 1:
        return written_date(texts[0])
    known, others = _sorted(texts)
    if known:
        return known[index].text
    return others[index] if others else None


def _sorted(texts: Iterable[str]) -> tuple[list[Moment], list[str]]:
    known, others = [], []
    for text in texts:
        moment = read_date(text)
        if moment is None:
            others.append(text)
        else:
            known.append(moment)
    known.sort(key=lambda moment: (moment.start, moment.text))
    return known, sorted(others)


@lru_cache(maxsize=8192)
def _read(text: str) -> Moment | None:
    if not text.isascii():
        # Full-width digits and colons.
        text = unicodedata.normalize("NFKC", text)
    found = _DAY.fullmatch(text) or _DIGITS.fullmatch(text)
    try:
        if found is not None:
            return _of_day(found.groupdict())
        if month := _MONTH.fullmatch(text):
            return _of_month(int(month[1]), int(month[2]))
        if year := _YEAR.fullmatch(text):
            return _of_year(int(year[1]))
        if epoch := _EPOCH.fullmatch(text):
            return _of_epoch(int(epoch[1]))
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _of_year(year: int) -> Moment:
    return Moment(date(year, 1, 1), date(year, 12, 31), "year")


def _of_month(year: int, month: int) -> Moment:
    first = date(year, month, 1)
    return Moment(first, first.replace(day=calendar.monthrange(year, month)[1]), "month")


def _of_day(given: dict[str, str | None]) -> Moment:
    day = date(*(int(given[name] or "") for name in ("year", "month", "day")))
    if given["hour"] is None:
        # The zone of a day is ignored: the publisher meant the day that is written.
        return Moment(day, day, "day")
    hour, minute, second = (int(given[name] or 0) for name in ("hour", "minute", "second"))
    part = int(((given.get("part") or "") + "000000")[:6])
    ends = hour == 24 and minute == second == part == 0
    moment = datetime(
        day.year, day.month, day.day, 0 if ends else hour, minute, second, part, _zone(given)
    )
    return _of_instant(moment + timedelta(days=ends))


def _of_epoch(number: int) -> Moment:
    seconds, parts = divmod(number, 1000) if abs(number) >= _MILLISECONDS_FROM else (number, 0)
    return _of_instant(datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=parts))


def _of_instant(moment: datetime) -> Moment:
    local = moment.astimezone(SHANGHAI)
    return Moment(local.date(), local.date(), "time", moment)


def _zone(given: dict[str, str | None]) -> timezone:
    zone = given["zone"]
    if zone is None:
        return SHANGHAI
    if zone in "Zz":
        return UTC
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset > _MAX_OFFSET or int(digits[2:]) > 59:
        raise ValueError(zone)
    return timezone(-offset if zone[0] == "-" else offset)
