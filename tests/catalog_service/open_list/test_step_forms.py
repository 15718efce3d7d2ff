"""Forms of a list's page: bound to what it showed, merged with what others did, kept on errors."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from catalog_service.accounts.people import Account
from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.notices.service import PersonalNotices
from catalog_service.open_list.model import COLUMNS, OpenList
from catalog_service.open_list.service import draft, get, take
from tests.catalog_service.open_list.conftest import TRANSPORT, furnished
from tests.fixtures.page_forms import form_of
from tests.fixtures.people import Browser, person, started, use_counting_hasher
from tests.fixtures.web import House, served

WORK = "/workbench/open-lists"
YEARS = itertools.count(2100)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnished(tmp_path_factory.mktemp("forms")) as made:
        use_counting_hasher(made.atlas)
        yield made


@pytest.fixture(scope="module")
def anybody(house: House) -> Iterator[httpx.Client]:
    headers = {"Accept-Language": "en"}
    with (
        served(house) as address,
        httpx.Client(base_url=address, timeout=60, headers=headers) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def accounts(house: House) -> dict[str, Account]:
    of = {"steward": Role.STEWARD, "reviewer": Role.REVIEWER}
    return {name: person(house.atlas, name, role, "transport") for name, role in of.items()}


class Desk(Browser):
    """Somebody at work with a list, whose year is a new one for each test."""

    def __init__(self, house: House, client: httpx.Client, account: Account, year: int) -> None:
        super().__init__(client, started(house.atlas, account).secret)
        self.house, self.year = house, year
        self.path = f"{WORK}/{year}/transport"

    @property
    def list(self) -> OpenList:
        return get(self.house.atlas, TRANSPORT, self.year)

    def shown(self) -> dict[str, str]:
        """Return what the forms of a page say of what it showed."""
        there = self.list
        return {"seen": there.content.hash, "proposed": there.waiting or ""}

    def send(self, step: str, **fields: str) -> httpx.Response:
        """Send a form of the list's page, as it stands unless something else is given."""
        form = {"step": step, "organization": TRANSPORT, "year": str(self.year)}
        return self.post(f"{WORK}?lang=en", **{**form, **self.shown(), **fields})

    def note(self, text: str, **fields: str) -> httpx.Response:
        step = "propose" if self.list.state == "published" else "edit"
        sent = {"item": "transport/BUS", "reason": "改", "note": text, "code": "correction"}
        return self.send(step, **{**sent, **fields})


@pytest.fixture
def desks(house: House, anybody: httpx.Client, accounts: dict[str, Account]) -> dict[str, Desk]:
    year = next(YEARS)
    draft(house.atlas, OPERATOR, TRANSPORT, year)
    return {name: Desk(house, anybody, one, year) for name, one in accounts.items()}


def steps(desk: Desk, *names: str) -> None:
    for one in names:
        take(desk.house.atlas, OPERATOR, TRANSPORT, desk.year, one)


def test_an_old_page_reviews_nothing(desks: dict[str, Desk]) -> None:
    steward, reviewer = desks["steward"], desks["reviewer"]
    steps(steward, "check")
    old = reviewer.shown()
    page = reviewer.get(f"{reviewer.path}?lang=en").text
    assert f'name="seen" value="{old["seen"]}"' in page
    assert steward.note("悄悄改").status_code == 303
    steps(steward, "check")
    refused = reviewer.send("review", **old)
    assert refused.status_code == 409
    assert "What changed since you looked" in refused.text and "悄悄改" in refused.text
    assert reviewer.list.state == "checked"
    assert reviewer.send("review").status_code == 303
    assert reviewer.list.state == "reviewed"


