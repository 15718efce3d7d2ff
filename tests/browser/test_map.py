"""The map of the catalogue in Chromium: by mouse, keys and a search, in light and dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, Opener
from tests.browser.test_every_page import faults

pytestmark = [pytest.mark.services, pytest.mark.slow]


def ready(page: Page) -> None:
    expect(page.locator("#map[data-ready=yes][data-named=yes]")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_keys_lead_from_the_whole_to_a_dataset(opened: Opener, width: int) -> None:
    page = opened("/explore/map", lang="en", width=width)
    ready(page)
    page.locator(".stage").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#map-state")).to_contain_text("datasets in view")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    page.wait_for_url(re.compile(r"#\d+,\d+,1\.60$"))
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    expect(page.locator(".graph-panel .name")).not_to_be_empty()
    name = page.locator(".graph-panel .name").inner_text()
    page.keyboard.press("Tab")
    expect(page.locator(".graph-panel a").first).to_be_focused()
    assert faults(page) == []
    assert page.evaluate("() => window.violations") == []
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/dataset/"))
    expect(page.locator("h1")).to_have_text(name)


def test_a_search_is_shown_on_the_map_and_kept_in_the_address(opened: Opener) -> None:
    page = opened("/explore/map", dark=True)
    ready(page)
    page.locator("#find").fill("停车")
    page.keyboard.press("Enter")
    expect(page.locator("#map-state")).to_contain_text("突出显示")
    assert "q=" in page.url
    button = page.locator("#map-legend button").first
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert faults(page) == []
    again = opened(page.evaluate("() => location.pathname + location.search"))
    ready(again)
    expect(again.locator("#map-state")).to_contain_text("突出显示")


def test_a_click_chooses_and_the_wheel_comes_nearer(opened: Opener) -> None:
    page = opened("/explore/map")
    ready(page)
    page.locator(".stage").scroll_into_view_if_needed()
    box = page.locator(".stage").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.wheel(0, -300)
    page.wait_for_function("() => /,1\\.6/.test(location.hash)")
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1])
    page.mouse.up()
    assert page.evaluate("() => window.violations") == []


_WHEEL = """() => {
  let changed = 0;
  const replace = history.replaceState.bind(history);
  history.replaceState = (...told) => { changed += 1; replace(...told); };
  const stage = document.querySelector(".stage");
  for (let i = 0; i < 150; i++)
    stage.dispatchEvent(new WheelEvent("wheel", { deltaY: -3, bubbles: true, cancelable: true }));
  return new Promise((done) => window.setTimeout(() => done(changed), 900));
}"""


def test_a_wheel_that_is_turned_fast_changes_the_address_once(opened: Opener) -> None:
    page = opened("/explore/map")
    ready(page)
    # Safari throws at the hundredth change within 30 s, Firefox at the 200th.
    assert page.evaluate(_WHEEL) == 1
    found = re.search(r"#-\d+,-\d+,2\.05$", page.url)
    assert found is not None
    # A place beyond the border is found again, too.
    again = opened(f"/explore/map{found[0]}")
    ready(again)
    again.locator(".stage").focus()
    again.keyboard.press("+")
    again.wait_for_url(re.compile(rf"{found[0].rpartition(',')[0]},3\.28$"))


def test_without_script_the_table_has_the_topics(opened: Opener) -> None:
    page = opened("/explore/map", script=False)
    expect(page.locator("#map")).to_be_hidden()
    expect(page.locator("table tbody tr").first).to_be_visible()
    page.locator("#find").fill("停车")
    page.locator(".map-filter button").click()
    page.wait_for_url(re.compile(r"/datasets\?q="))
