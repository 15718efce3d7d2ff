"""From the first link to a signed-in page and out again, in Chromium, with and without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.reset import BY_HAND
from catalog_service.accounts.service import Role
from tests.browser.conftest import new_page
from tests.browser.test_every_page import faults
from tests.fixtures.people import PASSWORD
from tests.fixtures.web import House, served

pytestmark = [pytest.mark.services, pytest.mark.slow]


@pytest.fixture(scope="module")
def entrance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """A catalogue on an address without TLS."""
    house = House(tmp_path_factory.mktemp("entrance"), public_url="http://127.0.0.1:1")
    with house.atlas:
        house.project()
        with served(house) as address:
            yield house, address


def sound(page: Page, width: int) -> None:
    """Nothing for axe or the policy, and no sideways scroll."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert faults(page) == []
    assert page.evaluate("() => window.violations") == []


@pytest.mark.parametrize(
    ("lang", "width", "script"),
    [("zh", 375, True), ("en", 1280, True), ("zh", 1280, False), ("en", 375, False)],
)
def test_a_person_sets_a_password_signs_in_and_out(
    chromium: Browser, entrance: tuple[House, str], lang: str, width: int, script: bool
) -> None:
    house, address = entrance
    accounts = house.atlas.accounts
    account = accounts.people.create(f"zhang{lang}{width}", "张敏")
    link, _ = accounts.resets.make(account.id, valid=BY_HAND)
    page = new_page(chromium, address, lang, width, script)
    try:
        page.goto(f"/login/password?link={link}")
        if script:
            sound(page, width)
        page.locator("#password").fill(PASSWORD)
        # The form is still on its way when the key returns: going elsewhere would cut it off.
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator(".alert")).to_have_count(0)
        page.goto("/login?next=/account")
        page.locator("#login").fill(account.login)
        page.locator("#password").fill("not " + PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("#login")).to_have_value(account.login)
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/account")
        expect(page.locator("main")).to_contain_text("张敏")
        # A citizen has no workbench; from the next page on an officer has one.
        desk = page.locator("header a[href*='/workbench']")
        expect(desk).to_have_count(0)
        accounts.grants.grant(account.id, Role.CITY_OFFICE, None, by="cli", reason="专人专岗")
        page.goto("/about")
        expect(desk.first).to_have_text("工作台" if lang == "zh" else "Workbench")
        if script:
            sound(page, width)
        page.goto("/logout")
        with page.expect_navigation():
            page.locator("main form button").click()
        page.goto("/account")
        expect(page).to_have_url(f"{address}/login?next=%2Faccount")
    finally:
        page.context.close()
