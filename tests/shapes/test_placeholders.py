"""The patterns that stand for days and hosts."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from shapes.placeholders import from_year, hosts_pattern, up_to

DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))
SUFFIXES = st.sampled_from(["", "Z", "+08:00", "T00:00:00", "T23:59:59.9+08:00"])


@given(DAYS, DAYS, SUFFIXES)
def test_up_to_matches_exactly_the_days_that_are_not_later(
    today: date, day: date, suffix: str
) -> None:
    assert bool(re.match(up_to(today), day.isoformat() + suffix)) == (day <= today)


@given(DAYS, st.sampled_from(["{:04}", "{:04}-{:02}", "{:04}Z", "{:04}-{:02}+08:00"]))
def test_a_year_or_month_that_runs_is_not_in_the_future(today: date, form: str) -> None:
    assert re.match(up_to(today), form.format(today.year, today.month))


def test_what_is_no_day_is_not_in_the_future() -> None:
    assert re.match(up_to(date(2026, 9, 1)), "-0044-03-15")
    assert not re.match(up_to(date(2026, 9, 1)), "12026-01-01")


@given(st.integers(1000, 9998), DAYS)
def test_from_year_matches_exactly_the_years_from_then_on(year: int, day: date) -> None:
    assert bool(re.match(from_year(year), day.isoformat())) == (day.year >= year)


def test_hosts_are_matched_whole() -> None:
    pattern = hosts_pattern(["data.sh.gov.cn", "b.example:8080"])
    for good in ("https://data.sh.gov.cn/x", "http://data.sh.gov.cn", "http://b.example:8080/?q"):
        assert re.match(pattern, good)
    for bad in (
        "https://data.sh.gov.cn.evil.example/",
        "https://dataxsh.gov.cn/",
        "https://evil.example/?https://data.sh.gov.cn/",
        "ftp://data.sh.gov.cn/",
        "https://data.sh.gov.cn@evil.example/",
    ):
        assert not re.match(pattern, bad)
    assert not re.match(hosts_pattern([]), "https://data.sh.gov.cn/")
