"""Datasets described in Chromium: every page, saving as one types, pasted cells, the keyboard."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.people import Account
from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.editing import releasing, service, workbooks
from catalog_service.editing.form_fields import read_entries
from catalog_service.editing.forms import form_writer
from catalog_service.editing.model import Draft
from ontology.terms import DCT
from tests.browser.conftest import LOOKS, WIDTHS, new_page
from tests.browser.test_every_page import faults
from tests.catalog_service.editing.workbooks_made import book, content
from tests.fixtures.people import ORGANIZATION, PASSWORD, person, started
from tests.fixtures.waiting import until
from tests.fixtures.web import House, portal, served

pytestmark = [pytest.mark.services, pytest.mark.slow]

TRANSPORT = ORGANIZATION + "transport"
DATASETS = "/workbench/datasets"
WHOLE = {
    "title/0": "停车场名录",
    "description/0": "全市经营性停车场的名称、地址和泊位数。",
    "publisher/0": "上海市交通委员会",
    "accessRights/0": "https://w3id.org/shdata/vocab/open-type/unconditional",
    "accrualPeriodicity/0": "每月",
    "landingPage/0": "https://data.sh.gov.cn/view/detail/index.html?type=cp&id=77",
    "dataItem/0/title/0": "名称",
    "dataItem/1/title/0": "泊位数",
}
SignedIn = Callable[..., Page]


@dataclass(frozen=True, slots=True)
class Office:
    """A catalogue, its address, and who writes and releases; the officer for the whole city."""

    house: House
    address: str
    steward: Account
    reviewer: Account
    officer: Account

    def draft(self, **more: str) -> Draft:
        """Return a new draft, in good order but for what ``more`` changes."""
        atlas = self.house.atlas
        draft = service.begin(atlas, OPERATOR, TRANSPORT)
        return self.saved(draft, **{name.replace("__", "/"): text for name, text in more.items()})

    def saved(self, draft: Draft, **more: str) -> Draft:
        """Return a draft after somebody else saved it."""
        atlas = self.house.atlas
        now = self.now(draft)
        record = form_writer(atlas).write(
            now.record, read_entries({**WHOLE, **more}), complete=False
        )
        return service.save(atlas, OPERATOR, now, record, version=now.version).draft

    def now(self, draft: Draft | str) -> Draft:
        """Return a draft as it stands, by itself or by its page's address."""
        name = draft.id if isinstance(draft, Draft) else draft.partition("?")[0].rpartition("/")[2]
        return service.read(self.house.atlas, OPERATOR, name)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    house = House(tmp_path_factory.mktemp("office"), public_url="http://127.0.0.1:1")
    with house.atlas:
        house.submit("city", [portal("PARK", "公共停车场")])
        house.project()
        steward = person(house.atlas, "zhang", Role.STEWARD, "transport")
        # The choice between two departments is as wide as the longer name.
        longest = max(house.atlas.vocabulary.concepts("organization"), key=lambda one: len(one.en))
        house.atlas.accounts.grants.grant(
            steward.id, Role.STEWARD, longest.iri, by="test", reason="test"
        )
        reviewer = person(house.atlas, "li", Role.REVIEWER, "transport")
        officer = person(house.atlas, "wang", Role.STEWARD)
        with served(house) as address:
            yield Office(house, address, steward, reviewer, officer)


@pytest.fixture
def signed_in(chromium: Browser, office: Office) -> Iterator[SignedIn]:
    """Open pages as somebody who is signed in."""
    with ExitStack() as closing:

        def open_page(account: Account, path: str, **visitor: object) -> Page:
            page = new_page(chromium, office.address, **visitor)  # type: ignore[arg-type]
            closing.callback(page.context.close)
            secret = started(office.house.atlas, account).secret
            page.context.add_cookies([{"name": "atlas", "value": secret, "url": office.address}])
            page.goto(path)
            if visitor.get("script", True) and page.locator("form[data-draft]").count():
                # What saves and pastes is loaded after the page.
                expect(page.locator("form[data-draft=kept]")).to_be_attached()
            return page

        yield open_page


def path_of(draft: Draft) -> str:
    return f"{DATASETS}/{draft.id}"


