"""What a report says: figures with aims, change, course and place, and what is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalog_service.accounts.organization_links import LinkKind
from catalog_service.accounts.service import OPERATOR
from catalog_service.daily_work import AGAIN_AFTER, DailyWork
from catalog_service.open_list.service import draft, take
from catalog_service.open_list.taking import take_step
from catalog_service.quality.tables import quality_organization_days
from catalog_service.reports.errors import BAD_PERIOD, NO_REPORT, NOT_REPORTED
from catalog_service.reports.model import KINDS, Counted, Line, Report
from catalog_service.reports.outcomes import report_answer
from catalog_service.reports.outcomes import rows as csv_rows
from catalog_service.reports.period import Period
from catalog_service.reports.service import (
    CITY,
    compose,
    last_counted,
    measure,
    named,
    organizations_on,
    periods,
)
from catalog_service.reports.stored import names_on
from catalog_service.reports.tables import report_figures
from catalog_service.reports.upkeep import moved
from catalog_service.reports.wording import Words
from ontology.errors import AtlasError
from ontology.terms import VOCAB
from tests.catalog_service.reports.conftest import (
    JINGAN,
    PUDONG,
    RECORDS,
    TRANSPORT,
    WATER,
    measured,
    on,
)
from tests.fixtures.people import ORGANIZATION
from tests.fixtures.web import House, portal

SEPTEMBER = Period.named("2026-09")
BOTH = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://two.example/d> a dcat:Dataset ;
  dct:identifier "d" ;
  dct:title "两家的数据"@zh ;
  dct:publisher PUBLISHERS .
"""


def line(report: Report, figure: str) -> Line:
    return next(one for one in report.lines if one.kind.name == figure)


@pytest.mark.parametrize(
    ("name", "kind", "first", "last", "before"),
    [
        ("2026-02", "month", date(2026, 2, 1), date(2026, 2, 28), "2026-01"),
        ("2026-12", "month", date(2026, 12, 1), date(2026, 12, 31), "2026-11"),
        ("2026-Q1", "quarter", date(2026, 1, 1), date(2026, 3, 31), "2025-Q4"),
        ("2026-Q4", "quarter", date(2026, 10, 1), date(2026, 12, 31), "2026-Q3"),
        ("2024", "year", date(2024, 1, 1), date(2024, 12, 31), "2023"),
    ],
)
def test_periods(name: str, kind: str, first: date, last: date, before: str) -> None:
    period = Period.named(name)
    assert (period.kind, period.first, period.last) == (kind, first, last)
    assert period.name == name and period.before.name == before


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "2026-1", "26", "2026-09-01", "x"])
def test_what_is_no_period_is_told(text: str) -> None:
    with pytest.raises(AtlasError) as raised:
        Period.named(text)
    assert raised.value.code == BAD_PERIOD.code


def test_a_month_of_the_city(house: House) -> None:
    measured(house, date(2026, 8, 31))
    house.submit("city", [portal("B", "乙", update_time="2026-09-01")])
    measured(house, date(2026, 9, 1))
    measured(house, date(2026, 9, 2))
    report = compose(house.atlas, SEPTEMBER, CITY)
    assert report.day == date(2026, 9, 2) and not report.is_whole
    late = line(report, "on-time")
    assert (late.now.counted, late.now.whole) == (4, 6)
    assert late.before is not None and late.before.counted == 3 and late.is_better is True
    assert late.change is not None and round(late.change, 1) == 16.7
    assert [one.day.day for one in late.course] == [1, 2]
    assert late.aim is not None and late.aim.value == 100 and late.reached is False
    assert "727" in late.aim.article["zh"] and late.place is None
    assert [one.kind.name for one in report.better] == ["on-time"] and report.worse == ()
    on_list = line(report, "on-list")
    assert (on_list.now.counted, on_list.now.whole) == (0, 6)
    assert line(report, "high-quality").now.value == 1
    assert line(report, "high-quality").aim is not None
    # Xuhui has no dataset, but is a pilot of which a list is demanded (R13).
    peers = [one.organization.iri for one in report.peers]
    assert peers == [TRANSPORT, WATER, JINGAN, PUDONG, f"{ORGANIZATION}district-xuhui"]
    assert report.peers[0].changes["on-time"] == 50 and report.others == 1


