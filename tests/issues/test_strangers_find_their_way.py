"""Addresses that people and programs try, and what goes along from one to the next."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, quote, urlsplit

import feedparser
import httpx
import pytest

from catalog_service.dumps import work
from tests.fixtures.web import BASE, HTML, House, own_site, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]
ENGLISH = {"lang": "en"}


def test_parts_of_a_dataset_have_their_places_on_its_page(site: Site) -> None:
    document = site[1].get("/dataset/city/BUS1.nt").text
    parts = set(re.findall(rf"<{BASE}/id/dataset/city/BUS1#(dist-[^>]*|field-[^>]*)>", document))
    page = site[1].get("/dataset/city/BUS1", headers=HTML).text
    assert parts
    for part in parts:
        assert f'id="{part}"' in page
    # From a result of a query too.
    query = f"SELECT (<{BASE}/id/dataset/city/BUS1#dist-1> AS ?x) {{}}"
    shown = site[1].get("/sparql", params={"query": query}, headers=HTML).text
    assert 'href="/id/dataset/city/BUS1#dist-1"' in shown


@pytest.mark.parametrize(
    "path",
    ["/id/dataset/city/BUS1", "/vocab/domain/4", "/vocab/organization/transport", "/catalog"],
)
def test_a_language_that_was_chosen_goes_along(site: Site, path: str) -> None:
    answer = site[1].get(path, params=ENGLISH, headers=HTML)
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query)["lang"] == ["en"]
    plain = site[1].get(path, headers=HTML)
    assert "lang=" not in plain.headers["location"]
    other = site[1].get(path, params={"lang": "//evil.example"}, headers=HTML)
    assert "evil" not in other.headers["location"]


def test_the_pages_of_a_feed_stay_in_their_language(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog_service.discovery.feeds.FEED_ENTRIES", 2)
    for params, kept in ((ENGLISH, ["en"]), ({}, None)):
        feed = feedparser.parse(site[1].get("/feeds/datasets.atom", params=params).text)
        links = {one["rel"]: html.unescape(one["href"]) for one in feed.feed.links}
        for name in ("self", "next"):
            assert parse_qs(urlsplit(links[name]).query).get("lang") == kept


def test_a_slash_too_many_leads_to_the_endpoint(site: Site) -> None:
    asked = {"query": "ASK {}"}
    answer = site[1].get("/sparql/", params=asked)
    assert (answer.status_code, answer.headers["location"]) == (
        308,
        f"/sparql?query={quote('ASK {}', safe='').replace('%20', '+')}",
    )
    sent = site[1].post("/sparql/", data=asked, follow_redirects=True)
    assert sent.json()["boolean"] is True


def test_the_beginning_of_a_dumps_address_answers(own_site: Site) -> None:
    house, client = own_site
    none = client.get("/dumps/latest/")
    assert none.status_code == 404 and none.json()["code"].startswith("dump")
    made = work.create(house.atlas)
    for path in ("/dumps/latest/", "/dumps/latest", f"/dumps/{made.name}/"):
        assert client.get(path, headers=HTML).headers["location"] == "/dumps/"
        told = client.get(path, follow_redirects=True)
        assert told.json()["name"] == made.name


@pytest.mark.parametrize("path", ["/ldes", "/ldes/changes/1", "/ldes/ranges/1", "/catalog.nt"])
def test_the_whole_is_read_within_a_share_of_work(site: Site, path: str) -> None:
    answer = site[1].get(path)
    assert answer.status_code == 200
    assert "RateLimit" in answer.headers
