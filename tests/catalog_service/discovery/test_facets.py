"""Facets of the results page and of the API: places, publishers, years, what is not stated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.fixtures.waiting import until
from tests.fixtures.web import HTML, House, portal, served

Site = tuple[House, httpx.Client]


def elsewhere(number: int, city: str, department: str, **more: object) -> dict[str, object]:
    title = str(more.pop("title", f"停车场名录{number}"))
    return portal(f"E{number}", title, department=department, city=city, category="", **more)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Datasets of three cities, two of which have an office of the same name."""
    house = House(tmp_path_factory.mktemp("facets"))
    with (
        house.atlas,
        served(house) as address,
        httpx.Client(base_url=address, timeout=120) as client,
    ):
        house.submit(
            "elsewhere",
            [
                elsewhere(1, "泸州市", "市城管局"),
                elsewhere(2, "泸州市", "市城管局", is_open=""),
                elsewhere(3, "内江市", "市城管局", title="2021年停车场名录"),
                elsewhere(4, "泸州市", "泸县城管局", title="2019-2021年停车场名录"),
                *(elsewhere(10 + n, "泸州市", f"第{n}停车处") for n in range(14)),
            ],
        )
        house.submit("city", [portal("P1", "浦东新区停车场", district="浦东新区")])
        house.project()
        client.get("/", headers=HTML)
        until(lambda: house.atlas.tallies.known() is not None)
        yield house, client


def page(site: Site, address: str, lang: str = "zh") -> str:
    answer = site[1].get(address, headers={**HTML, "Accept-Language": lang})
    assert answer.status_code == 200
    return answer.text


def values(text: str, facet: str) -> dict[str, tuple[str, str, bool]]:
    """The values of a facet on a page: label, count, whether it is ticked."""
    found = re.findall(
        rf'name="{facet}" value="([^"]+)"( checked)?><span[^>]*>(.*?)</span>'
        r'<span class="count">([^<]+)</span>',
        text,
    )
    return {
        unescape(value): (re.sub("<[^>]+>", "", unescape(label)), count, bool(checked))
        for value, checked, label, count in found
    }


def api(site: Site, **asked: str) -> dict[str, Any]:
    found: dict[str, Any] = site[1].get("/api/v1/search", params=asked).json()
    return found


# -- places ----------------------------------------------------------------------------------------


def test_cities_stand_above_their_counties(site: Site) -> None:
    closed = values(page(site, "/datasets"), "place")
    assert list(closed) == ["泸州市", "上海市", "内江市"]
    chosen = values(page(site, "/datasets?place=泸州市"), "place")
    assert list(chosen.items())[:2] == [
        ("泸州市", ("泸州市", "17", True)),
        ("泸州市/泸县", ("泸县", "1", False)),
    ]
    part = page(site, "/datasets?place=泸州市&place=泸州市/泸县")
    assert "找到 1 个数据集" in part
    assert [ticked for _, _, ticked in values(part, "place").values()][:2] == [True, True]
    chips = re.findall(r'class="chip" href="([^"]+)">.*?aria-hidden="true">([^<]+)</span>', part)
    # One step back is the city.
    assert [(parse_qsl(urlsplit(unescape(a)).query), label) for a, label in chips] == [
        ([("place", "泸州市")], "地点：泸州市 › 泸县")
    ]


def test_places_stand_in_rows_in_both_languages(site: Site) -> None:
    chinese = page(site, "/datasets?place=泸州市/泸县")
    assert "</span>泸州市 › 泸县</li>" in chinese
    english = page(site, "/datasets?place=泸州市/泸县", "en")
    assert "</span>Luzhou › Lu County</li>" in english
    assert "Place: Luzhou › Lu County" in english
    assert values(english, "place")["泸州市/泸县"][0] == "Lu County 泸县"
    pudong = page(site, "/datasets?place=上海市/浦东新区", "en")
    assert "</span>Shanghai › Pudong New Area</li>" in pudong


def test_the_api_tells_places(site: Site) -> None:
    (hit,) = api(site, place="上海市/浦东新区")["hits"]
    assert hit["places"] == [
        {
            "value": "上海市/浦东新区",
            "label": {"zh": "上海市 › 浦东新区", "en": "Shanghai › Pudong New Area"},
        }
    ]
    (other,) = api(site, place="泸州市/泸县")["hits"]
    assert other["places"] == [{"value": "泸州市/泸县", "label": {"": "泸州市 › 泸县"}}]


# -- publishers ------------------------------------------------------------------------------------


def test_publishers_of_one_name_are_told_apart(site: Site) -> None:
    shown = values(page(site, "/datasets?q=停车场名录"), "publisher")
    names = {label for label, _, _ in shown.values()}
    assert {"市城管局（泸州市）", "市城管局（内江市）"} <= names
    assert "泸县城管局" in names, "a name that is the only one stays as it is"
    listed = page(site, "/organizations?q=城管局", "en")
    assert "市城管局 (Luzhou)" in listed
    assert "市城管局 (Neijiang)" in listed
    found = api(site, q="停车场名录")["facets"]["publisher"]
    assert {"市城管局（泸州市）", "市城管局（内江市）"} <= {one["label"].get("zh") for one in found}


