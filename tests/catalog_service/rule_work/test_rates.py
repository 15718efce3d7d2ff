"""Pass rates day by day: measured while a day lasts, never after it, by publisher, and drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
import sqlalchemy as sa

from catalog_service.course_chart import chart
from catalog_service.rule_work import rates
from catalog_service.rule_work.rates import (
    DayRate,
    by_publisher,
    count_publishers,
    history,
    last_measured,
    measure,
)
from catalog_service.rule_work.upkeep import AT_LEAST_EVERY, WAITS_FOR_QUIET, Upkeep
from tests.fixtures.organizations import vocabulary_with_below
from tests.fixtures.people import ORGANIZATION
from tests.fixtures.web import HTML, House, portal, served

HEALTH, WATER = f"{ORGANIZATION}health", f"{ORGANIZATION}water"
RULE = "V-description"
TODAY = date(2026, 9, 1)


def on(house: House, day: date) -> None:
    house.clock.today = lambda: day  # type: ignore[method-assign]


def bad(remote_id: str, department: str = "上海市卫生健康委员会") -> dict[str, object]:
    return portal(remote_id, f"数据{remote_id}", description="", department=department)


def good(remote_id: str, department: str = "上海市卫生健康委员会") -> dict[str, object]:
    return portal(remote_id, f"数据{remote_id}", department=department)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    with made.atlas:
        made.submit("city", [bad("A"), good("B"), good("W", "上海市水务局")])
        yield made


def test_a_day_is_measured_again_while_it_lasts_and_never_after(house: House) -> None:
    assert history(house.atlas, RULE, 90) == [] and last_measured(house.atlas, RULE) is None
    assert measure(house.atlas) == TODAY
    assert history(house.atlas, RULE, 90) == [DayRate(TODAY, 3, 1)]
    house.submit("city", [bad("B")])
    measure(house.atlas)
    assert history(house.atlas, RULE, 90) == [DayRate(TODAY, 3, 2)]
    on(house, TODAY + timedelta(2))
    house.submit("city", [good("A"), good("B")])
    measure(house.atlas)
    days = history(house.atlas, RULE, 90)
    assert days == [DayRate(TODAY, 3, 2), DayRate(TODAY + timedelta(2), 3, 0)]
    assert days[1].percent == 100 and history(house.atlas, RULE, 2) == days[1:]
    # The clock that goes back rewrites nothing.
    on(house, TODAY)
    house.submit("city", [bad("A")])
    assert measure(house.atlas) is None
    on(house, TODAY + timedelta(2))
    assert history(house.atlas, RULE, 90) == days
    # A rule that nobody checks has no course.
    assert history(house.atlas, "R07", 90) == []


def test_nobody_who_writes_waits_for_the_counting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = rates._counted
    written = Event()

    def write() -> None:
        with house.atlas.journal.writing_tables():
            written.set()

    def slow(connection: sa.Connection) -> object:
        thread = Thread(target=write, daemon=True)
        thread.start()
        thread.join(5)
        return counted(connection)

    monkeypatch.setattr(rates, "_counted", slow)
    measure(house.atlas)
    assert written.is_set()


def test_publishers_stand_the_worst_first(house: House) -> None:
    house.submit("city", [bad("X", "上海市水务局"), bad("Y", "上海市水务局")])
    measure(house.atlas)
    found = by_publisher(house.atlas, RULE, TODAY)
    assert [(one.publisher, one.records, one.found) for one in found] == [
        (WATER, 3, 2),
        (HEALTH, 2, 1),
    ]
    assert by_publisher(house.atlas, RULE, TODAY, offset=1) == found[1:]
    assert by_publisher(house.atlas, RULE, TODAY, {HEALTH}) == found[1:]
    assert count_publishers(house.atlas, TODAY, None) == 2
    assert history(house.atlas, RULE, 90, WATER) == [DayRate(TODAY, 3, 2)]
    # One that a rule finds nothing in passes.
    assert history(house.atlas, "V-title", 90, WATER) == [DayRate(TODAY, 3, 0)]


def test_the_worker_measures_once_an_import_is_through(house: House) -> None:
    now = [0.0]
    upkeep, stop = Upkeep(house.atlas, lambda: now[0]), Event()
    assert upkeep.look(stop) and not upkeep.look(stop)
    house.submit("city", [bad("B")])
    assert not upkeep.look(stop)
    assert upkeep.look(stop)
    # One that does not end is measured meanwhile.
    for number in range(3):
        house.submit("city", [bad(f"N{number}")])
        now[0] += WAITS_FOR_QUIET / 2
        assert upkeep.look(stop) is (number == 1)
    assert upkeep.look(stop) and not upkeep.look(stop)
    now[0] += AT_LEAST_EVERY
    assert upkeep.look(stop)
    on(house, TODAY + timedelta(1))
    assert upkeep.look(stop)
    stop.set()
    on(house, TODAY + timedelta(2))
    assert not upkeep.look(stop)


def test_the_line_says_where_its_axis_begins() -> None:
    days = [DayRate(TODAY + timedelta(n), 1_000, found) for n, found in enumerate((40, 20, 5))]
    drawn = chart(days)
    assert drawn is not None and (drawn.low, drawn.high) == (95, 100)
    assert [p.y for p in drawn.points] == sorted((p.y for p in drawn.points), reverse=True)
    assert all(drawn.top <= p.y <= drawn.bottom for p in drawn.points)
    assert (drawn.points[0].x, drawn.last.x) == (drawn.left, drawn.right)
    whole = chart([DayRate(TODAY, 10, 0)])
    assert whole is not None and (whole.low, whole.high) == (95, 100)
    none = chart([DayRate(TODAY, 10, 10)])
    assert none is not None and (none.low, none.high) == (0, 5)
    assert chart([]) is None


def test_pages_and_json_show_the_course_and_the_publishers(house: House) -> None:
    house.atlas.shipped_vocabulary = vocabulary_with_below(shenkang="health")
    house.submit("city", [bad("S", "上海申康医院发展中心")])
    house.project()
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        client.headers.update(HTML)
        path = f"/rules/{RULE}"
        assert "No day of this span" in client.get(f"{path}/rates?lang=en").text
        measure(house.atlas)
        on(house, TODAY + timedelta(1))
        house.submit("city", [good("A")])
        measure(house.atlas)
        page = client.get(f"{path}?lang=en").text
        assert "<polyline" in page and "2026-09-02" in page and f'href="{path}/rates' in page
        page = client.get(f"{path}/rates?lang=en").text
        assert "As measured on 2026-09-02" in page and "75.0 %" in page
        one = client.get(f"{path}/rates", params={"organization": HEALTH, "lang": "en"}).text
        assert "1–2 of 2" in one and "organization%2Fwater" not in one.split("<tbody>")[2]
        own = client.get(f"{path}/rates", params={"publisher": WATER, "days": "30"}).text
        assert "上海市水务局" in own
        answer = client.get(f"/api/v1{path}/rates", headers={"Accept": "*/*"}).json()
        assert [one["found"] for one in answer["days"]] == [2, 1]
        assert answer["day"] == "2026-09-02" and answer["total"] == 3 and answer["next"] is None
        assert answer["publishers"][0]["found"] == 1
        assert client.get("/api/v1/rules/R99/rates").status_code == 404
        assert client.get(f"{path}/rates?days=7").status_code == 400
