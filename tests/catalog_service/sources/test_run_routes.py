"""Runs through the API: what the public is told, what stewards see, decide and ask for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR
from catalog_service.secret_keys import create_file
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.connection.source_credentials import (
    forget_credentials,
    put_credentials,
)
from catalog_service.sources.harvests.service import harvest
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.report import Report
from catalog_service.sources.report_forms import markdown
from catalog_service.sources.run_listeners import MOST_OF_CLIENT, Listeners
from harvesters.platforms.guarded_list import GuardedList
from ontology.errors import AtlasError
from tests.catalog_service.sources.harvests.memory_platform import MemoryPlatform
from tests.fixtures.command import Cli
from tests.fixtures.web import HTML, House, opened, portal

IDS = [f"A{n}" for n in range(10)]
URL = "https://pudong.example/"


class Visits:
    """A site with a source that was visited: ``first`` took it in, ``second`` waits."""

    def __init__(self, house: House, client: httpx.Client) -> None:
        self.house, self.client = house, client
        self.platform = MemoryPlatform("pudong")
        self.platform.put(*IDS, update_time="2026-08-20")
        self.platform.put("SECRET", update_time="2026-08-20", is_open="非开放")
        self.platform.broken = {"A3"}
        house.atlas.journal.put_source("pudong", kind="district", title="浦东新区", url=URL)
        self.store = HarvestStore(house.atlas.journal, house.clock)
        due = house.clock.now()
        self.store.put_source("pudong", HarvestSettings(schedule="30 2 * * *"), due)
        self.steward = house.token("steward:pudong")
        self.first = self.visit()
        for one in (*IDS[6:], "SECRET"):
            del self.platform.datasets[one]
        self.second = self.visit(full=True)

    def visit(self, **more: Any) -> str:
        guarded = GuardedList(self.platform, URL)
        found = harvest(self.house.atlas, "pudong", actor="test", platform=guarded, **more)
        assert found.run is not None
        return found.run

    def get(self, path: str, *, steward: bool = False) -> Any:
        headers = self.steward if steward else {}
        answer = self.client.get(f"/api/v1/{path}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    keys = tmp_path_factory.mktemp("secret") / "keys"
    with opened(tmp_path_factory.mktemp("visits"), secret_file=keys) as (house, client):
        create_file(house.settings)
        yield Visits(house, client)


def test_a_source_tells_how_fresh_it_is_and_its_settings_to_stewards_only(visits: Visits) -> None:
    public = visits.get("sources/pudong")
    assert (public["type"], public["schedule"], public["listed"]) == ("district", "30 2 * * *", 6)
    assert public["freshness"]["step"] == "in-step"
    assert public["last_run"]["id"] == visits.second
    assert public["last_run"]["counters"] is None
    assert {public[name] for name in ("url", "gate", "states", "waiting", "settings")} == {None}
    told = visits.get("sources/pudong", steward=True)
    assert (told["url"], told["settings"]["grace_days"]) == (URL, 14)
    by_id = {one["id"]: one["freshness"]["step"] for one in visits.get("sources")["sources"]}
    assert (by_id["city"], by_id["pudong"]) == ("by-hand", "in-step")


def test_runs_are_listed_by_status_and_page_by_page(visits: Visits) -> None:
    assert [one["id"] for one in visits.get("runs?status=waiting")["runs"]] == [visits.second]
    page = visits.get("sources/pudong/runs?limit=1")
    assert ([one["id"] for one in page["runs"]], page["next"]) == ([visits.second], visits.second)
    rest = visits.get(f"sources/pudong/runs?before={page['next']}")
    assert ([one["id"] for one in rest["runs"]], rest["next"]) == ([visits.first], None)


def test_the_public_is_told_of_a_run_what_its_list_said_and_no_more(visits: Visits) -> None:
    run = visits.get(f"runs/{visits.second}")
    assert (run["status"], run["read"], run["full"]) == ("waiting", 6, True)
    assert run["error"] == {"code": "removals-wait", "message": None}
    hidden = ("counters", "message", "decision", "problems")
    assert {run[name] for name in hidden} == {None}


def test_how_much_was_read_of_a_list_behind_credentials_is_for_stewards(visits: Visits) -> None:
    atlas = visits.house.atlas
    put_credentials(atlas, "pudong", "header", {"name": "token", "secret": "geheim"})
    try:
        public = visits.get(f"runs/{visits.first}")
        assert (public["read"], public["total"]) == (None, None)
        address = f"/sources/pudong/runs/{visits.first}?lang=en"
        assert "<dt>Read</dt>" not in visits.client.get(address, headers=HTML).text
        assert visits.get(f"runs/{visits.first}", steward=True)["read"] == 11
    finally:
        forget_credentials(atlas, "pudong")
    assert visits.get(f"runs/{visits.first}")["read"] == 11


def test_a_steward_sees_what_is_to_be_removed(visits: Visits, tmp_path: Path) -> None:
    gone = [*IDS[6:], "SECRET"]
    report = visits.get(f"runs/{visits.second}/report", steward=True)
    assert [one["remote_id"] for one in report["removals"]] == gone
    assert report["removals"][0]["title"] == {"zh": "数据集A6"} and report["renumbered"] == 0
    page = visits.get(f"runs/{visits.second}/report?limit=2&removals_after=1", steward=True)
    assert [one["remote_id"] for one in page["removals"]] == gone[1:3]
    assert page["removals_next"] == 3
    public = visits.get(f"runs/{visits.second}/report")
    assert (public["removals"], public["renumbered"]) == (None, None)
    assert visits.get(f"runs/{visits.first}/report", steward=True)["removals"] == []
    settings = visits.house.settings
    home = {"ATLAS_HOME": str(settings.home), "ATLAS_BASE_IRI": settings.base_iri}
    cli = Cli(tmp_path)
    for more in ((), ("--json",), ("--format", "csv"), ("--format", "markdown")):
        assert "数据集SECRET" in cli("runs", "show", visits.second, *more, **home).out
    secret = visits.steward["Authorization"].split()[1]
    address = f"/sources/pudong/runs/{visits.second}"
    shown = visits.client.post(address, data={"token": secret, "action": "show"}, headers=HTML)
    assert "将移除的数据集" in shown.text and "数据集SECRET" in shown.text
    assert "SECRET" not in visits.client.get(address, headers=HTML).text


def test_new_records_of_the_same_titles_are_told(tmp_path: Path) -> None:
    with House(tmp_path).atlas as atlas:
        atlas.journal.put_source("pudong", kind="district")
        store = HarvestStore(atlas.journal, atlas.clock)
        store.put_source("pudong", HarvestSettings(), None)
        platform = MemoryPlatform("pudong")
        platform.put(*IDS, update_time="2026-08-20")
        harvest(atlas, "pudong", actor="test", platform=platform, full=True)
        # The same datasets with other identifiers, which an increment takes in.
        for one in IDS:
            platform.datasets[f"N{one}"] = portal(f"N{one}", f"数据集{one}")
        harvest(atlas, "pudong", actor="test", platform=platform)
        for one in IDS:
            del platform.datasets[one]
        run = harvest(atlas, "pudong", actor="test", platform=platform, full=True).run
        assert run is not None
        report = Report(atlas, run, OPERATOR)
        assert len(report.removals(0, 100)[0]) == report.renumbered() == len(IDS)
        assert "10 条新记录" in markdown(report, "zh")


def test_a_steward_is_told_what_went_wrong_and_what_waits(visits: Visits) -> None:
    first = visits.get(f"runs/{visits.first}?limit=1", steward=True)
    assert (first["counters"]["created"], first["counters"]["rejected"]) == (10, 1)
    (problem,) = first["problems"]
    assert (problem["remote_id"], problem["code"]) == ("A3", "broken")
    assert set(problem["message"]) == {"zh", "en"}
    assert visits.get(f"runs/{visits.first}?after={first['next']}", steward=True)["problems"] == []
    second = visits.get(f"runs/{visits.second}", steward=True)
    assert (second["decision"]["gone"], second["decision"]["verdict"]) == (5, None)
    assert "5 of 10" in second["error"]["message"]["en"]


@pytest.mark.parametrize(
    "call", ["runs/{run}/decision", "runs/{run}/stop", "sources/pudong/harvest"]
)
def test_nobody_else_decides(visits: Visits, call: str) -> None:
    address = f"/api/v1/{call.format(run=visits.second)}"
    assert visits.client.post(address).status_code == 401
    other = visits.client.post(address, headers=visits.house.token("write", "steward:city"))
    assert (other.status_code, other.json()["code"]) == (403, "not-allowed")


def _events(client: httpx.Client, run: str, headers: dict[str, str]) -> list[tuple[str, Any]]:
    with client.stream("GET", f"/api/v1/runs/{run}/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] in ("no-store", "private, no-store")
        lines = [line for line in answer.iter_lines() if line]
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    data = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    return list(zip(names, data, strict=True))


def test_events_end_with_the_run_and_tell_counters_to_stewards(visits: Visits) -> None:
    for headers, told in (({}, False), (visits.steward, True)):
        found = _events(visits.client, visits.first, headers)
        assert [name for name, _ in found] == ["progress", "end"]
        last = found[-1][1]
        assert (last["status"], last["read"], last["counters"] is not None) == ("done", 11, told)
    assert visits.client.head(f"/api/v1/runs/{visits.first}/events").status_code == 200


def test_no_more_than_so_many_follow() -> None:
    listeners = Listeners(4, kept=1, of_client=2)

    def is_full(address: str | None) -> bool:
        try:
            listeners.enter(address)
        except AtlasError as error:
            assert error.code == "too-many-listeners"
            return True
        return False

    assert not is_full("192.0.2.1") and not is_full("192.0.2.1")
    assert is_full("192.0.2.1")
    assert not is_full("2001:db8::1")
    # A place is kept for stewards, and they have no more than there are.
    assert is_full("198.51.100.1") and not is_full(None) and is_full(None)
    listeners.leave("192.0.2.1")
    listeners.leave(None)
    # A client chooses the last half of an IPv6 address itself.
    assert not is_full("2001:db8::2")
    listeners.leave("192.0.2.1")
    assert is_full("2001:db8::3") and not is_full("192.0.2.1")


def test_a_stream_gives_its_place_back(visits: Visits) -> None:
    for _ in range(MOST_OF_CLIENT + 1):
        assert len(_events(visits.client, visits.first, {})) == 2


def test_a_steward_decides_asks_for_a_visit_and_stops_it(visits: Visits) -> None:
    client, steward = visits.client, visits.steward
    address = f"/api/v1/runs/{visits.second}/decision"
    assert client.post(address, json={"verdict": "approve"}, headers=steward).status_code == 400
    body = {"verdict": "approve", "reason": "平台已下线这些数据"}
    done = client.post(address, json=body, headers=steward)
    assert (done.status_code, done.json()["status"]) == (200, "done"), done.text
    decision = done.json()["decision"]
    assert (decision["verdict"], decision["actor"]) == ("approve", "token:test")
    assert done.json()["counters"]["missing"] == 5
    again = client.post(address, json=body, headers=steward)
    assert (again.status_code, again.json()["code"]) == (409, "nothing-to-decide")

    stop = client.post(f"/api/v1/runs/{visits.second}/stop", headers=steward)
    assert (stop.status_code, stop.json()["code"]) == (409, "nothing-to-stop")
    asked = client.post("/api/v1/sources/pudong/harvest", json={"full": True}, headers=steward)
    assert (asked.status_code, asked.json()["full"]) == (202, True)
    source = visits.store.source("pudong")
    assert (source.due, source.full_walk) == (visits.house.clock.now(), None)

    shorter = {"accept_shorter": True}
    asked = client.post("/api/v1/sources/pudong/harvest", json=shorter, headers=steward)
    assert (asked.status_code, asked.json()["full"]) == (202, True)
    assert visits.store.source("pudong").accept_shorter
    form = {"token": steward["Authorization"].removeprefix("Bearer "), "full": "true"}
    page = client.post("/sources/pudong", data=form)
    assert page.status_code == 303 and not visits.store.source("pudong").accept_shorter
    client.post("/sources/pudong", data=form | {"accept_shorter": "true"})
    assert visits.store.source("pudong").accept_shorter

    followed: list[tuple[str, Any]] = []
    (stopped,) = _stopped_visit(visits, followed)
    assert stopped == 202
    assert [name for name, _ in followed][-1] == "end"
    assert followed[-1][1]["status"] == "cancelled"


def _stopped_visit(visits: Visits, followed: list[tuple[str, Any]]) -> list[int]:
    """Visit, and while it is under way follow it, be refused a second one, and stop it."""
    codes: list[int] = []

    def ask(page: int) -> None:
        if page != 1:
            return
        (run,) = visits.house.atlas.journal.runs(status="running")
        twice = visits.client.post("/api/v1/sources/pudong/harvest", headers=visits.steward)
        assert (twice.status_code, twice.json()["code"]) == (409, "harvest-active")
        follower = threading.Thread(
            target=lambda: followed.extend(_events(visits.client, run.id, visits.steward))
        )
        follower.start()
        threads.append(follower)
        answer = visits.client.post(f"/api/v1/runs/{run.id}/stop", headers=visits.steward)
        codes.append(answer.status_code)

    threads: list[threading.Thread] = []
    visits.platform.before_page = ask
    visits.visit(full=True)
    for thread in threads:
        thread.join()
    return codes


def test_settings_are_changed_by_the_administrator(visits: Visits) -> None:
    admin = visits.house.token("admin")
    body = {"settings": {"schedule": "0 4 * * 1", "grace_days": 30}}
    changed = visits.client.put("/api/v1/sources/pudong", json=body, headers=admin)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["schedule"], changed.json()["settings"]["parallel"]) == ("0 4 * * 1", 4)
    wrong = {"settings": {"schedule": "whenever"}}
    refused = visits.client.put("/api/v1/sources/pudong", json=wrong, headers=admin)
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-schedule")
    off = {"settings": {"schedule": None}}
    unplanned = visits.client.put("/api/v1/sources/pudong", json=off, headers=admin).json()
    assert (unplanned["schedule"], unplanned["settings"]["grace_days"]) == (None, 30)


def test_whom_to_tell_is_set_by_the_administrator(visits: Visits) -> None:
    admin, address = visits.house.token("admin"), "/api/v1/sources/pudong"
    mail = {"notify_on": "always", "notify_emails": ["steward@example.org"]}
    changed = visits.client.put(address, json={"settings": mail}, headers=admin)
    assert changed.status_code == 200, changed.text
    assert changed.json()["settings"].items() >= mail.items()
    assert changed.json()["webhook_secret"] is None
    for wrong, code in (
        ({"notify_on": "never"}, 422),
        ({"notify_emails": "steward@example.org"}, 422),
        ({"parallel": 99}, 422),
        ({"notify_emails": ["nobody"]}, 422),
        ({"notify_webhook": "ftp://hooks.example/atlas"}, 422),
    ):
        refused = visits.client.put(address, json={"settings": wrong}, headers=admin)
        assert refused.status_code == code, (wrong, refused.text)
    hook = {"settings": {"notify_webhook": "https://hooks.example/atlas"}}
    keyed = visits.client.put(address, json=hook, headers=admin)
    assert keyed.json()["webhook_secret"].startswith("whsec_"), keyed.text
    assert keyed.headers["cache-control"] == "private, no-store"
    assert "webhook_secret" not in visits.get("sources/pudong", steward=True)
    nobody = {"settings": {"notify_emails": [], "notify_webhook": None}}
    silent = visits.client.put(address, json=nobody, headers=admin).json()["settings"]
    assert (silent["notify_emails"], silent["notify_on"]) == ([], "always")
