"""R11: filed by the end of May, opened by the end of September; by working days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.clock import SHANGHAI
from catalog_service.open_list.cycle import due_day, evaluated_by, lacks_calendar
from catalog_service.open_list.deadlines import DEADLINES, is_late, overdue
from catalog_service.open_list.evaluation import decide, finish
from catalog_service.open_list.service import draft, due_at, get, take
from catalog_service.open_list.tables import open_list_steps
from catalog_service.working_calendar.service import set_working_day, working_days
from ontology.errors import AtlasError
from shapes.rule import Parameter, Period
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT, People
from tests.fixtures.web import House

NAME = (TRANSPORT, 2026)


def test_the_cycle_ends_on_a_working_day_and_not_before_its_own(house: House) -> None:
    # 31 May 2026 is a Sunday: the term ends with the Monday (Civil Code, art. 203).
    assert due_day(house.atlas, "file-by", 2026) == date(2026, 6, 1)
    assert due_day(house.atlas, "open-by", 2026) == date(2026, 9, 30)
    assert due_day(house.atlas, "file-by", 2017) is None
    # 31 May 2025 is the first day of a holiday of three, which ends on 2 June.
    assert due_day(house.atlas, "file-by", 2025) == date(2025, 6, 3)
    # A year without a calendar has the day of the rule.
    assert due_day(house.atlas, "file-by", 2031) == date(2031, 5, 31)
    assert [lacks_calendar(house.atlas, year) for year in (2017, 2026, 2031)] == [
        False,
        False,
        True,
    ]


def test_a_list_is_late_until_it_is_filed(house: House, person: People) -> None:
    atlas = house.atlas
    draft(atlas, OPERATOR, *NAME)

    def late() -> tuple[bool, bool]:
        last = get(atlas, *NAME).steps[-1]
        return is_late(atlas, last, "file-by"), is_late(atlas, last, "open-by")

    assert late() == (True, False)
    days = (date(2026, 9, 1), date(2026, 9, 30))
    (kind,) = DEADLINES
    assert [one.day for one in kind.find(atlas, person("s", Role.STEWARD), *days)] == [days[1]]
    assert not list(kind.find(atlas, person("x", Role.STEWARD, CIVIL), *days))
    for step in ("check", "review", "file"):
        take(atlas, OPERATOR, *NAME, step)
    assert late() == (False, False)
    for step in ("accept", "publish"):
        take(atlas, OPERATOR, *NAME, step)
    assert not list(kind.find(atlas, person("s", Role.STEWARD), *days))


def test_the_clock_is_told_of_a_list(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """R11 and R23 each pass, and each fail."""
    atlas, clock = house.atlas, house.clock

    def rules(year: int) -> list[str]:
        return [one.rule for one in overdue(atlas, get(atlas, TRANSPORT, year))]

    for year in (2026, 2027):
        draft(atlas, OPERATOR, TRANSPORT, year)
    assert rules(2026) == ["R11"]
    assert rules(2027) == []
    for step in ("check", "review", "file", "accept", "publish"):
        take(atlas, OPERATOR, *NAME, step)
    # Published on 1 September 2026.
    assert rules(2026) == []
    monkeypatch.setattr(clock, "today", lambda: date(2027, 9, 1))
    assert rules(2026) == []
    monkeypatch.setattr(clock, "today", lambda: date(2027, 9, 2))
    assert rules(2026) == ["R23"]
    there = get(atlas, *NAME)
    for key in there.content.items:
        decide(atlas, OPERATOR, NAME, key, "keep", "使用量大")
    finish(atlas, OPERATOR, *NAME)
    assert rules(2026) == []


def test_an_operator_knows_better_than_the_calendar(house: House, person: People) -> None:
    atlas, day = house.atlas, date(2026, 6, 1)
    city = person("c", Role.CITY_OFFICE, None)
    set_working_day(atlas, city, day, False, "台风停工")
    assert due_day(atlas, "file-by", 2026) == date(2026, 6, 2)
    set_working_day(atlas, city, day, None, "更正")
    assert working_days(atlas).overrides == {}
    for who, reason, code in (
        (person("s", Role.STEWARD), "x", "right-missing"),
        (city, " ", "working-day-reason"),
    ):
        with pytest.raises(AtlasError) as caught:
            set_working_day(atlas, who, day, False, reason)
        assert caught.value.code == code


def test_a_list_of_an_impossible_year_is_not_begun_and_ends_nothing(
    house: House, person: People
) -> None:
    atlas, steward = house.atlas, person("s", Role.STEWARD)
    for year in (20261, 1999, 3000, 0, -1):
        with pytest.raises(AtlasError) as caught:
            draft(atlas, OPERATOR, TRANSPORT, year)
        assert caught.value.code == "parameter-invalid"
    # One that is there, from before years were bounded.
    draft(atlas, OPERATOR, *NAME)
    with atlas.journal.writing_tables() as connection:
        connection.execute(open_list_steps.update().values(year=20261))
    assert due_at(atlas, atlas.clock.now() + timedelta(1)) == []
    assert overdue(atlas, get(atlas, TRANSPORT, 20261)) == []
    (kind,) = DEADLINES
    assert not list(kind.find(atlas, steward, date(2026, 1, 1), date(2026, 12, 31)))


def test_a_list_is_evaluated_a_year_after_it_first_counted(house: House) -> None:
    for first, due in (
        (date(2026, 9, 1), date(2027, 9, 1)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        # The rule holds from 31 December 2022.
        (date(2021, 12, 30), None),
        (date(2021, 12, 31), date(2022, 12, 31)),
        (date(9999, 12, 31), None),
    ):
        assert evaluated_by(house.atlas, first) == due


def test_the_parameter_says_how_often_a_list_is_evaluated(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas = house.atlas
    rule = atlas.rules.get("R23")
    start = date(2027, 1, 1)
    two = (
        Parameter("every", "P1Y", Period(rule.in_force.start, start - timedelta(1))),
        Parameter("every", "P1Y6M", Period(start)),
    )
    monkeypatch.setattr(type(atlas.rules), "get", lambda *_: replace(rule, parameters=two))
    assert evaluated_by(atlas, date(2025, 12, 31)) == date(2026, 12, 31)
    assert evaluated_by(atlas, date(2026, 8, 31)) == date(2028, 2, 29)


def test_what_is_due_of_a_year_gives_way_to_the_next(house: House) -> None:
    atlas = house.atlas
    draft(atlas, OPERATOR, *NAME)

    def due_on(day: date) -> list[str]:
        moment = datetime.combine(day + timedelta(1), time(), SHANGHAI)
        return [one.cycle for one in due_at(atlas, moment)]

    both = ["file-by", "open-by"]
    # 31 May 2027 and 30 September 2027, without a calendar.
    assert due_on(date(2026, 9, 1)) == due_on(date(2027, 5, 31)) == both
    assert due_on(date(2027, 6, 1)) == due_on(date(2027, 9, 30)) == ["open-by"]
    assert due_on(date(2027, 10, 1)) == []
