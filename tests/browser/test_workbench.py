"""The workbench in Chromium: every page, a decision by the keyboard alone, and the keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.service import Role
from catalog_service.sources.harvests.connecting import connect
from catalog_service.vocabulary_work.service import map_waiting
from tests.browser.conftest import LOOKS, new_page
from tests.browser.test_every_page import faults
from tests.fixtures.people import person, started
from tests.fixtures.web import House, portal, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

PAGES = [
    "/workbench",
    "/workbench/held",
    "/workbench/held/strict/H1",
    "/workbench/my-datasets",
    "/workbench/my-datasets?of=published",
    "/workbench/late",
    "/workbench/changes",
    "/workbench/calendar",
    "/workbench/keys",
    "/workbench/organizations",
    "/workbench/sources",
    "/workbench/sources/new",
    "/workbench/sources/district",
    "/workbench/system",
    "/workbench/vocabulary",
    "/workbench/vocabulary/value?field=theme&text=天书",
    "/workbench/vocabulary/decisions",
    "/workbench/vocabulary/organizations",
    "/workbench/thesaurus",
]
SignedIn = Callable[..., Page]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """A catalogue with something of each kind, on an address without TLS."""
    house = House(tmp_path_factory.mktemp("desk"), public_url="http://127.0.0.1:1")
    with house.atlas:
        house.submit("city", [portal("LATE", "公交线路", update_time="2026-06-01")])
        house.submit("city", [portal("ODD", "没有领域的线路", category="天书")])
        house.submit("strict", [portal("P1", "停车场"), portal("P2", "加油站")])
        held = [portal(f"H{n}", f"等待的线路{n}", is_open="") for n in range(1, 4)]
        house.submit("strict", held, gate="enforce")
        house.submit("strict", [portal("DOUBT", "内部线路", is_open="否")])
        connect(house.atlas, "district", kind="district", url="https://d.example/", given={})
        house.project()
        with served(house) as address:
            yield house, address


@pytest.fixture
def signed_in(chromium: Browser, desk: tuple[House, str]) -> Iterator[SignedIn]:
    """Open pages as an officer of the city who is an administrator, too."""
    house, address = desk
    atlas = house.atlas
    login = f"officer{len(atlas.accounts.people.list())}"
    account = person(atlas, login, Role.CITY_OFFICE)
    atlas.accounts.grants.grant(account.id, Role.ADMINISTRATOR, None, by="test", reason="test")
    with ExitStack() as closing:

        def open_page(path: str, **visitor: object) -> Page:
            page = new_page(chromium, address, **visitor)  # type: ignore[arg-type]
            closing.callback(page.context.close)
            secret = started(atlas, account).secret
            page.context.add_cookies([{"name": "atlas", "value": secret, "url": address}])
            page.goto(path)
            return page

        yield open_page


def test_every_page_in_both_languages_and_widths(signed_in: SignedIn) -> None:
    for lang, width in LOOKS:
        page = signed_in("/workbench", lang=lang, width=width)
        for path in PAGES:
            answer = page.goto(path)
            where = (path, lang, width)
            assert answer is not None and answer.status == 200, where
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, where
            assert faults(page) == [], where
            assert page.evaluate("() => window.violations") == [], where


@pytest.mark.parametrize("script", [True, False])
def test_a_version_is_let_through_by_the_keyboard_and_taken_back(
    signed_in: SignedIn, script: bool
) -> None:
    page = signed_in("/workbench/held?source=strict&lang=en", script=script)
    box = page.get_by_label("Choose 等待的线路2")
    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Let through …").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 version is concerned.")).to_be_visible()
    expect(page.get_by_text("becomes public")).to_be_visible()
    page.get_by_label("Reason").focus()
    page.keyboard.type("seen")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 version was let through.")).to_be_visible()
    page.get_by_label("Reason").focus()
    page.keyboard.type("a mistake")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 release was taken back.")).to_be_visible()
    expect(page.get_by_text("the version waits again")).to_be_visible()


def test_the_keys_go_through_a_list_and_trap_nobody(signed_in: SignedIn) -> None:
    page = signed_in("/workbench/held?lang=en")
    lines = page.locator("main [data-row]")
    count = lines.count()
    for _ in range(count + 2):
        page.keyboard.press("j")
    expect(lines.nth(count - 1)).to_be_focused()
    for _ in range(count + 2):
        page.keyboard.press("k")
    expect(lines.first).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("tbody input[type=checkbox]").first).to_be_checked()
    page.keyboard.press("/")
    expect(page.get_by_label("Source")).to_be_focused()
    # In a field letters are typed, or choose an option.
    page.keyboard.press("j")
    expect(page.get_by_label("Source")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Rule", exact=True)).to_be_focused()
    lines.first.focus()
    page.keyboard.press("?")
    page.wait_for_url("**/workbench/keys?lang=en")
    page.get_by_role("button", name="Switch the keys off in this browser").click()
    page.goto("/workbench/held?lang=en")
    page.keyboard.press("j")
    expect(lines.first).not_to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_a_value_is_mapped_by_the_keyboard_and_undone(
    signed_in: SignedIn, desk: tuple[House, str], script: bool
) -> None:
    page = signed_in("/workbench/vocabulary/value?field=theme&text=天书&lang=en", script=script)
    page.get_by_label("this concept:").focus()
    page.keyboard.press("Space")
    page.get_by_label("Concept", exact=True).select_option("domain/4")
    page.get_by_role("button", name="Show what will happen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 is mapped anew")).to_be_visible()
    page.get_by_label("Reason").focus()
    page.keyboard.type("seen")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("the worker does it now")).to_be_visible()
    if script:
        assert faults(page) == []
    map_waiting(desk[0].atlas)
    page.reload()
    expect(page.get_by_text("mapped anew: in 1 dataset")).to_be_visible()
    page.get_by_label("Reason").fill("a mistake")
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("mapped back")).to_be_visible()
    map_waiting(desk[0].atlas)
