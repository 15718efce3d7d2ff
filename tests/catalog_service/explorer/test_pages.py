"""The explorer page."""

from __future__ import annotations

import httpx
import pytest

from catalog_service.explorer.graph_svg import draw
from catalog_service.site.svg import shortened
from tests.fixtures.web import HTML, House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


def page(site: Site, **params: str) -> httpx.Response:
    return site[1].get("/explore", params={"lang": "zh", **params}, headers=HTML)


def test_words_names_and_iris_lead_to_the_same_thing(site: Site) -> None:
    iri = site[1].get("/api/v1/datasets/city/BUS1").json()["iri"]
    title = site[1].get("/api/v1/datasets/city/BUS1").json()["description"]["title"]["zh"]
    by_iri, by_name = page(site, at=iri), page(site, at=title)
    assert by_iri.status_code == by_name.status_code == 200
    assert f"<h1>{title}</h1>" in by_iri.text
    assert f"<h1>{title}</h1>" in by_name.text


def test_the_picture_and_the_list_say_the_same(site: Site) -> None:
    iri = site[1].get("/api/v1/datasets/city/BUS1").json()["iri"]
    text = page(site, at=iri).text
    picture, _, listed = text.partition("</figure>")
    shown = [part.partition('"')[0] for part in picture.split('aria-label="')[1:]]
    names = [name for name in shown if f">{name}</a>" in listed]
    assert len(names) >= 2


def test_one_relation_alone_and_the_way_between_two(site: Site) -> None:
    hits = site[1].get("/api/v1/search", params={"theme": "4"}).json()["hits"]
    text = page(site, at=hits[0]["iri"], relation="theme").text
    assert text.count("<tbody>") == 1
    way = page(site, at=hits[0]["iri"], to=hits[1]["iri"]).text
    assert '<ol class="way">' in way


def test_what_is_not_found_is_said_and_where_to_start_is_shown(site: Site) -> None:
    answer = page(site, at="urn:nothing<script>")
    assert answer.status_code == 404
    assert "urn:nothing&lt;script&gt;" in answer.text
    assert 'class="tiles broad"' in answer.text


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [("abcdef", 4, "abc…"), ("养老机构", 6, "养老…"), ("ab", 4, "ab")],
)
def test_names_are_cut_to_what_fits(text: str, columns: int, expected: str) -> None:
    assert shortened(text, columns) == expected


def test_branches_stand_one_under_the_other() -> None:
    tree = draw("根" * 80, [("a", [("x", "/x"), ("y", "/y")]), ("b", [("z", "/z")])])
    rows = [leaf.y for branch in tree.branches for leaf in branch.leaves]
    assert rows == sorted(rows)
    assert rows[-1] < tree.height
    assert len(tree.lines) == 4
    assert draw("根", []).branches == ()
