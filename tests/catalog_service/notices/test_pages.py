"""The pages of notices: one's own, and no other's; ending mails by a link."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser as Chromium

from catalog_service.accounts.service import Role
from catalog_service.audit.service import Wanted
from catalog_service.notices.persons import Notice, PersonalNotices
from tests.browser.conftest import AXE, WIDTHS, launched, new_page
from tests.fixtures.people import Browser, person, signed_in
from tests.fixtures.web import HTML, House, served


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("notices"))
    with made.atlas:
        yield made


@pytest.fixture(scope="module")
def client(house: House) -> Iterator[httpx.Client]:
    with (
        served(house) as address,
        httpx.Client(base_url=address, headers=HTML, timeout=120) as client,
    ):
        yield client


@pytest.fixture
def li(house: House, client: httpx.Client) -> Iterator[Browser]:
    account = person(house.atlas, f"li{len(house.atlas.accounts.people.list())}")
    yield signed_in(client, house.atlas, account)


def own(house: House) -> str:
    """Return the identifier of the person who was made last."""
    made = [one for one in house.atlas.accounts.people.list() if one.login.startswith("li")]
    return max(made, key=lambda one: int(one.login[2:])).id


def test_one_reads_marks_and_chooses_what_is_one_s_own(house: House, li: Browser) -> None:
    personal, me = PersonalNotices(house.atlas.journal), own(house)
    other = person(house.atlas, "wu").id
    script = {"title": "<script>x</script>", "reason": "缺少频率"}
    for _ in range(2):
        personal.tell_alone(Notice("draft.returned", script, path="/workbench"), [me, other])
    page = li.get("/notices?lang=en")
    assert (page.status_code, page.headers["cache-control"]) == (200, "private, no-store")
    assert "2 are not read." in page.text and "<script>x" not in page.text
    assert page.text.count("缺少频率") == 2
    (theirs, _) = personal.of(other, limit=2)
    assert li.post("/notices", notice=theirs.id).status_code == 303
    assert (personal.unread(me), personal.unread(other)) == (2, 2)
    (mine, _) = personal.of(me, limit=2)
    assert li.post("/notices", notice=mine.id, csrf="x").status_code in (401, 403)
    assert li.post("/notices", notice=mine.id).status_code == 303
    assert (personal.unread(me), "1 is not read." in li.get("/notices?lang=en").text) == (1, True)
    assert li.post("/notices").status_code == 303
    assert personal.unread(me) == 0
    assert "All are read." in li.get("/notices?lang=en").text
    saved = li.post(
        "/notices/preferences", **{"draft.returned": "weekly", "account.reset": "never"}
    )
    assert saved.status_code == 422, "a link to set a password leaves no choice"
    before = house.atlas.audit.head().number
    saved = li.post("/notices/preferences", **{"draft.returned": "weekly"})
    assert saved.status_code == 303
    assert personal.preferences(me)["draft.returned"] == "weekly"
    assert personal.preferences(other)["draft.returned"] == "each"
    (entry,) = [e for e in house.atlas.audit.entries(Wanted(), limit=5) if e.number > before]
    assert (entry.actor, entry.action) == (f"person:{me}", "notice.preferences")
    assert li.post("/notices/preferences").status_code == 400


def test_a_page_of_many(house: House, li: Browser) -> None:
    personal, me = PersonalNotices(house.atlas.journal), own(house)
    for number in range(31):
        personal.tell_alone(Notice("draft.released", {"title": f"第{number}"}), [me])
    assert 'rel="next"' in li.get("/notices").text
    last = li.get("/notices?page=2").text
    assert 'rel="next"' not in last and 'rel="prev"' in last


def test_who_gets_a_role_is_told_in_their_language(house: House, li: Browser) -> None:
    personal, me = PersonalNotices(house.atlas.journal), own(house)
    grants = house.atlas.accounts.grants
    made = grants.grant(me, Role.REVIEWER, None, by="cli", reason="新任")
    grants.revoke(made.id, by="cli")
    assert [one.kind for one in personal.of(me, limit=9)].count("role.granted") == 1
    assert "You have the role Department reviewer over the whole city." in (
        li.get("/notices?lang=en").text
    )
    chinese = li.get("/notices?lang=zh").text
    assert "部门复核员" in chinese and "reviewer" not in chinese


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with launched() as browser:
        yield browser


@pytest.mark.services
@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_in_a_browser(house: House, client: httpx.Client, chromium: Chromium, lang: str) -> None:
    one = person(house.atlas, f"seen{lang}")
    personal = PersonalNotices(house.atlas.journal)
    long = {"title": "长" * 120, "reason": "y" * 200}
    personal.tell_alone(Notice("draft.returned", long, path="/workbench"), [one.id])
    personal.tell_alone(Notice("draft.released", {"title": "停车场"}), [one.id])
    link = {"person": one.id, "kind": "draft.returned"}
    link["token"] = personal.unsubscribe_token(one.id, "draft.returned")
    paths = ("/notices", "/notices/preferences", f"/notices/unsubscribe?{urlencode(link)}")
    browser = signed_in(client, house.atlas, one)
    for width in WIDTHS:
        page = new_page(chromium, str(client.base_url), lang=lang, width=width)
        page.context.set_extra_http_headers({"Cookie": browser.headers["Cookie"]})
        for path in paths:
            assert page.goto(path).status == 200  # type: ignore[union-attr]
            where = (path, lang, width)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, where
            page.evaluate(AXE.read_text("utf-8"))
            found = page.evaluate("() => axe.run().then((r) => r.violations)")
            assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], where
            assert page.evaluate("() => window.violations") == [], where
        page.goto("/notices")
        with page.expect_navigation():
            page.locator("li.unread form button").first.click()
        # A redirect drops headers that are set by hand, such as this cookie.
        page.goto("/notices")
        assert page.locator("li.unread").count() == personal.unread(one.id)
        page.context.close()


@pytest.mark.parametrize("path", ["/notices", "/notices/preferences"])
def test_they_are_for_whoever_is_signed_in(house: House, client: httpx.Client, path: str) -> None:
    token = house.token("admin")
    assert client.get(path).status_code == client.post(path).status_code == 401
    assert client.get(path, headers=token).status_code == 403
    assert client.post(path, headers=token).status_code == 403


def test_a_link_ends_mails_only_when_it_is_sent(house: House, client: httpx.Client) -> None:
    personal = PersonalNotices(house.atlas.journal)
    given = {
        "person": "li",
        "kind": "draft.returned",
        "token": personal.unsubscribe_token("li", "draft.returned"),
    }
    path = "/notices/unsubscribe"
    # Programs that look at mails follow links.
    asked = client.get(path, params={**given, "lang": "en"})
    assert (asked.status_code, "End these mails" in asked.text) == (200, True)
    assert asked.headers["cache-control"] == "private, no-store"
    assert personal.preferences("li")["draft.returned"] == "each"
    wrong = client.post(path, params={**given, "token": "x"})
    assert (wrong.status_code, personal.preferences("li")["draft.returned"]) == (403, "each")
    for kind in ("nothing", "account.reset"):
        assert client.get(path, params={**given, "kind": kind}).status_code == 422
    # As mail programs send it (RFC 8058, 3.2): no cookie, no page before it.
    done = client.post(path, params=given, data={"List-Unsubscribe": "One-Click"})
    assert (done.status_code, personal.preferences("li")["draft.returned"]) == (200, "never")
    wanted = Wanted(action="notice.preferences", subject="person:li")
    (entry,) = house.atlas.audit.entries(wanted)
    assert (entry.actor, entry.subject) == ("public", "person:li")
