"""Sitemaps, robots.txt, OpenSearch and the JSON feed."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import httpx
import pytest

from catalog_service.publication import service
from tests.fixtures.web import BASE, House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def places(text: str) -> dict[str, str | None]:
    root = ET.fromstring(text)
    return {
        str(entry.findtext(f"{SITEMAP}loc")): entry.findtext(f"{SITEMAP}lastmod") for entry in root
    }


def test_sitemaps_lead_to_every_public_dataset(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site[1]
    monkeypatch.setattr(service, "PART", 4)
    parts = places(client.get("/sitemap.xml").text)
    assert list(parts) == [
        f"{BASE}/sitemaps/{n}.xml" for n in ("pages", "datasets-1", "datasets-2")
    ]
    # BUS1 is in the first part, and changed an hour after the others were taken in.
    assert list(parts.values()) == [None, "2026-09-01T05:00:00Z", "2026-09-01T04:00:00Z"]
    found: dict[str, str | None] = {}
    for part in parts:
        answer = client.get(part.removeprefix(BASE))
        assert answer.headers["content-type"] == "application/xml"
        found |= places(answer.text)
    assert {url for url in found if "/dataset/" in url} == {
        f"{BASE}/dataset/city/{name}" for name in ("BUS1", "a%2Fb%20c%25", "COND", "XSS")
    }
    for url in found:
        assert client.get(url.removeprefix(BASE)).status_code == 200, url
    for wrong in ("datasets-9", "datasets-0", "datasets-x", f"datasets-{'9' * 30}", "other"):
        assert client.get(f"/sitemaps/{wrong}.xml").json()["code"] == "sitemap-not-found"


def test_crawlers_are_kept_off_what_costs(site: Site) -> None:
    answer = site[1].get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    assert rules.site_maps() == [f"{BASE}/sitemap.xml"]
    for path in ("/sparql?query=x", "/datasets?q=x&cursor=y", "/api/v1/search"):
        assert not rules.can_fetch("bot", f"{BASE}{path}"), path
    for path in ("/", "/dataset/city/BUS1", "/organization/transport", "/ldes", "/dumps/"):
        assert rules.can_fetch("bot", f"{BASE}{path}"), path


def test_browsers_are_told_how_to_search(site: Site) -> None:
    client = site[1]
    assert '<link rel="search" type="application/opensearchdescription+xml"' in client.get("/").text
    for lang, name in (("zh", "上海公共数据图谱"), ("en", "Shanghai Atlas")):
        root = ET.fromstring(client.get(f"/opensearch.xml?lang={lang}").content)
        assert root.findtext(f"{SEARCH}ShortName") == name
        for url in root.iter(f"{SEARCH}Url"):
            if url.get("rel") == "self":
                continue
            address = url.attrib["template"].removeprefix(BASE).replace("{searchTerms}", "公交")
            answer = client.get(address)
            assert answer.status_code == 200 and "BUS1" in answer.text
            assert answer.headers["content-type"].startswith(url.attrib["type"])


def test_a_search_as_a_json_feed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site[1]
    monkeypatch.setattr("catalog_service.discovery.feeds.FEED_ENTRIES", 3)
    answer = client.get("/feeds/datasets.json?lang=en")
    feed = answer.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and feed["language"] == "en"
    following = client.get(feed["next_url"].removeprefix(BASE)).json()
    items = [*feed["items"], *following["items"]]
    assert len(items) == 4 == len({item["id"] for item in items}) and "next_url" not in following
    assert [item["date_modified"][:10] for item in items][-1] == "2026-09-01"  # without a date
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get("/feeds/datasets.json?lang=en", headers=tag).status_code == 304
