"""Where the IRIs of a result lead."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.fixtures.web import BASE, HTML, House, site

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
