"""The yearly evaluation by page: what is known of items, and decisions about many at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.open_list.evaluation import decisions_of
from catalog_service.open_list.service import draft, get, take
from catalog_service.open_list.taking import take_step
from catalog_service.quality.service import evaluate
from tests.catalog_service.open_list.conftest import CIVIL, TRANSPORT, furnished
from tests.fixtures.people import Browser, person, signed_in, use_counting_hasher
from tests.fixtures.web import House, portal, served

WORK = "/workbench/open-lists"
PATH = f"{WORK}/2026/transport/evaluation"
BUS, PARK = "transport/BUS", "transport/PARK"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnished(tmp_path_factory.mktemp("lists")) as made:
        use_counting_hasher(made.atlas)
        # Another organization opens what is called the same, unconditionally.
        same = portal(
            "PARK",
            "停车场",
            department="上海市民政局",
            open_scope="全市",
            secrecy_review="2019-12-01",
        )
        made.submit("civil", [same])
        made.project()
        for organization in (TRANSPORT, CIVIL):
            draft(made.atlas, OPERATOR, organization, 2026)
            # What its check finds is not looked at here.
            for step in ("check", "review", "file", "accept"):
                take_step(made.atlas, OPERATOR, (organization, 2026), step)
            take(made.atlas, OPERATOR, organization, 2026, "publish")
        evaluate(made.atlas)
        yield made


@pytest.fixture(scope="module")
def client(house: House) -> Iterator[httpx.Client]:
    headers = {"Accept-Language": "en"}
    with (
        served(house) as address,
        httpx.Client(base_url=address, timeout=60, headers=headers) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def steward(house: House, client: httpx.Client) -> Browser:
    return signed_in(client, house.atlas, person(house.atlas, "sun", Role.STEWARD, "transport"))


@pytest.fixture(scope="module")
def reviewer(house: House, client: httpx.Client) -> Browser:
    return signed_in(client, house.atlas, person(house.atlas, "qian", Role.REVIEWER, "transport"))


def send(browser: Browser, *items: str, **fields: str) -> httpx.Response:
    data = {"csrf": browser.csrf, "item": list(items), **fields}
    return browser.client.post(PATH, headers=browser.headers, data=data)


def test_what_is_known_stands_beside_each_item(steward: Browser) -> None:
    page = steward.get(PATH).text
    assert "0 of 2 items are decided" in page
    park = page[page.index("停车场") :]
    assert "Opened by others" in park
    assert "上海市民政局" in park or "Civil Affairs" in park
    assert "not classified" in park
    assert "Does not pass" in page
    assert "not measured yet" not in page
    assert "is not counted here" in page
    # What others opened is told where the names are the same alone.
    assert "Opened by others" not in page[: page.index("停车场")]


def test_many_are_decided_at_once_after_a_preview(house: House, steward: Browser) -> None:
    preview = send(steward, BUS, PARK, action="preview", decision="open-further")
    assert preview.status_code == 200
    assert "有条件开放</s> → <strong>无条件开放" in preview.text
    # What is open without conditions is not opened further, and is not sent on.
    assert "nothing is decided about it" in preview.text
    assert "Decide about 1 item: open further" in preview.text
    assert f'name="item" value="{BUS}"' not in preview.text[: preview.text.index("Cancel")]
    assert "stays as it is" in send(steward, BUS, action="preview", decision="keep").text
    assert decisions_of(house.atlas, TRANSPORT, 2026) == {}
    for fields in ({}, {"reason": "复评"}):
        refused = send(steward, BUS, PARK, action="decide", decision="open-further", **fields)
        assert refused.status_code == 422
    assert "公交线路 is open without conditions already" in refused.text
    assert decisions_of(house.atlas, TRANSPORT, 2026) == {}
    for key, decision in ((PARK, "open-further"), (BUS, "improve")):
        taken = send(steward, key, action="decide", decision=decision, reason="复评")
        assert taken.status_code == 303
    found = decisions_of(house.atlas, TRANSPORT, 2026)
    assert {key: one.decision for key, one in found.items()} == {
        BUS: "improve",
        PARK: "open-further",
    }
    # One that is not on the list: none is decided on.
    every = send(steward, action="preview-all", decision="withdraw").text
    assert every.count("is left out") == 2
    wrong = send(steward, BUS, "transport/NONE", action="decide", decision="keep", reason="x")
    assert wrong.status_code == 404
    assert decisions_of(house.atlas, TRANSPORT, 2026)[BUS].decision == "improve"
    assert "No item is so" in steward.get(f"{PATH}?show=open").text
    assert "until now: open further" in send(steward, PARK, action="preview", decision="keep").text


@pytest.mark.parametrize("fields", [{}, {"decision": "burn"}], ids=["nothing", "unknown"])
def test_nothing_chosen_is_told(steward: Browser, fields: dict[str, str]) -> None:
    answer = send(steward, action="preview", **fields)
    assert answer.status_code == 200
    assert "Tick the items" in answer.text


def test_the_decisions_become_next_years_draft(
    house: House, steward: Browser, reviewer: Browser
) -> None:
    send(steward, BUS, action="decide", decision="withdraw", reason="并入其他数据集")
    send(steward, PARK, action="decide", decision="open-further", reason="可扩大开放")
    # Who may not end it is not offered to.
    assert 'value="finish"' not in steward.get(PATH).text
    assert send(steward, action="finish").status_code == 403
    page = reviewer.get(PATH).text
    assert 'value="finish"' in page
    (shown,) = re.findall(r'name="decided" value="([0-9]+)"', page)
    send(steward, PARK, action="decide", decision="open-further", reason="已复核")
    # What was decided since has not been seen.
    late = send(reviewer, action="finish", decided=shown)
    assert late.status_code == 409
    assert "changed since it was looked at" in late.text
    assert send(reviewer, action="finish").status_code == 303
    assert get(house.atlas, TRANSPORT, 2026).state == "evaluated"
    late = send(steward, BUS, action="decide", decision="keep", reason="x")
    assert late.status_code == 409
    made = draft(house.atlas, OPERATOR, TRANSPORT, 2027, last_year=True)
    assert {one.title: one.open_type for one in made.content.items.values()} == {
        "停车场": "无条件开放"
    }


def test_progress_is_told_by_organization(
    house: House, client: httpx.Client, steward: Browser
) -> None:
    city = signed_in(client, house.atlas, person(house.atlas, "li", Role.CITY_OFFICE))

    def rows(browser: Browser) -> int:
        return len(re.findall('<tr><th scope="row">', browser.get(f"{WORK}/evaluation").text))

    assert (rows(city), rows(steward)) == (2, 1)
    stranger = signed_in(client, house.atlas, person(house.atlas, "zhou", Role.STEWARD, "health"))
    assert stranger.get(PATH).status_code == 403
    assert send(stranger, BUS, action="decide", decision="keep", reason="x").status_code == 403
    assert "is published" in stranger.get(f"{WORK}/evaluation").text