def test_an_organization_has_a_place_among_its_like(house: House) -> None:
    measured(house, date(2026, 9, 1))
    transport = compose(house.atlas, SEPTEMBER, TRANSPORT)
    place = line(transport, "on-time").place
    assert place is not None and (place.rank, place.of, place.median) == (1, 2, 25)
    water = line(compose(house.atlas, SEPTEMBER, WATER), "on-time")
    assert water.place is not None and water.place.rank == 2
    assert water.before is None and water.change is None and water.is_better is None
    # Districts stand among districts.
    district = line(compose(house.atlas, SEPTEMBER, PUDONG), "on-time")
    assert district.place is not None and (district.place.rank, district.place.of) == (1, 2)
    # A publisher of no known kind has figures, but no place.
    with house.atlas.journal.reading_tables() as connection:
        (stranger,) = [
            o for o in names_on(connection, house.clock.today()).values() if o.kind == "other"
        ]
    assert (stranger.zh, stranger.above) == ("杭州市某某中心", ())
    other = named(house.atlas, stranger.iri)
    assert line(compose(house.atlas, SEPTEMBER, other), "on-time").place is None
    assert {one.kind for one in organizations_on(house.atlas, date(2026, 9, 1))} == {
        "department",
        "district",
    }


def test_a_dataset_of_two_departments_counts_once_above_them(house: House) -> None:
    """Two that one department took over: it has their dataset, and has it once."""
    above = f"{ORGANIZATION}market-supervision"
    former = [
        one.iri
        for one in house.atlas.vocabulary.concepts("organization")
        if above in {each.iri for each in house.atlas.vocabulary.successors(one.iri)}
    ][:2]
    publishers = ", ".join(f"<{one}>" for one in former)
    house.submit_turtle("both", BOTH.replace("PUBLISHERS", publishers))
    day = date(2026, 9, 1)
    measured(house, day)
    with house.atlas.journal.reading_tables() as connection:
        names = names_on(connection, day)
    assert all(above in names[one].above for one in former)

    def counted() -> list[float | None]:
        found = [compose(house.atlas, SEPTEMBER, one, day) for one in (above, *former)]
        city = compose(house.atlas, SEPTEMBER, CITY, day)
        (peer,) = [one for one in city.peers if one.organization.iri == above]
        return [*(line(one, "datasets").now.value for one in found), peer.figures["datasets"].value]

    assert counted() == [1, 1, 1, 1]
    # A day before they were counted so keeps its sums.
    with house.atlas.journal.writing_tables() as connection:
        connection.execute(quality_organization_days.delete())
    assert counted() == [2, 1, 1, 2]


def test_lists_count_and_what_is_due_is_told(house: House) -> None:
    measured(house, date(2026, 4, 30))
    on(house, date(2026, 5, 4))
    draft(house.atlas, OPERATOR, TRANSPORT, 2026)
    measured(house, date(2026, 5, 5))
    may = Period.named("2026-05")
    report = compose(house.atlas, may, TRANSPORT)
    filed = line(report, "filed").now
    assert (filed.counted, filed.whole) == (0, 1)
    assert [(one.cycle, one.day) for one in report.due] == [
        ("file-by", date(2026, 6, 1)),
        ("open-by", date(2026, 9, 30)),
    ]
    assert compose(house.atlas, may, WATER).due == ()
    assert compose(house.atlas, Period.named("2026-04"), TRANSPORT).due == ()


