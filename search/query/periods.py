"""Times that a search text asks for, as days: 2021年以来, 去年, 近三年, 上半年, since 2020.

A single year stays an edition that is preferred (`search.query.parse`); here is what is more or
less than one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from search.analysis.periods import QUARTERS, Days, months

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(9999, 12, 31)
"""The ends of a time that has none."""

_Y: Final = r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])"
_N: Final = r"(?:1[0-2]|0?[1-9])"
_M: Final = f"({_N})"
_DIGITS: Final = {**{c: n for n, c in enumerate("零一二三四五六七八九十")}, "两": 2, "几": 3}
_ENGLISH: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS: Final = {**{word: n for n, word in enumerate(_ENGLISH, 1)}, "few": 3, "several": 3}
_WRITTEN: Final = "|".join(_WORDS)
_PLANS: Final = {"一": 2006, "二": 2011, "三": 2016, "四": 2021, "五": 2026}
"""First years of the five-year plans, by the digit behind 十 (十一五 began in 2006)."""
_UNIT: Final = (
    rf"(上半年|下半年|(?:前|第)?[一二三四1-4](?:个)?季度|{_N}月?\s*[-—–~至到]\s*{_N}月份?"
    rf"|{_N}月份?|q[1-4])"
)
_RISES: Final = "(?:重(?!新)|征点|[诉草源步降火飞])"
_FORE: Final = "[一二三四五六七八九十百几0-9锋期景沿瞻置列郭]"
"""What goes on with 起 and 前 in another word or figure: 起重机, 前锋区, 前期, 前十名."""
_FIRST_QUARTERS: Final = re.compile(r"前([一二三四1-4])")


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """A time in a text: where it stands, and the days that are meant."""

    start: int
    end: int
    days: Days


def asked_period(text: str, today: date) -> AskedPeriod | None:
    """Return the first time of a text in normal form that is no single year.

    ``today`` is the day from which 去年 and 近三年 count.
    """
    found: AskedPeriod | None = None
    for pattern, read in _GRAMMAR:
        for match in pattern.finditer(text):
            days = read(match, today)
            if days is None or days.first > days.last:
                continue
            if found is None or match.start() < found.start:
                found = AskedPeriod(*match.span(), days)
            break
    return found


def _years(first: int, last: int) -> Days:
    return Days(months(first, 1, 1).first, months(last, 12, 12).last)


def _between(match: re.Match[str], _today: date) -> Days | None:
    first, month, last, last_month = match.groups()
    start = months(int(first), int(month or 1), int(month or 1)).first
    return Days(start, months(int(last), 1, int(last_month or 12)).last)


def _since(match: re.Match[str], _today: date) -> Days | None:
    year, month = match.groups()
    return Days(months(int(year), int(month or 1), 12).first, LATEST)


def _after_english(match: re.Match[str], _today: date) -> Days | None:
    word, year = match.groups()
    return Days(date(int(year) + (word in ("after", "later than")), 1, 1), LATEST)


def _before(match: re.Match[str], _today: date) -> Days | None:
    return Days(EARLIEST, date(int(match.group(1)) - 1, 12, 31))


def _until(match: re.Match[str], _today: date) -> Days | None:
    return Days(EARLIEST, date(int(match.group(1)), 12, 31))


def _unit_of(year: int, unit: str) -> Days | None:
    if unit in ("上半年", "下半年"):
        return months(year, 1, 6) if unit == "上半年" else months(year, 7, 12)
    if "季" in unit or unit[0] == "q":
        quarter = next(QUARTERS[c] for c in unit if c in QUARTERS)
        first = 1 if _FIRST_QUARTERS.match(unit) else quarter * 3 - 2
        return months(year, first, quarter * 3)
    numbers = [int(n) for n in re.findall(r"[0-9]+", unit)]
    return months(year, numbers[0], numbers[-1]) if numbers[0] <= numbers[-1] else None


def _part_of_year(match: re.Match[str], _today: date) -> Days | None:
    return _unit_of(int(match.group(1)), match.group(2))


def _english_part(match: re.Match[str], _today: date) -> Days | None:
    quarter, half, year = match.groups()
    if quarter:
        return _unit_of(int(year), f"q{quarter}")
    return _unit_of(int(year), "上半年" if half == "first" else "下半年")


def _named(match: re.Match[str], today: date) -> Days | None:
    name, unit, open_end = match.groups()
    ago = {"前年": 2, "今年": 0, "本年度": 0, "this year": 0}.get(name, 1)
    year = today.year - ago
    if unit:
        return _unit_of(year, unit)
    return Days(date(year, 1, 1), LATEST) if open_end else _years(year, year)


def _bare(match: re.Match[str], today: date) -> Days | None:
    """A part of the year without its year: the one under way, or the last that has begun."""
    found = _unit_of(today.year, match.group(1))
    if found is not None and found.first > today:
        return _unit_of(today.year - 1, match.group(1))
    return found


def _month(match: re.Match[str], today: date) -> Days | None:
    this = match.group(1) in ("本月", "这个月", "this month")
    last = today if this else today.replace(day=1) - timedelta(1)
    return months(last.year, last.month, last.month)


def _last(match: re.Match[str], today: date) -> Days | None:
    written, unit = match.groups()
    number = _DIGITS.get(written) or _WORDS.get(written) or int(written if written.isdigit() else 0)
    if not number:
        return None
    if unit.startswith(("年", "year")):
        # A year of which the first half is over is not all of it: count it from its beginning.
        return Days(date(max(1900, today.year - number), 1, 1), today)
    back = today.year * 12 + today.month - 1 - number
    return Days(date(back // 12, back % 12 + 1, 1), today) if back >= 1900 * 12 else None


def _plan(match: re.Match[str], _today: date) -> Days | None:
    first = _PLANS[match.group(1)]
    return _years(first, first + 4) if match.group(2) != "以来" else Days(date(first, 1, 1), LATEST)


_Read = Callable[[re.Match[str], date], Days | None]

_GRAMMAR: Final[tuple[tuple[re.Pattern[str], _Read], ...]] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (
            rf"(?:从|自|(?<![a-z])(?:between|from)\s+)?{_Y}\s*年?(?:{_M}月)?份?"
            rf"(?:\s*[-—–~至到]+\s*|\s+(?:to|and|until|through)\s+){_Y}\s*(?:年度?)?(?:{_M}月份?)?"
            r"(?:之间|期间|年间|间)?(?:的)?",
            _between,
        ),
        (
            rf"(?:从|自)?{_Y}\s*年?(?:{_M}月)?份?"
            rf"(?:以来|以后|之后|至今|到现在|到今天|起(?!{_RISES})|后(?!备|勤|续|期|评))(?:的)?",
            _since,
        ),
        (
            rf"(?<![a-z])(since|after|later than|starting(?: from)?|from)\s+{_Y}"
            r"(?:\s+(?:on|onwards?|until now|to now|to date))?(?!\s*(?:to|and|-))",
            _after_english,
        ),
        (rf"{_Y}\s*年?(?:以前|之前|前(?!{_FORE}))(?:的)?", _before),
        (rf"(?<![a-z])(?:before|earlier than|prior to)\s+{_Y}", _before),
        (rf"(?<![a-z])(?:until|up to)\s+{_Y}", _until),
        (rf"{_Y}\s*年?(?:度)?\s*{_UNIT}(?:的)?", _part_of_year),
        (
            r"(?<![a-z])(?:q([1-4])|(first|second) half)(?:\s+of)?\s+" + _Y,
            _english_part,
        ),
        (
            r"(去年|上一年|上年度|(?<!以)前年(?!度)|今年|本年度"
            rf"|(?<![a-z])(?:last|this) year(?![a-z])){_UNIT}?(以来)?(?:的)?",
            _named,
        ),
        (
            r"(?:最近|过去|(?<![附邻靠接远就])近|(?<![a-z])(?:last|past|recent|previous) )\s*"
            rf"([一二两三四五六七八九十几]|[0-9]{{1,2}}|{_WRITTEN})\s*"
            r"(?:个)?(年|月|years?|months?)(?:来|以来|以内|内)?(?:的)?",
            _last,
        ),
        (
            r"十([一二三四五])五[”\"]?(期间|时期|以来)(?:的)?",
            _plan,
        ),
        (r"(本月|这个月|上个?月|(?<![a-z])(?:last|this) month(?![a-z]))(?:的)?", _month),
        (r"(?<![0-9年])(上半年|下半年|第?[一二三四]季度)(?:的)?", _bare),
    )
)


def year_of(days: Days, today: date) -> Iterator[int]:
    """Yield the years of some days that titles may name, the latest first."""
    last = min(days.last, max(today, days.first)).year
    yield from range(last, max(days.first.year, 1900) - 1, -1)
