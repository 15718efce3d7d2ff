"""Measurements: kept by day where they change, counted by publisher, never rewritten."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

from catalog_service.daily_work import AGAIN_AFTER, DailyWork
from catalog_service.quality.beside import known_beside
from catalog_service.quality.model import METRICS, DayFigure, Measurement
from catalog_service.quality.reading import read
from catalog_service.quality.service import (
    aims,
    count_publishers,
    course,
    evaluate,
    last_measured,
    measurements_of,
    point_course,
    points_kept,
    standing,
)
from catalog_service.quality.tables import quality_profiles
from harvesters.protocols import Submission
from tests.fixtures.people import ORGANIZATION
from tests.fixtures.web import HTML, House, portal, served

TODAY = date(2026, 9, 1)
TRAFFIC, WATER = f"{ORGANIZATION}transport", f"{ORGANIZATION}water"


def on(house: House, day: date) -> None:
    house.clock.today = lambda: day  # type: ignore[method-assign]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    with made.atlas:
        made.submit(
            "city",
            [
                portal("A", "甲", update_time="2026-08-20"),
                portal("B", "乙", update_time="2026-07-20"),
                portal("C", "丙", update_frequency="不定期"),
                portal("W", "丁", department="上海市水务局", update_time="2020-01-02"),
            ],
        )
        yield made


def of(house: House, remote_id: str) -> list[Measurement]:
    states = house.atlas.journal.states("city", [remote_id])
    return measurements_of(house.atlas, states[remote_id].iri).get("on-time", [])


def test_only_what_changes_is_kept_and_the_past_stays(house: House) -> None:
    assert last_measured(house.atlas) is None and course(house.atlas, "on-time", 90) == []
    done = evaluate(house.atlas)
    assert done is not None and (done.records, done.changed, done.figures) == (
        4,
        4 * len(METRICS),
        True,
    )
    assert of(house, "A") == [Measurement("on-time", TODAY, "pass", "ontime")]
    assert of(house, "B") == [Measurement("on-time", TODAY, "fail", "late")]
    assert of(house, "C") == [Measurement("on-time", TODAY, "unjudged", "nopromise")]
    tomorrow, later = TODAY + timedelta(1), TODAY + timedelta(30)
    on(house, tomorrow)
    again = evaluate(house.atlas)
    assert again is not None and again.changed == 0
    on(house, later)
    assert (moved := evaluate(house.atlas)) is not None and moved.changed == 1
    assert of(house, "A") == [
        Measurement("on-time", later, "fail", "late"),
        Measurement("on-time", TODAY, "pass", "ontime"),
    ]
    figures = course(house.atlas, "on-time", 90)
    assert figures == [
        DayFigure("", TODAY, 4, 3, 1),
        DayFigure("", tomorrow, 4, 3, 1),
        DayFigure("", later, 4, 3, 0),
    ]
    # A day that is measured again while it lasts leaves no trace of the measurement before.
    house.submit("city", [portal("A", "甲", update_time="2026-09-30")])
    assert (mended := evaluate(house.atlas)) is not None and mended.changed == 0
    assert of(house, "A") == [Measurement("on-time", TODAY, "pass", "ontime")]
    # The clock that goes back rewrites nothing.
    on(house, tomorrow)
    assert evaluate(house.atlas) is None
    on(house, later)
    assert course(house.atlas, "on-time", 90)[:2] == figures[:2]


def test_a_record_that_is_gone_is_told_and_counts_no_more(house: House) -> None:
    evaluate(house.atlas)
    on(house, TODAY + timedelta(1))
    list(house.atlas.catalog.withdraw(["B"], Submission("city", "test")))
    assert (done := evaluate(house.atlas)) is not None and (done.records, done.changed) == (
        3,
        len(METRICS),
    )
    assert [one.result for one in of(house, "B")] == ["gone", "fail"]
    on(house, TODAY + timedelta(2))
    assert (done := evaluate(house.atlas)) is not None and done.changed == 0


def iri_of(house: House, remote_id: str) -> str:
    return house.atlas.journal.states("city", [remote_id])[remote_id].iri


def test_one_record_and_one_source_count_no_figures(house: House) -> None:
    one = evaluate(house.atlas, iri=iri_of(house, "A"))
    assert one is not None and (one.records, one.changed, one.figures) == (1, len(METRICS), False)
    assert of(house, "B") == [] and last_measured(house.atlas) is None
    other = evaluate(house.atlas, source="elsewhere")
    assert other is not None and (other.records, other.changed) == (0, 0)
    assert len(of(house, "A")) == 1
    city = evaluate(house.atlas, source="city")
    assert city is not None and city.records == 4 and len(of(house, "B")) == 1


def test_publishers_stand_the_worst_first(house: House) -> None:
    evaluate(house.atlas)
    found = standing(house.atlas, "on-time", TODAY)
    assert [(one.records, one.judged, one.passed) for one in found] == [(1, 1, 0), (3, 2, 1)]
    assert found[0].publisher == WATER and count_publishers(house.atlas, "on-time", TODAY) == 2
    assert standing(house.atlas, "on-time", TODAY, {WATER}) == found[:1]
    assert course(house.atlas, "on-time", 90, WATER) == [found[0]]
    assert found[1].percent == 50
    assert [(aim.percent, aim.since.year) for aim in aims(house.atlas, "on-time")] == [
        (90, 2022),
        (100, 2023),
    ]


def test_the_worker_measures_each_day_and_what_moved_since(house: House) -> None:
    now = [0.0]
    upkeep = DailyWork(house.atlas, last_measured, evaluate, lambda: now[0])
    assert upkeep.look() and not upkeep.look()
    house.submit("city", [portal("N", "新")])
    assert not upkeep.look()
    now[0] += AGAIN_AFTER
    assert upkeep.look() and not upkeep.look()
    # One that is started anew does not measure the day again by that alone.
    assert not DailyWork(house.atlas, last_measured, evaluate, lambda: now[0]).look()
    on(house, TODAY + timedelta(1))
    assert upkeep.look()
    on(house, TODAY)
    assert not upkeep.look()


def test_pages_and_json_show_what_was_measured(house: House) -> None:
    house.project()
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        assert "No day of this span" in client.get("/quality?lang=en", headers=HTML).text
        assert 'id="measured"' not in client.get("/dataset/city/B?lang=en", headers=HTML).text
        evaluate(house.atlas)
        page = client.get("/quality?lang=en", headers=HTML).text
        assert "1 of the 3 datasets that can be judged passed: 33.3 %." in page
        assert WATER.rpartition("/")[2] in page and "at least 90 %" in page
        own = client.get("/quality", params={"publisher": WATER, "lang": "zh"}, headers=HTML)
        assert "上海市水务局" in own.text and "0.0 %" in own.text
        assert "/quality?publisher=" in client.get("/organization/water", headers=HTML).text
        assert "of 405 points on average" in page and 'id="mqa"' in page
        late = client.get("/dataset/city/B?lang=en", headers=HTML).text
        assert 'id="measured"' in late and "Update the data, or state the true frequency." in late
        assert "of 405 points" in late and "Gains" in late
        for metric in METRICS:
            assert client.get(f"/quality?metric={metric}", headers=HTML).status_code == 200
        machine = client.get("/quality?lang=en&metric=machine-readable", headers=HTML).text
        assert "4 of the 4 datasets that can be judged passed" in machine and "95 %" in machine
        extent = client.get("/api/v1/quality?metric=extent").json()
        assert extent["rule"] == "R21" and extent["aims"] == []
        assert (extent["days"][0]["judged"], extent["days"][0]["passed"]) == (4, 0)
        assert client.get("/api/v1/quality?metric=beauty").status_code == 400
        answer = client.get("/api/v1/quality").json()
        assert answer["day"] == "2026-09-01" and answer["total"] == 2 and answer["next"] is None
        assert answer["days"][0]["passed"] == 1 and answer["publishers"][0]["publisher"] == WATER
        one = client.get("/api/v1/datasets/city/C/quality").json()
        assert [each["metric"] for each in one["measurements"]] == list(METRICS)
        assert one["measurements"][:1] == [
            {
                "metric": "on-time",
                "rule": "R16",
                "since": "2026-09-01",
                "result": "unjudged",
                "reason": "nopromise",
            }
        ]
        (mqa,) = one["mqa"]
        assert mqa["since"] == "2026-09-01" and mqa["points"] + sum(mqa["gains"].values()) == 405
        assert answer["mqa"][0]["records"] == 4
        assert client.get("/api/v1/datasets/city/none/quality").status_code == 404
        on(house, TODAY + timedelta(30))
        house.submit(
            "city", [portal("W", "丁", department="上海市水务局", update_time="2026-09-30")]
        )
        evaluate(house.atlas)
        card = client.get("/quality", params={"publisher": WATER, "lang": "en"}, headers=HTML).text
        assert "Percentage points" in card and "+100.0" in card
        by_code = client.get("/api/v1/quality", params={"publisher": "water"}).json()
        assert by_code["days"] == client.get(f"/api/v1/quality?publisher={WATER}").json()["days"]
        for path in ("/quality", "/api/v1/quality"):
            refused = client.get(path, params={"publisher": "nobody"})
            assert refused.status_code == 404


def test_points_are_kept_where_they_change(house: House) -> None:
    evaluate(house.atlas)
    iri = iri_of(house, "A")
    ((day, before),) = points_kept(house.atlas, iri)
    assert day == TODAY and before is not None
    assert before.points + sum(gain for _, gain in before.gains) == 405
    on(house, TODAY + timedelta(1))
    evaluate(house.atlas)
    assert len(points_kept(house.atlas, iri)) == 1
    house.submit("city", [portal("A", "甲", update_time="2026-08-20", keywords="公交")])
    evaluate(house.atlas, iri=iri)
    (_, now), (_, then) = points_kept(house.atlas, iri)
    assert then == before and now is not None and now.points == before.points + 30
    sums = point_course(house.atlas, 90)
    assert [one.day for one in sums] == [TODAY, TODAY + timedelta(1)]
    assert sums[0].records == 4 and sums[0].mean == sums[1].mean
    assert point_course(house.atlas, 90, WATER)[0].records == 1


def test_points_end_on_the_day_on_which_a_record_is_withdrawn(house: House) -> None:
    evaluate(house.atlas)
    iri = iri_of(house, "B")
    ((_, before),) = points_kept(house.atlas, iri)
    withdrawn, back = TODAY + timedelta(1), TODAY + timedelta(3)
    on(house, withdrawn)
    list(house.atlas.catalog.withdraw(["B"], Submission("city", "test")))
    evaluate(house.atlas)
    evaluate(house.atlas)
    assert points_kept(house.atlas, iri) == [(withdrawn, None), (TODAY, before)]
    on(house, TODAY + timedelta(2))
    evaluate(house.atlas)
    assert len(points_kept(house.atlas, iri)) == 2
    on(house, back)
    house.submit("city", [portal("B", "乙", update_time="2026-07-20")])
    evaluate(house.atlas)
    assert points_kept(house.atlas, iri) == [(back, before), (withdrawn, None), (TODAY, before)]
    with served(house) as url, httpx.Client(base_url=url, timeout=60) as client:
        told = client.get("/api/v1/datasets/city/B/quality").json()["mqa"]
        assert [(one["since"], one["gone"]) for one in told] == [
            (back.isoformat(), False),
            (withdrawn.isoformat(), True),
            (TODAY.isoformat(), False),
        ]
        assert client.get("/api/v1/datasets/city/B/quality.ttl").status_code == 200


def test_memory_holds_what_came_of_records_and_not_the_records(house: House) -> None:
    """Of 3,000 records of some 4 KiB each: 25 MiB in canonical form alone."""
    text = "公交车辆到站信息" * 300
    house.submit("many", [portal(f"M{n}", f"多{n}", description=text) for n in range(3_000)])
    evaluate(house.atlas)
    tracemalloc.start()
    try:
        evaluate(house.atlas)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * 2**20, peak


def test_a_file_at_another_address_has_not_changed(house: House) -> None:
    iri = house.atlas.journal.states("city", ["A"])["A"].iri
    looks = [
        ("https://a.example/t.csv", 20, "3"),
        ("https://a.example/t.xlsx", 10, "2"),
        ("https://a.example/t.csv", 5, "1"),
    ]
    with house.atlas.journal.writing_tables() as connection:
        for address, day, content in looks:
            on_day = date(2026, 8, day)
            details = orjson.dumps({"sha256": content}).decode()
            connection.execute(
                quality_profiles.insert().values(
                    iri=iri, day=on_day, seen=on_day, address=address, reason="", details=details
                )
            )
    stored = house.atlas.journal.get(iri)
    assert stored is not None and stored.nquads is not None
    beside = known_beside(house.atlas, {iri: read(stored.nquads, stored.focus)})[iri]
    assert [one.content for one in beside.looks] == ["3", "1"]
