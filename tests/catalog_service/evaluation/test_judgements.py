"""What stewards say should be found: kept with its reason, measured by, and never ranked by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from catalog_service.evaluation.judged_files import QRELS, QUERIES, write_judgements
from catalog_service.evaluation.service import judged_searches, judgements_of
from search.evaluation.judgements import read_judged
from search.model import Query
from tests.fixtures.command import LIST, Cli
from tests.fixtures.web import BASE, HTML, House, own_site

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]
ADDRESS = "/api/v1/evaluation/judgements"
BUS = f"{BASE}/id/dataset/city/BUS1"
STOPS = f"{BASE}/id/dataset/city/COND"
BODY = {"query": "公交", "dataset": BUS, "grade": 3, "reason": "就是它"}


@pytest.fixture
def own(own_site: Site) -> Iterator[Site]:
    yield own_site


def test_a_steward_of_the_source_says_what_should_be_found(own: Site) -> None:
    house, client = own
    assert client.post(ADDRESS, json=BODY).status_code == 401
    assert client.post(ADDRESS, json=BODY, headers=house.token("steward:strict")).status_code == 403
    steward = house.token("steward:city")
    made = client.post(ADDRESS, json=BODY, headers=steward)
    assert made.status_code == 201
    assert made.json()["actor"].startswith("token:")
    again = {**BODY, "query": " 公交 ", "dataset": "city/BUS1"}
    client.post(ADDRESS, json=again, headers=steward)
    assert len(judgements_of(house.atlas).all()) == 1, "said again, nothing is written"
    for wrong in (
        {**BODY, "grade": 4},
        {**BODY, "reason": " "},
        {**BODY, "query": ""},
        {**BODY, "query": "停" * 201},
        {**BODY, "query": "停\u200b\x85"},
        {**BODY, "boost": 2},
    ):
        assert client.post(ADDRESS, json=wrong, headers=steward).status_code in (400, 422), wrong
    missing = {**BODY, "dataset": "city/NONE"}
    assert client.post(ADDRESS, json=missing, headers=steward).status_code == 404
    assert client.get(ADDRESS, headers=steward).status_code == 403
    found = client.get(ADDRESS, headers=house.token("admin")).json()["judgements"]
    assert [(one["query"], one["dataset"], one["grade"]) for one in found] == [("公交", BUS, 3)]


def test_the_last_word_holds_and_can_be_taken_back(own: Site) -> None:
    house, client = own
    steward = house.token("steward:city")
    for grade in (3, 2):
        client.post(ADDRESS, json={**BODY, "grade": grade}, headers=steward)
    other = {**BODY, "dataset": STOPS, "grade": 1}
    client.post(ADDRESS, json=other, headers=steward)
    store = judgements_of(house.atlas)
    assert [(one.dataset, one.grade) for one in store.of("公交")] == [(BUS, 2), (STOPS, 1)]
    client.post(ADDRESS, json={**other, "grade": None}, headers=steward)
    assert [(one.dataset, one.grade) for one in store.of("公交")] == [(BUS, 2)]
    assert len(store.all()) == 4
    (search,) = judged_searches(store.standing())
    assert (search.text, search.grades) == ("公交", {BUS: 2})


def test_no_judgement_changes_the_order(own: Site) -> None:
    house, client = own
    before = [hit.iri for hit in house.atlas.search.search(Query("公交")).hits]
    last = before[-1]
    steward = house.token("steward:city")
    client.post(ADDRESS, json={**BODY, "dataset": last}, headers=steward)
    client.post(ADDRESS, json={**BODY, "dataset": before[0], "grade": 0}, headers=steward)
    house.project()
    assert [hit.iri for hit in house.atlas.search.search(Query("公交")).hits] == before


def test_the_page_takes_a_whole_form_or_nothing(own: Site) -> None:
    house, client = own
    secret = house.token("steward:city")["Authorization"].removeprefix("Bearer ")
    page = client.get("/datasets/judge", params={"q": "公交", "lang": "en"}, headers=HTML)
    assert page.status_code == 200
    assert 'name="dataset-1"' in page.text
    assert "Keep the judgements" in page.text
    form = {
        "q": "公交",
        "token": secret,
        "dataset-1": BUS,
        "grade-1": "3",
        "dataset-other": "city/COND",
        "grade-other": "1",
        "reason": "线路在前",
    }

    def send(**changed: str) -> httpx.Response:
        return client.post(
            "/datasets/judge", params={"lang": "en"}, data={**form, **changed}, headers=HTML
        )

    for wrong in (
        {"token": "nobody"},
        {"reason": ""},
        {"grade-other": "9"},
        {"dataset-other": "city/NONE"},
    ):
        answer = send(**wrong)
        assert 'role="alert"' in answer.text, wrong
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert secret not in answer.text
        assert '<option value="3" selected>' in answer.text, "what was typed is not lost"
        if wrong != {"dataset-other": "city/NONE"}:
            assert judgements_of(house.atlas).all() == [], wrong
    done = send()
    assert "2 judgements are kept" in done.text
    assert "线路在前" in done.text
    standing = judgements_of(house.atlas).of("公交")
    assert [(one.dataset, one.grade) for one in standing] == [(BUS, 3), (STOPS, 1)]
    empty = send(**{"grade-1": "", "grade-other": ""})
    assert "nothing was written" in empty.text
    taken = send(**{"grade-1": "none", "grade-other": ""})
    assert "1 judgement is kept" in taken.text
    assert [one.dataset for one in judgements_of(house.atlas).of("公交")] == [STOPS]


def test_results_lead_to_their_judging(own: Site) -> None:
    page = own[1].get("/datasets", params={"q": "公交"}, headers=HTML).text
    assert "/datasets/judge?q=" in page
    assert "/datasets/judge" not in own[1].get("/datasets", headers=HTML).text


def test_they_leave_as_files_that_evaluate_reads(own: Site, tmp_path: Path) -> None:
    house, client = own
    steward = house.token("steward")
    slashed = {**BODY, "query": "停车场", "dataset": "city/a%2Fb%20c%25"}
    record = house.atlas.journal.get(f"{BASE}/id/dataset/city/a%2Fb%20c%25")
    assert record is not None
    client.post(ADDRESS, json=BODY, headers=steward)
    client.post(ADDRESS, json={**slashed, "dataset": record.iri}, headers=steward)
    folder = tmp_path / "judged"
    written = write_judgements(BASE, folder, judgements_of(house.atlas).standing())
    assert written == {QUERIES: 2, QRELS: 2}
    found = {one.text: dict(one.grades) for one in read_judged(folder / QUERIES, folder / QRELS)}
    assert found == {"公交": {"BUS1": 3}, "停车场": {"a/b c%": 3}}


def test_commands_judge_list_and_measure(tmp_path: Path) -> None:
    atlas = Cli(tmp_path)
    atlas("import", LIST, "--source", "city")
    hit = atlas("search", "停车", "--json").json["hits"][0]
    name = f"{hit['source']}/{hit['remote_id']}"
    made = atlas("judgements", "add", "停车", name, "3", "--reason", "就是它", "--json")
    assert (made.code, made.json["grade"], made.json["actor"]) == (0, 3, "cli")
    assert atlas("judgements", "add", "停车", name, "5", "--reason", "x").code == 2
    assert atlas("judgements", "add", "停车", name, "3", "--reason", " ").code == 2
    assert "就是它" in atlas("judgements", "list").out
    exported = atlas("judgements", "export", tmp_path / "out", "--json").json
    assert exported["rows"] == {QUERIES: 1, QRELS: 1}
    measured = atlas("evaluate", "--kept", "--json").json
    assert measured["queries"] == 1
    assert measured["results"]["embedded"]["success@1"] == 1
    assert set(measured["results"]["bm25"]["by_kind"]) == {"steward"}
    assert atlas("evaluate").code == 2
    assert atlas("evaluate", tmp_path / "out" / QUERIES, "--kept").code == 2
