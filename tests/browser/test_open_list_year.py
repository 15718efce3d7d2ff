"""A list's year in Chromium as four people: steward, reviewer, district and city office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from xml.etree import ElementTree as ET

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.service import Role
from catalog_service.audit.model import Wanted
from catalog_service.notices.service import PersonalNotices
from catalog_service.open_list.service import get
from tests.browser.conftest import LOOKS, new_page
from tests.browser.test_every_page import faults
from tests.catalog_service.open_list.conftest import TRANSPORT, furnished
from tests.fixtures.people import person, started
from tests.fixtures.web import House, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

WORK = "/workbench/open-lists"
LIST = f"{WORK}/2026/transport"
STAFF = {
    "steward": (Role.STEWARD, "transport"),
    "reviewer": (Role.REVIEWER, "transport"),
    "district": (Role.DISTRICT_OFFICE, "transport"),
    "city": (Role.CITY_OFFICE, None),
}
Desks = dict[str, Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnished(tmp_path_factory.mktemp("year"), public_url="http://127.0.0.1:1") as made:
        yield made


@pytest.fixture
def address(house: House) -> Iterator[str]:
    with served(house) as found:
        yield found


@pytest.fixture
def people(house: House) -> dict[str, str]:
    """The identifiers of who works on the list."""
    atlas = house.atlas
    return {name: person(atlas, name, role, over).id for name, (role, over) in STAFF.items()}


@pytest.fixture
def desks(chromium: Browser, house: House, address: str, people: dict[str, str]) -> Iterator[Desks]:
    """A browser for each of them, each signed in."""
    with ExitStack() as closing:
        found: Desks = {}
        for name, identifier in people.items():
            page = new_page(chromium, address, lang="en")
            closing.callback(page.context.close)
            secret = started(house.atlas, house.atlas.accounts.people.get(identifier)).secret
            page.context.add_cookies([{"name": "atlas", "value": secret, "url": address}])
            found[name] = page
        yield found


def press(page: Page, button: str, **fields: str) -> None:
    """Open the list, fill in what stands beside a button, and press it."""
    page.goto(LIST)
    for label, text in fields.items():
        page.get_by_label(label, exact=True).first.fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def change(page: Page, title: str, button: str, **fields: str) -> None:
    """Change an item by the form on the list's page."""
    page.goto(LIST)
    page.get_by_role("rowheader", name=title).get_by_role("link").click()
    form = page.get_by_role("region", name="Change an item")
    for label, text in fields.items():
        field = form.get_by_label(label.replace("_", " "), exact=True)
        if label == "Open_type":
            field.select_option(text)
        else:
            field.fill(text)
    form.get_by_role("button", name=button, exact=True).click()


def looked_at(page: Page) -> None:
    """Hold the page as it stands to what holds for every page, in both languages and widths."""
    address = page.url.partition("?")[0]
    for lang, width in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address}?lang={lang}")
        where = (address, lang, width)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, where
        assert faults(page) == [], where
        assert page.evaluate("() => window.violations") == [], where


def stands(house: House, state: str) -> None:
    assert get(house.atlas, TRANSPORT, 2026).state == state


def begin(steward: Page, year: int, *, from_last: bool = False) -> None:
    steward.goto(WORK)
    steward.get_by_role("region", name="Begin a list").get_by_label("Year").fill(str(year))
    if from_last:
        steward.get_by_label("It begins from").select_option("last-year")
    steward.get_by_role("button", name="Begin the draft").click()
    expect(steward.get_by_role("heading", name=f"Open list {year}")).to_be_visible()


def file_and_return(house: House, desks: Desks) -> None:
    """Draft from the catalogue, check, review by another, file; the city returns it."""
    begin(desks["steward"], 2026)
    press(desks["steward"], "Check")
    stands(house, "checked")
    press(desks["reviewer"], "Review")
    press(desks["district"], "File (报备)")
    stands(house, "filed")
    desks["city"].goto(LIST)
    looked_at(desks["city"])
    press(desks["city"], "Return", Reason="请补充备注")
    stands(house, "returned")


