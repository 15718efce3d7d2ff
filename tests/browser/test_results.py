"""A result in Chromium: submitted from a dataset's page, checked, shown, distinguished."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.service import Role
from catalog_service.secret_keys import create_file
from tests.browser.conftest import LOOKS, new_page
from tests.browser.test_every_page import faults
from tests.browser.test_taking_part import Party
from tests.catalog_service.results.conftest import MADE
from tests.catalog_service.results.test_pictures import picture
from tests.fixtures.people import person
from tests.fixtures.web import House, portal, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

NEW: Final = "/cases/new/result"
WORK: Final = "/workbench/results"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    folder = tmp_path_factory.mktemp("made")
    listener = socket.create_server(("127.0.0.1", 0))
    house = House(
        folder / "var",
        secret_file=folder / "keys",
        public_url="http://127.0.0.1",
        # Another name of the same server, as a proxy would give it one.
        uploads_base_url=f"http://localhost:{listener.getsockname()[1]}",
    )
    create_file(house.settings)
    with house.atlas as atlas:
        house.submit("city", [portal("BUS1", "公交线路"), portal("BUS2", "公交站点")])
        house.project()
        person(atlas, "citizen")
        person(atlas, "office", Role.CITY_OFFICE)
        with served(house, listener) as address:
            yield house, address


def submit_by_form(page: Page) -> str:
    """Follow the way from a dataset's page to the form, send it, and return its number."""
    page.goto("/dataset/city/BUS1")
    page.locator(f'a[href*="{NEW}"]').click()
    form = page.locator(f'form[action*="{NEW}"]')
    for name in ("title", "title_en", "summary", "does", "address", "contact", "text"):
        form.locator(f'[name="{name}"]').fill(MADE[name])
    form.locator('[name="made"]').select_option(MADE["made"])
    form.locator('[name="picture"]').set_input_files(
        {"name": "map.png", "mimeType": "image/png", "buffer": picture("PNG", (900, 600))}
    )
    assert "BUS1" in form.locator('[name="datasets"]').input_value()
    form.locator("button").click()
    expect(page.get_by_role("status")).to_be_visible()
    return page.url.partition("?")[0].rpartition("/")[2]


def distinguish(page: Page, name: str) -> None:
    """Keep criteria, and distinguish a result by them."""
    page.goto(WORK)
    criteria = page.locator("form", has=page.locator('input[value="criteria"]'))
    criteria.locator('[name="zh"]').fill("有新意，可复用")
    criteria.get_by_role("button").click()
    expect(page.get_by_role("status")).to_be_visible()
    give = page.locator("form", has=page.locator('input[value="give"]'))
    give.locator('[name="result"]').fill(name)
    give.locator('[name="reason"]').fill("三个区在用")
    give.get_by_role("button").click()
    expect(page.get_by_role("status")).to_be_visible()


@pytest.mark.parametrize(("lang", "width", "script"), [("zh", 1280, True), ("en", 375, False)])
def test_a_result_from_the_dataset_to_the_list_of_excellent_ones(
    chromium: Browser, desk: tuple[House, str], lang: str, width: int, script: bool
) -> None:
    house, address = desk
    with (
        closing(new_page(chromium, address, lang, width, script=script).context) as one,
        closing(new_page(chromium, address, lang, width, script=script).context) as other,
    ):
        citizen = Party(one.pages[0], house, address, "citizen")
        office = Party(other.pages[0], house, address, "office")
        name = submit_by_form(citizen.page)
        own, work = f"/cases/{name}", f"/workbench/cases/{name}"
        office.take(work, "ask_more", "用了哪些站点？")
        citizen.take(own, "give_more", "全部站点")
        office.take(work, "show")
        distinguish(office.page, name)
        citizen.page.goto("/results")
        citizen.page.locator('[name="q"]').fill("换乘")
        citizen.page.locator('main form[role="search"] button').click()
        citizen.page.locator(f'a[href*="/results/{name}"]').click()
        told = citizen.page.inner_text("main")
        assert MADE["does"] in told and "三个区在用" in told and MADE["contact"] not in told
        shown = citizen.page.locator("img.screenshot")
        # Its file comes from the other host, which the page's policy names.
        assert shown.evaluate("node => node.decode().then(() => node.naturalWidth)") == 900
        citizen.page.locator('main a[href*="/dataset/city/BUS1"]').click()
        assert citizen.page.locator(f'a[href*="/results/{name}"]').count() == 1
        office.take(work, "take_down", "网址失效")
        citizen.page.goto(own)
        assert "网址失效" in citizen.page.inner_text("main")


def test_its_pages_in_both_languages_and_widths(chromium: Browser, desk: tuple[House, str]) -> None:
    house, address = desk
    with (
        closing(new_page(chromium, address).context) as one,
        closing(new_page(chromium, address).context) as other,
    ):
        name = submit_by_form(Party(one.pages[0], house, address, "citizen").page)
        office = Party(other.pages[0], house, address, "office")
        office.take(f"/workbench/cases/{name}", "show")
        distinguish(office.page, name)
    for lang, width in LOOKS:
        for login, pages in (
            (
                "citizen",
                (
                    f"{NEW}?dataset=city/BUS1",
                    f"/cases/{name}",
                    "/results",
                    f"/results/{name}",
                    "/results/awards",
                ),
            ),
            ("office", (f"/workbench/cases/{name}", WORK)),
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
