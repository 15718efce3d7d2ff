"""What is told, and what helps, where the catalogue seems to have no data on what was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.fixtures.web import HTML, House, opened, portal

Site = tuple[House, httpx.Client]
NONE = {"zh": "目录中应该没有这方面的数据", "en": "The catalogue seems to have no data on this."}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    contact = "data@atlas.example"
    with opened(tmp_path_factory.mktemp("missing"), contact=contact) as (house, client):
        house.submit(
            "prices", [portal(f"P{n}", f"{n}月药品价格") for n in range(1, 13)], gate="report"
        )
        house.project()
        yield house, client


def page(site: Site, text: str, **more: str) -> str:
    found = site[1].get("/datasets", params={"q": text, **more}, headers=HTML)
    assert found.status_code == 200
    return found.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_shares_a_word_is_not_shown_as_an_answer(site: Site, lang: str) -> None:
    text = page(site, "比特币价格", lang=lang)
    told, first = text.index(NONE[lang]), text.index("月药品")
    heading = {"zh": "含有部分词语的数据", "en": "Sharing words"}[lang]
    assert told < text.index(f">{heading}</h2>") < first
    assert "mailto:data@atlas.example" in text[told:first]
    # Who may know is named, with its page.
    assert re.search(r'href="/organization/[^"]+">', text[told:first])
    assert {"zh": "个数据集含有部分词语", "en": "datasets share words with it"}[lang] in text
    assert text.count('<ol class="hits"') == 1


def test_where_nothing_shares_a_word_the_same_is_told(site: Site) -> None:
    text = page(site, "企鹅")
    assert NONE["zh"] in text and "mailto:data@atlas.example" in text


def test_the_same_without_the_place_is_offered_where_there_is_some(site: Site) -> None:
    assert "不限地点查找" not in page(site, "虹口区企鹅")
    assert NONE["zh"] not in page(site, "药品价格")


def test_the_interface_says_it_and_filters_silence_it(site: Site) -> None:
    client = site[1]

    def sure(**asked: str) -> dict[str, object] | None:
        found = client.get("/api/v1/search", params=asked).json()["confidence"]
        return found if found is None else dict(found)

    none, here = sure(q="比特币价格"), sure(q="药品价格")
    assert none is not None and here is not None
    assert (none["verdict"], here["verdict"]) == ("none", "found")
    assert set(none) == {"verdict", "answered"}
    assert sure(q="比特币价格", open_type="unconditional") is None
    assert sure() is None
    text = page(site, "比特币价格", open_type="unconditional")
    assert NONE["zh"] not in text
