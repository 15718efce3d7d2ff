"""Pages of open lists: for who works, and for everybody; and what programs read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.service import amend, draft, edit, get, propose, take
from tests.catalog_service.open_list.conftest import TRANSPORT
from tests.fixtures.people import Browser, person, signed_in, use_counting_hasher
from tests.fixtures.web import HTML, House, served

NAME = (TRANSPORT, 2026)
PATH = "/workbench/open-lists/2026/transport"


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def browser_of(house: House, client: httpx.Client, login: str, role: Role) -> Browser:
    account = person(house.atlas, login, role, "transport")
    return signed_in(client, house.atlas, account)


def publish(house: House) -> None:
    draft(house.atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file", "accept", "publish"):
        take(house.atlas, OPERATOR, *NAME, step)


def test_what_is_announced_and_what_was_can_be_read(house: House, client: httpx.Client) -> None:
    publish(house)
    park = get(house.atlas, *NAME).content.items["transport/PARK"]
    gone = frozenset({ItemChange(park, None)})
    propose(house.atlas, OPERATOR, NAME, gone, "停车场停办，见内部文件", "ceased")
    amend(house.atlas, OPERATOR, *NAME, date(2026, 9, 5))
    path = "/open-list/2026/transport"
    page = client.get(f"{path}?lang=en", headers=HTML).text
    for text in ("Announced for 2026-09-05", "withdrawn", "No longer collected", "?version=2"):
        assert text in page
    assert "内部文件" not in page
    coming = client.get(f"{path}?lang=en&version=2", headers=HTML).text
    assert "This is version 2, in force from 2026-09-05; today version 1 counts." in coming
    assert "签订协议" in page and "签订协议" not in coming
    of_version = client.get(f"/api/v1{path}?version=2").json()
    assert (of_version["version"], len(of_version["items"])) == (2, 1)
    assert "停车场" not in client.get(f"/api/v1{path}.csv?version=2").text
    for unknown in (f"{path}?version=7", f"/api/v1{path}?version=7"):
        assert client.get(unknown).status_code == 404


def test_what_is_published_is_read_by_everybody(house: House, client: httpx.Client) -> None:
    assert "还没有" in client.get("/open-list/2026?lang=zh", headers=HTML).text
    missing = client.get("/api/v1/open-list/2026/transport")
    assert (missing.status_code, missing.json()["code"]) == (404, "no-public-open-list")
    publish(house)
    year = client.get("/open-list/2026?q=停车&lang=en", headers=HTML)
    assert year.status_code == 200
    assert "/open-list/2026/transport" in year.text
    page = client.get("/open-list/2026/transport?lang=en", headers=HTML).text
    for text in ("公交线路", "停车场", "签订协议", "Version 1, in force from 2026-09-01"):
        assert text in page
    assert "公交线路" not in client.get("/open-list/2026/transport?q=停车", headers=HTML).text
    # What vocabularies know is in the language of the page.
    assert "Shanghai Municipal Transportation Commission" in page
    assert "无条件开放" not in page and "Unconditionally" in page
    # Nobody's name, and not what is not open.
    assert "cli" not in page
    assert "内部线路" not in page
    answer = client.get("/api/v1/open-list/2026/transport").json()
    assert [one["title"] for one in answer["items"]] == ["公交线路", "停车场"]
    (line,) = client.get("/api/v1/open-list/2026").json()["lists"]
    assert (line["items"], line["version"]) == (2, 1)
    rows = csv.DictReader(
        io.StringIO(client.get("/api/v1/open-list/2026/transport.csv").content.decode("utf-8-sig"))
    )
    assert [row["开放类型"] for row in rows] == ["无条件开放", "有条件开放"]


def test_a_draft_is_not_public(house: House, client: httpx.Client) -> None:
    draft(house.atlas, OPERATOR, *NAME)
    assert client.get("/open-list/2026/transport", headers=HTML).status_code == 404
    assert client.get(PATH, headers=HTML).status_code in (303, 401, 403)


def test_a_list_is_worked_on_by_page(house: House, client: httpx.Client) -> None:
    use_counting_hasher(house.atlas)
    steward = browser_of(house, client, "steward", Role.STEWARD)
    fields = {"organization": TRANSPORT, "year": "2026"}
    assert "Begin a list" in steward.get("/workbench/open-lists?lang=en").text
    for year in ("0000020261", "000002026" + 4_000 * "0", "20261", "１２３４"):
        refused = steward.post(
            "/workbench/open-lists", organization=TRANSPORT, year=year, step="draft"
        )
        assert refused.status_code == 400
    steward.post("/workbench/open-lists", step="draft", **fields)
    page = steward.get(f"{PATH}?item=transport/BUS&lang=en").text
    assert "Change an item" in page
    steward.post(
        "/workbench/open-lists",
        step="edit",
        item="transport/BUS",
        note="含夜班线",
        reason="补充",
        code="correction",
        **fields,
    )
    assert get(house.atlas, *NAME).content.items["transport/BUS"].note == "含夜班线"
    assert "(Statement corrected)" in steward.get(f"{PATH}?lang=en").text
    steward.post("/workbench/open-lists", step="check", **fields)
    # Who wrote it does not review it, and is not offered to.
    assert 'value="review"' not in steward.get(PATH).text
    reviewer = browser_of(house, client, "reviewer", Role.REVIEWER)
    assert 'value="review"' in reviewer.get(PATH).text
    assert PATH in reviewer.get("/workbench").text
    reviewer.post("/workbench/open-lists", step="review", **fields)
    assert get(house.atlas, *NAME).state == "reviewed"


def test_findings_are_grouped_by_rule_and_the_item_comes_first(
    house: House, client: httpx.Client
) -> None:
    draft(house.atlas, OPERATOR, *NAME)
    park, bus = (
        get(house.atlas, *NAME).content.items[f"transport/{one}"] for one in ("PARK", "BUS")
    )
    wrong = {ItemChange(one, replace(one, frequency="随便更新")) for one in (park, bus)}
    edit(house.atlas, OPERATOR, NAME, frozenset(wrong), "试填")
    take(house.atlas, OPERATOR, *NAME, "check")
    browser = browser_of(house, client, "grouped", Role.STEWARD)
    page = browser.get(f"{PATH}?item=transport/BUS&lang=en").text
    assert "R04 · 2 findings" in page and page.count("R04 ·") == 1
    assert "item=transport/PARK" in page.replace("%2F", "/") and "#edit" in page
    assert page.index('id="edit"') < page.index('id="findings"') < page.index('id="items"')
