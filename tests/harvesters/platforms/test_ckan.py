"""CKAN's package_search: pages, increments, shapes of its versions, and defects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from harvesters.platforms.protocol import look_up_of
from harvesters.protocols import Incoming
from ontology.errors import AtlasError
from ontology.terms import DCAT, DCT, VOCAB
from tests.harvesters.platforms.memory import NOW, ROOT, Answer, Asked, platform, walk


def package(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"id-{number}",
        "name": f"dataset-{number}",
        "title": f"公交线路{number}",
        "notes": "<p>全市公交线路。</p>",
        "metadata_created": "2026-01-02T03:04:05.000001",
        "metadata_modified": f"2026-11-{28 - number:02d}T10:00:00.123456",
        "organization": {"id": "o", "name": "jtw", "title": "上海市交通委员会"},
        "tags": [{"name": "bus", "display_name": "公交", "state": "active", "id": "t"}],
        "groups": [{"name": "traffic", "title": "道路交通", "display_name": "道路交通"}],
        "extras": [
            {"key": "开放属性", "value": "无条件开放"},
            {"key": "更新频率", "value": "每月"},
        ],
        "resources": [
            {"id": "r", "name": "线路", "format": "CSV", "url": "https://data.example/l.csv"}
        ],
        "private": False,
        "isopen": False,
        "state": "active",
        "num_resources": 1,
    } | more


class Portal:
    def __init__(self, packages: list[dict[str, Any]], count: object = None, most: int = 99):
        self.packages, self.count, self.most = packages, count, most

    def __call__(self, asked: Asked) -> Answer:
        assert asked.path == "/api/3/action/package_search"
        start, rows = int(asked.params["start"]), min(int(asked.params["rows"]), self.most)
        count = len(self.packages) if self.count is None else self.count
        found = self.packages[start : start + rows]
        return {"success": True, "result": {"count": count, "results": found}}


def test_whole_packages_come_with_the_list() -> None:
    portal = Portal([package(n) for n in range(1, 6)], most=2)
    harvested, client = platform("ckan", portal, url=f"{ROOT}/api/3", filter="organization:jtw")
    walked = walk(harvested)
    assert walked.names == [f"id-{n}" for n in range(1, 6)]
    assert (len(client.asked), walked.total, walked.incomplete) == (3, 5, None)
    assert client.asked[1].params["fq"] == "organization:jtw"
    text = walked.records["id-1"]
    for part in (
        f'<{DCT.title}> "公交线路1"@zh',
        f'<{DCT.description}> "全市公交线路。"@zh',
        f'<{DCAT.keyword}> "公交"@zh',
        f"<{DCAT.landingPage}> <{ROOT}/dataset/dataset-1>",
        f"<{DCAT.downloadURL}> <https://data.example/l.csv>",
        f"<{VOCAB}open-type/unconditional>",
        f"<{VOCAB}frequency/monthly>",
        "2026-11-27T10:00:00",
        f"<{DCAT.theme}> <{VOCAB}domain/4>",
    ):
        assert part in text
    assert walked.bookmark is not None and walked.bookmark.startswith("2026-11-27T10:00:00")


def test_an_increment_ends_at_its_bookmark() -> None:
    portal = Portal([package(n) for n in range(1, 9)])
    harvested, _ = platform("ckan", portal, page_size="2")
    bookmark = walk(harvested, fetch=False).bookmark
    again = walk(harvested, bookmark, fetch=False)
    assert (again.pages, again.bookmark) == (1, bookmark)
    portal.packages.insert(0, package(0))
    assert walk(harvested, bookmark, fetch=False).names[0] == "id-0"


def test_a_date_in_the_future_hides_no_later_change() -> None:
    ahead = package(0, metadata_modified="2026-12-25T00:00:00")
    portal = Portal([ahead, *(package(n) for n in range(1, 9))])
    harvested, _ = platform("ckan", portal, page_size="2")
    bookmark = walk(harvested, fetch=False).bookmark
    assert bookmark is not None and datetime.fromisoformat(bookmark) == NOW
    portal.packages[1:1] = [
        package(n, metadata_modified="2026-12-01T11:00:00") for n in range(20, 24)
    ]
    # Nor does a bookmark that was stored when nothing was looked at.
    for before in (bookmark, "2026-12-25T00:00:00+00:00"):
        again = walk(harvested, before, fetch=False)
        assert {"id-20", "id-21", "id-22", "id-23"} < set(again.names)
        assert again.bookmark == bookmark


@pytest.mark.parametrize(
    "more",
    [
        {"extras": []},
        {"extras": {"开放属性": "无条件开放"}},
        {"extras": "none", "organization": None, "tags": "公交,地铁", "groups": None},
        {"resources": None, "notes": 7, "title": "", "metadata_modified": None},
        {"spatial": '{"type": "Polygon", "coordinates": []}', "id": 12},
    ],
)
def test_packages_of_other_shapes_are_read(more: dict[str, Any]) -> None:
    walked = walk(platform("ckan", Portal([package(1, **more)]))[0])
    assert walked.unreadable == []
    (text,) = walked.records.values()
    assert "Polygon" not in text


@pytest.mark.parametrize("more", [{"private": True}, {"state": "deleted"}, {"state": "draft"}])
def test_what_is_private_is_closed(more: dict[str, Any]) -> None:
    assert walk(platform("ckan", Portal([package(1)]))[0]).closed == []
    walked = walk(platform("ckan", Portal([package(1, **more)]), private="yes")[0])
    assert walked.closed == ["id-1"]


def test_a_count_that_lies_and_pages_that_repeat() -> None:
    walked = walk(platform("ckan", Portal([package(1)], count=9))[0], fetch=False)
    assert walked.incomplete is not None and walked.incomplete.code == "list-incomplete"
    same = Portal([package(1), package(2)])
    harvested, _ = platform(
        "ckan",
        lambda a: same(Asked("GET", a.url, {**a.params, "start": "0"}, {}, b"")) | {"x": 1},
        page_size="1",
    )  # type: ignore[operator]
    with pytest.raises(AtlasError, match="page-loop"):
        walk(harvested, fetch=False)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("<html></html>", "not-the-platform"),
        ({"success": True, "result": []}, "not-the-platform"),
        ({"success": False, "error": {"__type": "Search Error"}}, "platform-reports"),
        ([1], "not-the-platform"),
    ],
)
def test_what_is_no_list_stops_the_walk(answer: Answer, code: str) -> None:
    with pytest.raises(AtlasError) as caught:
        platform("ckan", lambda _: answer)[0].page(None, None)
    assert caught.value.code == code


def test_one_package_is_asked_for_by_the_same_search() -> None:
    there = [package(1)]

    def portal(asked: Asked) -> Answer:
        assert asked.params["fq"] == "organization:jtw"
        found = there if asked.params["q"] == 'id:"id-1"' else []
        return {"success": True, "result": {"count": len(found), "results": found}}

    look_up = look_up_of(platform("ckan", portal, filter="organization:jtw")[0])
    assert look_up is not None
    assert isinstance(look_up("id-1"), Incoming)
    assert look_up('id-"2') is None


def test_a_search_that_answers_with_another_package_does_not_tell() -> None:
    portal = {"success": True, "result": {"count": 9, "results": [package(2)]}}
    look_up = look_up_of(platform("ckan", lambda _: portal)[0])
    assert look_up is not None
    with pytest.raises(AtlasError, match="not-the-platform"):
        look_up("id-1")
