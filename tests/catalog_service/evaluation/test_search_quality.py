"""Results of measuring, kept and shown: with ranges, beside the plain search, without any text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog_service.clock import SystemClock
from catalog_service.evaluation.keeping import checked_name, keep_result
from catalog_service.evaluation.measuring import Task, measure
from catalog_service.evaluation.run_store import MOST, KeptRuns
from catalog_service.evaluation.service import kept_runs_of
from ontology.errors import AtlasError
from search.evaluation.judgements import Judged
from tests.fixtures.command import LIST, Cli
from tests.fixtures.web import HTML, House, own_site

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]
PAGE = "/about/search-quality"
SEARCHES = [
    Judged("1", "公交线路", "official", {"BUS1": 3, "COND": 1}),
    Judged("2", "停车场", "synonym", {"a/b c%": 3}),
    Judged("3", "公交到站", "synonym", {"COND": 3}),
]


@pytest.fixture
def measured(own_site: Site) -> Iterator[tuple[House, httpx.Client, dict[str, Any]]]:
    house, client = own_site
    task = Task(SEARCHES, unanswerable=["比特币价格xyz"], sentences=True)
    yield house, client, measure(house.atlas, task)


def test_an_empty_catalogue_says_what_to_do(own_site: Site) -> None:
    page = own_site[1].get(PAGE, params={"lang": "en"}, headers=HTML).text
    assert "Nothing was measured yet" in page
    assert "No judgement was given yet" in page
    answer = own_site[1].get("/api/v1/evaluation").json()
    assert answer == {"judgements": 0, "judged_searches": 0, "collections": []}


def test_a_result_is_shown_with_ranges_and_beside_others(
    measured: tuple[House, httpx.Client, dict[str, Any]],
) -> None:
    house, client, found = measured
    assert found["sentences"]["false"] == 0
    assert found["sentences"]["told"] > 0
    keep_result(house.atlas, "own", found)
    worse = {**found, "results": dict(found["results"])}
    worse["results"]["embedded"] = {
        **found["results"]["embedded"],
        "by_query": {one.qid: {"first": 2, "ndcg@10": 0.25} for one in SEARCHES},
    }
    keep_result(house.atlas, "own", worse)
    answer = client.get("/api/v1/evaluation").json()
    (own,) = answer["collections"]
    now, before = own["runs"]
    live = found["results"]["embedded"]
    assert before["figures"][0]["value"] == live["ndcg@10"]
    ends = [before["figures"][0][end] for end in ("low", "high")]
    assert ends == list(live["intervals"]["ndcg@10"])
    assert before["against_previous"] == []
    gone = {d["measure"]: d for d in now["against_previous"]}
    assert gone["ndcg@10"]["difference"] == pytest.approx(0.25 - live["ndcg@10"], abs=2e-4)
    assert (gone["success@1"]["better"], gone["success@1"]["worse"]) == (0, 3)
    assert gone["success@3"]["difference"] == 0
    assert {k["kind"]: k["searches"] for k in now["kinds"]} == {"official": 1, "synonym": 2}
    assert now["no_answer"]["searches"] == 1
    assert now["no_answer"]["answerable"] == 3
    for lang, heading in (("en", "By kind of search"), ("zh", "按检索类型")):
        page = client.get(PAGE, params={"lang": lang}, headers=HTML).text
        assert heading in page
        assert f"{before['figures'][0]['value']:.3f}" in page
    assert "everyday words" in client.get(PAGE, params={"lang": "en"}, headers=HTML).text


def test_no_search_that_was_kept_aside_is_told(
    measured: tuple[House, httpx.Client, dict[str, Any]],
) -> None:
    house, client, found = measured
    keep_result(house.atlas, "aside", found)
    told = client.get(PAGE, headers=HTML).text + client.get("/api/v1/evaluation").text
    for search in SEARCHES:
        assert search.text not in told
    (run,) = kept_runs_of(house.atlas).all()
    assert "公交线路" not in str(run.result)


def test_the_newest_are_kept(measured: tuple[House, httpx.Client, dict[str, Any]]) -> None:
    house, _, found = measured
    keep_result(house.atlas, "other", found)
    for _ in range(MOST + 2):
        keep_result(house.atlas, "own", found)
    runs = [run.collection for run in kept_runs_of(house.atlas).all()]
    assert (runs.count("own"), runs.count("other")) == (MOST, 1)


def test_the_command_keeps_under_a_name(tmp_path: Path) -> None:
    atlas = Cli(tmp_path)
    atlas("import", LIST, "--source", "city")
    queries = tmp_path / "q.tsv"
    queries.write_text("qid\tquery\texpected_title_regex\n1\t停车\t停车\n", "utf-8")
    assert atlas("evaluate", queries, "--keep", "Not A Name").code != 0
    kept = atlas("evaluate", queries, "--keep", "mine", "--sentences")
    assert (kept.code, "statements about searches are false" in kept.out) == (0, True)
    with pytest.raises(AtlasError, match="--keep"):
        checked_name("../x")
    with closing(atlas.journal()) as journal:
        names = [run.collection for run in KeptRuns(journal, SystemClock()).all()]
    assert names == ["mine"]
