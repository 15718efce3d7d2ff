"""Workbooks of a list over HTTP: given out, sent back, looked at, and written by who may."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Iterator

import httpx
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from catalog_service.accounts.people import Account
from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.open_list.exchange.service import KEPT
from catalog_service.open_list.model import COLUMNS, OpenList
from catalog_service.open_list.service import draft, get, listed, proposed, take
from tests.catalog_service.editing.workbooks_made import content
from tests.catalog_service.open_list.conftest import TRANSPORT, furnished
from tests.fixtures.page_forms import form_of
from tests.fixtures.people import Browser, person, signed_in, started, use_counting_hasher
from tests.fixtures.web import House, served

NOTE = list(COLUMNS).index("note") + 1


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnished(tmp_path_factory.mktemp("lists")) as made:
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
def account(house: House) -> Account:
    return person(house.atlas, "sun", Role.STEWARD, "transport")


YEARS = itertools.count(2100)


class Desk(Browser):
    """A steward with a list that no other test has."""

    def __init__(self, house: House, client: httpx.Client, account: Account) -> None:
        super().__init__(client, started(house.atlas, account).secret)
        self.house, self.year = house, next(YEARS)
        draft(house.atlas, OPERATOR, TRANSPORT, self.year)
        self.path = f"/workbench/open-lists/{self.year}/transport"
        self.form = {"organization": TRANSPORT, "year": str(self.year)}

    @property
    def list(self) -> OpenList:
        return get(self.house.atlas, TRANSPORT, self.year)

    @property
    def note(self) -> str:
        return self.list.content.items["transport/BUS"].note

    def edit(self, **fields: str) -> None:
        """Change the item by the form of its page, as others do meanwhile."""
        self.post(
            "/workbench/open-lists",
            step="edit",
            item="transport/BUS",
            reason="改",
            **fields,
            **self.form,
        )

    def steps(self, *names: str) -> None:
        for one in names:
            take(self.house.atlas, OPERATOR, TRANSPORT, self.year, one)


@pytest.fixture
def steward(house: House, anybody: httpx.Client, account: Account) -> Desk:
    return Desk(house, anybody, account)


def given_out(desk: Desk) -> openpyxl.Workbook:
    answer = desk.get(f"{desk.path}/workbook.xlsx")
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def sheet_of(book: openpyxl.Workbook) -> Worksheet:
    return book.worksheets[0]


def send(
    browser: Browser, path: str, book: openpyxl.Workbook | bytes, *, csrf: str | None = None
) -> httpx.Response:
    data = book if isinstance(book, bytes) else content(book)
    fields = {"csrf": browser.csrf if csrf is None else csrf}
    files = {"file": ("清单.xlsx", data, "application/octet-stream")}
    return browser.client.post(f"{path}/import", data=fields, files=files, headers=browser.headers)


def sent(desk: Desk, change: Callable[[Worksheet], None]) -> str:
    book = given_out(desk)
    change(sheet_of(book))
    answer = send(desk, desk.path, book)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("?")[0]


def put_note(sheet: Worksheet) -> None:
    row = next(row for row in sheet.iter_rows(min_row=2) if row[-1].value == "transport/BUS")
    row[NOTE - 1].value = "含夜班线"


def test_what_is_ticked_is_written(house: House, steward: Desk) -> None:
    def change(sheet: Worksheet) -> None:
        put_note(sheet)
        sheet.append(["新数据", *[None] * (len(COLUMNS) - 1)])

    where = sent(steward, change)
    page = steward.get(where)
    assert "含夜班线" in page.text
    assert steward.note == ""
    form = form_of(page.text, "take")
    new = next(name for name, value in form.items() if value.startswith("row/"))
    del form[new.replace("key.", "take.")]
    answer = steward.post(where, **{**form, "action": "take", "reason": "补充"})
    assert answer.status_code == 303, answer.text
    assert steward.note == "含夜班线"
    assert "新数据" not in {one.title for one in steward.list.content.items.values()}
    last = steward.list.steps[-1]
    assert (last.step, last.reason, dict(last.details)) == (
        "edit",
        "补充",
        {"changed": 1, "code": "other", "titles": ["公交线路"]},
    )
    # Looked at again, what was left out is what is left.
    again = steward.get(where).text
    assert "新数据" in again
    assert "含夜班线" not in again


def test_a_new_row_refers_to_the_dataset_of_its_name(house: House, steward: Desk) -> None:
    keys = steward.list.content.items.keys()
    assert "transport/PARK" in keys

    def remove(sheet: Worksheet) -> None:
        row = next(row for row in sheet.iter_rows(min_row=2) if row[-1].value == "transport/PARK")
        sheet.delete_rows(row[0].row)

    where = sent(steward, remove)
    assert "Removed" in steward.get(where).text
    steward.post(where, action="all")
    assert "transport/PARK" not in steward.list.content.items
    where = sent(steward, lambda sheet: sheet.append(["停车场"]))
    steward.post(where, action="all")
    assert steward.list.content.items["transport/PARK"].is_catalogued


def test_what_others_wrote_meanwhile_is_chosen_about(house: House, steward: Desk) -> None:
    where = sent(steward, put_note)
    steward.edit(note="他人")
    page = steward.get(where).text
    for text in ("含夜班线", "他人", "Which one is to stand?"):
        assert text in page
    form = form_of(page, "take")
    mark = re.search(r'name="take\.1" value="([^"]+)"', page)
    assert mark is not None
    refused = steward.post(where, **{**form, "take.1": mark[1], "action": "take"})
    assert refused.status_code == 409
    assert "nothing was written" in refused.text
    # What nobody contradicts is nothing here.
    assert steward.post(where, action="all").status_code == 303
    assert steward.note == "他人"
    chosen = {**form, "take.1": mark[1], "choose.1.note": "mine", "action": "take"}
    assert steward.post(where, **chosen).status_code == 303
    assert steward.note == "含夜班线"


def test_what_is_seen_is_what_is_written(house: House, steward: Desk) -> None:
    where = sent(steward, put_note)
    form = form_of(steward.get(where).text, "take")
    steward.edit(scope="全市")
    refused = steward.post(where, **{**form, "action": "take"})
    assert refused.status_code == 409
    assert steward.note == ""


def test_of_a_published_list_it_becomes_an_amendment(house: House, steward: Desk) -> None:
    steward.steps("check", "review", "file", "accept", "publish")
    where = sent(steward, put_note)
    assert steward.post(where, action="all").status_code == 422
    assert steward.post(where, action="all", reason="补充说明").status_code == 303
    there = steward.list
    waiting = proposed(house.atlas, there)
    assert waiting is not None
    assert waiting.items["transport/BUS"].note == "含夜班线"
    assert steward.note == ""
    address = f"/api/v1/open-list/{steward.year}/transport.xlsx"
    public = steward.client.get(address)
    assert public.headers["Content-Type"].endswith("spreadsheetml.sheet")
    book = openpyxl.load_workbook(io.BytesIO(public.content))
    assert sheet_of(book)["A1"].value == "Name of the dataset"


def test_a_filed_list_is_not_changed(house: House, steward: Desk) -> None:
    where = sent(steward, put_note)
    steward.steps("check", "review", "file")
    assert "not changed: filed" in steward.get(where).text
    assert "not changed: filed" in steward.get(f"{steward.path}/import").text
    assert steward.post(where, action="all").status_code == 409


@pytest.mark.parametrize(
    ("data", "status", "told"),
    [
        (b"", 422, "No file came"),
        (b"a,b\n1,2\n", 422, "no-workbook"),
        (b"PK\x03\x04broken", 422, ""),
    ],
    ids=["empty", "csv", "broken"],
)
def test_junk_is_told_on_the_page(steward: Desk, data: bytes, status: int, told: str) -> None:
    answer = send(steward, steward.path, data)
    assert answer.status_code == status
    assert 'type="file"' in answer.text
    assert 'role="alert"' in answer.text
    if told != "no-workbook":
        assert told in answer.text


def test_a_workbook_of_another_list_is_refused(house: House, steward: Desk) -> None:
    book = given_out(steward)
    about = book.worksheets[1]
    for row in about.iter_rows():
        if row[1].value == str(steward.year):
            row[1].value = "2027"
    answer = send(steward, steward.path, book)
    assert answer.status_code == 409
    assert "another list" in answer.text


def test_only_who_may_write_the_list_sees_a_workbook(
    house: House, anybody: httpx.Client, steward: Desk
) -> None:
    where = sent(steward, put_note)
    stranger = signed_in(anybody, house.atlas, person(house.atlas, "zhou", Role.STEWARD, "health"))
    nobody = Browser(anybody, None)
    assert stranger.get(where).status_code == 404
    assert stranger.post(where, action="all").status_code == 404
    assert stranger.get(f"{steward.path}/workbook.xlsx").status_code == 403
    assert stranger.get(f"{steward.path}/import").status_code == 403
    assert send(stranger, steward.path, content(given_out(steward))).status_code == 403
    assert send(nobody, steward.path, b"x").status_code == 401
    assert nobody.get(where).status_code in (303, 401)
    # A page from elsewhere does not send it for somebody.
    assert (
        send(steward, steward.path, content(given_out(steward)), csrf="forged").status_code == 403
    )
    assert steward.note == ""


def test_it_is_forgotten(house: House, steward: Desk) -> None:
    where = sent(steward, put_note)
    assert where in steward.get(f"{steward.path}/import").text
    steward.post(where, action="forget")
    assert steward.get(where).status_code == 404
    other = sent(steward, put_note)
    steward.house.clock.step(KEPT.days * 24 * 60 + 1)
    assert steward.get(other).status_code in (303, 401, 404)


class Beginner(Desk):
    """A steward whose organization has no list of the year that is begun."""

    def __init__(self, house: House, client: httpx.Client, account: Account) -> None:
        super().__init__(client=client, house=house, account=account)
        self.year = house.clock.today().year
        self.path = f"/workbench/open-lists/{self.year}/transport"
        self.form = {"organization": TRANSPORT, "year": str(self.year)}

    @property
    def is_begun(self) -> bool:
        return any(one.year == self.year for one in listed(self.house.atlas, OPERATOR))


@pytest.fixture
def beginner(house: House, anybody: httpx.Client, account: Account) -> Iterator[Beginner]:
    made = Beginner(house, anybody, account)
    yield made
    if made.is_begun:
        take(house.atlas, OPERATOR, TRANSPORT, made.year, "abandon", "试")


def own_list(*rows: tuple[str, str, str]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["2026年度公共数据开放清单"])
    sheet.append(["序号", "数据集名称", "提供部门", "开放类型"])
    for number, row in enumerate(rows, 1):
        sheet.append([number, *row])
    sheet.append(["合计", len(rows)])
    sheet.append(["填报人：张三", None, "审核人：李四"])
    return content(book)


ROWS = (
    ("公交线路", "上海市交通委员会", "无条件开放"),
    ("新数据", "", "有条件开放"),
    ("养老机构", "上海市民政局", "无条件开放"),
)


def test_a_draft_begins_from_a_workbook_that_was_seen(house: House, beginner: Beginner) -> None:
    chosen = beginner.post(
        "/workbench/open-lists", step="draft", **{"from": "workbook"}, **beginner.form
    )
    assert chosen.status_code == 303
    assert chosen.headers["Location"] == f"{beginner.path}/import"
    assert "There is no list of that year yet" in beginner.get(f"{beginner.path}/import").text
    answer = send(beginner, beginner.path, own_list(*ROWS, ("", "", "公开")))
    assert answer.status_code == 303, answer.text
    where = answer.headers["Location"]
    page = beginner.get(where).text
    for text in (
        "What the list would begin with",
        "1 row is another department’s, and is left out:",
        "3 rows are no items, and are left out:",
        "Row 6 has no name of a dataset.",
        "公开",
    ):
        assert text in page, text
    # Nothing is begun before it was seen.
    assert not beginner.is_begun
    begun = beginner.post(where, **form_of(page, "take"), action="take")
    assert begun.status_code == 303, begun.text
    items = {one.title: one for one in beginner.list.content.items.values()}
    assert items.keys() == {"公交线路", "新数据"}
    assert (items["公交线路"].key, items["公交线路"].remote_id) == ("transport/BUS", "BUS")
    assert not items["新数据"].is_catalogued
    last = beginner.list.steps[-1]
    assert (last.step, last.details["from"], last.details["items"]) == ("draft", "file", 2)
    assert last.details["rows_left_out"] == ["上海市民政局: 养老机构"]
    assert beginner.get(where).status_code == 404


def test_last_years_workbook_is_a_beginning(steward: Desk, beginner: Beginner) -> None:
    answer = send(beginner, beginner.path, given_out(steward))
    page = beginner.get(answer.headers["Location"]).text
    begun = beginner.post(answer.headers["Location"], **form_of(page, "take"), action="all")
    assert begun.status_code == 303, begun.text
    keys = set(beginner.list.content.items)
    assert keys == set(steward.list.content.items)


def test_a_list_that_was_begun_meanwhile_is_not_begun_again(
    house: House, beginner: Beginner
) -> None:
    where = send(beginner, beginner.path, own_list(*ROWS)).headers["Location"]
    form = form_of(beginner.get(where).text, "take")
    draft(house.atlas, OPERATOR, TRANSPORT, beginner.year)
    late = beginner.post(where, **form, action="take")
    assert (late.status_code, "has been begun already" in late.text) == (409, True)
    assert "新数据" not in {one.title for one in beginner.list.content.items.values()}
    again = beginner.post(
        "/workbench/open-lists", step="draft", **{"from": "workbook"}, **beginner.form
    )
    assert (again.status_code, "has been begun already" in again.text) == (409, True)


def test_only_who_may_begin_a_list_sends_a_workbook_for_it(
    house: House, anybody: httpx.Client, beginner: Beginner
) -> None:
    assert send(beginner, beginner.path, own_list(*ROWS), csrf="x").status_code == 403
    other = f"/workbench/open-lists/{beginner.year}/civil-affairs"
    assert send(beginner, other, own_list(*ROWS)).status_code == 403
    assert beginner.get(f"{other}/import").status_code == 403
    # Of a year whose list nobody begins now.
    assert beginner.get("/workbench/open-lists/2031/transport/import").status_code == 404
    empty = send(beginner, beginner.path, own_list(("养老机构", "上海市民政局", "无条件开放")))
    page = beginner.get(empty.headers["Location"]).text
    assert "What the list would begin with" not in page
    assert not beginner.is_begun
