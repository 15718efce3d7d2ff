"""A clock that jumps a year ahead: its time stays with the changes, and whoever asks is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog

from catalog_service.operations.checks import _clock
from tests.fixtures.web import HTML, House, opened, portal

Site = tuple[House, httpx.Client]


@pytest.fixture(scope="module")
def jumped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three records: one as before, one changed while the clock was ahead, one new then."""
    with opened(tmp_path_factory.mktemp("jump")) as (house, client):
        now = house.clock.moment
        assert _clock(house.atlas).verdict == "ok"
        house.clock.moment = now + timedelta(days=365)
        house.submit("city", [portal("BUS1", "时钟超前时的线路"), portal("NEW", "新线路")])
        house.clock.moment = now + timedelta(minutes=5)
        with structlog.testing.capture_logs() as logs:
            house.submit("city", [portal("BUS1", "时钟校准后的线路")])
        told = [entry for entry in logs if entry["event"] == "clock-behind-journal"]
        assert len(told) == 1
        assert told[0]["seconds"] == timedelta(days=365, minutes=-5).total_seconds()
        house.clock.moment = now + timedelta(minutes=10)
        house.project()
        yield house, client


UNTIL = "2027-09-01"


def test_doctor_names_the_changes(jumped: Site) -> None:
    house, _ = jumped
    head = house.atlas.journal.head()
    ahead = house.atlas.journal.ahead(house.clock.now())
    assert ahead is not None
    assert (ahead.first, ahead.last) == (head - 2, head)
    check = _clock(house.atlas)
    assert check.verdict == "warning"
    assert f"{head - 2} to {head}" in check.detail
    assert UNTIL in check.detail


def test_an_earlier_version_says_that_it_may_be_another(jumped: Site) -> None:
    house, client = jumped
    at = house.clock.now().isoformat()
    answer = client.get("/api/v1/datasets/city/BUS1", params={"at": at})
    found = answer.json()
    assert found["description"]["title"]["zh"] == "公交线路与站点"
    assert found["times_ahead"].startswith(UNTIL)
    assert answer.headers["times-ahead"].startswith(UNTIL)
    turtle = client.get(
        "/api/v1/datasets/city/BUS1", params={"at": at}, headers={"Accept": "text/turtle"}
    )
    assert turtle.headers["times-ahead"].startswith(UNTIL)
    page = client.get("/dataset/city/BUS1", params={"at": at, "lang": "en"}, headers=HTML)
    assert "The clock was ahead" in page.text
    assert UNTIL in page.text


def test_a_version_that_was_not_yet_names_the_time_to_ask_for(jumped: Site) -> None:
    house, client = jumped
    answer = client.get("/api/v1/datasets/city/NEW", params={"at": house.clock.now().isoformat()})
    assert answer.status_code == 404
    assert answer.json()["code"] == "times-ahead"
    assert UNTIL in answer.json()["detail"]


def test_nothing_is_said_of_others(jumped: Site) -> None:
    house, client = jumped
    at = {"at": house.clock.now().isoformat()}
    other = client.get("/api/v1/datasets/city/COND", params=at)
    assert other.json()["times_ahead"] is None
    assert "times-ahead" not in other.headers
    now = client.get("/api/v1/datasets/city/BUS1")
    assert now.json()["description"]["title"]["zh"] == "时钟校准后的线路"
    assert now.json()["times_ahead"] is None


def test_a_small_difference_between_machines_is_none(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.atlas:
        house.submit("city", [portal("1", "一")])
        house.clock.step(minutes=-1)
        assert _clock(house.atlas).verdict == "ok"
