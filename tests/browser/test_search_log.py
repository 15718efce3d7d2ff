"""What a real browser sends when somebody clicks: the log of searches needs nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from catalog_service import app
from catalog_service.atlas import Atlas
from catalog_service.search_log.recorder import SearchLog
from catalog_service.search_log.service import counted
from tests.browser.conftest import new_page
from tests.fixtures.waiting import until
from tests.fixtures.web import BASE, House, portal, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

LEAST = 3


def _kept(log: SearchLog) -> int:
    with log._lock:
        return len(log._sketch.kept())


@pytest.mark.parametrize("script", [True, False])
def test_a_click_and_another_search_are_counted(
    chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: bool
) -> None:
    made: list[SearchLog] = []

    def make(atlas: Atlas) -> SearchLog:
        made.append(SearchLog(atlas))
        return made[-1]

    monkeypatch.setattr(app, "SearchLog", make)
    on = {"search_log": "on", "search_log_least": LEAST, "trusted_proxies": "127.0.0.1"}
    house = House(tmp_path, **on)
    with house.atlas:
        house.submit("city", [portal("BUS1", "公交线路"), portal("P1", "停车场名录")])
        house.project()
        # The first search prepares for a while, which no visitor is to wait for here.
        house.atlas.search.warm()
        with served(house) as address:
            for network in range(LEAST):
                page = new_page(chromium, address, script=script)
                page.set_extra_http_headers({"X-Forwarded-For": f"198.51.{network}.7"})
                page.goto("/datasets?q=公交")
                page.locator(".hits h2 a").first.click()
                page.wait_for_url("**/dataset/city/BUS1")
                page.go_back()
                page.locator("#q").fill("停车")
                page.locator("#q").press("Enter")
                page.wait_for_url("**/datasets?q=%E5%81%9C%E8%BD%A6*")
                page.context.close()
            (log,) = made
            until(lambda: _kept(log) == 2, "what was noted behind the last answer")
            log.merge()
        found = counted(house.atlas)
    assert [(c.query, c.dataset, c.band, c.networks) for c in found.clicks] == [
        ("公交", f"{BASE}/id/dataset/city/BUS1", "1", LEAST)
    ]
    assert [(r.query, r.next, r.networks) for r in found.reformulations] == [
        ("公交", "停车", LEAST)
    ]
