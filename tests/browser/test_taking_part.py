"""Demands, objections and sharing requests in Chromium, from question to answer, as all parties."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.service import Role
from catalog_service.secret_keys import create_file
from tests.browser.conftest import LOOKS, new_page
from tests.browser.test_every_page import faults
from tests.fixtures.people import person, started
from tests.fixtures.web import House, portal, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

WAYS = [("zh", 1280, True), ("en", 375, False)]
TRANSPORT = {"zh": "上海市交通委员会", "en": "Shanghai Municipal Transportation Commission"}
WILL_OPEN = {"zh": "数据将于某日前开放", "en": "The data will be opened by a day"}
WANTED = {"zh": "公交车实时到站", "en": "Arrival times of buses"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    folder = tmp_path_factory.mktemp("cases")
    house = House(folder / "var", secret_file=folder / "keys", public_url="http://127.0.0.1")
    create_file(house.settings)
    with house.atlas as atlas:
        house.submit("city", [portal("BUS1", "公交线路")])
        house.project()
        person(atlas, "citizen")
        person(atlas, "steward", Role.STEWARD, "transport")
        person(atlas, "officer", Role.STEWARD, "health")
        person(atlas, "office", Role.CITY_OFFICE)
        person(atlas, "second", Role.CITY_OFFICE)
        with served(house) as address:
            yield house, address


class Party:
    """Somebody before a browser."""

    def __init__(self, page: Page, house: House, address: str, login: str) -> None:
        self.page = page
        account = house.atlas.accounts.people.by_login(login)
        secret = started(house.atlas, account).secret
        page.context.add_cookies([{"name": "atlas", "value": secret, "url": address}])

    def take(self, path: str, step: str, text: str = "", **fields: str) -> None:
        """Fill in the form of a step and send it."""
        self.page.goto(path)
        form = self.page.locator("form", has=self.page.locator(f'input[value="{step}"]'))
        if form.locator("xpath=..").get_attribute("open") is None:
            form.locator("xpath=../summary").click()
        for name, value in fields.items():
            field = form.locator(f'[name="{name}"]')
            if field.evaluate("node => node.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)
        if text:
            form.locator("textarea").fill(text)
        with self.page.expect_response(lambda one: one.request.method == "POST") as sent:
            form.get_by_role("button").click()
        assert sent.value.status == 303, (step, self.page.inner_text("main"))
        self.page.wait_for_load_state()

    def bring_up(self, path: str, text: str, **fields: str) -> str:
        """Send the form that brings a case up; return its number."""
        self.page.goto(path)
        for name, value in fields.items():
            field = self.page.locator(f'form[method="post"] [name="{name}"]')
            field.select_option(value)
        self.page.locator("textarea").fill(text)
        self.page.locator('form[method="post"] button').last.click()
        expect(self.page.get_by_role("status")).to_be_visible()
        return self.page.url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]}-{way[1]}-{'script' if way[2] else 'none'}")
def parties(
    request: pytest.FixtureRequest, chromium: Browser, desk: tuple[House, str]
) -> Iterator[tuple[str, dict[str, Party]]]:
    lang, width, script = request.param
    house, address = desk
    pages: dict[str, Party] = {}
    names = ("citizen", "steward", "officer", "office", "second")
    try:
        for name in names:
            page = new_page(chromium, address, lang, width, script=script)
            pages[name] = Party(page, house, address, name)
        yield lang, pages
    finally:
        for one in pages.values():
            one.page.context.close()


def test_a_demand_from_the_search_to_the_accepted_answer(
    parties: tuple[str, dict[str, Party]],
) -> None:
    lang, people = parties
    citizen, steward, office = (people[one] for one in ("citizen", "steward", "office"))
    citizen.page.goto("/datasets?q=qqxxzz")
    citizen.page.locator('a[href*="/cases/new/demand"]').click()
    name = citizen.bring_up(citizen.page.url, "想做站牌小程序")
    work = f"/workbench/cases/{name}"
    office.take(work, "sort", organization=TRANSPORT[lang], title=WANTED[lang])
    steward.take(work, "ask_more", "需要哪些线路？")
    citizen.take(f"/cases/{name}", "give_more", "全部线路")
    steward.take(work, "answer", "年内开放", outcome=WILL_OPEN[lang], day="2026-12-01")
    citizen.take(f"/cases/{name}", "contest", "太晚了")
    people["second"].take(work, "uphold", "合理")
    citizen.take(f"/cases/{name}", "rate", rating="4")
    people["officer"].page.goto(f"/demands/{name}")
    shown = people["officer"].page.inner_text("main")
    assert WANTED[lang] in shown and "想做站牌小程序" not in shown and "太晚了" not in shown


def test_an_objection_from_the_datasets_page_to_both_corrections(
    parties: tuple[str, dict[str, Party]],
) -> None:
    _, people = parties
    citizen, steward = people["citizen"], people["steward"]
    citizen.page.goto("/dataset/city/BUS1")
    citizen.page.locator('a[href*="/cases/new/objection"]').first.click()
    name = citizen.bring_up(citizen.page.url, "站名写错了", fault="wrong")
    work = f"/workbench/cases/{name}"
    steward.take(work, "confirm", "属实")
    for side in ("correct_source", "correct_opened"):
        steward.take(work, side, day="2026-09-01", version="2")
    steward.take(work, "corrected", "已改正")
    citizen.take(f"/cases/{name}", "accept")
    citizen.page.goto("/dataset/city/BUS1")
    assert name in citizen.page.inner_text("main")
    citizen.page.goto(f"/cases/{name}")
    citizen.page.locator('button[value="erase"]').click()
    expect(citizen.page.get_by_role("status")).to_be_visible()
    assert citizen.page.request.get(f"/cases/{name}").status == 404


def test_a_sharing_request_from_one_department_to_anothers_entry(
    parties: tuple[str, dict[str, Party]],
) -> None:
    lang, people = parties
    officer, steward, office = (people[one] for one in ("officer", "steward", "office"))
    officer.page.goto("/workbench/cases")
    officer.page.locator('a[href*="/cases/new/sharing"]').click()
    name = officer.bring_up(officer.page.url, "需要公交站点坐标")
    work = f"/workbench/cases/{name}"
    office.take(work, "sort", organization=TRANSPORT[lang])
    steward.take(work, "confirm")
    steward.take(work, "catalogue", dataset="city/BUS1")
    officer.take(f"/cases/{name}", "accept")


def test_every_page_in_both_languages_and_widths(
    chromium: Browser, desk: tuple[House, str]
) -> None:
    house, address = desk
    with closing(new_page(chromium, address, script=True).context) as context:
        page = context.pages[0]
        demand = Party(page, house, address, "citizen").bring_up("/cases/new/demand", "要数据")
    for lang, width in LOOKS:
        for login, pages in (
            ("citizen", ("/cases", f"/cases/{demand}", "/cases/new/demand?q=公交")),
            ("citizen", ("/cases/new/objection?dataset=city/BUS1", "/dataset/city/BUS1")),
            ("office", ("/workbench/cases?ended=yes", f"/workbench/cases/{demand}")),
            ("officer", ("/cases/new/sharing", "/demands", "/objections")),
            ("officer", ("/cases/statistics", "/datasets?q=qqxxzz")),
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
