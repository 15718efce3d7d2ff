"""The year of the real list of 2014 and of the examples in Chromium: all their lists at once.

The list of 2014 states no open type, frequency or scope: nothing of it can be filed as it is. The
file is completed (by this test: nobody knows what they were) and imported again; what the lists
leave empty is filled from the catalogue.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.audit.model import Wanted
from catalog_service.notices.service import PersonalNotices
from catalog_service.open_list.naming import WORK, list_path
from catalog_service.open_list.service import get, listed, public_versions
from harvesters.protocols import Submission
from harvesters.readers.formats import read_bytes
from tests.browser.conftest import new_page
from tests.browser.test_open_list_year import looked_at
from tests.fixtures.people import ORGANIZATION, person, started
from tests.fixtures.web import House, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

YEAR = 2026
ECONOMY = f"{ORGANIZATION}economy-informatization"
STAFF = {
    "steward": Role.STEWARD,
    "reviewer": Role.REVIEWER,
    "district": Role.DISTRICT_OFFICE,
    "city": Role.CITY_OFFICE,
}
EXAMPLES = Path(__file__).parents[2] / "examples" / "districts"
ADDED = {
    "开放类型": "无条件开放",
    "更新频率": "每年",
    "开放范围": "全市",
    "保密审查日期": "2014-01-01",
}
"""Columns that complete the list of 2014."""
Desks = Mapping[str, Page]


def completed(body: bytes) -> bytes:
    """The list with the columns that it lacks, as its departments would enter them."""
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0], *ADDED])
    writer.writeheader()
    writer.writerows({**row, **ADDED} for row in rows)
    return out.getvalue().encode()


def submit(house: House, source: str, name: str, body: bytes, kind: str) -> None:
    items = read_bytes(
        body,
        name=name,
        source=source,
        base_iri=house.settings.base_iri,
        vocabulary=house.atlas.vocabulary,
        format=kind,  # type: ignore[arg-type]  # one of the known names
    )
    for outcome in house.atlas.catalog.submit(items, Submission(source, "test", gate="report")):
        assert outcome.error is None
    house.project()


@pytest.fixture(scope="module")
def list_of_2014(shared_data: Path) -> bytes:
    return (shared_data / "shanghai" / "open_list_2014.csv").read_bytes()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, list_of_2014: bytes) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("city-year") / "var", public_url="http://127.0.0.1:1")
    with made.atlas:
        for name in ("pudong", "xuhui", "chongming"):
            body = (EXAMPLES / f"{name}.ttl").read_bytes()
            submit(made, name, f"{name}.ttl", body, "dcat")
        submit(made, "sh2014", "open_list_2014.csv", list_of_2014, "open-list")
        yield made


@pytest.fixture
def address(house: House) -> Iterator[str]:
    with served(house) as found:
        yield found


@pytest.fixture
def people(house: House) -> dict[str, str]:
    return {name: person(house.atlas, name, role).id for name, role in STAFF.items()}


@pytest.fixture
def desks(chromium: Browser, house: House, address: str, people: dict[str, str]) -> Iterator[Desks]:
    with ExitStack() as closing:
        found = {}
        for name, identifier in people.items():
            page = new_page(chromium, address, lang="en")
            closing.callback(page.context.close)
            secret = started(house.atlas, house.atlas.accounts.people.get(identifier)).secret
            page.context.add_cookies([{"name": "atlas", "value": secret, "url": address}])
            found[name] = page
        yield found


def all_lists(page: Page, step: str, reason: str = "") -> None:
    """Take all lists of the year by a step."""
    page.goto(f"{WORK}?year={YEAR}")
    page.get_by_label("Step", exact=True).select_option(step)
    page.get_by_label("Reason", exact=False).fill(reason)
    page.get_by_role("button", name="lists shown").click()


def stand(house: House, *states: str) -> None:
    assert {one.state for one in listed(house.atlas, OPERATOR) if one.year == YEAR} == set(states)


def begin(page: Page, year: int, origin: str) -> None:
    page.goto(f"{WORK}?begin={year}")
    page.get_by_label("They begin from").select_option(origin)
    page.get_by_role("button", name="Begin the chosen drafts").click()
    expect(page.locator("table caption")).to_be_visible()


def evaluate(page: Page, path: str, items: int) -> None:
    page.goto(f"{path}/evaluation")
    page.get_by_label("What is decided about the ticked items").select_option("keep")
    page.get_by_role("button", name=f"all {items} items" if items > 1 else "item").first.click()
    page.get_by_label("Reason").first.fill("仍然有用")
    with page.expect_navigation():
        page.get_by_role("button", name="Decide about").click()


def amend(steward: Page, reviewer: Page) -> None:
    """Restrict one item of a list: proposed by one, released by another."""
    steward.goto(f"{WORK}/{YEAR}/economy-informatization?item=sh2014/2")
    form = steward.get_by_role("region", name="Change an item")
    form.get_by_label("Open type", exact=True).select_option("有条件开放")
    form.get_by_label("Conditions of opening", exact=True).fill("签订协议")
    form.get_by_label("Reason", exact=True).fill("涉及经营信息")
    with steward.expect_navigation():
        form.get_by_role("button", name="Propose the change").click()
    reviewer.goto(f"{WORK}/{YEAR}/economy-informatization")
    reviewer.get_by_role("button", name="Amend", exact=True).click()


def file_and_be_refused(house: House, desks: Desks) -> dict[str, int]:
    """Begin all lists, and try to file them; returns how many items each organization's has."""
    steward, reviewer = desks["steward"], desks["reviewer"]
    begin(steward, YEAR, "catalog")
    begun = [one for one in listed(house.atlas, OPERATOR) if one.year == YEAR]
    items = {
        one.organization: get(house.atlas, one.organization, YEAR).content.items for one in begun
    }
    ours = {key for found in items.values() for key in found if key.startswith("sh2014/")}
    assert len(ours) == 190 and len(begun) == 29
    all_lists(steward, "check")
    all_lists(reviewer, "review")
    alert = reviewer.get_by_role("alert")
    expect(alert).to_contain_text("26 lists were left as they are:")
    expect(alert).to_contain_text("3 lists went on.")
    stand(house, "checked", "reviewed")
    return {organization: len(found) for organization, found in items.items()}


