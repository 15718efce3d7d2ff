"""Two real OpenID providers, in Chromium: Keycloak, and node-oidc-provider."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.oidc.model import GroupRole
from catalog_service.accounts.service import Role
from tests.browser.conftest import WIDTHS, launched, new_page
from tests.browser.test_every_page import faults
from tests.fixtures import keycloak, oidc_provider
from tests.fixtures.people import ORGANIZATION, PASSWORD, person, started
from tests.fixtures.waiting import until
from tests.fixtures.web import House, SteppingClock, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

PEOPLE: Final = {
    "amei": ["stewards", "others"],
    "baolin": ["stewards"],
    "chen": ["stewards"],
    "dong": ["stewards"],
    "erya": ["others"],
}
STEWARD = GroupRole("stewards", Role.STEWARD, ORGANIZATION + "transport")


class RunningClock(SteppingClock):
    """The machine's, as the providers have it, and what a test adds to it."""

    ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def step(self, minutes: int = 60) -> None:
        self.ahead += timedelta(minutes=minutes)


@dataclass(frozen=True)
class Place:
    """A catalogue, its provider, and how people sign in and out there."""

    house: House
    address: str
    set_groups: Callable[[str, list[str]], None]
    fill_in: Callable[[Page, str], None]
    sign_out_there: Callable[[Page, str], None]

    def sign_in(self, page: Page, name: str) -> None:
        page.goto("/login?next=/account&lang=en")
        page.get_by_role("link", name="Sign in by").click()
        self.fill_in(page, name)
        page.wait_for_url(f"{self.address}/**")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module", params=["keycloak", "oidc-provider"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("sign-in")
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        if request.param == "keycloak":
            server = stack.enter_context(keycloak.serving(folder / "provider"))
            server.make_realm(address, PEOPLE)
            issuer, secret = server.issuer, keycloak.CLIENT_SECRET
            set_groups, fill_in = server.set_groups, _fill_in_keycloak

            def sign_out_there(_: Page, name: str) -> None:
                server.sign_out(name)
        else:
            small = stack.enter_context(oidc_provider.serving(folder / "provider", address, PEOPLE))
            issuer, secret = small.issuer, oidc_provider.CLIENT_SECRET
            set_groups, fill_in = small.set_groups, _fill_in_small

            def sign_out_there(page: Page, _: str) -> None:
                page.goto(f"{small.issuer}/session/end")
                page.get_by_role("button", name="Sign out").click()
                page.wait_for_url("**/success**")

        (folder / "secret").write_text(secret)
        house = House(
            folder / "var",
            public_url=address,
            oidc_issuer=issuer,
            oidc_name="统一身份 || City ID",
            oidc_client_id="atlas",
            oidc_client_secret_file=folder / "secret",
        )
        house.clock = house.atlas.clock = RunningClock()
        stack.enter_context(house.atlas)
        assert house.atlas.oidc is not None
        house.atlas.oidc.group_roles.add(STEWARD)
        stack.enter_context(served(house, listener))
        yield Place(house, address, set_groups, fill_in, sign_out_there)


def _fill_in_keycloak(page: Page, name: str) -> None:
    page.locator("#username").fill(name)
    page.locator("#password").fill(keycloak.PASSWORD)
    page.locator("#kc-login").click()


def _fill_in_small(page: Page, name: str) -> None:
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("any")
    page.locator("button[type=submit]").click()


@pytest.fixture
def page(chromium: Browser, place: Place) -> Iterator[Page]:
    found = new_page(chromium, place.address, lang="en")
    yield found
    found.context.close()


def is_signed_in(page: Page) -> bool:
    page.goto("/account?lang=en")
    return "/login" not in page.url


def test_groups_are_roles_and_one_that_is_taken_away_ends_its_right(
    place: Place, page: Page
) -> None:
    place.sign_in(page, "amei")
    expect(page.get_by_role("heading", level=1)).to_contain_text("amei")
    expect(page.get_by_role("table")).to_contain_text("Department steward")
    place.set_groups("amei", ["others"])
    # Within a minute by this side's clock, of which nobody waits.
    place.house.clock.step(1)
    assert is_signed_in(page)
    expect(page.locator("main")).not_to_contain_text("Department steward")
    place.set_groups("amei", ["stewards"])
    place.house.clock.step(1)
    assert is_signed_in(page)
    expect(page.locator("main")).to_contain_text("Department steward")
    assert page.evaluate("() => window.violations") == []


