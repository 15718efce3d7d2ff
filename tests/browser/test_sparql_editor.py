"""The SPARQL editor in Chromium: by keys, with what it completes, marks, cancels and remembers."""

from __future__ import annotations

import gzip
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import LOOKS, WIDTHS, Opener
from tests.browser.test_every_page import faults

pytestmark = [pytest.mark.services, pytest.mark.slow]

WEIGHT = 130_000
"""Bytes of the editor's script, gzipped."""

NUMBERS = 'SELECT ?name ?n { VALUES (?name ?n) { ("b" 2) ("a" 10) ("c" 1) } }'
PLACE = "https://w3id.org/shdata/vocab/place"
QUERIES = {
    "bars": NUMBERS,
    "line": 'SELECT * { VALUES (?m ?n) { ("2026-01" 2) ("2026-02" 4) ("2026-03" 1) } }',
    "districts": f"SELECT * {{ VALUES (?p ?n) {{ (<{PLACE}/310115> 7) (<{PLACE}/310104> 3) }} }}",
    "points": 'SELECT * { VALUES (?n ?w) { ("a" "POINT(121 31)") ("b" "POINT(121.5 31.2)") } }',
    "graph": "CONSTRUCT { ?s ?p ?o } { ?s a dcat:Dataset ; ?p ?o } LIMIT 60".replace(
        "dcat:Dataset", "<http://www.w3.org/ns/dcat#Dataset>"
    ),
    "error": "SELECT * {\n  ?a nix:b ?c\n}",
    "ask": "ASK { ?s ?p ?o }",
}


def address(query: str) -> str:
    return f"/sparql?query={quote(query)}"


def type_query(page: Page, text: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def first_column(page: Page) -> list[str]:
    return page.locator(".solutions tbody td:first-child").all_inner_texts()


@pytest.mark.parametrize("name", QUERIES)
def test_every_kind_of_answer_in_both_languages_and_widths(visited: Opener, name: str) -> None:
    for lang, width in LOOKS:
        page = visited(address(QUERIES[name]), lang=lang, width=width)
        expect(page.locator(".cm-content")).to_be_visible()
        where = (name, lang, width)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, where
        assert faults(page) == [], where
        assert page.evaluate("() => window.violations") == [], where


def test_the_dark_editor_has_contrast_too(visited: Opener) -> None:
    assert faults(visited("/sparql", dark=True)) == []
    assert faults(visited(address(QUERIES["error"]), dark=True)) == []


def test_ctrl_enter_runs_in_place_and_back_returns(opened: Opener) -> None:
    page = opened("/sparql")
    page.evaluate("() => { window.same = true; }")
    before = page.locator("#result").inner_text()
    type_query(page, NUMBERS)
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator(".solutions tbody tr")).to_have_count(3)
    expect(page.locator("#asking-state")).to_contain_text("3")
    assert first_column(page) == ["b", "a", "c"]
    assert f"query={quote(NUMBERS[:6])}" in page.url
    page.locator(".solutions th a").nth(1).click()
    expect(page.locator(".solutions tbody td").first).to_have_text("a")
    expect(page.locator(".solutions th a").nth(1)).to_be_focused()
    page.go_back()
    expect(page.locator(".solutions tbody td").first).to_have_text("b")
    page.go_back()
    expect(page.locator("#result")).to_have_text(before)
    assert page.evaluate("() => window.same") is True
    assert page.evaluate("() => window.violations") == []


def test_terms_are_completed_with_their_prefix(opened: Opener) -> None:
    page = opened("/sparql", lang="zh")
    type_query(page, "SELECT * { ?d ")
    page.keyboard.type("dct:publ")
    options = page.locator(".cm-tooltip-autocomplete [role=option]")
    expect(options.first).to_contain_text("dct:publisher")
    expect(options.first).to_contain_text("数据提供单位")
    expect(page.locator(".cm-content")).to_have_attribute("aria-activedescendant", re.compile("."))
    options.first.click()
    expect(page.locator("#query")).to_have_value(
        "PREFIX dct: <http://purl.org/dc/terms/>\nSELECT * { ?d dct:publisher"
    )
    page.keyboard.type(" ?p ; 数据领域")
    expect(options.first).to_contain_text("dcat:theme")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    assert page.evaluate("() => window.violations") == []


def test_terms_are_chosen_by_keys(opened: Opener) -> None:
    page = opened("/sparql", lang="en")
    type_query(page, "SELECT * { ?d ")
    page.keyboard.type("dct:t")
    second = page.locator(".cm-tooltip-autocomplete [role=option]").nth(1)
    expect(second).to_be_visible()
    # Just after they have appeared keys are not taken for a choice, lest one choose unwillingly.
    while second.get_attribute("aria-selected") is None:
        page.keyboard.press("ArrowDown")
    name = second.locator(".cm-completionLabel").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#query")).to_have_value(re.compile(re.escape(f"?d {name}") + "$"))


