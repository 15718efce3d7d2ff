"""What visitors do: with script and without, in both languages, on a phone and on a desk."""

from __future__ import annotations

import gzip
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import WIDTHS, Opener

pytestmark = [pytest.mark.services, pytest.mark.slow]

WEIGHT = 120_000
"""Bytes of script and style of the first page, gzipped."""


def open_facets(page: Page, width: int) -> None:
    if width < 800:
        page.locator("a.to-facets").click()
        expect(page.locator("#facets")).to_be_visible()


def apply(page: Page, width: int, *, script: bool) -> None:
    """On a wide screen script applies a ticked value by itself."""
    if width < 800 or not script:
        page.locator("#facets .apply button").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_search_filter_dataset_explore_and_back(
    opened: Opener, lang: str, width: int, script: bool
) -> None:
    page = opened("/", lang=lang, width=width, script=script)
    page.locator("#q").fill("停车")
    page.locator("form.search button").click()
    page.wait_for_url(re.compile(r"/datasets\?q="))
    before = page.locator(".hits > li").count()
    assert before > 1
    open_facets(page, width)
    page.locator("input[name=open_type][value=unconditional]").check()
    apply(page, width, script=script)
    page.wait_for_url(re.compile("open_type=unconditional"))
    expect(page.locator(".chip")).to_have_count(1)
    after = page.locator(".hits > li").count()
    assert 0 < after < before
    results = page.url
    page.locator(".hits .name a").first.click()
    page.wait_for_url(re.compile("/dataset/"))
    expect(page.locator("h1")).to_have_count(1)
    page.locator("main a[href*='/explore']").first.click()
    page.wait_for_url(re.compile("/explore"))
    expect(page.locator("h1")).to_have_count(1)
    page.go_back()
    page.go_back()
    assert page.url.partition("#")[0] == results.partition("#")[0]
    expect(page.locator(".chip")).to_have_count(1)
    page.locator(".chip").click()
    expect(page.locator(".chip")).to_have_count(0)
    assert page.locator(".hits > li").count() == before
    if script:
        assert page.evaluate("() => window.violations") == []


def test_a_ticked_facet_swaps_the_results_alone_and_keeps_the_focus(opened: Opener) -> None:
    page = opened("/datasets?q=停车")
    page.evaluate("() => { window.same = true; }")
    box = page.locator("input[name=open_type][value=conditional]")
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".chip")).to_have_count(1)
    assert page.evaluate("() => window.same") is True
    assert page.evaluate("() => document.activeElement?.getAttribute('value')") == "conditional"
    assert "open_type=conditional" in page.url
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)


def test_the_search_field_suggests_and_is_worked_by_keys(opened: Opener) -> None:
    page = opened("/?lang=en")
    field = page.locator("#q")
    expect(field).to_have_attribute("role", "combobox")
    field.press_sequentially("tingche")
    options = page.locator("[role=option]")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(datasets|dataset/)"))
    assert "lang=en" in page.url, "a language chosen by hand goes along"


def test_suggestions_come_while_an_input_method_composes(opened: Opener) -> None:
    page = opened("/")
    field = page.locator("#q")
    field.press_sequentially("停")
    keyboard = page.context.new_cdp_session(page)
    for letters in ("c", "che", "che'c"):
        at = {"selectionStart": len(letters), "selectionEnd": len(letters)}
        typed = "停" + letters

        def asks_for_it(request: Request, typed: str = typed) -> bool:
            # What was typed before may be asked for meanwhile.
            asked = urlsplit(request.url)
            return asked.path.endswith("/suggest") and parse_qs(asked.query)["q"] == [typed]

        with page.expect_request(asks_for_it):
            keyboard.send("Input.imeSetComposition", {"text": letters, **at})
    options = page.locator("[role=option]")
    expect(options.first).to_contain_text("停车场")
    keyboard.send("Input.insertText", {"text": "车场"})
    expect(field).to_have_value("停车场")
    expect(options.first).to_contain_text("停车场")


def test_suggestions_hold_still_while_one_moves_in_them(opened: Opener) -> None:
    page = opened("/?lang=en")
    field = page.locator("#q")
    field.press_sequentially("ting")
    options = page.locator("[role=option]")
    expect(options.first).to_be_visible()
    page.wait_for_load_state("networkidle")
    late: list[Route] = []

    def keep(route: Route) -> None:
        late.append(route)

    page.route("**/suggest?**", keep)
    with page.expect_request("**/suggest?**"):
        field.press_sequentially("che")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    for route in late:
        route.fulfill(json={"suggestions": []})
    page.wait_for_load_state("networkidle")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")


def test_enter_searches_for_what_the_field_says(opened: Opener) -> None:
    page = opened("/")
    page.locator("#q").fill("公交")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/datasets\?q="))


def test_a_snippet_is_copied(opened: Opener) -> None:
    page = opened("/dataset/districts-pudong/PD2026016")
    snippet = page.locator(".snippet").first
    snippet.locator("button.copy").click()
    expect(snippet.locator("button.copy")).to_have_text("已复制")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == snippet.locator("code").inner_text()
    assert copied.startswith("curl ")


def test_the_sheet_of_filters_needs_no_script(opened: Opener) -> None:
    page = opened("/datasets?q=停车", width=375, script=False)
    sheet = page.locator("#facets")
    expect(sheet).to_be_hidden()
    page.locator("a.to-facets").click()
    expect(sheet).to_be_visible()
    page.locator("a.from-facets").click()
    expect(sheet).to_be_hidden()


def test_keys_reach_the_content_first_and_focus_is_seen(opened: Opener) -> None:
    page = opened("/")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    assert skip.evaluate("(link) => getComputedStyle(link).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_the_first_page_is_light(opened: Opener) -> None:
    page = opened("/about")
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda response: (
            sizes.__setitem__(response.url, len(gzip.compress(response.body())))
            if response.request.resource_type in ("script", "stylesheet")
            else None
        ),
    )
    page.goto("/", wait_until="networkidle")
    assert len(sizes) >= 2
    assert sum(sizes.values()) <= WEIGHT


def test_without_script_no_button_promises_what_it_cannot_do(opened: Opener) -> None:
    page = opened("/dataset/districts-pudong/PD2026016", script=False)
    expect(page.locator("button.copy")).to_have_count(0)
    expect(page.locator(".snippet").first).to_be_visible()