def sound(page: Page, width: int, *where: object, script: bool = True) -> None:
    """Nothing for axe or the policy, and no sideways scroll."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width, where
    if not script:
        # axe would wait for ever there, and nothing runs that the policy would stop: the same
        # pages are looked at with script.
        return
    assert faults(page) == [], where
    assert page.evaluate("() => window.violations") == [], where


def test_every_page_in_both_languages_and_widths(office: Office, signed_in: SignedIn) -> None:
    atlas = office.house.atlas
    first = office.draft()
    releasing.submit(atlas, OPERATOR, first, version=first.version)
    again = service.begin_from(atlas, OPERATOR, first.source, first.remote_id)
    again = office.saved(again, **{"title/0": "停车场全名录", "accessRights/0": ""})
    closed = office.draft(
        accessRights__0="https://w3id.org/shdata/vocab/open-type/none",
    )
    releasing.submit(atlas, OPERATOR, closed, version=closed.version)
    opening = service.begin_from(atlas, OPERATOR, closed.source, closed.remote_id)
    opening = office.saved(opening)
    releasing.submit(atlas, OPERATOR, opening, version=opening.version)
    of = f"{DATASETS}/of"
    pages = [
        (office.steward, DATASETS),
        (office.steward, f"{DATASETS}/new"),
        (office.steward, f"{DATASETS}/import"),
        (office.steward, f"{DATASETS}/import/{sent_workbook(office)}"),
        (office.steward, path_of(again)),
        (office.steward, f"{path_of(again)}?all=yes"),
        (office.steward, f"{path_of(again)}/compare"),
        (office.steward, f"{of}/{first.source}/{first.remote_id}"),
        (office.steward, f"{of}/city/PARK"),
        (office.reviewer, path_of(opening)),
        (office.reviewer, DATASETS),
        (office.officer, f"{DATASETS}/new"),
    ]
    for lang, width in LOOKS:
        for account in (office.steward, office.reviewer, office.officer):
            page = signed_in(account, "/account", lang=lang, width=width)
            for path in [path for who, path in pages if who is account]:
                answer = page.goto(path)
                where = (path, lang, width)
                assert answer is not None
                assert answer.status == 200, where
                sound(page, width, *where)
            if account is office.reviewer:
                expect(page.locator("#waiting")).to_be_visible()


def sent_workbook(office: Office) -> str:
    """A workbook with a new dataset, one that is wrong, and a column that nobody knows."""
    rows = [
        ("名称", "摘要", "开放属性", "处室"),
        ("充电桩名录", "全市公共充电桩。", "有条件开放", "一处"),
        ("轮渡码头", "码头的位置。", "都开放", "二处"),
    ]
    data = content(book(*rows))
    return workbooks.receive(office.house.atlas, OPERATOR, TRANSPORT, "清单.xlsx", data).id


@pytest.mark.parametrize(("lang", "width"), [("zh", 375), ("en", 375), ("zh", 1280), ("en", 1280)])
def test_two_who_wrote_the_same_choose(
    office: Office, signed_in: SignedIn, lang: str, width: int
) -> None:
    draft = office.draft()
    page = signed_in(office.steward, path_of(draft), lang=lang, width=width)
    office.saved(draft, **{"title/0": "他的停车场名录"})
    page.locator("[name='title/0']").fill("我的停车场名录")
    page.locator(".savebar button[value=save]").click()
    choice = page.locator("[name='choose.0'][value=mine]")
    expect(choice).to_be_visible()
    sound(page, width)
    choice.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("[name='title/0']")).to_have_value("我的停车场名录")
    assert office.now(draft).title == "我的停车场名录"


def test_what_is_typed_saves_itself_and_is_checked(office: Office, signed_in: SignedIn) -> None:
    draft = office.draft(accessRights__0="")
    page = signed_in(office.steward, path_of(draft), lang="en")
    expect(page.locator("[data-check]")).to_contain_text("R01")
    page.locator("[name='title/0']").press("End")
    page.keyboard.type("（全）")
    expect(page.locator("[data-status]")).to_have_text("Saved")
    assert office.now(draft).title.endswith("（全）")
    assert office.now(draft).changed_by == f"person:{office.steward.id}"
    page.locator("[name='accessRights/0']").select_option(WHOLE["accessRights/0"])
    expect(page.locator("[data-check]")).to_contain_text("No rule holds this draft back")
    version = office.now(draft).version
    # What one saved meanwhile is told, and lost by nobody.
    office.saved(draft, **{"title/0": "他的名录"})
    page.locator("[name='description/0']").press_sequentially("。")
    expect(page.locator("[data-status]")).to_contain_text("Somebody else saved")
    assert office.now(draft).version > version
    assert page.evaluate("() => window.violations") == []


@pytest.mark.parametrize("width", WIDTHS)
def test_cells_of_a_spreadsheet_are_pasted_into_the_table(
    office: Office, signed_in: SignedIn, width: int
) -> None:
    draft = office.draft()
    page = signed_in(office.steward, path_of(draft), lang="en", width=width)
    page.evaluate("(text) => navigator.clipboard.writeText(text)", "地址\t停放处\r\n电话\t\r\n")
    cell = page.locator("[name='dataItem/1/title/0']")
    cell.focus()
    page.keyboard.press("Control+V")
    expect(page.locator("[name='dataItem/3/title/0']")).to_have_value("电话")
    expect(page.locator("[name='dataItem/2/title/0']")).to_have_value("地址")
    expect(cell).to_have_value("泊位数")
    # A single word is pasted as everywhere.
    page.evaluate("(text) => navigator.clipboard.writeText(text)", "总")
    cell.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Control+V")
    expect(page.locator("[data-status]")).to_have_text("Saved")
    assert "总泊位数" in office.now(draft).record.nquads
    sound(page, width)


def reach(page: Page, name: str, most: int = 400) -> None:
    """Press Tab until the element of a name or of an identifier has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(
            "(name) => [document.activeElement.name, document.activeElement.id,"
            " document.activeElement.getAttribute('href')?.split('?')[0],"
            " document.activeElement.value].includes(name)",
            name,
        ):
            return
    raise AssertionError(f"{name} is not reached by the keyboard")