def test_lists_are_owed_by_whoever_opens_or_filed_the_year_before(house: House) -> None:
    """No text names who owes one (docs/open-lists.md)."""
    closed = f"{ORGANIZATION}statistics"
    other = portal("S", "统计", department="上海市统计局", is_open="非开放")
    house.submit("city", [*RECORDS, other])
    on(house, date(2025, 5, 4))
    draft(house.atlas, OPERATOR, TRANSPORT, 2025)
    for step in ("check", "review", "file"):
        take_step(house.atlas, OPERATOR, (TRANSPORT, 2025), step)
    measured(house, date(2026, 5, 5))
    may = Period.named("2026-05")

    def counted(name: str, figure: str = "filed") -> tuple[int, int | None]:
        now = line(compose(house.atlas, may, name), figure).now
        return now.counted, now.whole

    # Transport, water, Pudong and Jing'an have open datasets; who publishes but a closed one, or
    # is neither a department nor a district, owes none.
    assert counted(CITY) == (0, 4)
    assert counted(WATER) == (0, 1)
    figures = {one.kind.name for one in compose(house.atlas, may, closed).lines}
    assert "filed" not in figures
    report = compose(house.atlas, may, CITY)
    assert Words("en").owed(line(report, "filed")) == "owed 4, filed 0"
    assert Words("en").owed(line(report, "on-list")) == ""
    draft(house.atlas, OPERATOR, TRANSPORT, 2026)
    for step in ("check", "review", "file"):
        take_step(house.atlas, OPERATOR, (TRANSPORT, 2026), step)
    measured(house, date(2026, 5, 6))
    assert counted(CITY) == (1, 4)
    assert counted(CITY, "opened") == (0, 4)
    assert counted(TRANSPORT) == (1, 1)


def test_a_list_filed_the_year_before_is_owed_when_nothing_is_open(house: House) -> None:
    on(house, date(2025, 5, 4))
    draft(house.atlas, OPERATOR, WATER, 2025)
    measured(house, date(2026, 5, 5))
    for step in ("check", "review", "file"):
        take_step(house.atlas, OPERATOR, (WATER, 2025), step)
    house.withdraw("city", "W")
    measured(house, date(2026, 5, 6))
    report = compose(house.atlas, Period.named("2026-05"), WATER)
    assert (line(report, "filed").now.counted, line(report, "filed").now.whole) == (0, 1)


def linked(house: House, kind: LinkKind, organization: str, other: str) -> None:
    """Release a link between organizations."""
    links = house.atlas.accounts.links
    made = links.propose(
        kind, organization, other, None, reason="改革", actor="li", check=lambda *_: None
    )
    links.release(made.number, actor="wang", reason="属实", check=lambda *_: None)


def test_what_is_owed_passes_to_successors_and_not_to_what_one_lies_below(house: House) -> None:
    before, above = f"{ORGANIZATION}environment-2014", f"{ORGANIZATION}market-supervision"
    (after,) = [one.iri for one in house.atlas.vocabulary.successors(before)]
    house.submit("city", [portal("OLD", "水环境", department="上海市环境保护局")])
    for organization in (before, WATER):
        linked(house, "below", organization, above)
    on(house, date(2025, 5, 4))
    draft(house.atlas, OPERATOR, before, 2025)
    for step in ("check", "review", "file"):
        take_step(house.atlas, OPERATOR, (before, 2025), step)
    may = Period.named("2026-05")

    def owed(name: str, day: date) -> tuple[int, int | None]:
        now = line(compose(house.atlas, may, name, day), "filed").now
        return now.counted, now.whole

    first, second = date(2026, 5, 5), date(2026, 5, 6)
    measured(house, first)
    # What lies above has what is owed below among its figures, and owes none itself.
    assert owed(above, first) == owed(WATER, first) == (0, 1) == owed(after, first)
    assert owed(CITY, first) == (0, 5)
    # A list that was begun before its organization ended is its successor's.
    draft(house.atlas, OPERATOR, before, 2026)
    for step in ("check", "review", "file"):
        take_step(house.atlas, OPERATOR, (before, 2026), step)
    measured(house, second)
    assert (owed(after, second), owed(CITY, second)) == ((1, 1), (1, 5))
    # One of the successor's own is the one that counts.
    draft(house.atlas, OPERATOR, after, 2026)
    third = date(2026, 5, 7)
    measured(house, third)
    assert (owed(after, third), owed(CITY, third)) == ((0, 1), (0, 5))


