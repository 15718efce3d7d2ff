"""In Chromium: no word or number is broken, and the English menu of a phone stays at the top."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Opener, address, example_house, launched, opened

__all__ = ["address", "example_house", "opened"]

pytestmark = [pytest.mark.services, pytest.mark.slow]

DATASET = "/dataset/districts-pudong/PD2026016"
PAGES = [
    DATASET,
    f"{DATASET}/history",
    "/organization/transport",
    "/vocabulary/frequency",
    "/rules",
    "/rules/R04",
    "/sparql?format=html&query=SELECT+*+%7B+%3Fs+a+%3Ft+%7D+LIMIT+3",
    "/about/api",
    "/def/",
]
BROKEN = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest("pre, script, style, svg, textarea, .hidden")) continue;
    for (const match of node.data.matchAll(/[A-Za-z]{2,24}|[0-9][0-9,.]*[0-9]/g)) {
      const end = match.index + match[0].length;
      const beside = node.data.slice(Math.max(0, match.index - 1), match.index)
        + node.data.slice(end, end + 1);
      // An address or an identifier has no words, and may be broken anywhere.
      if (/[^\\s,;:.()（），。；“”‘’'"!?·、\\u3400-\\u9fff]/.test(beside)) continue;
      if (/:\\/\\//.test(node.data) && /[.:]/.test(beside)) continue;
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, end);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) found.push(match[0] + " in " + node.data.trim().slice(0, 60));
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A Chromium for the tests of this module."""
    with launched() as browser:
        yield browser


@pytest.mark.parametrize("path", PAGES)
def test_words_and_numbers_are_not_broken_in_the_middle(opened: Opener, path: str) -> None:
    for lang in ("zh", "en"):
        for width in (375, 1280):
            page = opened(path, lang=lang, width=width)
            assert page.evaluate(BROKEN) == [], (path, lang, width)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width
            page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_the_english_menu_of_a_phone_opens_where_it_is(opened: Opener, script: bool) -> None:
    page = opened(DATASET, lang="en", width=375, script=script)
    page.locator("#menu > summary").click()
    entry = page.locator("#menu a", has_text="SPARQL")
    assert entry.is_visible()
    box = entry.bounding_box()
    assert box is not None
    assert box["y"] < 400, "beside the button, not at the foot of the page"
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375
    if script:
        page.keyboard.press("Escape")
        assert not entry.is_visible()
        page.locator("#menu > summary").click()
    entry.click()
    page.wait_for_url("**/sparql*")