def typed(page: Page, name: str, text: str) -> None:
    """Go to a field by the keyboard, and type into it."""
    reach(page, name)
    page.keyboard.type(text)


def picked(page: Page, name: str, value: str) -> None:
    """Go to a list by the keyboard, and choose from it."""
    reach(page, name)
    for _ in range(20):
        if page.evaluate("() => document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} offers no {value}")


def entered(page: Page, office: Office, login: str, role: Role) -> None:
    """Sign in by the keyboard, as somebody with a role; to the datasets at work."""
    person(office.house.atlas, login, role, "transport", password=PASSWORD)
    page.goto(f"/login?next={DATASETS}")
    typed(page, "login", login)
    typed(page, "password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#drafts")).to_be_visible()


VISITORS = [("en", 1280, True), ("zh", 375, False)]
if os.environ.get("ATLAS_EXAMPLES") == "all":
    VISITORS = [
        (lang, width, script)
        for lang in ("zh", "en")
        for width in WIDTHS
        for script in (True, False)
    ]


@pytest.mark.parametrize(("lang", "width", "script"), VISITORS)
def test_the_keyboard_alone_leads_from_the_sign_in_to_the_release_by_somebody_else(
    office: Office, chromium: Browser, lang: str, width: int, script: bool
) -> None:
    who = f"{lang}-{width}-{script}".lower()
    visitor = {"lang": lang, "width": width, "script": script}
    four_eyes = FourEyes(office.house.atlas.journal)
    four_eyes.demand(TRANSPORT, True)
    writing = new_page(chromium, office.address, **visitor)  # type: ignore[arg-type]
    releasing_page = new_page(chromium, office.address, **visitor)  # type: ignore[arg-type]
    try:
        path = described(writing, office, f"writer-{who}", width, script)
        entered(releasing_page, office, f"second-{who}", Role.REVIEWER)
        released_by_keys(releasing_page, office, path, width, script)
    finally:
        four_eyes.demand(TRANSPORT, False)
        writing.context.close()
        releasing_page.context.close()


def described(page: Page, office: Office, login: str, width: int, script: bool) -> str:
    """Describe a dataset from the sign-in to where it waits; return its draft's path."""
    entered(page, office, login, Role.STEWARD)
    reach(page, f"{DATASETS}/new")
    page.keyboard.press("Enter")
    expect(page.locator("#organization")).to_be_visible()
    sound(page, width, "new", script=script)
    reach(page, "organization")
    reach(page, "kind")
    page.keyboard.press("Enter")
    expect(page.locator("form.draft")).to_be_visible()
    for name in ("title/0", "description/0"):
        typed(page, name, WHOLE[name])
    expect(page.locator("[name='publisher/0']")).to_have_value(
        re.compile("上海市交通委员会|Shanghai Municipal Transportation Commission")
    )
    picked(page, "accessRights/0", WHOLE["accessRights/0"])
    for name in ("accrualPeriodicity/0", "landingPage/0"):
        typed(page, name, WHOLE[name])
    sound(page, width, "form", script=script)
    reach(page, "submit")
    page.keyboard.press("Enter")
    until(lambda: office.now(page.url).state == "submitted")
    assert f"<{DCT.accessRights}> <{WHOLE['accessRights/0']}>" in office.now(page.url).record.nquads
    return f"{DATASETS}/{office.now(page.url).id}"


def released_by_keys(page: Page, office: Office, path: str, width: int, script: bool) -> None:
    """Go from the datasets at work to a draft that waits, and release it."""
    expect(page.locator("#waiting")).to_be_visible()
    reach(page, path)
    page.keyboard.press("Enter")
    expect(page.locator("#decide")).to_be_visible()
    sound(page, width, "decide", script=script)
    reach(page, "release")
    page.keyboard.press("Enter")
    until(lambda: office.now(path).state == "released")
    expect(page.locator(".notice[role=status] a").first).to_be_visible()
    sound(page, width, "released", script=script)
    record = office.now(path).record
    stored = office.house.atlas.journal.get(record.iri)
    assert stored is not None
    assert stored.public
