"""A feed says when what it shows was taken in, where records give no date; never 1970."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.fixtures.web import House, portal, served

ATOM = "{http://www.w3.org/2005/Atom}"
Site = tuple[House, httpx.Client]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """OLD is taken in at noon, CHANGED an hour later for the second time, DATED says its day."""
    with _opened(tmp_path_factory.mktemp("feeds")) as (house, client):
        house.submit("city", [_undated("OLD"), _undated("CHANGED")])
        house.clock.step(60)
        house.submit(
            "city",
            [
                _undated("OLD"),
                _undated("CHANGED", description="换了说明。"),
                _undated("UNREAD", update_time="不定期"),
                portal("DATED", "公交 DATED", update_time="2026-08-20"),
            ],
        )
        house.clock.step(60)
        house.submit("other", [portal("SHUT", "公交 SHUT", is_open="非开放")])
        house.project()
        house.clock.step(60)
        yield house, client


@contextmanager
def _opened(folder: Path) -> Iterator[Site]:
    house = House(folder / "home")
    with house.atlas, served(house) as address, httpx.Client(base_url=address, timeout=60) as web:
        yield house, web


def _undated(name: str, **more: object) -> dict[str, object]:
    dates = {"publish_time": None, "update_time": None}
    return portal(name, f"公交 {name}", **{**dates, **more})


def _feed(client: httpx.Client, query: str) -> tuple[str | None, list[tuple[str, str | None]]]:
    feed = ET.fromstring(client.get(f"/feeds/datasets.atom{query}").content)
    entries = [
        ((e.findtext(f"{ATOM}title") or "").partition(" ")[2], e.findtext(f"{ATOM}updated"))
        for e in feed.iter(f"{ATOM}entry")
    ]
    return feed.findtext(f"{ATOM}updated"), entries


def test_entries_without_a_date_say_when_their_version_was_taken_in(site: Site) -> None:
    updated, entries = _feed(site[1], "?source=city")
    assert dict(entries) == {
        "DATED": "2026-08-20T00:00:00+08:00",
        "OLD": "2026-09-01T12:00:00+08:00",
        "CHANGED": "2026-09-01T13:00:00+08:00",
        "UNREAD": "2026-09-01T13:00:00+08:00",
    }
    assert updated == "2026-09-01T13:00:00+08:00", "the latest of its entries"
    assert entries[0][0] == "DATED", "what gives no date comes last"


def test_a_feed_of_nothing_is_of_the_state_that_it_shows(site: Site) -> None:
    assert _feed(site[1], "?q=没有这种东西") == ("2026-09-01T14:00:00+08:00", [])
    same = [site[1].get("/feeds/datasets.atom?q=没有这种东西").headers["etag"] for _ in range(2)]
    assert same[0] == same[1]


def test_an_empty_catalogue_has_no_time_but_now(tmp_path: Path) -> None:
    with _opened(tmp_path) as (house, client):
        house.project()
        assert _feed(client, "") == ("2026-09-01T12:00:00+08:00", [])


def test_fifty_entries_cost_one_question(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    real = site[0].atlas.journal.taken_in

    def taken_in(iris: list[str]) -> object:
        asked.append(iris)
        return real(iris)

    monkeypatch.setattr(site[0].atlas.journal, "taken_in", taken_in)
    _feed(site[1], "?source=city")
    assert [len(iris) for iris in asked] == [3]
