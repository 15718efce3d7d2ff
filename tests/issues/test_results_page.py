"""The results page: what can be paged, addresses that people share, and sentences that are true."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest
from starlette.requests import Request

from catalog_service.discovery import pager, pages
from catalog_service.discovery.pager import PER_PAGE, beyond_of, pager_of
from catalog_service.site.rendering import View
from search.model import Query, Result
from tests.fixtures.web import HTML, House, own_site, portal, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]
LAST = 10_000 - PER_PAGE


def view() -> View:
    scope = {"type": "http", "query_string": b"lang=zh", "headers": [], "path": "/datasets"}
    return View(Request(scope))


def result(rows: int, cursor: str | None = None) -> Result:
    return Result(rows, (), {}, 1, 0.0, rows=rows, cursor=cursor)


def test_beyond_what_relevance_can_page_the_other_orders_are_offered() -> None:
    query = Query("数据", limit=PER_PAGE, offset=LAST)
    found = pager_of(view(), query, result(26_571), [("q", "数据")])
    assert found is not None
    assert found.text == "第 9,981–10,000 条，共 26,571 条"
    assert found.numbers[-1].number == 500, "pages that can be opened by their number"
    assert found.next is None
    assert found.note is not None
    assert "10,000" in found.note
    assert found.order is not None
    assert "sort=modified" in found.order[1]


@pytest.mark.parametrize("sort", ["modified", "title"])
def test_by_date_and_title_one_goes_on_behind_the_numbered_pages(sort: str) -> None:
    own = [("q", "数据"), ("sort", sort)]
    query = Query("数据", sort=sort, limit=PER_PAGE, offset=LAST)
    found = pager_of(view(), query, result(26_571, "m77"), own)
    assert found is not None
    assert found.note is None
    assert found.next is not None
    assert "cursor=" in found.next
    behind = pager_of(
        view(),
        Query("数据", sort=sort, limit=PER_PAGE, cursor="m77"),
        result(26_571, "m50"),
        own,
    )
    assert behind is not None
    assert behind.text is None, "a page that has no number does not claim one"
    assert behind.next is not None
    assert behind.first is not None
    assert "cursor" not in behind.first


def test_pages_are_counted_as_they_can_be_opened() -> None:
    last = pager_of(view(), Query("x", limit=PER_PAGE, offset=20), result(40), [("q", "x")])
    assert last is not None
    assert (last.text, last.next, last.note) == ("第 21–40 条，共 40 条", None, None)
    assert pager_of(view(), Query("x", limit=PER_PAGE), result(20), [("q", "x")]) is None


def numbers(page: int, rows: int) -> list[str]:
    """What the pager shows: numbers, the shown page in brackets, gaps."""
    query = Query(sort="modified", limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    found = pager_of(view(), query, result(rows), [("theme", "4")])
    assert found is not None
    for link in found.numbers:
        offset = (link.number - 1) * PER_PAGE
        expected = "/datasets?theme=4&lang=zh" if not offset else None
        if link.address is not None:
            assert link.address == (expected or f"/datasets?theme=4&offset={offset}&lang=zh")
    return [
        ("… " if one.gap else "") + (f"{one.number}" if one.address else f"[{one.number}]")
        for one in found.numbers
    ]


@pytest.mark.parametrize(
    ("page", "rows", "shown"),
    [
        (1, 21, "[1] 2"),
        (2, 299, "1 [2] 3 4 … 15"),
        (5, 299, "1 2 3 4 [5] 6 7 … 15"),
        (8, 299, "1 … 6 7 [8] 9 10 … 15"),
        (12, 299, "1 … 10 11 [12] 13 14 15"),
        (15, 299, "1 … 13 14 [15]"),
        (500, 26_571, "1 … 498 499 [500]"),
    ],
)
def test_the_pager_shows_first_last_and_near_pages(page: int, rows: int, shown: str) -> None:
    assert " ".join(numbers(page, rows)) == shown


def test_behind_the_last_page_one_is_led_back() -> None:
    query = Query(limit=PER_PAGE, offset=60)
    found = beyond_of(view(), query, result(45), [("theme", "4")])
    assert found is not None
    assert found.text == "没有第 4 页；本次检索的最后一页是第 3 页。"
    assert "offset=40" in found.last
    assert found.first is not None
    assert "offset" not in found.first
    assert beyond_of(view(), Query(offset=40), result(45), []) is None
    assert beyond_of(view(), Query(offset=40), result(0), []) is None


def test_a_page_says_which_results_it_shows(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (pager, pages):
        monkeypatch.setattr(module, "PER_PAGE", 2)
    text = site[1].get("/datasets?offset=2", headers=HTML).text
    assert "第 3–4 条，共 4 条" in text
    assert re.search(r'<link rel="prev" href="/datasets">', text)
    assert 'rel="next"' not in text
    assert re.search(r'<span aria-current="page"><span class="hidden">第 2 页</span>', text)
    beyond = site[1].get("/datasets?offset=20", headers=HTML)
    assert beyond.status_code == 200
    assert "没有第 11 页；本次检索的最后一页是第 2 页。" in beyond.text
    assert '<a href="/datasets?offset=2">最后一页</a>' in beyond.text


@pytest.mark.parametrize("sort", ["modified", "title"])
def test_behind_the_numbered_pages_each_dataset_is_shown_once(
    site: Site, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (pager, pages):
        monkeypatch.setattr(module, "PER_PAGE", 2)
    monkeypatch.setattr(pager, "_NUMBERED", 1)
    client = site[1]
    page: str | None = f"/datasets?sort={sort}"
    seen: list[str] = []
    while page is not None:
        answer = client.get(page, headers=HTML)
        assert answer.status_code == 200
        seen += re.findall(r'<h2[^>]*><a href="(/dataset/[^"?]+)', answer.text)
        following = re.search(r'rel="next" href="([^"]+)"', answer.text)
        page = unescape(following[1]) if following else None
    assert len(seen) == len(set(seen)) == 4


def test_an_address_says_only_what_was_asked(site: Site) -> None:
    ticked = "/datasets?q=公交&open_type=unconditional&modified_from=&modified_to=&issued_from="
    answer = site[1].get(ticked, headers=HTML)
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert httpx.URL(address).params.multi_items() == [
        ("q", "公交"), ("open_type", "unconditional"),
    ]  # fmt: skip
    assert site[1].get("/datasets?q=&sort=", headers=HTML).headers["location"] == "/datasets"
    assert site[1].get(address, headers=HTML).status_code == 200


def test_what_a_place_has_is_not_said_to_be_missing(own_site: Site) -> None:
    house, client = own_site
    others = [portal(f"P{n}", f"停车场名录{n}", district="徐汇区") for n in range(12)]
    house.submit("city", [portal("PD", "浦东新区停车场信息"), *others])
    house.project()
    told = {"relevance": "“浦东”有 1 个，排在最前", "modified": "“浦东”有 1 个相符的数据集"}
    for sort, sentence in told.items():
        chinese = client.get(f"/datasets?q=停车场+浦东&sort={sort}", headers=HTML).text
        assert "浦东新区停车场信息" in re.sub("<[^>]+>", "", chinese)
        assert sentence in chinese
        assert "没有相符的数据集" not in chinese
    english = client.get("/datasets?q=停车场+浦东&lang=en", headers=HTML).text
    assert "1 is of 浦东 and stands first" in english
    nothing = client.get("/datasets?q=停车场+崇明", headers=HTML).text
    assert "“崇明”没有相符的数据集" in nothing
