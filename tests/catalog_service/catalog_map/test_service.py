"""The map as it is shown: without what was closed, in three parts that belong together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import httpx
import pytest

from catalog_service.atlas import Atlas
from catalog_service.catalog_map import upkeep
from catalog_service.catalog_map.maps import ShownMap
from catalog_service.catalog_map.one_job import make
from catalog_service.catalog_map.storage import Kept, MapFile
from catalog_service.catalog_map.stored_vectors import are_enough
from ontology.vocabulary import load_vocabulary
from search.catalog_map.model import CatalogMap, Point, Topic
from tests.fixtures.embeddings import EmbeddingStandIn
from tests.fixtures.web import HTML, House, opened, portal

Site = tuple[House, httpx.Client]

CLOSED = ("内部线路", "等待的线路", "后来关闭的线路", "旧公交线路")


@pytest.fixture
def mapped(tmp_path: Path) -> Iterator[Site]:
    """A house whose map was made."""
    with opened(tmp_path) as (house, client):
        assert make(house.atlas) is not None
        yield house, client


def test_the_parts_belong_together(mapped: Site) -> None:
    client = mapped[1]
    drawing = client.get("/api/v1/map").json()
    names = client.get("/api/v1/map/names").json()
    assert drawing["version"] == names["version"]
    count = len(drawing["x"])
    assert count == len(drawing["y"]) == len(drawing["domain"]) == len(names["titles"])
    assert count == drawing["total"] == client.get("/api/v1/search?limit=1").json()["total"]
    number = names["titles"].index("公交线路与站点")
    page = client.get(f"/dataset/{names['paths'][number]}", headers=HTML)
    assert page.status_code == 200
    assert "公交线路与站点" in page.text
    domain = drawing["domains"][drawing["domain"][number]]
    assert domain["label"]["zh"]
    found = client.get("/api/v1/map/matches", params={"q": "公交线路与站点"}).json()
    assert found["version"] == drawing["version"]
    assert number in found["numbers"]


def test_it_is_sent_once_and_in_a_coding(mapped: Site) -> None:
    client = mapped[1]
    for path in ("/api/v1/map", "/api/v1/map/names"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        assert first.headers["cache-control"] == "no-cache"
        for coding in ("gzip", "zstd", "identity"):
            told = client.get(path, headers={"Accept-Encoding": coding})
            assert told.headers.get("content-encoding", "identity") == coding
            assert told.json() == first.json()


def test_what_is_not_public_is_on_no_map(mapped: Site) -> None:
    house, client = mapped
    paths = ("/api/v1/map", "/api/v1/map/names", "/explore/map")
    text = "".join(client.get(path).text for path in paths)
    for title in CLOSED:
        assert title not in text
    drawing = client.get("/api/v1/map").json()
    # What is closed afterwards is gone at once, though the map is as old as it was.
    house.submit("city", [portal("BUS1", "公交线路与站点", is_open="非开放")])
    after = client.get("/api/v1/map").json()
    names = client.get("/api/v1/map/names").json()
    assert len(after["x"]) == len(drawing["x"]) - 1 == len(names["titles"])
    assert after["total"] == drawing["total"] - 1
    assert after["version"] != drawing["version"]
    assert after["version"] == names["version"]
    assert "公交线路与站点" not in "".join(client.get(path).text for path in paths)
    assert "BUS1" not in client.get("/api/v1/map/names").text
    found = client.get("/api/v1/map/matches", params={"q": "公交线路与站点"}).json()
    assert "BUS1" not in [names["paths"][number] for number in found["numbers"]]


def test_before_there_is_one_that_is_said(tmp_path: Path) -> None:
    with opened(tmp_path) as (house, client):
        answer = client.get("/api/v1/map")
        assert (answer.status_code, answer.json()["code"]) == (404, "map-not-ready")
        page = client.get("/explore/map", headers=HTML)
        assert page.status_code == 200
        assert 'id="map"' not in page.text
        # A file of another version, or none at all, is none.
        house.atlas.maps.file.path.parent.mkdir()
        house.atlas.maps.file.path.write_bytes(b"nothing")
        assert client.get("/api/v1/map").status_code == 404


def test_the_map_of_another_journal_is_not_shown(mapped: Site) -> None:
    house, client = mapped
    kept = house.atlas.maps.kept()
    assert kept is not None
    house.atlas.maps.file.write(replace(kept, mark="another:journal"))
    assert client.get("/api/v1/map").status_code == 404


def test_the_table_tells_the_topics(mapped: Site) -> None:
    house, client = mapped
    kept = house.atlas.maps.kept()
    assert kept is not None
    members = tuple(range(len(kept.map.points)))
    topic = Topic(1, 2, 0, ("公交", "线路"), members)
    house.atlas.maps.file.write(replace(kept, map=replace(kept.map, topics=(topic,))))
    text = client.get("/explore/map", params={"lang": "en"}, headers=HTML).text
    assert "公交 · 线路" in text and ">Buses · Routes<" in text
    chinese = client.get("/explore/map", params={"lang": "zh"}, headers=HTML).text
    assert "公交 · 线路" in chinese and "Buses" not in chinese
    assert "q=%E5%85%AC%E4%BA%A4+%E7%BA%BF%E8%B7%AF" in text
    told = client.get("/api/v1/map").json()["topics"]
    assert [(t["label"], t["count"]) for t in told] == [("公交 · 线路", len(members))]


NOW = datetime(2026, 9, 1, tzinfo=UTC)


def kept(checkpoint: int, total: int, age: timedelta, seconds: float = 1.0) -> Kept:
    return Kept(CatalogMap(checkpoint, total, False, (), ()), NOW - age, seconds, "m")


@pytest.mark.parametrize(
    ("before", "checkpoint", "steady", "due"),
    [
        (None, 0, True, False),
        (None, 5, False, False),
        (None, 5, True, True),
        (kept(100, 100, timedelta(hours=1)), 100, True, False),
        (kept(100, 100, timedelta(hours=1)), 101, True, False),
        (kept(100, 100, timedelta(hours=1)), 103, True, True),
        (kept(100, 100, timedelta(minutes=1)), 200, True, False),
        (kept(100, 100, timedelta(hours=1), seconds=300.0), 200, True, False),
        (kept(100, 100, timedelta(hours=7)), 101, True, True),
    ],
)
def test_a_map_is_made_anew_when_enough_has_changed(
    before: Kept | None, checkpoint: int, steady: bool, due: bool
) -> None:
    assert upkeep.is_due(before, checkpoint, steady, NOW) is due


def test_a_map_by_words_is_made_anew_where_vectors_have_come() -> None:
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    assert upkeep.is_due(kept(100, 100, hour), 100, True, NOW, meaning=True)
    assert not upkeep.is_due(kept(100, 100, minute), 100, True, NOW, meaning=True)


def test_vectors_of_meaning_take_part_whatever_else_they_depend_on(
    tmp_path: Path, embeddings: EmbeddingStandIn
) -> None:
    house = House(
        tmp_path,
        embedding="auto",
        embedding_url=embeddings.url,
        embedding_model="m",
        embedding_passage_prefix="passage: ",
    )
    with house.atlas as atlas:
        house.submit("city", [portal(f"D{n}", f"公交线路{n}") for n in range(4)])
        house.project()
        assert atlas.embedding is not None
        with atlas.embedding.indexer(atlas.index.view) as indexer:
            indexer.fill()
        assert are_enough(atlas, 4)
        assert not are_enough(atlas, 5)
        found = make(atlas)
        assert found is not None
        assert found.map.by_meaning


def test_the_worker_makes_it_in_another_process(tmp_path: Path) -> None:
    with opened(tmp_path) as (house, client):
        stop = Event()

        def perform(atlas: Atlas, ended: Event) -> None:
            upkeep.in_a_process(atlas, ended)
            stop.set()

        upkeep.run(house.atlas, stop, look_every=0.01, perform=perform)
        assert client.get("/api/v1/map").status_code == 200


def test_a_map_is_kept_as_it_was(tmp_path: Path) -> None:
    found = CatalogMap(
        3, 9, True, (Point("urn:a", "甲", "A", "urn:t", 1, 2),), (Topic(1, 2, 0, ("甲",), (0,)),)
    )
    file = MapFile(tmp_path)
    assert file.state() is None
    assert file.read() is None
    file.write(Kept(found, NOW, 2.5, "mark"))
    assert file.read() == Kept(found, NOW, 2.5, "mark")
    assert file.state() is not None
    assert list(file.path.parent.iterdir()) == [file.path]


def test_the_first_page_has_the_map_in_small(mapped: Site) -> None:
    house, client = mapped
    count = len(client.get("/api/v1/map").json()["x"])
    text = client.get("/", params={"lang": "en"}, headers=HTML).text
    picture = text.partition('class="teaser"')[2].partition("</svg>")[0]
    assert picture.count("h0") == count
    assert f"{count} datasets" in text
    house.submit("city", [portal("BUS1", "公交线路与站点", is_open="非开放")])
    text = client.get("/", headers=HTML).text
    assert text.partition('class="teaser"')[2].partition("</svg>")[0].count("h0") == count - 1


def test_names_in_the_small_map_do_not_meet() -> None:
    topics = tuple(Topic(30_000 + n * 500, 30_000, 0, ("停车场", f"词{n}"), (0,)) for n in range(9))
    point = Point("urn:a", "甲", "", "", 30_000, 30_000)
    kept = Kept(CatalogMap(1, 1, False, (point,), topics), NOW, 1.0, "m")
    shown = ShownMap(kept, frozenset(), load_vocabulary(), "https://data.example")
    assert [one.text for one in shown.teaser("en").labels] == ["停车场 · 词0"]
    assert len(shown.teaser("zh").labels) == 1
    alike = replace(topics[0], words=("许可", "许可证"))
    kept = Kept(CatalogMap(1, 1, False, (point,), (alike,)), NOW, 1.0, "m")
    shown_alike = ShownMap(kept, frozenset(), load_vocabulary(), "https://data.example")
    assert [one.text for one in shown_alike.teaser("en").labels] == ["Licences"]
    assert shown.teaser("zh").paths == (("none", "M439 183h0"),)
