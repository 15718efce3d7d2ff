"""Signing in and the pages of accounts, in Chromium: by keyboard, in both languages and widths."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.service import Role
from catalog_service.secret_keys import create_file
from tests.browser.conftest import WIDTHS, new_page
from tests.browser.test_every_page import faults
from tests.fixtures.people import PASSWORD, person, use_counting_hasher
from tests.fixtures.web import House, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

Desk = tuple[House, str]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A house under plain HTTP on this machine, with an administrator and a steward."""
    listener = socket.create_server(("127.0.0.1", 0))
    folder = tmp_path_factory.mktemp("desk")
    own = f"http://127.0.0.1:{listener.getsockname()[1]}"
    house = House(folder / "var", public_url=own, secret_file=folder / "secrets")
    create_file(house.settings)
    with house.atlas:
        use_counting_hasher(house.atlas)
        person(house.atlas, "wang", Role.ADMINISTRATOR, password=PASSWORD, email="w@example.org")
        person(house.atlas, "li", Role.STEWARD, "health", password=PASSWORD)
        with served(house, listener) as address:
            yield house, address


def sign_in(page: Page, path: str) -> None:
    """Sign in by keyboard alone."""
    page.goto(path)
    page.locator("#login").focus()
    page.keyboard.type("wang")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).not_to_have_text(re.compile("登录|Sign in"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_accounts(chromium: Browser, desk: Desk, lang: str, width: int) -> None:
    house, address = desk
    li = house.atlas.accounts.people.by_login("li")
    page = new_page(chromium, address, lang=lang, width=width)

    def look(path: str) -> None:
        page.goto(path)
        check()

    def check() -> None:
        where = (page.url, lang, width)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, where
        found = faults(page)
        assert not found, (where, found)
        assert page.evaluate("() => window.violations") == [], where

    for path in ("/login", "/logout", "/login/reset"):
        look(path)
    secret, _ = house.atlas.accounts.resets.make(li.id)
    look(f"/login/password?link={secret}")
    sign_in(page, "/login?next=/accounts")
    assert page.url.endswith("/accounts")
    cookies = page.context.cookies()
    assert [(one["name"], one["httpOnly"], one["sameSite"]) for one in cookies] == [
        ("atlas", True, "Lax")
    ]
    check()
    look("/account/tokens")
    page.locator("#name").fill("夜间作业")
    page.locator("[name=scope-admin]").check()
    page.locator("#until").fill("2026-10-01")
    page.locator("button[value=make]").press("Enter")
    expect(page.locator("[role=status] code").first).to_contain_text("atlas_")
    check()
    look("/accounts/tokens")
    look("/audit")
    page.goto("/account/tokens")
    page.locator("button[value=revoke]").first.press("Enter")
    expect(page.locator("details.fold summary")).to_be_visible()
    look(f"/accounts/{li.id}")
    for fold in page.locator("details.fold").all():
        fold.locator("summary").press("Enter")
    check()
    look("/account")
    page.locator("#password-totp").fill(PASSWORD)
    page.locator("button[value=totp-begin]").press("Enter")
    expect(page.locator(".qr svg")).to_be_visible()
    check()
    look("/logout")
    page.locator("main button").press("Enter")
    expect(page).to_have_url(re.compile("/login"))
    page.context.close()


def test_all_of_it_works_without_script(chromium: Browser, desk: Desk) -> None:
    """From signing in to a device, a role and signing out; then in again with a code."""
    house, address = desk
    page = new_page(chromium, address, lang="zh", width=375, script=False)
    sign_in(page, "/login")
    page.locator("#password-totp").fill(PASSWORD)
    page.locator("button[value=totp-begin]").press("Enter")
    key = page.locator("main p > code").first.inner_text()
    device = pyotp.TOTP(key)
    page.locator("#code").fill(device.at(house.clock.now()))
    page.locator("button[value=totp-confirm]").press("Enter")
    codes = page.locator("[role=status] li code").all_inner_texts()
    assert len(codes) == 10
    li = house.atlas.accounts.people.by_login("li")
    page.goto(f"/accounts/{li.id}")
    page.locator("details.fold summary").first.press("Enter")
    page.locator("#role-grant").select_option("reviewer")
    page.locator("#reason-grant").fill("兼任复核")
    page.locator("button[value=grant]").press("Enter")
    expect(page.locator("main")).to_contain_text("部门复核员")
    page.goto("/logout")
    with page.expect_navigation():
        page.locator("main button").press("Enter")
    page.goto("/login")
    page.locator("#login").fill("wang")
    page.locator("#password").fill(PASSWORD)
    page.locator("#code").fill(codes[0])
    page.locator("main form button").press("Enter")
    expect(page.locator("h1")).to_have_text("Wang")
    house.atlas.accounts.second_factors.remove(house.atlas.accounts.people.by_login("wang").id)
    page.context.close()