def test_what_is_listed_and_what_is_evaluated(house: House) -> None:
    on(house, date(2026, 5, 4))
    draft(house.atlas, OPERATOR, PUDONG, 2026)
    with pytest.raises(AtlasError):
        # The rules find what keeps it from being filed; the report tells that it was not.
        take(house.atlas, OPERATOR, PUDONG, 2026, "publish")
    measured(house, date(2026, 5, 5))
    items = line(compose(house.atlas, Period.named("2026-05"), CITY), "list-items")
    assert items.now.value == 0 and items.aim is None
    assert line(compose(house.atlas, Period.named("2026-05"), CITY), "opened").now.whole == 4


def test_a_list_is_not_forgotten_before_the_next_one_is_to_be_evaluated(house: House) -> None:
    def published(year: int, day: date) -> None:
        on(house, day)
        draft(house.atlas, OPERATOR, TRANSPORT, year)
        # What their check finds is not looked at here.
        for step in ("check", "review", "file", "accept"):
            take_step(house.atlas, OPERATOR, (TRANSPORT, year), step)
        take(house.atlas, OPERATOR, TRANSPORT, year, "publish")

    def evaluated(day: date) -> tuple[int, int | None] | None:
        measured(house, day)
        report = compose(house.atlas, Period.around("month", day), TRANSPORT)
        found = [one.now for one in report.lines if one.kind.name == "evaluated"]
        return next(((one.counted, one.whole) for one in found), None)

    published(2025, date(2025, 9, 28))
    published(2026, date(2026, 9, 20))
    assert evaluated(date(2026, 9, 27)) is None
    # That of 2025 was due on 28 September 2026, whatever came since.
    assert evaluated(date(2026, 9, 28)) == (0, 1)
    take_step(house.atlas, OPERATOR, (TRANSPORT, 2025), "evaluate")
    assert evaluated(date(2026, 9, 30)) == (1, 1)
    assert evaluated(date(2027, 9, 20)) == (0, 1)


def test_figures_of_other_definitions_are_not_compared(house: House) -> None:
    """Some days were counted by an earlier definition, as where a catalogue was upgraded."""
    last = date(2026, 8, 31)
    for day in (last, date(2026, 9, 1), date(2026, 9, 2)):
        measured(house, day)
    table = report_figures
    with house.atlas.journal.writing_tables() as connection:
        connection.execute(
            table.update()
            .where(table.c.figure.in_(("filed", "on-list")), table.c.day == last)
            .values(counted=1, definition=1)
        )
        connection.execute(
            table.update()
            .where(table.c.figure == "filed", table.c.day == date(2026, 9, 1))
            .values(definition=1)
        )
    report = compose(house.atlas, SEPTEMBER, CITY)
    filed, listed = line(report, "filed"), line(report, "on-list")
    assert (filed.now.definition, filed.change, filed.is_better) == (2, None, None)
    assert filed.defined_since == date(2026, 9, 2) and len(filed.comparable) == 1
    assert Words("en").change(filed) == "defined differently since 2026-09-02"
    assert "2026-09-02" in Words("zh").defined(filed)
    # One that is counted as it was is compared.
    assert listed.change is not None and listed.is_better is False
    assert listed.defined_since is None and len(listed.comparable) == 2
    assert all("filed" not in one.changes for one in report.peers)
    answer = report_answer(report)
    (told,) = [one for one in answer.figures if one.figure == "filed"]
    assert told.defined_since == date(2026, 9, 2)
    assert [one.definition for one in told.course] == [1, 2]
    # The report of a day before tells how the figure was made then, and of nothing that came later.
    before = line(compose(house.atlas, SEPTEMBER, CITY, date(2026, 9, 1)), "filed")
    assert (before.defined_since, before.change) == (None, -25)
    assert Words("en").defined(before) == "Of the lists begun for the year, those that were filed."
    assert Words("en").owed(before) == ""