def test_two_who_change_one_item_both_do(desks: dict[str, Desk]) -> None:
    one, other = desks["steward"], desks["steward"]
    shown = one.shown()
    assert one.send("edit", item="transport/BUS", note="甲", reason="改").status_code == 303
    # The other page was made before, and has all fields as they stood.
    was = {"note": "", "title": "公交线路", "item": "transport/BUS", "reason": "改"}
    assert other.send("edit", **{**was, **shown, "scope": "乙的范围"}).status_code == 303
    bus = one.list.content.items["transport/BUS"]
    assert (bus.note, bus.scope) == ("甲", "乙的范围")
    # What both changed otherwise is told at its field, and nothing of it is written.
    refused = other.send("edit", **{**was, **shown, "note": "乙"})
    assert refused.status_code == 409
    assert "Changed meanwhile; now it stands there:" in refused.text
    assert ">乙</textarea>" in refused.text and ">乙的范围</textarea>" in refused.text
    assert one.list.content.items["transport/BUS"].note == "甲"
    # Whoever sees that says which stands.
    assert other.send("edit", **{**was, "note": "乙", "scope": "乙的范围"}).status_code == 303
    assert one.list.content.items["transport/BUS"].note == "乙"
    # What says something else by now is not withdrawn unseen; nor is what went changed.
    assert other.send("edit", **{**was, **shown, "withdraw": "yes"}).status_code == 409
    one.send("edit", item="transport/BUS", withdraw="yes", reason="x")
    lost = other.send("edit", **{**was, **shown, "note": "写了很久"})
    assert lost.status_code == 409
    assert "What you typed" in lost.text and "写了很久" in lost.text


def test_the_form_of_an_item_changes_what_was_typed_and_nothing_else(
    desks: dict[str, Desk],
) -> None:
    steward = desks["steward"]
    before = steward.list.content
    bus = before.items["transport/BUS"]
    page = steward.get(f"{steward.path}?item=transport/BUS").text
    form = form_of(page, "change-item")
    assert form.keys() >= COLUMNS.keys() | {"seen", "proposed"}
    assert steward.post(WORK, **{**form, "note": "夜班", "reason": "补充"}).status_code == 303
    assert steward.list.content.items == {**before.items, bus.key: replace(bus, note="夜班")}


def test_an_amendment_is_released_as_it_was_seen(desks: dict[str, Desk]) -> None:
    steward, reviewer = desks["steward"], desks["reviewer"]
    steps(steward, "check", "review", "file", "accept", "publish")
    steward.note("夜班", reason="增加班次")
    old = reviewer.shown()
    page = reviewer.get(f"{reviewer.path}?lang=en").text
    for text in ("Statement corrected", "增加班次", "夜班"):
        assert text in page
    assert "Take it out" not in page
    steward.send("propose", item="transport/PARK", withdraw="yes", reason="停用", code="ceased")
    refused = reviewer.send("amend", **old)
    assert refused.status_code == 409
    assert "停车场" in refused.text.partition("What changed since you looked")[2][:400]
    # The item that is to go is changed no more; taken out, it is.
    gone = steward.get(f"{steward.path}?item=transport/PARK&lang=en").text
    assert "this item goes" in gone and "Change an item" not in gone
    assert "Take it out" in gone
    assert steward.send("retract", item="transport/PARK").status_code == 303
    edited = steward.get(f"{steward.path}?item=transport/BUS&lang=en").text
    assert ">夜班</textarea>" in edited
    early = reviewer.send("amend", in_force="2026-08-01")
    assert early.status_code == 422
    assert 'id="in_force-fault"' in early.text and 'value="2026-08-01"' in early.text
    assert reviewer.send("amend").status_code == 303
    content = steward.list.content.items
    assert (content["transport/BUS"].note, len(content)) == ("夜班", 2)


def test_what_was_typed_stays_on_an_error(desks: dict[str, Desk]) -> None:
    steward = desks["steward"]
    refused = steward.note("长文", open_type="有条件开放", conditions="协议", code="demand")
    assert refused.status_code == 422
    for text in (">长文</textarea>", ">协议</textarea>", 'value="改"', "code-fault"):
        assert text in refused.text
    assert '<option value="demand" selected>' in refused.text
    unsaid = steward.send("abandon", reason=" ")
    assert unsaid.status_code == 422
    assert 'id="reason-abandon-fault"' in unsaid.text
    assert "Give up the draft" in unsaid.text


