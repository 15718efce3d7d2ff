"""Searching inside a facet, and the pages of a search, as people with and without script do."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener

pytestmark = [pytest.mark.services, pytest.mark.slow]

FIELD = "#find-publisher"
ANYTHING = re.compile(".")


def ticks(page: Page) -> list[str]:
    return page.locator('input[name="publisher"]').evaluate_all(
        "(all) => all.map((one) => one.closest('label').innerText)"
    )


def test_typing_lists_the_values_that_have_it(opened: Opener) -> None:
    page = opened("/datasets")
    before = len(ticks(page))
    page.locator(FIELD).press_sequentially("浦东", delay=30)
    matches = page.locator("#values-publisher #matches-publisher")
    expect(matches).to_be_visible()
    found = ticks(page)
    assert 0 < len(found) < before
    assert all("浦东" in label for label in found)
    expect(matches.locator('[role="status"]')).to_contain_text("浦东")
    assert page.url.endswith("/datasets"), "nothing was chosen yet"
    with page.expect_response(re.compile(r"/datasets\?.*publisher=")):
        matches.locator("input").first.check()
    expect(page.locator(".chip")).to_have_count(1)
    assert "find=" not in page.url
    assert page.evaluate("window.violations") == []


def test_without_script_there_is_a_page_of_values(opened: Opener) -> None:
    page = opened("/datasets?theme=4", script=False)
    page.goto("/datasets")
    page.locator(FIELD).fill("浦东")
    page.locator(FIELD).press("Enter")
    expect(page).to_have_url(re.compile("facet=publisher"))
    found = ticks(page)
    assert found
    assert all("浦东" in label for label in found)
    page.locator('input[name="publisher"]').first.check()
    page.locator(".values button").click()
    expect(page).to_have_url(re.compile(r"/datasets\?publisher="))
    expect(page.locator(".chip")).to_have_count(1)


def test_pages_are_turned_by_number_and_by_key(opened: Opener) -> None:
    page = opened("/datasets", width=375)
    pager = page.locator("nav.pager")
    expect(pager).to_contain_text("第 1–20 条")
    pager.get_by_role("link", name="第 2 页").click()
    expect(pager).to_contain_text("第 21–40 条")
    expect(pager.locator("[aria-current=page]")).to_contain_text("2")
    assert page.locator("ol.hits").get_attribute("start") == "21"
    pager.locator("[rel=prev]").focus()
    page.keyboard.press("Enter")
    expect(pager).to_contain_text("第 1–20 条")


def test_a_county_narrows_its_city(opened: Opener) -> None:
    page = opened("/datasets?place=上海市")
    with page.expect_response(re.compile("place=")):
        page.locator('input[name="place"][value="上海市/浦东新区"]').check()
    expect(page.locator(".chip")).to_have_text(ANYTHING)
    expect(page.locator(".chip")).to_contain_text("上海市 › 浦东新区")
    expect(page.locator("#f-place-上海市")).to_be_checked()


def test_a_title_keeps_its_room_beside_a_long_gloss(opened: Opener) -> None:
    page = opened("/", lang="en", width=1280)
    row = page.locator(".newest li").first
    row.evaluate(
        """(li) => {
          li.querySelector("a").textContent = "道路运输从业人员从业资格证注销信息";
          const gloss = li.querySelector(".gloss") ?? document.createElement("span");
          gloss.className = "gloss";
          gloss.textContent = "Road transport employees employment certificates ".repeat(4);
          li.querySelector("a").after(gloss);
        }"""
    )
    box = row.locator("a").first.bounding_box()
    assert box is not None
    assert box["height"] < 40, "one line, not a column of characters"