def test_quarters_and_years_show_fewer_days(house: House) -> None:
    for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 31)):
        measured(house, day)
    measured(house, date(2026, 8, 3))
    quarter = line(compose(house.atlas, Period.named("2026-Q3"), CITY), "on-time")
    assert [str(one.day) for one in quarter.course] == ["2026-07-02", "2026-07-31", "2026-08-03"]
    assert quarter.before is not None and quarter.before.day == date(2026, 6, 30)
    year = line(compose(house.atlas, Period.named("2026"), CITY), "on-time")
    assert [str(one.day) for one in year.course] == ["2026-06-30", "2026-07-31", "2026-08-03"]
    assert [one.name for one in periods(house.atlas)] == [
        "2026",
        "2026-Q3",
        "2026-08",
        "2026-07",
        "2026-06",
        "2026-Q2",
    ]


def test_what_was_not_measured_has_no_report(house: House) -> None:
    with pytest.raises(AtlasError) as raised:
        compose(house.atlas, SEPTEMBER, CITY)
    assert raised.value.code == NO_REPORT.code
    measured(house, date(2026, 9, 1))
    with pytest.raises(AtlasError) as raised:
        compose(house.atlas, Period.named("2026-10"), CITY)
    assert raised.value.code == NO_REPORT.code
    with pytest.raises(AtlasError) as raised:
        compose(house.atlas, SEPTEMBER, "https://nobody.example/")
    assert raised.value.code == NOT_REPORTED.code


def test_the_worker_counts_each_day_and_what_moved_since(house: House) -> None:
    now = [0.0]
    upkeep = DailyWork(house.atlas, last_counted, measure, lambda: now[0], moved)
    assert upkeep.look() and not upkeep.look()
    house.submit("city", [portal("N", "新")])
    assert not upkeep.look()
    now[0] += AGAIN_AFTER
    assert upkeep.look() and not upkeep.look()
    assert not DailyWork(house.atlas, last_counted, measure, lambda: now[0]).look()
    # Steps of lists are counted, too, and are no change of a record.
    draft(house.atlas, OPERATOR, TRANSPORT, 2026)
    now[0] += AGAIN_AFTER
    assert upkeep.look() and not upkeep.look()
    on(house, date(2026, 9, 2))
    assert upkeep.look()
    on(house, date(2026, 9, 1))
    assert not upkeep.look() and measure(house.atlas) is None


def test_those_that_others_took_over_from_are_no_peers(house: House) -> None:
    before = f"{VOCAB}organization/environment-2014"
    house.submit("city", [portal("OLD", "水环境", department="上海市环境保护局")])
    measured(house, date(2026, 9, 1))
    city = compose(house.atlas, SEPTEMBER, CITY)
    (after,) = [one.iri for one in house.atlas.vocabulary.successors(before)]
    peers = {one.organization.iri: one for one in city.peers}
    assert before not in peers and peers[after].figures["datasets"].counted == 1
    assert before not in {one.iri for one in organizations_on(house.atlas, date(2026, 9, 1))}
    assert line(compose(house.atlas, SEPTEMBER, before), "datasets").now.counted == 1


def test_what_is_done_with_an_unpublished_list_is_not_public(house: House) -> None:
    draft(house.atlas, OPERATOR, TRANSPORT, 2026)
    measured(house, date(2026, 9, 1))
    told = report_answer(compose(house.atlas, SEPTEMBER, CITY)).model_dump()["due"]
    assert told and all("state" not in one for one in told)
    assert {one["cycle"]: one["late"] for one in told} == {"file-by": True, "open-by": False}


