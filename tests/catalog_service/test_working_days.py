"""Working days and their clocks, against tables written by hand from the notices."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.working_days import WorkingClock, WorkingDays
from ontology.errors import AtlasError

CALENDAR = WorkingDays()

# Made-up weekends, and weekdays that are holidays, of four years: 国办发明电 of each autumn before.
MADE_UP = {
    2018: "02-11 02-24 04-08 04-28 09-29 09-30 12-29",
    2021: "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
}
WEEKDAYS_OFF = {
    2018: "01-01 02-15 02-16 02-19 02-20 02-21 04-05 04-06 04-30 05-01 06-18 09-24 10-01 10-02 "
    "10-03 10-04 10-05 12-31",
    2021: "01-01 02-11 02-12 02-15 02-16 02-17 04-05 05-03 05-04 05-05 06-14 09-20 09-21 10-01 "
    "10-04 10-05 10-06 10-07",
    2024: "01-01 02-12 02-13 02-14 02-15 02-16 04-04 04-05 05-01 05-02 05-03 06-10 09-16 09-17 "
    "10-01 10-02 10-03 10-04 10-07",
    2025: "01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 "
    "10-03 10-06 10-07 10-08",
}


def days_of(year: int, text: str) -> set[date]:
    return {date.fromisoformat(f"{year}-{one}") for one in text.split()}


def by_hand(day: date) -> bool:
    if day in days_of(day.year, MADE_UP[day.year]):
        return True
    return day.weekday() < 5 and day not in days_of(day.year, WEEKDAYS_OFF[day.year])


days = st.dates(date(2018, 1, 1), date(2026, 10, 31))


@pytest.mark.parametrize("year", sorted(MADE_UP))
def test_every_day_of_a_year_is_as_announced(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        assert CALENDAR.is_working_day(day) == by_hand(day), day
        day += timedelta(1)


@given(days, st.integers(0, 30))
def test_adding_is_counting(start: date, count: int) -> None:
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working_day(end)
    if count:
        # One that counts day by day, independently of the sums of the calendar.
        found, day = 0, start
        while found < count:
            day += timedelta(1)
            found += CALENDAR.is_working_day(day)
        assert end == day
        assert CALENDAR.working_days_between(start, end) == count


@given(days, days, days)
def test_counts_add_up(one: date, two: date, three: date) -> None:
    first, middle, last = sorted((one, two, three))
    whole = CALENDAR.working_days_between(first, last)
    parts = CALENDAR.working_days_between(first, middle)
    assert whole == parts + CALENDAR.working_days_between(middle, last)


@given(days, st.integers(1, 20), st.lists(st.integers(0, 12), max_size=6))
def test_a_clock_counts_only_while_it_runs(start: date, count: int, gaps: list[int]) -> None:
    clock, day, counted = WorkingClock.start(CALENDAR, start, count), start, set[date]()
    for gap in gaps:
        later = day + timedelta(gap)
        if later.year > 2026 or later > date(2026, 11, 15):
            break
        if clock.runs:
            counted |= {day + timedelta(n) for n in range(1, gap)}
            clock = clock.stop(later)
        else:
            clock = clock.resume(later)
        day = later
    working = sum(CALENDAR.is_working_day(one) for one in counted)
    assert clock.used(day) == working
    if clock.runs and working < count:
        due = clock.due()
        assert due is not None
        assert clock.used(due) == count
        assert not clock.is_reached(due)


def test_golden_week_takes_a_week_from_the_clock() -> None:
    clock = WorkingClock.start(CALENDAR, date(2024, 9, 30), 5)
    # 8 to 11 October, and Saturday 12 October, which was made up.
    assert clock.due() == date(2024, 10, 12)
    assert not clock.is_reached(date(2024, 10, 13))
    assert clock.is_reached(date(2024, 10, 14))


def test_a_step_out_of_order_is_refused() -> None:
    clock = WorkingClock.start(CALENDAR, date(2024, 9, 2), 5)
    stopped = clock.stop(date(2024, 9, 4))
    assert stopped.due() is None
    for step in (lambda: stopped.stop(date(2024, 9, 5)), lambda: clock.resume(date(2024, 9, 5))):
        with pytest.raises(AtlasError) as caught:
            step()
        assert caught.value.code == "clock-step"


def test_an_override_goes_before_the_calendar() -> None:
    typhoon, made_up = date(2024, 9, 19), date(2024, 9, 21)
    calendar = WorkingDays({typhoon: False, made_up: True})
    assert CALENDAR.is_working_day(typhoon)
    assert calendar.add_working_days(date(2024, 9, 18), 1) == date(2024, 9, 20)
    assert calendar.add_working_days(date(2024, 9, 20), 1) == made_up


@pytest.mark.parametrize("day", [date(2003, 3, 3), date(2031, 1, 2)])
def test_a_year_without_a_calendar_is_said(day: date) -> None:
    with pytest.raises(AtlasError) as caught:
        CALENDAR.add_working_days(day, 1)
    assert caught.value.code == "no-working-calendar"
    assert str(day.year) in caught.value.message("en")
    assert str(day.year) in caught.value.message("zh")
    assert WorkingDays({day: True}).is_working_day(day)
