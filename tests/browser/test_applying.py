"""An application for conditional data in Chromium, from its terms to its end, as both who sign."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.service import Role
from catalog_service.secret_keys import create_file
from tests.browser.conftest import LOOKS, new_page
from tests.browser.test_every_page import faults
from tests.browser.test_taking_part import Party
from tests.catalog_service.participation.conftest import APPLIED, classify_park, mailed
from tests.fixtures.people import person
from tests.fixtures.web import House, portal, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

DATASET = "/dataset/city/PARK"
NEW = "/cases/new/application"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    folder = tmp_path_factory.mktemp("applying")
    house = House(folder / "var", secret_file=folder / "keys", public_url="http://127.0.0.1")
    create_file(house.settings)
    with house.atlas as atlas:
        house.submit("city", [portal("PARK", "停车场车位", is_open="有条件开放")])
        house.project()
        classify_park(house)
        person(atlas, "citizen", email="citizen@example.org")
        person(atlas, "steward", Role.STEWARD, "transport", email="steward@example.org")
        with served(house) as address:
            yield house, address


def apply_by_form(page: Page) -> str:
    """Follow the way from the dataset's page to the form, send it, and return its number."""
    page.goto(DATASET)
    page.locator(f'a[href*="{NEW}"]').click()
    form = page.locator(f'form[action*="{NEW}"]')
    for name in ("applicant", "text", "scope", "security", "from", "until"):
        form.locator(f'[name="{name}"]').fill(APPLIED[name])
    form.locator('[name="terms"]').check()
    form.get_by_role("button").click()
    expect(page.get_by_role("status")).to_be_visible()
    return page.url.partition("?")[0].rpartition("/")[2]


def sign(party: Party, house: House, path: str, step: str, login: str) -> None:
    """Ask for a code by the page's own form, and sign with it."""
    house.clock.step(minutes=2)
    party.page.goto(path)
    party.page.locator('form[action*="/code"] button').click()
    expect(party.page.get_by_role("status")).to_be_visible()
    code = mailed(house, house.atlas.accounts.people.by_login(login).id)
    party.take(path, step, signature="李签字", code=code)


@pytest.mark.parametrize(("lang", "width", "script"), [("zh", 1280, True), ("en", 375, False)])
def test_an_application_from_its_terms_to_its_end(
    chromium: Browser, desk: tuple[House, str], lang: str, width: int, script: bool
) -> None:
    house, address = desk
    with (
        closing(new_page(chromium, address, lang, width, script=script).context) as one,
        closing(new_page(chromium, address, lang, width, script=script).context) as other,
    ):
        citizen = Party(one.pages[0], house, address, "citizen")
        steward = Party(other.pages[0], house, address, "steward")
        name = apply_by_form(citizen.page)
        own, work = f"/cases/{name}", f"/workbench/cases/{name}"
        steward.take(work, "accept_it")
        steward.take(work, "ask_details", "存放多久？")
        citizen.take(own, "give_details", "半年")
        steward.take(work, "grant", "符合条件")
        sign(citizen, house, own, "sign", "citizen")
        sign(steward, house, work, "countersign", "steward")
        steward.take(work, "file")
        citizen.page.goto(own)
        assert "2026-000" in citizen.page.inner_text("main")
        steward.take(work, "revoke", "用途不符")
        citizen.page.goto(own)
        assert "用途不符" in citizen.page.inner_text("main")


def test_its_pages_in_both_languages_and_widths(chromium: Browser, desk: tuple[House, str]) -> None:
    house, address = desk
    with (
        closing(new_page(chromium, address).context) as one,
        closing(new_page(chromium, address).context) as other,
    ):
        name = apply_by_form(Party(one.pages[0], house, address, "citizen").page)
        steward = Party(other.pages[0], house, address, "steward")
        for step in ("accept_it", "grant"):
            steward.take(f"/workbench/cases/{name}", step, "符合条件")
    for lang, width in LOOKS:
        for login, pages in (
            ("citizen", (f"{NEW}?dataset=city/PARK", f"/cases/{name}", DATASET)),
            ("steward", (f"/workbench/cases/{name}", "/workbench")),
        ):
            page = new_page(chromium, address, lang, width)
            with closing(page.context):
                Party(page, house, address, login)
                for path in pages:
                    answer, where = page.goto(path), (path, lang, width)
                    assert answer is not None and answer.status == 200, where
                    wide = page.evaluate("() => document.documentElement.scrollWidth")
                    assert wide <= width, where
                    assert faults(page) == [], where
                    assert page.evaluate("() => window.violations") == [], where
