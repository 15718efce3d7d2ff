"""What pages say of what was found, also to search engines, and while the search is away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from catalog_service.answers import Named
from catalog_service.datasets.description_model import Access
from catalog_service.datasets.downloads import ways
from catalog_service.discovery.facet_controls import FIRST, facet_groups
from catalog_service.discovery.model import FacetAnswer
from catalog_service.discovery.query_explanation import explanation_notes
from catalog_service.entities.openness_figures import share
from catalog_service.site.rendering import View
from ontology.errors import AtlasError
from search.index.elastic.errors import SEARCH_UNREACHABLE
from search.model import Query, Result, Understanding, Understood
from tests.catalog_service.site.test_components import description
from tests.fixtures.web import HTML, House, opened, portal

Site = tuple[House, httpx.Client]
CSV = Named(notation="csv", label={"zh": "CSV 表格", "en": "CSV"})
JSON = Named(notation="json", label={"zh": "JSON", "en": "JSON"})
NEXT = "http://a.example/files/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The usual house, with three districts' lists of the same thing."""
    with opened(tmp_path_factory.mktemp("finding")) as (house, client):
        house.submit(
            "districts",
            [
                portal(f"P{n}", f"{name}便民停车点", update_time=f"2026-0{n}-01")
                for n, name in enumerate(("浦东新区", "虹口区", "徐汇区"), 1)
            ],
        )
        house.atlas.journal.put_source("city", title="市平台")
        house.project()
        yield house, client


@pytest.fixture
def view() -> View:
    return View(scope("/"))


def scope(path: str) -> Any:
    from starlette.requests import Request

    return Request(
        {"type": "http", "method": "GET", "path": path, "query_string": b"lang=zh", "headers": []}
    )


def text_of(site: Site, address: str, lang: str = "zh") -> str:
    return site[1].get(address, headers={**HTML, "Accept-Language": lang}).text


def json_ld(text: str) -> dict[str, Any]:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    found: dict[str, Any] = json.loads(block)
    return found


# -- ways to the data ------------------------------------------------------------------------------


def names(view: View, *ways_: Access, **more: object) -> list[str]:
    return [way.name for way in ways(view, description(distributions=list(ways_), **more))]


def test_a_file_without_a_name_has_the_datasets(view: View) -> None:
    assert names(view, Access(format=CSV)) == ["x"]


def test_files_called_alike_are_told_apart_by_format_then_file_then_number(view: View) -> None:
    assert names(view, Access(format=CSV), Access(format=JSON)) == ["x · CSV 表格", "x · JSON"]
    assert names(
        view,
        Access(format=CSV, download_urls=[NEXT + "2024.csv"]),
        Access(format=CSV, download_urls=[NEXT + "2025.csv"]),
    ) == ["x · 2024.csv", "x · 2025.csv"]
    assert names(view, Access(format=CSV), Access(format=CSV)) == ["x · 1", "x · 2"]
    assert names(view, Access(format=CSV), Access(format=CSV), Access(format=JSON)) == [
        "x · CSV 表格 · 1",
        "x · CSV 表格 · 2",
        "x · JSON",
    ]


def test_names_of_their_own_stay_and_samples_are_apart(view: View) -> None:
    own = [Access(title={"zh": title}, format=CSV) for title in ("线路", "站点")]
    assert names(view, *own) == ["线路", "站点"]
    found = ways(view, description(distributions=[own[0]], samples=[own[0]]))
    assert [(way.name, way.sample) for way in found] == [("线路", False), ("线路", True)]


# -- numbers ---------------------------------------------------------------------------------------


def test_what_there_is_never_reads_as_nothing() -> None:
    assert [share(*of) for of in ((0, 9), (1, 27_000), (1, 1_000), (1, 3), (0, 0))] == [
        "0.0%",
        "<0.1%",
        "0.1%",
        "33.3%",
        "–",
    ]


def test_a_facet_that_was_cut_does_not_pass_for_a_whole_one(view: View) -> None:
    values = [
        FacetAnswer(value=f"o{n}", label={"zh": f"单位{n}"}, count=30 - n) for n in range(FIRST + 4)
    ]
    (whole,) = facet_groups(view, Query(facet_size=30), {"publisher": values})
    (cut,) = facet_groups(view, Query(facet_size=len(values)), {"publisher": values})
    assert (whole.cut, cut.cut) == (False, True)
    assert len(cut.first) + len(cut.rest) == len(values)


