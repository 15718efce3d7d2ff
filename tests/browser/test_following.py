"""Following in Chromium: from a page's button to the news, the feed and the end of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect

from catalog_service.following.service import follow
from catalog_service.following.upkeep import follow_up
from tests.browser.conftest import LOOKS, new_page
from tests.browser.test_every_page import faults
from tests.fixtures.people import acting, person, started
from tests.fixtures.web import House, portal, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

WAYS = [("zh", 1280, True), ("en", 375, False)]
BEFORE, AFTER = ["线路名称", "首末站"], ["线路名称", "首末站", "运营时间"]
TOLD = {"zh": "新增数据项：运营时间", "en": "Data items added: 运营时间"}
NEW = {"zh": "已公开", "en": "Is public now"}
FOLLOWED = (
    "/dataset/city/BUS1",
    "/organization/transport",
    "/theme/4",
    "/datasets?q=轮渡",
)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    house = House(tmp_path_factory.mktemp("following"), public_url="http://127.0.0.1")
    with house.atlas:
        house.submit("city", [portal("BUS1", "公交线路", fields=BEFORE)])
        house.project()
        follow_up(house.atlas)
        with served(house) as address:
            yield house, address


@pytest.mark.parametrize(("lang", "width", "script"), WAYS)
def test_from_the_button_to_the_news(
    chromium: Browser, harbour: tuple[House, str], lang: str, width: int, script: bool
) -> None:
    house, address = harbour
    account = person(house.atlas, f"reader-{lang}")
    context = new_page(chromium, address, lang, width, script=script).context
    with closing(context):
        page = context.pages[0]
        page.goto("/dataset/city/BUS1")
        page.locator('a[href*="/follows/new"]').click()
        assert page.locator("main form[method=post]").count() == 0, "nobody is signed in"
        secret = started(house.atlas, account).secret
        context.add_cookies([{"name": "atlas", "value": secret, "url": address}])
        for path in FOLLOWED:
            page.goto(path)
            page.locator('a[href*="/follows/new"]').first.click()
            page.locator("main select").select_option("never")
            page.locator("main form button").click()
            expect(page.get_by_role("status")).to_be_visible()
        assert page.locator("tbody tr").count() == len(FOLLOWED)
        house.submit("city", [portal("BUS1", "公交线路", fields=AFTER)])
        house.submit("city", [portal(f"FERRY{lang}", "轮渡班次")])
        house.project()
        follow_up(house.atlas)
        page.goto("/follows/news")
        shown = page.inner_text("main")
        assert TOLD[lang] in shown and NEW[lang] in shown
        page.goto("/follows")
        page.locator('button[value="feed"]').click()
        feed = page.locator("code").inner_text().removeprefix("http://127.0.0.1")
        assert TOLD[lang] in page.request.get(feed).text()
        page.locator('button[value="feed-end"]').click()
        expect(page.get_by_role("status")).to_be_visible()
        assert page.request.get(feed).status == 404
        page.locator('button[value="leave"]').first.click()
        expect(page.get_by_role("status")).to_be_visible()
        page.locator('button[value="erase"]').click()
        expect(page.get_by_role("status")).to_be_visible()
        assert page.locator("tbody tr").count() == 0
        # The next one finds the dataset as this one did.
        house.submit("city", [portal("BUS1", "公交线路", fields=BEFORE)])
        house.project()


def test_every_page_in_both_languages_and_widths(
    chromium: Browser, harbour: tuple[House, str]
) -> None:
    house, address = harbour
    atlas = house.atlas
    account = person(atlas, "looker")
    secret = started(atlas, account).secret
    who = acting(atlas, account)
    follow(atlas, who, "dataset", "city/BUS1")
    follow(atlas, who, "search", "q=公交&open_type=unconditional", "each")
    house.submit("city", [portal("BUS1", "公交线路", fields=["线路名称", "票价"])])
    house.project()
    follow_up(atlas)
    for lang, width in LOOKS:
        with closing(new_page(chromium, address, lang, width).context) as context:
            page = context.pages[0]
            context.add_cookies([{"name": "atlas", "value": secret, "url": address}])
            for path in (
                "/follows",
                "/follows/news",
                "/follows/new?kind=dataset&value=city/BUS1",
                "/follows/new?kind=search&value=q%3D张敏",
                *FOLLOWED,
            ):
                page.goto(path)
                assert faults(page) == [], path
                assert page.evaluate("window.violations") == [], path
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (path, lang)