def test_a_chosen_publisher_is_told_apart_too(site: Site) -> None:
    shown = values(page(site, "/datasets?q=停车场名录"), "publisher")
    (value,) = [v for v, (label, _, _) in shown.items() if label == "市城管局（内江市）"]
    text = site[1].get("/datasets", params={"publisher": value}, headers=HTML).text
    assert "数据部门：市城管局（内江市）" in text


# -- years of the data -----------------------------------------------------------------------------


def test_years_of_the_data_say_what_they_count(site: Site) -> None:
    text = page(site, "/datasets")
    assert list(values(text, "period").items()) == [
        ("2021", ("2021", "2", False)),
        ("2020", ("2020", "1", False)),
        ("2019", ("2019", "1", False)),
        ("not-stated", ("未说明", "17", False)),
    ]
    assert "跨多年的数据每年各计一次" in text
    assert "找到 2 个数据集" in page(site, "/datasets?period=2021")


# -- not stated ------------------------------------------------------------------------------------


def test_what_is_not_stated_can_be_chosen_and_left_out(site: Site) -> None:
    text = page(site, "/datasets")
    assert values(text, "open_type")["not-stated"] == ("未说明", "1", False)
    (out,) = re.findall(r'<a href="([^"]+)">排除<span class="hidden">: 开放属性, 未说明', text)
    assert parse_qsl(urlsplit(unescape(out)).query) == [("exclude", "open_type:not-stated")]
    assert "找到 1 个数据集" in page(site, "/datasets?open_type=not-stated")
    left = page(site, unescape(out))
    assert "找到 18 个数据集" in left
    assert "不含：开放属性：未说明" in left
    assert "not-stated" not in values(left, "open_type")
    assert '<input type="hidden" name="exclude" value="open_type:not-stated">' in left


def test_the_api_lists_what_is_not_stated_on_request(site: Site) -> None:
    def counted(**asked: str) -> dict[str, int]:
        found = api(site, **asked)["facets"]["open_type"]
        return {one["value"]: one["count"] for one in found}

    assert counted() == {"unconditional": 18}
    assert counted(unstated="true") == {"unconditional": 18, "not-stated": 1}
    found = api(site, open_type="not-stated")
    assert (found["total"], found["warnings"]) == (1, [])
    assert api(site, exclude="open_type:not-stated")["total"] == 18
    assert api(site, exclude="place:泸州市")["total"] == 2
    for wrong in ("open_type", "nothing:1", "freshness:month", ":"):
        answer = site[1].get("/api/v1/search", params={"exclude": wrong})
        assert answer.status_code == 400
    assert site[1].get("/datasets?exclude=nothing:1", headers=HTML).status_code == 200


# -- what narrows nothing --------------------------------------------------------------------------


def test_a_facet_in_which_all_are_alike_is_not_shown(site: Site) -> None:
    text = page(site, "/datasets?place=泸州市/泸县")
    assert values(text, "place"), "what is chosen stays"
    for facet in ("open_type", "publisher", "format", "delivery", "source", "district", "period"):
        assert not values(text, facet)
    whole = page(site, "/datasets")
    assert values(whole, "open_type")
    assert values(whole, "source")
    assert not values(whole, "district"), "it is a part of the facet of places"
    assert values(page(site, "/datasets?district=310115"), "district")


# -- searching in a facet --------------------------------------------------------------------------


@pytest.mark.parametrize("find", ["城管", "chengguan", "cgj"])
def test_values_are_found_by_a_part_of_their_name(site: Site, find: str) -> None:
    text = page(site, f"/datasets?q=停车场名录&facet=publisher&find={find}")
    found = values(text, "publisher")
    assert {label for label, _, _ in found.values()} == {
        "市城管局（泸州市）",
        "市城管局（内江市）",
        "泸县城管局",
    }
    assert "个中有 3 个名称含" in text


def test_without_a_name_all_are_listed_and_chosen_ones_first(site: Site) -> None:
    address = "/datasets?q=停车场名录&facet=publisher"
    every = values(page(site, address), "publisher")
    assert len(every) == 18
    first = next(iter(every))
    rare = list(every)[-1]
    state = {"q": "停车场名录", "facet": "publisher", "publisher": rare, "find": "没有的"}
    text = site[1].get("/datasets", params=state, headers=HTML).text
    assert [(v, ticked) for v, (_, _, ticked) in values(text, "publisher").items()] == [
        (rare, True)
    ]
    assert first != rare


def test_the_page_of_values_keeps_the_search(site: Site) -> None:
    text = page(site, "/datasets?q=停车场&theme=4&facet=place&find=lu&lang=en")
    for form in re.findall(r"<form method=\"get\" action=\"/datasets\".*?</form>", text, re.DOTALL):
        sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
        assert {"q": "停车场", "theme": "4", "lang": "en"}.items() <= sent.items()
    for facet in ("source", "open_type", "freshness", "format", "sample"):
        assert page(site, f"/datasets?facet={facet}")
    assert "<h1" in page(site, "/datasets?facet=nothing"), "an unknown one is passed over"


def test_only_long_facets_have_a_field(site: Site) -> None:
    text = page(site, "/datasets?q=停车场名录")
    assert re.findall(r'id="find-([a-z_]+)"', text) == ["publisher"]
    # Its form stands outside of that with the values, and holds the whole search.
    form = re.search(r'<form id="finding-publisher".*?</form>', text, re.DOTALL)
    assert form is not None
    assert dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])) == {
        "q": "停车场名录",
        "facet": "publisher",
    }
