"""``/audit`` for auditors: narrowed, paged, in both languages, and in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser

from catalog_service.audit.service import Entry
from tests.browser.conftest import AXE, WIDTHS, launched, new_page
from tests.fixtures.web import HTML, House, served

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Sixty decisions on one day, and something else on the next."""
    made = House(tmp_path_factory.mktemp("audit"))
    with made.atlas:
        for number in range(60):
            reason = f"第 {number} 次：{SCRIPT}"
            entry = Entry("run.decide", f"run:city-{number}", reason=reason, source="city")
            made.atlas.audit.record(entry)
        made.clock.step(minutes=24 * 60)
        long = {"given": {"title": "长" * 200, "url": "https://x.example/" + "y" * 200}}
        made.atlas.audit.record(Entry("source.write", "source:city", source="city", details=long))
        yield made


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    with served(house) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def auditor(house: House) -> dict[str, str]:
    return house.token("admin")


def test_it_is_for_auditors(house: House, address: str, auditor: dict[str, str]) -> None:
    with httpx.Client(timeout=120, base_url=address) as client:
        assert client.get("/audit", headers=HTML).status_code == 401
        steward = house.token("steward")
        assert client.get("/audit", headers={**HTML, **steward}).status_code == 403
        shown = client.get("/audit", headers={**HTML, **auditor})
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "private, no-store"
    assert SCRIPT not in shown.text


def test_it_is_narrowed_and_paged(address: str, auditor: dict[str, str]) -> None:
    with httpx.Client(timeout=120, base_url=address, headers={**HTML, **auditor}) as client:

        def rows(query: str) -> int:
            answer = client.get(f"/audit?lang=en{query}")
            assert answer.status_code == 200, answer.text
            return answer.text.count('<tr><th scope="row"')

        assert rows("&action=run.decide") == 50
        assert rows("&action=run.decide&before=11") == 10
        assert rows("&subject=run:city-7") == 1
        assert rows("&actor=person:nobody") == 0
        assert (rows("&day=2026-09-01&action=run.decide"), rows("&day=2026-09-03")) == (50, 0)
        assert rows("&action=source.write&actor=cli&day=2026-09-02") == 1
        older = client.get("/audit?lang=en&action=run.decide").text
        assert "action=run.decide&amp;before=11&amp;lang=en" in older
        for wrong in ("action=nothing", "day=tomorrow", "before=0"):
            assert client.get(f"/audit?{wrong}").status_code in (400, 422)


@pytest.mark.services
@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_in_a_browser(chromium: Browser, address: str, auditor: dict[str, str], lang: str) -> None:
    for width in WIDTHS:
        page = new_page(chromium, address, lang=lang, width=width)
        page.context.set_extra_http_headers(auditor)
        page.goto("/audit")
        page.evaluate("() => document.querySelectorAll('details').forEach((d) => d.open = true)")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("() => axe.run().then((r) => r.violations)")
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("() => window.violations") == []
        page.select_option("#action", "source.write")
        page.locator("form.steward button").click()
        page.wait_for_url("**action=source.write**")
        assert page.locator("tbody th").count() == 1
        page.context.close()
