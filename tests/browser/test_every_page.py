"""Every page in Chromium: nothing scrolls sideways, axe finds nothing, the policy holds."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import AXE, LOOKS, Opener

pytestmark = [pytest.mark.services, pytest.mark.slow]

DATASET = "/dataset/districts-pudong/PD2026016"
PAGES = [
    "/",
    "/datasets?q=养老院",
    "/datasets?q=停车&theme=4&open_type=unconditional",
    "/datasets?q=没有这样的数据xyzq",
    "/datasets?q=停车#facets",
    "/datasets?place=上海市&place=上海市/浦东新区&exclude=theme:not-stated",
    "/datasets?offset=20",
    "/datasets?offset=9000",
    "/datasets?facet=publisher&find=局",
    DATASET,
    f"{DATASET}?at=2030-01-01",
    "/organization/transport",
    "/district/310115",
    "/theme/4",
    "/field/泊位数",
    "/organizations",
    "/districts",
    "/themes",
    "/fields",
    f"/explore?at=https://data.example/id{DATASET}",
    "/explore/map?q=停车",
    "/vocabulary",
    "/vocabulary/frequency",
    "/rules",
    "/sources",
    "/network",
    "/ldes",
    "/dumps/",
    "/sources/districts-pudong",
    "/duplicates",
    "/source-catalog",
    "/source-catalog/import",
    "/sparql",
    "/sparql?format=html&query=SELECT+*+%7B+%3Fs+a+%3Ft+%7D+LIMIT+3",
    "/about",
    "/about/accessibility",
    "/about/search-quality",
    "/datasets/judge?q=养老院",
    "/def/",
    "/rules/R21",
    "/rules/R21/rates",
    "/rules/R21/records",
    "/about/api",
    "/about/api/reference",
    "/no/such/page",
]


def faults(page: Page) -> list[str]:
    """Return what axe finds, each with the element that it finds it in."""
    # Through the debugger: a script element would need a hole in the policy.
    page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate("() => axe.run().then((r) => r.violations)")
    return [
        f"{fault['id']}: {node['html'][:160]} ({node['any'][0]['message'] if node['any'] else ''})"
        for fault in found
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_both_languages_and_widths(visited: Opener, path: str) -> None:
    for lang, width in LOOKS:
        page = visited(path, lang=lang, width=width)
        where = (path, lang, width)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, where
        found = faults(page)
        assert not found, (where, found)
        assert page.evaluate("() => window.violations") == [], where


@pytest.mark.parametrize("path", ["/", "/datasets?q=养老院", DATASET])
def test_dark_pages_have_contrast_too(visited: Opener, path: str) -> None:
    assert faults(visited(path, dark=True)) == []
