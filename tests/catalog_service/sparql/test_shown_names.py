"""Where the IRIs of a result lead."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from catalog_service.sparql import result_page
from tests.fixtures.web import BASE, HTML, SCRIPT, House, site

__all__ = ["site"]


@pytest.mark.parametrize(
    ("end", "link"),
    [
        ("/x?a=b", "/x?a=b"),
        ("//evil.example/x", None),
        ("///evil.example/x", None),
        ("//", None),
    ],
)
def test_an_iri_of_ours_leads_to_no_other_site(
    site: tuple[House, httpx.Client], end: str, link: str | None
) -> None:
    query = f"SELECT (<{BASE}{end}> AS ?x) {{}}"
    page = site[1].get("/sparql", params={"query": query}, headers=HTML)
    assert page.status_code == 200 and f"{BASE}{end}" in page.text
    found = re.findall(r'href="([^"]*)"', page.text)
    assert not [one for one in found if one.startswith("//") or "evil.example/" in one[:30]]
    assert link is None or link in found


ELSEWHERE = "https://elsewhere.example/XSS"
NAMED = html.escape(f"{SCRIPT}线路", quote=False)
PAGE = "/dataset/city/XSS"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?d {{ VALUES ?d {{ <{ELSEWHERE}> }} ?d a dcat:Dataset }}",
        # A graph's statements, and its picture.
        f"CONSTRUCT {{ ?d dct:relation ?d, <urn:x> }} {{ VALUES ?d {{ <{ELSEWHERE}> }} ?d ?p ?o }}",
    ],
    ids=["table", "graph"],
)
def test_a_dataset_with_its_publishers_iri_is_one_of_ours(
    site: tuple[House, httpx.Client], query: str
) -> None:
    page = site[1].get("/sparql", params={"query": query}, headers=HTML).text
    answer = page.partition('id="answer"')[2]
    links = re.findall(r'<a[^>]* href="([^"]*)"', answer)
    assert PAGE in links or f"{PAGE}?lang=zh" in links
    assert ELSEWHERE not in links
    assert "线路" in re.sub("<[^>]*>", "", answer.partition('class="solutions"')[2])
    if query.startswith("CONSTRUCT"):
        picture = answer.partition("network-of-things")[2].partition("</svg>")[0]
        assert f'href="{PAGE}' in picture
        assert "线路" in html.unescape(picture)


def test_the_points_of_a_map_have_such_names_too(site: tuple[House, httpx.Client]) -> None:
    query = (
        f"SELECT ?d ?at {{ VALUES (?d ?at) {{ (<{ELSEWHERE}> 'POINT(121.4 31.2)')"
        " (<urn:x> 'POINT(121.5 31.3)') } }"
    )
    page = site[1].get("/sparql", params={"query": query}, headers=HTML).text
    labels = re.findall(r"<a href=\"([^\"]*)\"><circle[^>]*><title>([^<]*)</title>", page)
    assert [(link.partition("?")[0], "线路" in label) for link, label in labels] == [(PAGE, True)]


def test_names_beyond_the_shown_rows_are_known_to_pictures(
    site: tuple[House, httpx.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_page, "MAX_SHOWN", 1)
    query = (
        "SELECT ?d ?at { VALUES (?d ?at) { (<urn:x> 'POINT(121.5 31.3)')"
        f" (<{ELSEWHERE}> 'POINT(121.4 31.2)') }} }}"
    )
    page = site[1].get("/sparql", params={"query": query}, headers=HTML).text
    assert "线路" in page.partition("chart points")[2]
