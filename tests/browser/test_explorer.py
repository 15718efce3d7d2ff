"""The explorer's picture in Chromium: by mouse, touch and keys, undone, kept, saved."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Opener
from tests.browser.test_every_page import DATASET, faults

pytestmark = [pytest.mark.services, pytest.mark.slow]

START = f"/explore?at=https://data.example/id{DATASET}"
THINGS = (
    "() => [...document.querySelector('.stage')._cyreg.cy.nodes('[kindName]').map((n) => n.id())]"
)
PLACES = """() => Object.fromEntries(document.querySelector('.stage')._cyreg.cy.nodes().map(
  (n) => [n.id(), { ...n.renderedPosition(), expand: n.data('expand') }]))"""
LISTED = "() => [...document.querySelectorAll('.groups tr[data-iri]')].map((r) => r.dataset.iri)"


def drawn(page: Page) -> None:
    expect(page.locator("#graph[data-ready=yes]")).to_be_visible()


def things(page: Page) -> set[str]:
    return set(page.evaluate(THINGS))


def listed(page: Page) -> set[str]:
    found = set(page.evaluate(LISTED))
    return found | set(
        page.evaluate("() => [...document.querySelectorAll('.groups')].map((t) => t.dataset.of)")
    )


def expandable(page: Page) -> tuple[float, float]:
    """Where something stands that can be expanded, within the window."""
    page.locator(".stage").scroll_into_view_if_needed()

    def seen() -> tuple[Any, dict[str, Any]]:
        return page.locator(".stage").bounding_box(), page.evaluate(PLACES)

    # What comes late above moves the stage, and a click would miss.
    box, places = seen()
    for _ in range(60):
        before = box, places
        page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"
        )
        box, places = seen()
        if (box, places) == before:
            break
    assert box is not None
    one = next(place for place in places.values() if place["expand"])
    return box["x"] + one["x"], box["y"] + one["y"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_a_search_to_a_way_in_five_actions(opened: Opener, lang: str, width: int) -> None:
    page = opened("/", lang=lang, width=width)
    page.locator("#q").fill("停车")
    page.keyboard.press("Enter")  # 1: search
    page.wait_for_url(re.compile(r"/datasets\?q="))
    page.locator(".hits .name a").first.click()  # 2: a dataset
    page.wait_for_url(re.compile("/dataset/"))
    page.locator("main a[href*='/explore']").first.click()  # 3: what hangs together with it
    page.wait_for_url(re.compile("/explore"))
    drawn(page)
    goal = page.locator("#to")
    goal.press_sequentially("公交")  # 4: the other end
    options = page.locator("#to-things [role=option]")
    expect(options.first).to_be_visible()
    options.first.click()  # 5: which of them
    expect(page.locator("ol.way li").nth(1)).to_be_visible()
    drawn(page)
    assert "to=" in page.url
    way = page.locator("#graph-data").text_content() or ""
    assert '"role": "goal"' in way
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert faults(page) == []
    assert page.evaluate("() => window.violations") == []


def test_expanding_by_mouse_keeps_what_was_there_and_is_undone(opened: Opener) -> None:
    page = opened(START)
    drawn(page)
    page.evaluate("() => { window.same = true; }")
    before, address = things(page), page.url
    assert listed(page) == before
    page.mouse.dblclick(*expandable(page))
    expect(page.locator("table.groups")).to_have_count(2)
    drawn(page)
    after = things(page)
    assert before < after
    assert listed(page) == after
    assert "open=" in page.url
    kept = page.url
    undo, redo = page.locator(".graph-bar button").nth(0), page.locator(".graph-bar button").nth(1)
    undo.click()
    expect(page.locator("table.groups")).to_have_count(1)
    assert page.url == address
    assert things(page) == before
    redo.click()
    expect(page.locator("table.groups")).to_have_count(2)
    assert things(page) == after
    assert page.evaluate("() => window.same") is True
    assert page.evaluate("() => window.violations") == []
    other = opened(kept)
    drawn(other)
    assert things(other) == after


def test_keys_go_from_thing_to_thing_and_expand(opened: Opener) -> None:
    page = opened(START, lang="en")
    drawn(page)
    page.locator(".stage").focus()
    status = page.locator("#graph > [role=status]")
    page.keyboard.press("ArrowRight")
    expect(status).to_contain_text("connected")
    first = status.inner_text()
    for key in ("ArrowUp", "ArrowRight", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
        if status.inner_text() != first:
            break
    assert status.inner_text() != first
    expect(page.locator(".graph-panel .name")).to_be_visible()
    before = things(page)
    page.keyboard.press("Enter")
    expect(page.locator("table.groups")).to_have_count(2)
    drawn(page)
    assert before < things(page)
    expect(page.locator(".stage")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".graph-panel a").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".stage")).to_be_focused()
    assert faults(page) == []


def test_touch_chooses_and_the_panel_expands(opened: Opener) -> None:
    page = opened(START, width=375)
    drawn(page)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    x, y = expandable(page)
    points = [{"x": x, "y": y}]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator(".graph-panel .name")).to_be_visible()
    page.locator(".graph-panel a", has_text="展开").click()
    expect(page.locator("table.groups")).to_have_count(2)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 375


def test_relations_are_switched_off_and_clusters_open(opened: Opener) -> None:
    page = opened("/explore?at=https://w3id.org/shdata/vocab/domain/4")
    drawn(page)
    before = things(page)
    page.locator(".toggle").nth(1).click()
    expect(page.locator(".toggle.off")).to_have_count(1)
    drawn(page)
    assert things(page) < before
    page.locator(".toggle.off").click()
    expect(page.locator(".toggle.off")).to_have_count(0)
    drawn(page)
    assert things(page) == before
    more = page.locator(".groups th a").first
    if more.count():
        more.click()
        page.wait_for_url(re.compile("more="))
        drawn(page)
        assert before < things(page)
        assert listed(page) == things(page)
    assert page.evaluate("() => window.violations") == []


def test_the_picture_is_saved_as_a_file(opened: Opener) -> None:
    page = opened(START, dark=True)
    drawn(page)
    for name in ("SVG", "PNG"):
        with page.expect_download() as found:
            page.locator(".graph-bar button", has_text=name).click()
        content = found.value.path().read_bytes()
        assert found.value.suggested_filename == f"graph.{name.lower()}"
        if name == "SVG":
            title = page.locator("h1").inner_text()
            assert content.startswith(b"<svg ")
            assert title[:8].encode() in content
        else:
            assert content.startswith(b"\x89PNG")
            assert len(content) > 5_000
    assert faults(page) == []
    assert page.evaluate("() => window.violations") == []


@pytest.mark.parametrize("width", WIDTHS)
def test_without_script_the_list_and_its_links_do_it(opened: Opener, width: int) -> None:
    page = opened(START, width=width, script=False)
    expect(page.locator("#graph")).to_be_hidden()
    expect(page.locator(".legend")).to_be_hidden()
    before = len(listed_plain(page))
    page.locator("a.step").first.click()
    page.wait_for_url(re.compile("open="))
    assert len(listed_plain(page)) > before
    page.locator(".toggle").first.click()
    page.wait_for_url(re.compile("off="))
    expect(page.locator(".toggle.off")).to_have_count(1)


def listed_plain(page: Page) -> list[str]:
    return page.locator(".groups tr[data-iri]").evaluate_all(
        "(rows) => rows.map((r) => r.dataset.iri)"
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_dataset_shows_its_neighbours_when_one_comes_there(opened: Opener, width: int) -> None:
    page = opened(DATASET, width=width)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    assert not any("/graph-" in url for url in asked)
    page.locator("[data-neighbours]").scroll_into_view_if_needed()
    drawn(page)
    assert any("/graph-" in url for url in asked)
    assert len(things(page)) > 1
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert faults(page) == []
    assert page.evaluate("() => window.violations") == []
    page.mouse.dblclick(*expandable(page))
    page.wait_for_url(re.compile("/explore.*open="))
    drawn(page)