def test_an_error_is_marked_where_the_endpoint_stopped(opened: Opener) -> None:
    page = opened("/sparql", lang="en")
    type_query(page, QUERIES["error"])
    page.locator("#ask button").first.click()
    expect(page.locator("#problem")).to_contain_text("nix")
    expect(page.locator("#asking-state")).to_contain_text("nix")
    expect(page.locator(".cm-wrong-line")).to_contain_text("?a nix:b ?c")
    expect(page.locator(".cm-wrong")).to_have_text("n")
    type_query(page, "SELECT * { ?s ?p '𠀀数据' 𠀁 }")
    page.locator("#ask button").first.click()
    expect(page.locator(".cm-wrong")).to_have_text("𠀁")
    page.locator(".cm-content").press("End")
    page.keyboard.type(" ")
    expect(page.locator(".cm-wrong-line")).to_have_count(0)


def test_waiting_can_be_ended_and_the_query_stays(opened: Opener) -> None:
    page = opened("/sparql", lang="en")
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route("**/sparql?query=SELECT*", keep)
    type_query(page, NUMBERS)
    with page.expect_request("**/sparql?query=SELECT*"):
        page.keyboard.press("ControlOrMeta+Enter")
    page.locator("#stop").click()
    expect(page.locator("#asking-state")).to_contain_text("within 10 s")
    expect(page.locator("#stop")).to_be_hidden()
    expect(page.locator("#query")).to_have_value(NUMBERS)
    for route in held:
        route.abort()


def test_tab_leaves_the_editor(opened: Opener) -> None:
    page = opened("/sparql")
    page.locator(".cm-content").click()
    page.keyboard.press("Tab")
    expect(page.locator("#ask button").first).to_be_focused()


def test_queries_are_remembered_only_on_wish_and_can_be_deleted(opened: Opener) -> None:
    page = opened("/sparql", lang="en")
    page.locator("#history summary").click()
    type_query(page, NUMBERS)
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator(".solutions tbody tr")).to_have_count(3)
    assert page.evaluate("() => localStorage.length") == 0
    page.locator("#remember").check()
    type_query(page, f"{NUMBERS} LIMIT 1")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator(".solutions tbody tr")).to_have_count(1)
    expect(page.locator("#history .kept")).to_have_count(1)
    page.reload()
    page.locator("#history summary").click()
    page.locator("#history .kept").click()
    expect(page.locator("#query")).to_have_value(f"{NUMBERS} LIMIT 1")
    assert faults(page) == []
    page.locator("#history button.second").click()
    expect(page.locator("#history .kept")).to_have_count(0)
    page.locator("#remember").uncheck()
    assert page.evaluate("() => localStorage.length") == 0


def test_the_editor_is_loaded_on_its_page_alone(opened: Opener) -> None:
    page = opened("/about")
    sizes: dict[str, int] = {}
    page.on(
        "response",
        lambda response: (
            sizes.__setitem__(response.url, len(gzip.compress(response.body())))
            if response.request.resource_type == "script"
            else None
        ),
    )
    page.goto("/", wait_until="networkidle")
    assert not any("/sparql-" in url for url in sizes)
    page.goto("/sparql", wait_until="networkidle")
    assert [size <= WEIGHT for url, size in sizes.items() if "/sparql-" in url] == [True]


@pytest.mark.parametrize("width", WIDTHS)
def test_without_script_the_form_does_all_that_matters(opened: Opener, width: int) -> None:
    page = opened("/sparql", lang="en", width=width, script=False)
    expect(page.locator("#stop")).to_be_hidden()
    expect(page.locator("#history")).to_be_hidden()
    page.locator("#query").fill(NUMBERS)
    page.locator("#ask button").first.click()
    page.wait_for_url(re.compile("query="))
    assert first_column(page) == ["b", "a", "c"]
    page.locator(".solutions th a").nth(1).click()
    assert first_column(page) == ["a", "b", "c"]
    expect(page.locator("svg.chart")).to_have_count(1)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["bars", "error"])
def test_what_came_is_in_view(opened: Opener, name: str, width: int, script: bool) -> None:
    page = opened("/sparql", lang="en", width=width, script=script)
    if script:
        expect(page.locator(".cm-content")).to_be_visible()
        type_query(page, QUERIES[name])
    else:
        page.locator("#query").fill(QUERIES[name])
    page.locator("#ask button").first.click()
    wrong = page.locator("#asking-state", has_text="nix") if script else page.locator("#problem")
    expect(wrong if name == "error" else page.locator("#result")).to_be_in_viewport()