def complete_and_publish(house: House, desks: Desks, list_of_2014: bytes) -> None:
    """Complete the file and import it again, fill the drafts, file; be returned, file again."""
    steward, reviewer, district, city = (desks[name] for name in STAFF)
    house.clock.step(1)
    submit(house, "sh2014", "open_list_2014.csv", completed(list_of_2014), "open-list")
    steward.goto(f"{WORK}/{YEAR}/economy-informatization/differences?against=catalog")
    expect(steward.locator("ins").first).to_be_visible()
    all_lists(steward, "fill")
    all_lists(steward, "check")
    all_lists(reviewer, "review")
    all_lists(district, "file")
    stand(house, "filed")
    city.goto(WORK)
    looked_at(city)
    all_lists(city, "return", "请核对开放范围")
    stand(house, "returned")
    all_lists(steward, "check")
    all_lists(reviewer, "review")
    all_lists(district, "file")
    all_lists(city, "accept")
    all_lists(city, "publish")
    stand(house, "published")
    assert len(public_versions(house.atlas, YEAR)) == 29


def evaluate_and_close(house: House, desks: Desks, items: Mapping[str, int]) -> None:
    """Restrict an item; decide on every item of every list, and close all lists."""
    atlas = house.atlas
    steward, reviewer, city = (desks[name] for name in ("steward", "reviewer", "city"))
    amend(steward, reviewer)
    assert get(atlas, ECONOMY, YEAR).state == "amended"
    for organization, number in sorted(items.items()):
        evaluate(steward, list_path(atlas.vocabulary, organization, YEAR), number)
    all_lists(reviewer, "evaluate")
    stand(house, "evaluated")
    all_lists(city, "close")
    stand(house, "closed")


def begin_the_next_year(house: House, steward: Page) -> None:
    atlas = house.atlas
    begin(steward, YEAR + 1, "last-year")
    following = [one for one in listed(atlas, OPERATOR) if one.year == YEAR + 1]
    assert len(following) == 29
    assert {one.state for one in following} == {"draft"}
    changed = get(atlas, ECONOMY, YEAR + 1).content.items["sh2014/2"]
    assert (changed.open_type, changed.scope) == ("有条件开放", "全市")
    steward.goto(f"{WORK}/{YEAR + 1}/economy-informatization/differences?against={YEAR}")
    looked_at(steward)


def test_all_lists_of_the_city_go_through_their_year(
    house: House, address: str, people: dict[str, str], desks: Desks, list_of_2014: bytes
) -> None:
    atlas = house.atlas
    items = file_and_be_refused(house, desks)
    complete_and_publish(house, desks, list_of_2014)
    evaluate_and_close(house, desks, items)
    begin_the_next_year(house, desks["steward"])
    # Each step of each list left its audit entry, and its mails.
    steps = Counter(
        one.action.removeprefix("open_list.")
        for one in atlas.audit.walk(Wanted())
        if one.action.startswith("open_list.")
    )
    assert steps == Counter(
        draft=58, edit=26, check=29 + 26 + 29, review=3 + 26 + 29, file=58, accept=29, publish=29,
        propose=1, amend=1, decide=29, evaluate=29, close=29, **{"return": 29},
    )  # fmt: skip
    told = Counter(
        (name, one.data["step"]["en"])
        for name, identifier in people.items()
        for one in PersonalNotices(atlas.journal).of(identifier, limit=1_000)
        if one.kind.startswith("open-list.")
    )
    assert told["city", "to be accepted or returned"] == 58
    assert told["steward", "published"] == told["steward", "closed"] == 29
    feed = httpx.get(f"{address}/feeds/open-lists.atom?lang=en").text
    assert feed.count("<entry>") == 30
