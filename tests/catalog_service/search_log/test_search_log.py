"""The log of searches: what readers do is counted, and what one of them does stays unknown."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import httpx
import pytest

from catalog_service import app
from catalog_service.atlas import Atlas
from catalog_service.discovery.pager import PER_PAGE
from catalog_service.errors import JOURNAL_UNREACHABLE
from catalog_service.search_log import recorder, upkeep
from catalog_service.search_log.model import Click, Reformulation, band_of
from catalog_service.search_log.recorder import SearchLog
from catalog_service.search_log.service import counted, remove_all, remove_old
from catalog_service.search_log.store import SearchLogStore
from ontology.errors import AtlasError
from tests.fixtures.web import BASE, HTML, House, opened, portal

Counting = tuple[House, httpx.Client, SearchLog]
ROOT = Path(__file__).resolve().parents[3]
LEAST = 3
DAY = date(2026, 9, 1)
BUS = "/dataset/city/BUS1"


@pytest.fixture
def counting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[House, httpx.Client, SearchLog]]:
    """A house that counts, with the log of its application."""
    made: list[SearchLog] = []

    def make(atlas: Atlas) -> SearchLog:
        made.append(SearchLog(atlas))
        return made[-1]

    monkeypatch.setattr(app, "SearchLog", make)
    on = {"search_log": "on", "search_log_least": LEAST, "trusted_proxies": "127.0.0.1"}
    with opened(tmp_path, **on) as (house, client):
        yield house, client, made[-1]


def results_of(text: str, **more: str) -> str:
    return f"{BASE}/datasets?{urlencode({'q': text, **more})}"


def visit(client: httpx.Client, path: str, referer: str, network: int, **headers: str) -> None:
    said = {
        **HTML,
        "Referer": referer,
        "X-Forwarded-For": f"198.51.{network}.7",
        "Sec-Fetch-Site": "same-origin",
        "Sec-Fetch-Mode": "navigate",
        **headers,
    }
    assert client.get(path, headers=said).status_code == 200
    # A page is counted after its answer, in the same turn of the loop: the next answer is later.
    assert client.get("/health/live").status_code == 200


def search_path(text: str) -> str:
    return results_of(text).removeprefix(BASE)


def on_disk(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def test_pages_are_as_long_as_those_that_readers_see() -> None:
    assert recorder.PAGE == PER_PAGE
    assert [band_of(rank) for rank in (1, 2, 3, 4, 10, 11, 20, 21)] == [
        *("1", "2-3", "2-3", "4-10", "4-10", "11-20", "11-20", "21-")
    ]


def test_clicks_and_what_is_asked_next_are_counted(counting: Counting) -> None:
    house, client, log = counting
    for network in range(LEAST + 1):
        visit(client, BUS, results_of("公交線路", lang="zh"), network)
        visit(client, search_path("停车场"), results_of("公交", theme="4"), network)
    log.merge()
    found = counted(house.atlas)
    iri = f"{BASE}/id{BUS}"
    assert found.clicks == [Click(DAY, "公交线路", iri, "1", LEAST)]
    assert found.reformulations == [Reformulation(DAY, "公交", "停车场", LEAST)]
    for network in range(2 * LEAST):
        visit(client, BUS, results_of("公交线路"), network)
    log.merge()
    assert [click.networks for click in counted(house.atlas).clicks] == [2 * LEAST]
    assert counted(house.atlas, DAY + timedelta(days=1)).clicks == []


def test_one_client_that_floods_stays_under_the_least(counting: Counting) -> None:
    house, client, log = counting
    for number in range(50):
        visit(client, BUS, results_of("公交线路"), 1)
        said = {"X-Forwarded-For": f"198.51.1.{number}"}
        visit(client, search_path("停车场"), results_of("公交"), 1, **said)
    log.merge()
    assert (counted(house.atlas).clicks, counted(house.atlas).reformulations) == ([], [])


def test_what_is_about_a_person_never_reaches_the_disk(counting: Counting) -> None:
    house, client, log = counting
    persons = ("王小明", "13812345678", "zhangsan@qq.com")
    for text in persons:
        for network in range(2 * LEAST):
            visit(client, BUS, results_of(text), network)
            visit(client, search_path("公交"), results_of(text), network)
            visit(client, search_path(text), results_of("公交"), network)
    log.merge()
    assert (counted(house.atlas).clicks, counted(house.atlas).reformulations) == ([], [])
    assert not log._sketch._entries, "nor the memory"
    held = on_disk(house.settings.home)
    assert not [text for text in persons if text.encode() in held]


def test_what_few_do_never_reaches_the_disk(counting: Counting) -> None:
    house, client, log = counting
    for network in range(LEAST - 1):
        visit(client, BUS, results_of("公交线路十七"), network)
    log.merge()
    held = on_disk(house.settings.home)
    assert "公交线路十七".encode() not in held
    assert b"198.51." not in held


NO_CLICKS: tuple[dict[str, str], ...] = (
    {"Sec-GPC": "1"},
    {"DNT": "1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Mode": "cors"},
    {"Sec-Purpose": "prefetch"},
    {"Accept": "text/turtle"},
    {"Referer": ""},
    {"Referer": "http://[broken"},
    {"Referer": f"https://elsewhere.example/datasets?{urlencode({'q': '公交线路'})}"},
    {"Referer": f"{BASE}/?q=bus"},
    {"Referer": f"{BASE}/datasets"},
    {"Referer": results_of("公交线路", theme="4")},
    {"Referer": results_of("公交线路", sort="title")},
    {"Referer": results_of("公交线路", offset="7")},
    {"Referer": results_of("公交线路", offset="x")},
    {"Referer": results_of("停车场")},
)


def test_what_is_no_click_of_a_reader_is_not_counted(counting: Counting) -> None:
    house, client, log = counting
    for headers in NO_CLICKS:
        for network in range(LEAST):
            visit(client, BUS, results_of("公交线路"), network, **headers)
        log.merge()
        assert counted(house.atlas).clicks == [], headers
    for network in range(LEAST):
        visit(client, f"{BUS}?at=2026-09-01", results_of("公交线路"), network)
        visit(client, "/about", results_of("公交线路"), network)
    log.merge()
    assert counted(house.atlas).clicks == []
    assert len(log._sketch._entries) == 1, "the one that its search does not show"


def test_pages_that_are_not_there_are_not_counted(counting: Counting) -> None:
    house, client, log = counting
    for network in range(LEAST):
        said = {**HTML, "Referer": results_of("公交"), "X-Forwarded-For": f"198.51.{network}.7"}
        assert client.get("/dataset/city/NONE", headers=said).status_code == 404
        assert client.get("/dataset/city/CLOSED", headers=said).status_code in (403, 404)
    log.merge()
    assert not log._sketch._entries
    assert counted(house.atlas).clicks == []


def test_a_new_day_has_a_new_key(counting: Counting) -> None:
    house, client, log = counting
    for network in range(LEAST):
        visit(client, BUS, results_of("公交线路"), network)
    visit(client, BUS, results_of("公交"), 1)
    before = log._sketch
    house.clock.step(minutes=24 * 60)
    for network in range(LEAST - 1):
        visit(client, BUS, results_of("公交线路"), network)
    assert log._sketch is not before
    assert log._sketch._key != before._key
    log.merge()
    assert [(click.day, click.networks) for click in counted(house.atlas).clicks] == [(DAY, LEAST)]


def test_a_merge_that_fails_is_made_up_for(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, client, log = counting
    for network in range(LEAST):
        visit(client, BUS, results_of("公交线路"), network)

    def away(*_: object) -> None:
        raise AtlasError(JOURNAL_UNREACHABLE, url="sqlite", reason="away")

    with monkeypatch.context() as broken:
        broken.setattr(SearchLogStore, "merge", away)
        with pytest.raises(AtlasError):
            log.merge()
        house.clock.step(minutes=24 * 60)
        with pytest.raises(AtlasError):
            log.merge()
    log.merge()
    assert [(click.day, click.networks) for click in counted(house.atlas).clicks] == [(DAY, LEAST)]


def test_processes_do_not_add_up_the_same_networks(tmp_path: Path) -> None:
    house = House(tmp_path, search_log="on", search_log_least=LEAST)
    with house.atlas:
        house.submit("city", [portal("BUS1", "公交线路")])
        house.project()
        logs = [SearchLog(house.atlas), SearchLog(house.atlas)]
        for log, networks in zip(logs, (2 * LEAST, LEAST), strict=True):
            for network in range(networks):
                log.note_click("公交线路", BUS, 0, f"198.51.{network}.7")
            log.merge()
        assert [click.networks for click in counted(house.atlas).clicks] == [2 * LEAST]


def test_nothing_is_there_where_it_is_off(tmp_path: Path) -> None:
    with opened(tmp_path, trusted_proxies="127.0.0.1") as (house, client):
        assert house.settings.search_log == "off"
        for network in range(9):
            visit(client, BUS, results_of("公交线路"), network)
        assert 'id="counted"' not in client.get("/about", headers=HTML).text
        assert counted(house.atlas).clicks == []


def test_readers_are_told(counting: Counting) -> None:
    page = counting[1].get("/about", params={"lang": "en"}, headers=HTML).text
    assert "for 90 days, without persons" in page
    assert f"{LEAST} networks or more" in page


def test_what_is_old_goes_also_where_nothing_is_counted(tmp_path: Path) -> None:
    house = House(tmp_path, search_log_days=10)
    with house.atlas:
        store = SearchLogStore(house.atlas.journal)
        days = [DAY - timedelta(days=n) for n in (0, 9, 10, 400)]
        store.merge(Click(day, "公交", "urn:x", "1", 5) for day in days)
        store.merge(Reformulation(day, "公交", "地铁", 5) for day in days)
        assert remove_old(house.atlas) == 4
        assert remove_old(house.atlas) == 0
        assert [click.day for click in counted(house.atlas).clicks] == days[:2]
        stop = Event()
        stop.set()
        upkeep.run(house.atlas, stop)
        assert remove_all(house.atlas) == 4


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.catalog_service.search_log.test_search_log import BUS, LEAST
from catalog_service.search_log.recorder import SearchLog
from tests.fixtures.web import House
with House(Path(sys.argv[1]), search_log="on", search_log_least=LEAST).atlas as atlas:
    log = SearchLog(atlas)
    def click(text, networks):
        for network in range(networks):
            log.note_click(text, BUS, 0, f"198.51.{network}.7")
    click("公交线路", LEAST)
    click("公交", LEAST - 1)
    log.merge()
    click("线路", LEAST)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_loses_what_was_not_merged_and_no_more(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.atlas:
        house.submit("city", [portal("BUS1", "公交线路")])
        house.project()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, timeout=120, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    house = House(tmp_path, search_log="on", search_log_least=LEAST)
    with house.atlas:
        assert [click.query for click in counted(house.atlas).clicks] == ["公交线路"]
        again = SearchLog(house.atlas)
        again.note_click("公交", BUS, 0, "198.51.9.7")
        again.merge()
        assert len(counted(house.atlas).clicks) == 1, "what was begun before is not known any more"