def test_grouped_results_say_how_many_datasets_in_how_many_groups(site: Site) -> None:
    text = text_of(site, "/datasets?q=便民停车点")
    said = re.search(r"找到 (\d+) 个数据集，相近的合为 (\d+) 组", text)
    assert said is not None
    datasets, together = map(int, said.groups())
    assert together == text.count('class="name"') < datasets
    twins = re.findall(r'class="twins"><a href="([^"]+)">还有 (\d+) 个', text)
    assert datasets == together + sum(int(count) for _, count in twins)
    for address, count in twins:
        # Whoever opens a group finds as many as were promised, and the one in front.
        opened_group = text_of(site, unescape(address))
        assert opened_group.count('class="name"') == int(count) + 1


def test_words_that_were_left_out_are_told_in_one_sentence(view: View) -> None:
    parts = tuple(Understood("filler", text, ()) for text in ("哪里", "数据"))
    result = Result(0, (), {}, 0, 0.0, understanding=Understanding("哪里有数据", parts=parts))
    (sentence,) = explanation_notes(view, Query(text="哪里有数据"), result, [("q", "哪里有数据")])
    assert "“哪里”“数据”" in sentence.text
    assert parse_qsl(urlsplit(sentence.address).query)[1] == ("literal", "filler")


@pytest.mark.parametrize(
    ("text", "chip", "kind"),
    [
        ("停车点 csv", "格式：CSV 表格", "format"),
        ("停车点 无条件开放", "开放属性：无条件开放", "openness"),
        ("停车点 2026年以来", "数据时间：2026-01-01 起", "time"),
    ],
)
def test_what_is_read_as_a_condition_can_be_taken_away(
    text: str, chip: str, kind: str, site: Site
) -> None:
    found = re.search(
        rf'class="chip" href="([^"]+)"[^>]*>.*?{chip}<', text_of(site, f"/datasets?q={text}")
    )
    assert found is not None
    without = unescape(found.group(1))
    assert parse_qsl(urlsplit(without).query) == [("q", text), ("literal", kind)]
    assert chip not in text_of(site, without)


def chips_of(site: Site, text: str) -> dict[str, dict[str, str]]:
    """The chips of a search with the query strings that they lead to."""
    page = text_of(site, f"/datasets?q={text}")
    found = re.findall(r'class="chip" href="([^"]+)">.*?aria-hidden="true">([^<]+)</span>', page)
    return {label: dict(parse_qsl(urlsplit(unescape(href)).query)) for href, label in found}


def test_each_exclusion_is_lifted_by_itself(site: Site) -> None:
    text = "停车点 不要接口 除虹口和徐汇以外"
    assert chips_of(site, text) == {
        "不含：接口": {"q": "停车点 除虹口和徐汇以外"},
        "不含：虹口": {"q": "停车点 不要接口 不含徐汇"},
        "不含：徐汇": {"q": "停车点 不要接口 不含虹口"},
    }
    assert list(chips_of(site, "停车点 不要接口 不含徐汇")) == ["不含：接口", "不含：徐汇"]
    assert chips_of(site, "停车点 不要接口") == {"不含：接口": {"q": "停车点"}}
    page = text_of(site, f"/datasets?q={text}")
    # What was no exclusion can be searched as it stands.
    assert "“不要接口”“除虹口和徐汇以外”理解为排除条件" in page
    assert (
        dict(parse_qsl("q=" + text + "&literal=exclusion")).items()
        <= {
            k: v
            for href in re.findall(r'<a href="([^"]+)">改为原样搜索', page)
            for k, v in parse_qsl(urlsplit(unescape(href)).query)
        }.items()
    )
    (bare,) = re.findall(r'class="small" href="([^"]+)">', page)
    assert dict(parse_qsl(urlsplit(unescape(bare)).query)) == {"q": "停车点"}


def test_sources_are_called_by_their_titles(site: Site) -> None:
    text = text_of(site, "/datasets?q=公交&source=city")
    assert "来源目录：市平台" in text
    assert re.search(r'value="city" checked><span>市平台</span>', text)
    assert 'href="/sources/city">市平台</a>' in text_of(site, "/dataset/city/BUS1")
    assert ">districts</span>" in text_of(site, "/datasets?q=停车点"), "without a title, the id"


# -- search engines --------------------------------------------------------------------------------


