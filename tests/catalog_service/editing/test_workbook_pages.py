"""Workbooks over HTTP: sent, matched, looked at and taken by people with their rights alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import httpx
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.editing import desk_records, releasing, service
from tests.catalog_service.editing.conftest import TRANSPORT
from tests.catalog_service.editing.workbooks_made import Table, book, content, released
from tests.fixtures.page_forms import form_of
from tests.fixtures.people import Browser, person, signed_in
from tests.fixtures.web import House

IMPORT = "/workbench/datasets/import"
WORKBOOK = "/workbench/datasets/workbook"
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def anybody(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60, headers={"Accept-Language": "en"}) as client:
        yield client


@pytest.fixture(scope="module")
def steward(house: House, anybody: httpx.Client) -> Iterator[Browser]:
    yield signed_in(anybody, house.atlas, person(house.atlas, "sun", Role.STEWARD, "transport"))
    for one in service.listed(house.atlas, OPERATOR):
        if one.state != "submitted":
            releasing.discard(house.atlas, OPERATOR, service.read(house.atlas, OPERATOR, one.id))


@pytest.fixture(scope="module")
def reviewer(house: House, anybody: httpx.Client) -> Browser:
    return signed_in(anybody, house.atlas, person(house.atlas, "qian", Role.REVIEWER, "transport"))


@pytest.fixture(scope="module")
def stranger(house: House, anybody: httpx.Client) -> Browser:
    return signed_in(anybody, house.atlas, person(house.atlas, "zhou", Role.STEWARD, "health"))


def send(
    browser: Browser,
    data: bytes,
    *,
    csrf: str | None = None,
    name: str = "清单.xlsx",
    organization: str = TRANSPORT,
) -> httpx.Response:
    fields = {"csrf": browser.csrf if csrf is None else csrf, "organization": organization}
    files = {"file": (name, data, MEDIA)}
    return browser.client.post(IMPORT, data=fields, files=files, headers=browser.headers)


def path_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("?")[0]


def ticked(page: str) -> dict[str, str]:
    """The names and marks of rows that are ticked."""
    return dict(re.findall(r'name="(take\.\d+)" value="(\w+)" checked', page))


LIST = content(
    book(
        ("名称", "摘要", "开放属性", "更新频率", "处室"),
        ("出租车候客点", "出租车候客点的位置。", "无条件开放", "每月", "一处"),
        ("轮渡码头", "轮渡码头的位置。", "都开放", "每月", "一处"),
    )
)


def test_a_list_is_sent_looked_at_and_made_into_drafts(steward: Browser, house: House) -> None:
    path = path_of(send(steward, LIST))
    page = steward.get(path).text
    assert "出租车候客点" in page
    assert "Cell C3, &#39;都开放&#39;" in page or "Cell C3, '都开放'" in page
    before = len(service.listed(house.atlas, OPERATOR))
    marks = ticked(page)
    assert list(marks) == ["take.2"]
    assert len(service.listed(house.atlas, OPERATOR)) == before
    done = steward.post(path, action="apply", page="1", **marks)
    assert "1 row became a draft" in done.text
    found = re.search(r'href="/workbench/datasets/([0-9a-f]{16})', done.text)
    assert found is not None
    draft = service.read(house.atlas, OPERATOR, found[1])
    assert draft.title == "出租车候客点"
    assert draft.changed_by.startswith("person:")
    # Pressed twice, as impatient people do: nothing is doubled.
    again = steward.post(path, action="apply", page="1", **marks)
    assert "has changed since this page was made" in again.text
    assert len(service.listed(house.atlas, OPERATOR)) == before + 1


def test_what_is_not_ticked_is_left(steward: Browser, house: House) -> None:
    path = path_of(
        send(steward, content(book(("名称", "摘要"), ("天桥名录", "一"), ("隧道", "二"))))
    )
    marks = ticked(steward.get(path).text)
    steward.post(path, action="apply", page="1", **{"take.3": marks["take.3"]})
    titles = [one.title for one in service.listed(house.atlas, OPERATOR)]
    assert "隧道" in titles
    assert "天桥名录" not in titles


def test_a_download_is_edited_and_sent_back(steward: Browser, house: House) -> None:
    draft = released(house, title__0="桥梁名录")
    answer = steward.get(f"{WORKBOOK}?records=yes&organization={TRANSPORT}&lang=zh")
    assert answer.headers["Content-Type"] == MEDIA
    assert "no-store" in answer.headers["Cache-Control"]
    made = openpyxl.load_workbook(io.BytesIO(answer.content))
    table = Table(made)
    table.put(table.row_of("桥梁名录"), "摘要", "全市桥梁。")
    path = path_of(send(steward, content(made)))
    page = steward.get(path).text
    assert "<del" in page
    assert "全市桥梁。" in page
    assert steward.post(path, action="apply", page="1", **ticked(page)).status_code == 200
    now = service.begin_from(house.atlas, OPERATOR, draft.source, draft.remote_id)
    assert "全市桥梁。" in now.record.nquads
    assert now.version == 2


def test_nothing_is_lost_at_a_wrong_token_or_the_end_of_a_session(
    steward: Browser, house: House, anybody: httpx.Client
) -> None:
    assert send(steward, LIST, csrf="wrong").status_code == 403
    path = path_of(send(steward, LIST))
    marks = ticked(steward.get(path).text)
    refused = steward.post(path, csrf="wrong", action="apply", page="1", **marks)
    assert refused.status_code in (401, 403)
    assert anybody.get(path).status_code == 401
    assert send(Browser(anybody, None), LIST).status_code == 401
    # Whoever signs in again, or a colleague, finds it as it was.
    colleague = signed_in(
        anybody, house.atlas, person(house.atlas, "wu", Role.STEWARD, "transport")
    )
    assert ticked(colleague.get(path).text) == marks
    assert path in colleague.get(IMPORT).text


def test_only_those_who_edit_for_the_organization_send_and_see(
    steward: Browser, stranger: Browser, reviewer: Browser
) -> None:
    path = path_of(send(steward, LIST))
    for other in (stranger, reviewer):
        assert send(other, LIST).status_code == 403
        assert other.get(path).status_code == 404
        assert other.post(path, action="forget").status_code == 404
        assert other.get(f"{WORKBOOK}?records=yes&organization={TRANSPORT}").status_code == 403
    assert path not in stranger.get(IMPORT).text
    assert reviewer.get(IMPORT).status_code == 403
    assert reviewer.get(WORKBOOK).status_code == 403
    assert stranger.get(WORKBOOK).status_code == 200


def test_columns_are_corrected_by_selects(steward: Browser) -> None:
    path = path_of(
        send(steward, content(book(("名称", "更新频率", "说明文字"), ("站牌", "每月", "位置"))))
    )
    page = steward.get(path).text
    assert "What the columns are" in page
    fields = form_of(page)
    assert (fields["column.0"], fields["column.2"]) == ("title@zh", "")
    columns = {"column.0": "title@zh", "column.2": "description@zh"}
    answer = steward.post(path, action="match", sheet="清单", header="1", **columns)
    assert answer.status_code == 303
    assert form_of(steward.get(f"{path}?match=yes").text)["column.2"] == "description@zh"


def test_a_file_that_cannot_be_read_is_answered_on_its_page(steward: Browser) -> None:
    for data, name, text in (
        ("名称,摘要\n".encode(), "list.xlsx", "is no workbook"),
        (b"", "list.xlsx", "is empty"),
        (b"", "", "No file came"),
    ):
        answer = send(steward, data, name=name)
        assert answer.status_code == 422, text
        assert text in answer.text
        assert 'type="file"' in answer.text


def test_a_workbook_is_forgotten_by_its_button(steward: Browser) -> None:
    path = path_of(send(steward, LIST))
    assert steward.post(path, action="forget").status_code == 303
    assert steward.get(path).status_code == 404


def test_a_token_sends_a_workbook_too(author: httpx.Client) -> None:
    files = {"file": ("清单.xlsx", LIST, MEDIA)}
    answer = author.post(IMPORT, data={"organization": TRANSPORT}, files=files)
    assert answer.status_code == 200
    assert "出租车候客点" in answer.text


def test_what_is_more_than_a_workbook_comes_in_parts_that_say_so(
    steward: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        released(house, title__0=f"渡口名录{number}")
    whole = steward.get(f"{WORKBOOK}?records=yes&organization={TRANSPORT}&lang=en")
    book_of = openpyxl.load_workbook(io.BytesIO(whole.content))
    assert "About this part" not in book_of.sheetnames
    every = identifiers(book_of["Datasets"])
    monkeypatch.setattr(desk_records, "PART", 2)
    monkeypatch.setattr("catalog_service.editing.import_pages.PART", 2)
    parts = -(-len(every) // 2)
    page = steward.get(f"{IMPORT}?lang=en").text
    assert f"part={parts}" in page and "A workbook has at most 2 datasets" in page
    found = []
    for number in range(1, parts + 1):
        path = f"{WORKBOOK}?records=yes&organization={TRANSPORT}&part={number}&lang=en"
        answer = steward.get(path)
        assert f"part%20{number}%20of%20{parts}" in answer.headers["Content-Disposition"]
        made = openpyxl.load_workbook(io.BytesIO(answer.content))
        told = made["About this part"]["A1"].value
        assert made.sheetnames[0] == "About this part" and f"Part {number} of {parts}" in str(told)
        found += identifiers(made["Datasets"])
    assert sorted(found) == sorted(every) and len(found) == len(set(found))
    # The last part is sent back as it is: its note is no sheet that nobody knows.
    page = steward.get(path_of(send(steward, answer.content)) + "?lang=en").text
    assert "About this part" not in page


def identifiers(sheet: Worksheet) -> list[str]:
    (column,) = [cell.column for cell in sheet[1] if cell.value == "Identifier"]
    rows = range(2, sheet.max_row + 1)
    found = [sheet.cell(row, column).value for row in rows]
    return [str(one) for one in found if one]


def test_datasets_at_work_come_page_by_page(
    steward: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [released(house, title__0=f"码头名录{number}") for number in range(3)]
    monkeypatch.setattr("catalog_service.editing.pages.PER_PAGE", 2)
    found: list[str] = []
    path: str | None = "/workbench/datasets"
    while path is not None:
        page = steward.get(path).text
        here = re.findall(r"/workbench/datasets/of/desk-transport/([^\"?]+)", page)
        assert 1 <= len(here) <= 2
        found += here
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else None
    assert {one.remote_id for one in made} <= set(found) and len(found) == len(set(found))
    assert found[0] == made[-1].remote_id, "the last changed first"
