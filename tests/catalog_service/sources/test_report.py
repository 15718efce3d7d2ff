"""A run's report: what changed, what waits and why, in each form, for stewards and the public."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.harvests.service import decide, harvest
from catalog_service.sources.harvests.store import HarvestStore
from harvesters.platforms.guarded_list import GuardedList
from tests.catalog_service.sources.harvests.memory_platform import MemoryPlatform
from tests.fixtures.command import Cli
from tests.fixtures.web import HTML, House, opened, portal

URL = "https://jingan.example/"
IDS = [f"B{n}" for n in range(8)]
HIDDEN = ("数据集B1", "数据集HELD", "数据集SECRET")
"""Titles of what was closed, waits or was never open."""


class Reported:
    """A site whose source was visited twice; ``run`` did something of everything."""

    def __init__(self, house: House, client: httpx.Client) -> None:
        self.house, self.client = house, client
        journal = house.atlas.journal
        journal.put_source("jingan", kind="district", title="静安区", url=URL, gate="enforce")
        self.store = HarvestStore(journal, house.clock)
        settings = HarvestSettings(schedule="0 3 * * *", most_removed=0.2)
        self.store.put_source("jingan", settings, house.clock.now())
        self.platform = MemoryPlatform("jingan", size=5)
        self.platform.put(*IDS, update_time="2026-08-20")
        self.platform.put("SECRET", update_time="2026-08-20", is_open="非开放")
        self.first = self.visit()
        house.clock.step()
        renamed = portal("B0", "*改名*的[数据集](x)", update_time="2026-08-25")
        self.platform.datasets["B0"] = renamed
        self.platform.put("B1", update_time="2026-08-25", is_open="非开放")
        self.platform.put("NEW", update_time="2026-08-25")
        self.platform.put("HELD", update_time="2026-08-25", is_open="")
        self.platform.put("BAD", update_time="2026-08-25")
        self.platform.broken = {"BAD"}
        for one in ("B4", "B5", "B6", "SECRET"):
            del self.platform.datasets[one]
        self.run = self.visit(full=True)
        # The removals are decided days later, between other sources' changes.
        house.clock.step(minutes=3 * 24 * 60)
        decide(house.atlas, self.run, approve=True, reason="已下线", actor="token:office")
        house.project()
        self.steward = house.token("steward:jingan")

    def visit(self, **more: Any) -> str:
        guarded = GuardedList(self.platform, URL)
        found = harvest(self.house.atlas, "jingan", actor="test", platform=guarded, **more)
        assert found.run is not None
        return found.run

    def report(self, suffix: str = "", *, steward: bool = True, lang: str = "en") -> httpx.Response:
        headers = {"Accept-Language": lang, **(self.steward if steward else {})}
        answer = self.client.get(f"/api/v1/runs/{self.run}/report{suffix}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reported]:
    with opened(tmp_path_factory.mktemp("reported")) as (house, client):
        yield Reported(house, client)


def test_a_steward_is_told_all_that_the_run_did(reported: Reported) -> None:
    report = reported.report().json()
    assert report["effects"] == {
        "created": 1,
        "updated": 1,
        "closed": 1,
        "missing": 4,
        "held": 1,
    }
    by_id = {one["remote_id"]: one["effect"] for one in report["changes"]}
    assert by_id == {
        **{"B0": "updated", "B1": "closed", "NEW": "created", "HELD": "held"},
        **dict.fromkeys(("B4", "B5", "B6", "SECRET"), "missing"),
    }
    (held,) = report["held"]
    assert held["remote_id"] == "HELD"
    rules = {one["rule"]: one for one in held["findings"] if one["severity"] == "Violation"}
    assert all(one["article"]["zh"] and one["message"]["en"] for one in rules.values())
    assert rules
    tallies = {one["rule"]: one for one in report["rules"] if one["severity"] == "Violation"}
    assert set(tallies) >= set(rules), "what holds a record is counted by rule"
    assert all(tallies[rule]["held"] == 1 for rule in rules)
    held_counts = [one["held"] for one in report["rules"]]
    assert held_counts == sorted(held_counts, reverse=True)
    (problem,) = report["run"]["problems"]
    assert (problem["remote_id"], problem["code"]) == ("BAD", "broken")
    decision = report["run"]["decision"]
    assert (decision["verdict"], decision["actor"]) == ("approve", "token:office")
    page = reported.report("?limit=2").json()
    rest = reported.report(f"?changes_after={page['changes_next']}").json()
    assert len(page["changes"]) + len(rest["changes"]) == len(report["changes"])


def test_the_public_is_told_of_nothing_that_it_could_not_see(reported: Reported) -> None:
    report = reported.report(steward=False).json()
    assert report["effects"] == {"created": 1, "updated": 1, "missing": 3}
    assert {one["remote_id"] for one in report["changes"]} == {"B0", "NEW", "B4", "B5", "B6"}
    assert (report["held"], report["mend"], report["run"]["problems"]) == (None, None, None)
    assert report["rules"] is None
    assert (report["run"]["verdict"], report["run"]["decision"]) == ("approve", None)
    public = [reported.report(suffix, steward=False).text for suffix in ("", ".md", ".csv")]
    first = reported.client.get(f"/api/v1/runs/{reported.first}/report").text
    for text in (*public, first):
        assert "数据集B3" in text or "数据集NEW" in text
        assert not [title for title in (*HIDDEN, "broken", "已下线") if title in text]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_markdown_and_csv_say_the_same_in_both_languages(reported: Reported, lang: str) -> None:
    text = reported.report(".md", lang=lang)
    assert text.headers["content-language"] == ("zh-CN" if lang == "zh" else "en")
    assert ("## 有何变化" if lang == "zh" else "## What changed") in text.text
    assert ("| 规则 | 级别 |" if lang == "zh" else "| Rule | Severity |") in text.text
    # A title is text, and never Markdown.
    assert r"\*改名\*的\[数据集\](x)" in text.text
    table = reported.report(".csv", lang=lang).text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table)))
    removed = ["B4", "B5", "B6", "SECRET"]
    assert [row["remote_id"] for row in rows if row["what"] == "missing"] == removed
    waiting = [row for row in rows if row["what"] == "waiting"]
    assert waiting and all(row["article"] and row["message"] for row in waiting if row["code"])
    assert [row["code"] for row in rows if row["what"] == "rejected"] == ["broken"]


def test_the_command_prints_each_form(reported: Reported, tmp_path: Path) -> None:
    settings = reported.house.settings
    home = {"ATLAS_HOME": str(settings.home), "ATLAS_BASE_IRI": settings.base_iri}
    cli = Cli(tmp_path)
    for form, part in (("markdown", "## What"), ("csv", "remote_id"), ("json", '"effects"')):
        done = cli("runs", "show", reported.run, "--format", form, **home)
        assert part in done.out, done.err
    # A source's id stands for its newest run.
    for named in (reported.run, "jingan"):
        shown = cli("runs", "show", named, **home).out
        assert reported.run in shown and "HELD" in shown
        assert "flagged" in shown, "what the rules find, by rule"


def test_a_run_s_page_tells_the_public_what_it_may_know(reported: Reported) -> None:
    address = f"/sources/jingan/runs/{reported.run}"
    for lang, part in (("zh", "<dd>同意</dd>"), ("en", "<dd>Approved</dd>")):
        page = reported.client.get(address, headers={**HTML, "Accept-Language": lang})
        assert (page.status_code, part in page.text) == (200, True)
        assert not [title for title in (*HIDDEN, "broken", "已下线") if title in page.text]
    source = reported.client.get("/sources/jingan", headers=HTML).text
    assert reported.run in source and "静安区" in reported.client.get("/sources", headers=HTML).text
    other = reported.client.get(f"/sources/city/runs/{reported.run}", headers=HTML)
    assert other.status_code == 404


def test_a_steward_s_token_opens_the_page_and_is_not_kept(reported: Reported) -> None:
    address = f"/sources/jingan/runs/{reported.run}"
    secret = reported.steward["Authorization"].split()[1]
    page = reported.client.post(address, data={"token": secret, "action": "show"}, headers=HTML)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "private, no-store"
    assert all(title in page.text for title in (*HIDDEN, "broken", "已下线"))
    assert secret not in page.text and "set-cookie" not in page.headers
    city = reported.house.token("steward:city")["Authorization"].split()[1]
    for token, status in (("", 401), ("wrong", 401), (city, 403)):
        for action in ("show", "approve", "stop"):
            form = {"token": token, "action": action, "reason": "因为"}
            assert reported.client.post(address, data=form, headers=HTML).status_code == status
        assert reported.client.post("/sources/jingan", data={"token": token}).status_code == status
    again = {"token": secret, "action": "approve", "reason": "因为"}
    assert reported.client.post(address, data=again, headers=HTML).status_code == 409
    crowded = {"token": secret} | {f"field{number}": "x" for number in range(50)}
    assert reported.client.post("/sources/jingan", data=crowded).status_code == 400
    asked = reported.client.post("/sources/jingan", data={"token": secret, "full": "true"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/sources/jingan")
    assert reported.store.source("jingan").due == reported.house.clock.now()


def test_a_run_under_way_is_followed_or_loaded_anew(reported: Reported) -> None:
    run = reported.store.begin("jingan", full=True, bookmark=None)
    page = reported.client.get(f"/sources/jingan/runs/{run.id}", headers=HTML).text
    assert f'data-follow="/api/v1/runs/{run.id}/events"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