def test_the_home_page_is_a_catalogue_with_a_search(site: Site) -> None:
    found = json_ld(text_of(site, "/"))
    assert found["@type"] == "DataCatalog"
    target = found["potentialAction"]["target"]["urlTemplate"]
    assert urlsplit(target).path == "/datasets"
    assert parse_qsl(urlsplit(target).query) == [("q", "{search_term_string}")]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/organization/transport", "GovernmentOrganization"),
        ("/district/310115", "AdministrativeArea"),
        ("/theme/4", "DefinedTerm"),
        ("/field/泊位数", "DefinedTerm"),
    ],
)
def test_a_page_about_something_lists_its_datasets(site: Site, address: str, kind: str) -> None:
    text = text_of(site, address)
    found = json_ld(text)
    assert found["@type"] == "CollectionPage"
    assert found["about"]["@type"] == kind
    assert found["about"]["name"] in text
    listed = found["mainEntity"]["itemListElement"]
    assert found["mainEntity"]["numberOfItems"] >= len(listed) == text.count('class="name"')


def test_a_dataset_belongs_to_the_catalogue(site: Site) -> None:
    found = json_ld(text_of(site, "/dataset/city/BUS1"))
    assert found["includedInDataCatalog"]["@id"] == json_ld(text_of(site, "/"))["@id"]
    assert found["publisher"][0]["@type"] == "GovernmentOrganization"


# -- what comes first ------------------------------------------------------------------------------


def test_vocabularies_without_a_concept_come_last(site: Site) -> None:
    text = text_of(site, "/vocabulary")
    counts = re.findall(r'<span class="count">([^<]+)</span>', text)
    assert counts[-1] == "尚无概念"
    assert all(count.isdigit() for count in counts[: counts.index("尚无概念")])
    assert text_of(site, "/vocabulary").index("数据领域") < text_of(site, "/vocabulary").index(
        "行业"
    )


def test_the_rules_of_the_law_come_before_those_of_form(site: Site) -> None:
    ids = re.findall(r'<tr id="([^"]+)">', text_of(site, "/rules"))
    assert ids[0] == "R01"
    assert [name[0] for name in ids] == sorted((name[0] for name in ids), key="RVD".index)


# -- a search that is away -------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "again"), [("zh", "再试一次"), ("en", "Try again")])
def test_a_search_that_is_away_says_what_still_works(
    site: Site, monkeypatch: pytest.MonkeyPatch, lang: str, again: str
) -> None:
    def away(*_: object) -> None:
        raise AtlasError(SEARCH_UNREACHABLE, url="http://secret:9200", reason="refused")

    monkeypatch.setattr(type(site[0].atlas.search), "search", away)
    answer = site[1].get(f"/datasets?q=公交&theme=4&lang={lang}", headers=HTML)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    text = unescape(answer.text)
    assert "secret" not in text
    (address,) = re.findall(rf'href="([^"]+)">{again}</a>', text)
    assert dict(parse_qsl(urlsplit(address).query)) == {"q": "公交", "theme": "4", "lang": lang}
    assert 'role="search"' not in text, "no field that leads to the same page"
    for path in re.findall(r'<li><a href="(/(?:sparql|vocabulary|rules)[^"]*)">', text):
        assert site[1].get(path, headers=HTML).status_code == 200


# -- saved searches --------------------------------------------------------------------------------


def test_the_address_is_the_whole_search(site: Site) -> None:
    """Every way on from a search keeps all that is chosen, so that Back needs no script."""
    state = {
        "q": "公交",
        "open_type": "unconditional",
        "theme": "4",
        "modified_from": "2020-01-01",
        "literal": "synonym",
        "sort": "title",
        "lang": "en",
    }
    text = unescape(site[1].get("/datasets", params=state, headers=HTML).text)
    form = text[text.index('id="facets"') : text.index('id="found"')]
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    sent |= dict(re.findall(r'name="([^"]+)" value="([^"]+)" checked', form))
    sent |= dict(re.findall(r'type="date" name="([^"]+)" value="([^"]+)"', form))
    assert sent == state
    assert 'method="get"' in text[text.index('<form class="facets"') :][:200]

    def states(marker: str) -> list[dict[str, str]]:
        found = re.findall(rf"<a[^>]*{marker}[^>]*>", text)
        hrefs = [re.search(r'href="([^"]+)"', link) for link in found]
        return [dict(parse_qsl(urlsplit(h[1]).query)) for h in hrefs if h is not None]

    without = states('class="chip"')
    assert len(without) == 3
    for rest in without:
        assert rest.items() <= state.items()
        assert len(rest) == len(state) - 1
    (switched,) = states('class="switch"')
    assert switched == {**state, "lang": "zh"}
    feeds = re.findall(r'href="(/(?:feeds/datasets|api/v1/search)\.[^"]+)" type', text)
    assert len(feeds) >= 3
    for feed in feeds:
        kept = dict(parse_qsl(urlsplit(feed).query))
        assert kept == {name: value for name, value in state.items() if name != "sort"}
