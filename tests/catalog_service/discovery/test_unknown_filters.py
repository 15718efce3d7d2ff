"""Values in an address that do not exist: the page says so and leads out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import pytest

from tests.fixtures.web import HTML, House, opened, portal

Site = tuple[House, httpx.Client]
NOTICE = re.compile(r'<div class="notice alert" role="status">(.*?)</div>', re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The usual house, with one list more."""
    with opened(tmp_path_factory.mktemp("unknown")) as (house, client):
        house.submit("districts", [portal("P1", "便民停车点", update_time="2026-01-01")])
        house.project()
        yield house, client


def notices(site: Site, address: str, lang: str = "zh") -> list[str]:
    answer = site[1].get(address, headers={**HTML, "Accept-Language": lang})
    assert answer.status_code == 200
    return NOTICE.findall(answer.text)


def links(notice: str) -> list[list[tuple[str, str]]]:
    return [
        parse_qsl(urlsplit(unescape(address)).query)
        for address in re.findall(r'href="([^"]*)"', notice)
    ]


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("publisher", "bogus", []),
        ("publisher", "市交通委", ["https://w3id.org/shdata/vocab/organization/transport"]),
        ("format", "cvs", ["csv"]),
        ("open_type", "unconditionl", ["unconditional"]),
        ("freshness", "quater", ["quarter"]),
        ("quality", "execellent", ["excellent"]),
        ("source", "citi", ["city"]),
        ("year", "lately", []),
    ],
)
def test_a_value_that_does_not_exist_is_named_and_can_be_removed(
    site: Site, name: str, value: str, meant: list[str]
) -> None:
    (notice,) = notices(site, f"/datasets?q=%E5%81%9C%E8%BD%A6&{name}={quote(value)}")
    assert value in notice
    removed, *instead = links(notice)
    assert removed == [("q", "停车")]
    found = [dict(link)[name] for link in instead]
    assert found[: len(meant)] == meant
    assert all(dict(link)["q"] == "停车" for link in instead)


def test_beside_a_value_that_exists_it_is_named_too(site: Site) -> None:
    (notice,) = notices(site, "/datasets?open_type=unconditional&open_type=nonsense", "en")
    assert "nonsense" in notice
    assert links(notice)[0] == [("open_type", "unconditional")]


@pytest.mark.parametrize(
    "query",
    [
        "open_type=unconditional",
        "theme=12",
        "year=1999",
        "freshness=longer&quality=bad&sample=yes",
        "publisher=https%3A%2F%2Fw3id.org%2Fshdata%2Fvocab%2Forganization%2Fwater",
        "group=none",
        "q=nothing-of-this-name",
        "modified_from=2026-01-01",
    ],
)
def test_what_exists_and_finds_nothing_is_no_mistake(site: Site, query: str) -> None:
    assert notices(site, f"/datasets?{query}") == []


def test_the_value_is_text_and_never_markup(site: Site) -> None:
    (notice,) = notices(site, "/datasets?publisher=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script" not in notice
    assert "&lt;script" in notice