def mend_and_publish(house: House, desks: Desks) -> None:
    """Mend what was returned for, file again; the city accepts and publishes."""
    steward = desks["steward"]
    steward.goto("/workbench")
    expect(steward.get_by_text("2026").first).to_be_visible()
    change(steward, "公交线路", "Change the item", Note="含夜班线", Reason="按退回意见补充")
    press(steward, "Check")
    press(desks["reviewer"], "Review")
    press(desks["district"], "File (报备)")
    press(desks["city"], "Accept")
    press(desks["city"], "Publish")
    stands(house, "published")


def amend(house: House, desks: Desks) -> None:
    """Restrict an item: proposed by one, released by another."""
    change(
        desks["steward"],
        "公交线路",
        "Propose the change",
        Open_type="有条件开放",
        Conditions_of_opening="签订协议",
        Reason="涉及运营安全",
    )
    press(desks["reviewer"], "Amend")
    stands(house, "amended")


def evaluate(house: House, desks: Desks) -> None:
    """Decide about each item; end the evaluation, and close the list."""
    steward, reviewer = desks["steward"], desks["reviewer"]
    steward.goto(f"{LIST}/evaluation")
    looked_at(steward)
    steward.get_by_label("What is decided about the ticked items").select_option("keep")
    steward.get_by_role("button", name="The same for all 2 items").click()
    steward.get_by_label("Reason").first.fill("使用量大")
    steward.get_by_role("button", name="Decide about 2 items").click()
    expect(steward.get_by_text("2 of 2 items are decided.")).to_be_visible()
    reviewer.goto(f"{LIST}/evaluation")
    reviewer.get_by_role("button", name="End the evaluation").click()
    stands(house, "evaluated")
    press(desks["city"], "Close")
    stands(house, "closed")


def test_a_year_from_draft_to_the_next_draft(
    house: House, address: str, people: dict[str, str], desks: Desks
) -> None:
    file_and_return(house, desks)
    mend_and_publish(house, desks)
    amend(house, desks)
    evaluate(house, desks)
    begin(desks["steward"], 2027, from_last=True)
    assert get(house.atlas, TRANSPORT, 2027).content.items["transport/BUS"].note == "含夜班线"
    desks["steward"].goto(f"{WORK}/2027/transport/differences")
    expect(desks["steward"].get_by_text("List of 2026 → List of 2027")).to_be_visible()
    looked_at(desks["steward"])
    # Each step left its audit entry.
    steps = Counter(
        one.action.removeprefix("open_list.")
        for one in house.atlas.audit.walk(Wanted())
        if one.action.startswith("open_list.")
    )
    assert steps == Counter(
        draft=2, edit=1, check=2, review=2, file=2, accept=1, publish=1, propose=1, amend=1,
        decide=1, evaluate=1, close=1, **{"return": 1},
    )  # fmt: skip
    # Whoever wrote was told of each step, by mail at once; who is next, on their page.
    notices = PersonalNotices(house.atlas.journal)
    told = Counter(
        (name, one.kind, one.data["step"]["en"])
        for name, identifier in people.items()
        for one in notices.of(identifier, limit=100)
        if one.kind.startswith("open-list.")
    )
    assert told["reviewer", "open-list.waiting", "to be reviewed"] == 2
    assert told["city", "open-list.waiting", "to be accepted or returned"] == 2
    assert told["reviewer", "open-list.waiting", "an amendment to be released"] == 1
    for step in ("published", "amended", "evaluation ended", "closed"):
        assert told["steward", "open-list.step", step] == 1
    with house.atlas.journal.reading_tables() as connection:
        mails = "SELECT COUNT(*) FROM outbox WHERE data LIKE '%open-list.step%'"
        sent = connection.exec_driver_sql(mails).scalar_one()
    assert sent == sum(number for (_, kind, _), number in told.items() if kind.endswith("step"))
    # The feed has both versions besides its own title.
    feed = ET.fromstring(httpx.get(f"{address}/feeds/open-lists.atom?lang=en").content)
    assert len(list(feed.iter("{http://www.w3.org/2005/Atom}title"))) == 3
