"""Pages of samples in Chromium: both languages and widths, and a sample drawn by its form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.service import Role
from catalog_service.samples.service import ask, draw, release
from tests.browser.conftest import LOOKS, new_page
from tests.browser.test_every_page import faults
from tests.catalog_service.samples.conftest import (
    PARK,
    TABLE,
    WISH,
    make_house,
    park_table,
    person_of,
)
from tests.fixtures.people import person, started
from tests.fixtures.web import House, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

WORK = "/workbench/samples"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """One sample that is served and one that waits for its release."""
    house = make_house(tmp_path_factory.mktemp("samples") / "var", public_url="http://127.0.0.1")
    with house.atlas as atlas:
        steward, reviewer = (person_of(house, one.value, one) for one in PAIR)
        for _ in range(2):
            made = draw(atlas, steward, PARK, TABLE, WISH)
            ask(atlas, steward, made.number)
        release(atlas, reviewer, 1)
        house.project()
        with served(house) as address:
            yield house, address


PAIR = (Role.STEWARD, Role.REVIEWER)


def signed_in(page: Page, house: House, address: str, login: str) -> None:
    account = person(house.atlas, login, Role.CITY_OFFICE)
    secret = started(house.atlas, account).secret
    page.context.add_cookies([{"name": "atlas", "value": secret, "url": address}])


def test_every_page_in_both_languages_and_widths(
    chromium: Browser, desk: tuple[House, str]
) -> None:
    house, address = desk
    pages = (f"/dataset/{PARK}", "/samples", "/samples/1", WORK, f"{WORK}/1")
    for lang, width in LOOKS:
        page = new_page(chromium, address, lang=lang, width=width)
        with closing(page.context):
            signed_in(page, house, address, f"look-{lang}-{width}")
            for path in pages:
                answer = page.goto(path)
                where = (path, lang, width)
                assert answer is not None and answer.status == 200, where
                wide = page.evaluate("() => document.documentElement.scrollWidth")
                assert wide <= width, where
                assert faults(page) == [], where
                assert page.evaluate("() => window.violations") == [], where


def test_a_sample_is_drawn_by_its_form(
    chromium: Browser, desk: tuple[House, str], tmp_path: Path
) -> None:
    house, address = desk
    table = tmp_path / "park.csv"
    table.write_bytes(park_table())
    page = new_page(chromium, address, lang="en", script=False)
    with closing(page.context):
        signed_in(page, house, address, "drawer")
        page.goto(f"{WORK}?lang=en&dataset={PARK}")
        page.get_by_label("The whole table").set_input_files(table)
        page.get_by_label("Columns to stratify by").fill("区")
        page.get_by_label("Rows to draw").fill("50")
        # One of the same file is released under it.
        page.get_by_label("Seed").fill("42")
        page.get_by_role("button", name="Draw the sample").click()
        expect(page.get_by_text("drawn, to be looked at").first).to_be_visible()
        page.get_by_role("button", name="Ask another to release it").click()
        expect(page.get_by_text("Another has to release it")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the sample").click()
        assert download.value.suggested_filename.endswith(".csv")