def test_a_list_is_begun_on_the_page_that_keeps_what_was_typed(desks: dict[str, Desk]) -> None:
    steward = desks["steward"]
    begin = {"step": "draft", "organization": TRANSPORT}
    for year, origin, fault, status in (
        ("2999", "catalog", "year", 422),
        ("2027", "last-year", "from", 404),
    ):
        refused = steward.post(f"{WORK}?lang=en", **begin, year=year, **{"from": origin})
        assert refused.status_code == status
        for text in (f'id="{fault}-fault"', f'value="{year}"', "Begin a list"):
            assert text in refused.text
        # What else stands there is of a year that there is.
        assert f"/{year}/coverage" not in refused.text
    assert 'min="2026" max="2027"' in steward.get(f"{WORK}?lang=en").text
    assert steward.post(WORK, **begin, year="2026").status_code == 303
    again = steward.post(f"{WORK}?lang=en", **begin, year="2026")
    assert (again.status_code, 'id="year-fault"' in again.text) == (409, True)
    mistake = {"step": "abandon", "organization": TRANSPORT, "year": "2026", "reason": "写错"}
    assert steward.post(WORK, **mistake).status_code == 303
    assert f'href="{WORK}/2026/transport' not in steward.get(WORK).text
    assert f"{WORK}/2026/transport" in steward.get(f"{WORK}?state=abandoned").text
    assert "The draft was given up." in steward.get(f"{WORK}/2026/transport?lang=en").text


def test_why_it_was_returned_and_what_keeps_it_stand_at_the_head(desks: dict[str, Desk]) -> None:
    steward, reviewer = desks["steward"], desks["reviewer"]
    steps(steward, "check", "review", "file")
    take(steward.house.atlas, OPERATOR, TRANSPORT, steward.year, "return", "请补充范围")
    page = steward.get(f"{steward.path}?lang=en").text
    assert "请补充范围" in page.partition("What may be done now")[0]
    steward.note("", conditions="", open_type="有条件开放", item="transport/BUS", code="other")
    steps(steward, "check")
    page = reviewer.get(f"{reviewer.path}?lang=en").text
    assert "1 violation keeps the list from being reviewed and filed." in page
    assert 'value="review"' not in page
    assert reviewer.send("review").status_code == 422


def test_lists_taken_together_are_bound_to_what_was_shown(
    house: House, desks: dict[str, Desk]
) -> None:
    steward, reviewer = desks["steward"], desks["reviewer"]
    steps(steward, "check")
    shown = f"{steward.year} {TRANSPORT} {steward.list.content.hash}"
    assert shown in reviewer.get(f"{WORK}?year={steward.year}").text
    steward.note("后来")
    steps(steward, "check")
    fields = {"together": "yes", "step": "review", "year": "", "state": ""}
    refused = reviewer.post(f"{WORK}?lang=en", list=shown, **fields)
    assert (refused.status_code, "since it was looked at" in refused.text) == (409, True)


def test_an_amendment_is_refused_on_the_page(
    house: House, desks: dict[str, Desk], accounts: dict[str, Account]
) -> None:
    steward, reviewer = desks["steward"], desks["reviewer"]
    steps(steward, "check", "review", "file", "accept", "publish")
    assert steward.note("夜班").status_code == 303
    assert 'value="refuse"' not in steward.get(f"{steward.path}?lang=en").text
    assert 'value="refuse"' in reviewer.get(f"{reviewer.path}?lang=en").text
    assert steward.send("refuse", reason="不").status_code == 403
    silent = reviewer.send("refuse", item="transport/BUS", reason="")
    assert silent.status_code == 422
    assert 'aria-describedby="reason-refuse-fault"' in silent.text
    assert reviewer.send("refuse", reason="改", seen="0" * 64).status_code == 409
    assert reviewer.send("refuse", item="transport/BUS", reason="未说明夜班范围").status_code == 303
    page = steward.get(f"{steward.path}?lang=en").text
    assert "What was proposed was refused:" in page
    assert "未说明夜班范围" in page
    assert "An amendment waits" not in page
    notices = PersonalNotices(house.atlas.journal)
    told = [
        (one.data["step"]["en"], one.data["reason"])
        for account in accounts.values()
        for one in notices.of(account.id, limit=100)
        if one.kind == "open-list.step" and one.path == steward.path
    ]
    assert told == [("amendment refused", "未说明夜班范围")]
