"""What a dataset's page says where the record says little, or what cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from starlette.requests import Request

from catalog_service.answers import Named
from catalog_service.datasets.citation import citation
from catalog_service.datasets.description_model import Access
from catalog_service.datasets.downloads import ways
from catalog_service.site.rendering import View
from tests.catalog_service.site.test_components import description
from tests.fixtures.web import HTML, House, opened, portal

Site = tuple[House, httpx.Client]
NO_ADDRESS = {"zh": "没有给出地址", "en": "gives no address"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The usual house, with a record dated after its day and one without addresses."""
    with opened(tmp_path_factory.mktemp("dataset")) as (house, client):
        house.submit(
            "districts",
            [
                portal("LATER", "未来的停车点", update_time="2031-01-01"),
                portal("BARE", "没有地址的停车点", url="", data_formats=["csv", "json"]),
                {"id": "MUTE", "title": "河道", "department": "上海市水务局"},
            ],
        )
        house.project()
        yield house, client


@pytest.fixture
def view() -> View:
    return View(
        Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []})
    )


def text_of(site: Site, address: str, lang: str = "zh") -> str:
    return site[1].get(address, headers={**HTML, "Accept-Language": lang}).text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_addresses_one_sentence_says_so_and_whom_to_ask(site: Site, lang: str) -> None:
    text = text_of(site, "/dataset/districts/BARE", lang)
    section = text.partition('<section aria-labelledby="get">')[2].partition("</section>")[0]
    assert section.count(NO_ADDRESS[lang]) == 1
    assert "/organization/transport" in section
    glance = text.partition('<div class="glance">')[2].partition('<nav class="onpage"')[0]
    assert 'class="button"' not in glance, "no button leads to nothing"
    assert 'class="button"' in text_of(site, "/dataset/city/BUS1", lang)
    assert glance.count(NO_ADDRESS[lang]) == 1


def test_a_way_is_reachable_by_any_address(view: View) -> None:
    csv = Named(notation="csv", label={"zh": "CSV"})
    for known in ("download_urls", "access_urls", "endpoint_urls"):
        access = Access(format=csv).model_copy(update={known: ["https://data.example/x"]})
        (way,) = ways(view, description(distributions=[access]))
        assert way.reachable
    (way,) = ways(view, description(distributions=[Access(format=csv)]))
    assert not way.reachable


def test_the_ring_and_the_words_beside_it_say_the_same_numbers(site: Site) -> None:
    text = text_of(site, "/dataset/city/BUS1", "en")
    (shown,) = re.findall(r'<text x="32" y="36.5">(\d+)/(\d+)</text>', text)
    passed, checked = map(int, shown)
    assert 0 < passed < checked
    assert text.count(f"{passed} of {checked} rules passed") == 2


def test_it_is_cited_on_the_day_on_which_it_is_looked_at(site: Site) -> None:
    house = site[0]
    day = house.clock.now().date().isoformat()
    assert f"[{day}]" in text_of(site, "/dataset/city/BUS1")


def test_a_year_to_come_is_not_cited() -> None:
    day = date(2026, 9, 1)
    cited = {
        ("2027-03-01", "2025-05-18"): "(2025)",
        ("2027-03-01", None): "(2026)",
        ("2024-03-01", "2020-01-01"): "(2024)",
        (None, None): "(2026)",
    }
    for (modified, issued), year in cited.items():
        found = description(modified=modified, issued=issued)
        assert year in citation(found, day, "zh")


def test_a_date_to_come_is_called_so_among_the_results(site: Site) -> None:
    text = text_of(site, "/datasets?q=%E6%9C%AA%E6%9D%A5%E7%9A%84%E5%81%9C%E8%BD%A6%E7%82%B9")
    assert "更新日期在将来（2031-01-01）" in text


def test_of_an_organisation_nobody_knows_what_no_record_says(site: Site) -> None:
    """Its one dataset says neither an open type, nor a way, nor a day: no share is a zero."""
    text = text_of(site, "/organization/water")
    figures = re.findall(r"<div><dt>([^<]*)</dt><dd>([^<]*)</dd></div>", text)
    assert [value for _, value in figures] == ["1", "–", "–", "–"]
    known = dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", text_of(site, "/theme/4")))
    assert known["无条件开放"].endswith("%")


def test_english_pages_gloss_what_is_chinese_and_say_that_it_is_automatic(site: Site) -> None:
    for address in ("/dataset/districts/BARE", "/datasets?q=没有地址的停车点"):
        chinese, english = (text_of(site, address, lang) for lang in ("zh", "en"))
        assert 'class="gloss"' not in chinese
        assert '<span class="gloss">No addresses parking points <span class="automatic"' in english
    page = text_of(site, "/dataset/districts/MUTE", "en")
    assert '<span class="gloss">River channels <span class="automatic"' in page


def test_what_an_english_page_glosses_is_in_no_form_for_programs(site: Site) -> None:
    for suffix in (".ttl", ".jsonld", ".rdf", ".nt"):
        assert "parking" not in site[1].get(f"/dataset/districts/BARE{suffix}").text.lower()
    for address in ("/api/v1/datasets/districts/BARE", "/api/v1/search?q=停车点"):
        assert '"parking' not in site[1].get(address, params={"lang": "en"}).text.lower()
