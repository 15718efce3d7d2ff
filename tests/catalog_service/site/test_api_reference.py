"""The API's description for people says what the document for programs does."""

from __future__ import annotations

import html
import re

import httpx

from tests.fixtures.web import BASE, HTML, House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


def test_every_operation_of_the_document_is_on_the_page(site: Site) -> None:
    document = site[1].get("/api/v1/openapi.json").json()
    text = site[1].get("/about/api/reference", headers={**HTML, "Accept-Language": "en"}).text
    shown = re.findall(r'<span class="method \w+">(\w+)</span> <code>([^<]+)</code>', text)
    declared = [
        (method.upper(), path)
        for path, calls in document["paths"].items()
        for method in calls
        if method in ("get", "put", "post", "patch", "delete")
    ]
    assert sorted((m, html.unescape(p)) for m, p in shown) == sorted(declared)
    assert f"curl {BASE}/api/v1/search" in text
    search = text.partition('id="get-api-v1-search"')[2].partition("</details>")[0]
    for name in ("q", "theme", "cursor"):
        assert f"<code>{name}</code>" in search
    assert "SearchAnswer" in search


def test_the_page_can_be_narrowed(site: Site) -> None:
    text = site[1].get("/about/api/reference?q=duplicates", headers=HTML).text
    paths = re.findall(r'<span class="method \w+">\w+</span> <code>([^<]+)</code>', text)
    assert paths
    assert "/api/v1/search" not in paths