def test_a_list_that_was_filed_late_is_told_so(house: House) -> None:
    draft(house.atlas, OPERATOR, TRANSPORT, 2026)
    for step in ("check", "review", "file", "accept", "publish"):
        # Without what the check of its items says.
        take_step(house.atlas, OPERATOR, (TRANSPORT, 2026), step)
    measured(house, date(2026, 9, 1))
    report = compose(house.atlas, SEPTEMBER, TRANSPORT)
    assert [(one.cycle, one.done) for one in report.due] == [("file-by", date(2026, 9, 1))]
    assert Words("en").due(report, report.due[0]).endswith("done late, on 2026-09-01")
    told = report_answer(report).model_dump()["due"]
    assert [(one["late"], one["done"]) for one in told] == [(True, date(2026, 9, 1))]


def test_what_is_not_whole_is_not_called_so() -> None:
    now, then = Counted(date(2026, 9, 2), 2_190, 2_191), Counted(date(2026, 8, 31), 2_189, 2_190)
    one = Line(KINDS["on-time"], now, then, (), None, None)
    assert Words("en").counted(now) == ">99.9 % (2,190/2,191)"
    assert (Words("en").change(one), one.is_better) == ("0", None)
    assert Words("en").counted(Counted(now.day, 7, 7)) == "100.0 % (7/7)"


def test_files_do_not_round_a_share_to_all_or_none(house: House) -> None:
    measured(house, date(2026, 9, 1))
    for counted, shown, told in ((26_570, "99.9", 99.99), (1, "0.1", 0.01), (26_571, "100.0", 100)):
        with house.atlas.journal.writing_tables() as connection:
            table = report_figures
            change = table.update().where(table.c.figure == "on-list", table.c.organization == CITY)
            connection.execute(change.values(counted=counted, whole=26_571))
        report = compose(house.atlas, SEPTEMBER, CITY)
        rows = [row for row in csv_rows(report, Words("en")) if row[2] == "R12"]
        assert rows[0][4:7] == [str(counted), "26571", shown]
        (one,) = [one for one in report_answer(report).figures if one.figure == "on-list"]
        assert (one.now.percent, one.now.counted, one.now.whole) == (told, counted, 26_571)


def test_a_day_that_ends_while_it_is_counted_stays_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(house, date(2026, 9, 1))
    before = compose(house.atlas, SEPTEMBER, CITY, date(2026, 9, 1))
    house.submit("city", [portal("LATE", "零点前")])
    read = house.atlas.journal.snapshot

    def over_midnight() -> object:
        found = read()
        on(house, date(2026, 9, 2))
        return found

    monkeypatch.setattr(house.atlas.journal, "snapshot", over_midnight)
    assert measure(house.atlas) is None
    now = compose(house.atlas, SEPTEMBER, CITY, date(2026, 9, 1))
    assert (before.lasts, replace(before, lasts=False)) == (True, now)


def test_a_list_that_was_returned_has_been_filed_all_the_same(house: House) -> None:
    on(house, date(2026, 9, 1))
    draft(house.atlas, OPERATOR, TRANSPORT, 2026)
    for step in ("check", "review", "file"):
        take_step(house.atlas, OPERATOR, (TRANSPORT, 2026), step)
    measured(house, date(2026, 9, 1))
    before = report_answer(compose(house.atlas, SEPTEMBER, TRANSPORT))
    take_step(house.atlas, OPERATOR, (TRANSPORT, 2026), "return", reason="内部理由")
    measured(house, date(2026, 9, 1))
    assert report_answer(compose(house.atlas, SEPTEMBER, TRANSPORT)) == before
    assert next((one.cycle, one.done) for one in before.due) == ("file-by", date(2026, 9, 1))
