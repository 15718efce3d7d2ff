"""The network: who supplies, in step or not, where records have their home and came through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from catalog_service.federation.network import network
from catalog_service.federation.network_svg import Thing, draw
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.source_answers import source_answer, source_answers
from tests.catalog_service.federation.peers import Peer
from tests.fixtures.web import HTML, House, portal, served


@pytest.fixture
def row(tmp_path: Path) -> Iterator[list[Peer]]:
    """Three catalogues in a row: b reads a, c reads b."""
    peers = [Peer(tmp_path, name) for name in "abc"]
    with ExitStack() as stack:
        for peer in peers:
            stack.enter_context(peer.atlas)
        yield peers


def test_homes_and_ways_are_counted_from_the_records(row: list[Peer]) -> None:
    a, b, c = row
    a.put("1", "甲的数据集")
    a.house.submit_turtle(
        "own",
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
        '<https://elsewhere.example/x> a dcat:Dataset ; dct:title "外部"@zh ; '
        "dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> .",
    )
    b.put("1", "乙的数据集")
    # Whatever a source of another type says, its records have their home here.
    c.house.submit_turtle(
        "own",
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
        '<https://elsewhere.example/y> a dcat:Dataset ; dct:title "外部"@zh ; '
        "dct:isPartOf <https://forged.example/catalog> ; "
        "dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> .",
    )
    for giver, taker in ((a, b), (b, c)):
        taker.supplied_by(giver)
        assert taker.visit(giver).status == "done"
    c.house.project()
    answer = c.get("/api/v1/network").json()
    assert (answer["catalog"], answer["public"], answer["own"]) == (
        "https://c.example/catalog",
        4,
        1,
    )
    known = {one["iri"]: (one["home"], one["through"]) for one in answer["catalogs"]}
    assert known == {"https://a.example/catalog": (2, 2), "https://b.example/catalog": (1, 3)}
    assert answer["catalogs"][0]["shares"] == [{"source": "b", "home": 2, "through": 2}]
    supplies = {one["source"]: one for one in answer["supplies"]}
    assert supplies["b"]["type"] == "atlas" and supplies["b"]["public"] == 3
    assert supplies["b"]["last_success"] is not None
    assert "url" not in supplies["b"]
    assert answer["offers"]["stream"] == "https://c.example/ldes"


def test_the_sources_are_told_where_the_graph_cannot_be_asked(row: list[Peer]) -> None:
    a, b, _ = row
    a.put("1", "甲的数据集")
    b.supplied_by(a)
    b.visit(a)
    # A stream names what changed: how many are listed there cannot be told from it.
    assert source_answer(b.atlas, "a", None).listed is None
    # Nothing was projected: there is no snapshot yet.
    answer = b.get("/api/v1/network").json()
    assert answer["catalogs"] is None and [one["public"] for one in answer["supplies"]] == [1]


def test_a_source_is_in_step_late_or_failed(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.atlas as atlas:
        journal, store = atlas.journal, HarvestStore(atlas.journal, house.clock)
        daily = HarvestSettings(schedule="0 3 * * *")
        for name in ("well", "failed", "late", "new", "paused"):
            journal.put_source(name, kind="ckan", paused=name == "paused")
            store.put_source(name, daily, None)
        for name in ("well", "failed", "late"):
            run = store.begin(name, full=True, bookmark=None)
            store.finish(run, "failed" if name == "failed" else "done", None)
        store.set_due("late", house.clock.now())
        journal.put_source("empty", kind="push")
        house.submit("pushed", [portal("1", "公交线路")])
        house.clock.step(120)
        states = {one.source.id: one.state for one in network(atlas).supplies}
        # The sources' own pages and answers say the same.
        told = {one.id: one.freshness.step for one in source_answers(atlas, None)}
    assert states == told
    assert states == {
        "well": "in-step",
        "failed": "failed",
        "late": "late",
        "new": "never",
        "paused": "paused",
        "empty": "never",
        "pushed": "by-hand",
    }


def test_a_visit_under_way_is_told_with_its_run(tmp_path: Path) -> None:
    house = House(tmp_path)
    with (
        house.atlas as atlas,
        served(house) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        store = HarvestStore(atlas.journal, house.clock)
        for name in ("busy", "idle"):
            atlas.journal.put_source(name, kind="ckan")
            store.put_source(name, HarvestSettings(schedule="0 3 * * *"), None)
        run = store.begin("busy", full=True, bookmark=None)
        told = client.get("/api/v1/sources").json()["sources"]
        supplies = client.get("/api/v1/network").json()["supplies"]
        pages = [
            client.get(p, headers=HTML).text for p in ("/sources", "/network", "/sources/busy")
        ]
    expected = {"busy": run.id, "idle": None}
    assert {one["id"]: one["under_way"] for one in told} == expected
    assert {one["source"]: one["under_way"] for one in supplies} == expected
    for page in pages:
        assert f'/sources/busy/runs/{run.id}"' in page


def test_an_empty_catalogue_has_an_empty_network(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.atlas as atlas:
        found = network(atlas)
    assert (found.public, found.supplies, found.catalogs) == (0, (), ())


def test_the_picture_joins_each_catalogue_with_its_source_and_all_with_the_middle() -> None:
    catalogs = [Thing(f"c{n}.example", "1") for n in range(2)]
    sources = [Thing("一个名称非常长以至于图中放不下的来源" * 2, "2"), Thing("b", "3")]
    offers = [Thing("Event stream", "/ldes")]
    picture = draw(catalogs, sources, [(0, 0), (1, 0)], Thing("上海公共数据图谱", "4"), offers)
    assert len(picture.paths) == 2 + 2 + 1
    assert [box.thing.name for box in picture.boxes if box.x == 0] == ["c0.example", "c1.example"]
    assert all(box.y >= 0 and box.y + box.height <= picture.height for box in picture.boxes)
    assert all(box.x + box.width <= 960 for box in picture.boxes)
    assert picture.boxes[2].lines[0].endswith("…")