def test_a_logout_there_ends_the_session_here(place: Place, page: Page) -> None:
    place.sign_in(page, "baolin")
    assert is_signed_in(page)
    place.sign_out_there(page, "baolin")
    until(lambda: not is_signed_in(page) or None, "the provider's logout token")


def test_a_logout_here_ends_the_session_there(place: Place, page: Page) -> None:
    place.sign_in(page, "chen")
    page.get_by_role("button", name="Sign out").click()
    if "keycloak" not in place.fill_in.__name__:
        # It asks, which a provider may.
        page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{place.address}/login/oidc/signed-out**")
    assert page.evaluate("() => window.violations") == []
    assert not is_signed_in(page)
    # Signing in again asks who it is.
    page.goto("/login?lang=en")
    page.get_by_role("link", name="Sign in by").click()
    expect(page.locator("input[type=password]")).to_be_visible()


def test_who_is_in_no_mapped_group_is_told_so(place: Place, page: Page) -> None:
    place.sign_in(page, "erya")
    expect(page.get_by_role("alert")).to_contain_text("account-not-allowed")
    assert not is_signed_in(page)


def test_an_account_is_linked_by_its_owner(place: Place, page: Page) -> None:
    atlas = place.house.atlas
    mine = person(atlas, "dong", password=PASSWORD)
    secret = started(atlas, mine).secret
    page.context.add_cookies([{"name": "atlas", "value": secret, "url": place.address}])
    page.goto("/account?lang=en")
    page.get_by_role("button", name="Link").click()
    place.fill_in(page, "dong")
    page.wait_for_url(f"{place.address}/account**")
    expect(page.locator("main")).to_contain_text("This account is linked")
    page.context.clear_cookies()
    place.sign_in(page, "dong")
    expect(page.locator(".lead")).to_have_text("dong")
    found = atlas.oidc and atlas.oidc.identities.of_person(mine.id, atlas.oidc.issuer)
    assert found is not None


def test_an_answer_for_another_browser_is_refused(place: Place, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    place.sign_in(page, "baolin")
    (address,) = (url for url in asked if url.startswith(f"{place.address}/login/oidc/callback"))
    answer = httpx.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "sign-in-expired" in answer.text
    # It forgets what was under way, and begins nothing.
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("atlas-oidc=; ")
    # The browser that began, with a state that was changed on the way.
    page.context.clear_cookies(name="atlas")
    page.goto("/login?lang=en")
    page.get_by_role("link", name="Sign in by").click()
    page.goto(re.sub("state=[^&]+", "state=x", address))
    expect(page.get_by_role("alert")).to_contain_text("sign-in-expired")


# The pages are the same for every provider.
@pytest.mark.parametrize("place", ["keycloak"], indirect=True)
def test_pages_in_both_languages_and_widths(place: Place, chromium: Browser) -> None:
    atlas = place.house.atlas
    secret = started(atlas, person(atlas, "root", Role.ADMINISTRATOR, password=PASSWORD)).secret
    for lang in ("zh", "en"):
        for width in WIDTHS:
            page = new_page(chromium, place.address, lang=lang, width=width)
            for path in ("/login", "/login/oidc/callback", "/login/oidc/signed-out"):
                page.goto(path)
                _look(page, width)
            page.context.add_cookies([{"name": "atlas", "value": secret, "url": place.address}])
            for path in ("/account", "/accounts/groups"):
                page.goto(path)
                _look(page, width)
            page.context.close()


def _look(page: Page, width: int) -> None:
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width, page.url
    assert not faults(page), page.url
    assert page.evaluate("() => window.violations") == [], page.url


# The pages are the same for every provider.
@pytest.mark.parametrize("place", ["keycloak"], indirect=True)
def test_groups_are_mapped_on_their_page_without_script(place: Place, chromium: Browser) -> None:
    atlas = place.house.atlas
    assert atlas.oidc is not None
    admin = person(atlas, "groupadmin", Role.ADMINISTRATOR)
    page = new_page(chromium, place.address, lang="en", script=False)
    cookie = {"name": "atlas", "value": started(atlas, admin).secret, "url": place.address}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto("/accounts/groups")
    page.get_by_label("Group", exact=True).fill("offices")
    page.get_by_label("Role").select_option("city_office")
    page.get_by_role("button", name="Give the role").click()
    made = GroupRole("offices", Role.CITY_OFFICE, None)
    expect(page.get_by_role("table")).to_contain_text("offices")
    assert made in atlas.oidc.group_roles.all()
    page.get_by_role("button", name="Remove City office from offices").click()
    expect(page.get_by_role("table")).not_to_contain_text("offices")
    assert made not in atlas.oidc.group_roles.all()
    page.context.close()
