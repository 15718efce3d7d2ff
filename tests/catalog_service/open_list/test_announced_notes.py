"""A dataset's own page tells that it is to be restricted or withdrawn, before it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.service import amend, draft, get, propose, take
from tests.catalog_service.open_list.conftest import TRANSPORT
from tests.fixtures.web import HTML, House, served

NAME = (TRANSPORT, 2026)
BUS, PARK = "/dataset/transport/BUS", "/dataset/transport/PARK"
DAY = date(2026, 9, 20)


@pytest.fixture
def listed(house: House) -> House:
    draft(house.atlas, OPERATOR, *NAME)
    for step in ("check", "review", "file", "accept", "publish"):
        take(house.atlas, OPERATOR, *NAME, step)
    return house


@pytest.fixture
def client(listed: House) -> Iterator[httpx.Client]:
    with served(listed) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def amended(house: House, key: str, code: str, day: date, open_type: str = "") -> None:
    item = get(house.atlas, *NAME).content.items[key]
    after = replace(item, open_type=open_type, conditions="签订协议") if open_type else None
    propose(house.atlas, OPERATOR, NAME, frozenset({ItemChange(item, after)}), "见内部文件", code)
    amend(house.atlas, OPERATOR, *NAME, day)


def alerts(client: httpx.Client, path: str, lang: str) -> list[str]:
    page = client.get(f"{path}?lang={lang}", headers=HTML).text
    found = re.findall(r'<div class="notice alert">(.*?)</div>', page, re.DOTALL)
    return [re.sub("<[^>]*>", "", one).strip() for one in found]


def test_a_withdrawal_is_told_before_it_counts(listed: House, client: httpx.Client) -> None:
    assert alerts(client, PARK, "en") == []
    amended(listed, "transport/PARK", "ceased", DAY)
    assert alerts(client, PARK, "en") == [
        "From 2026-09-20 on, this dataset is withdrawn from the open list of Shanghai Municipal "
        "Transportation Commission. Reason: No longer collected. Open list 2026"
    ]
    (zh,) = alerts(client, PARK, "zh")
    assert zh.startswith("自 2026-09-20 起，本数据集将从上海市交通委员会的开放清单中撤下。")
    page = client.get(f"{PARK}?lang=en", headers=HTML).text
    assert 'href="/open-list/2026/transport?lang=en"' in page
    assert "内部文件" not in page
    # Of no other dataset, and of no version of before.
    assert alerts(client, BUS, "en") == []
    assert "From 2026-09-20" not in client.get(f"{PARK}?at=2026-09-01&lang=en", headers=HTML).text


def test_what_is_announced_is_read_by_programs(listed: House, client: httpx.Client) -> None:
    amended(listed, "transport/PARK", "ceased", DAY)
    answer = client.get("/api/v1/datasets/transport/PARK").json()
    # Other rooms have notes of it, too.
    (note,) = (one for one in answer["notes"] if one["kind"].startswith("open-list."))
    assert (note["kind"], note["day"]) == ("open-list.withdrawn", "2026-09-20")
    assert note["url"].endswith("/open-list/2026/transport")
    assert note["text"].keys() == note["link"].keys() == {"zh", "en"}
    at = client.get("/api/v1/datasets/transport/PARK?at=2026-09-01").json()
    assert at["notes"] == []
    triples = client.get(f"{PARK}.nt").text
    assert "skos/core#changeNote" in triples and "withdrawn from the open list" in triples
    assert "changeNote" not in client.get(f"{BUS}.nt").text
    page = client.get(PARK, headers=HTML).text
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert any(json.loads(one).get("expires") == "2026-09-20" for one in found)


def test_a_restriction_names_both_open_types(listed: House, client: httpx.Client) -> None:
    amended(listed, "transport/BUS", "privacy", DAY, "有条件开放")
    amended(listed, "transport/BUS", "secrecy", DAY + timedelta(9), "非开放")
    first, second = alerts(client, BUS, "en")
    assert "From 2026-09-20 on, this dataset is restricted by the open list of" in first
    assert "“Conditionally open” in place of “Unconditionally open”. Reason: Personal" in first
    assert "From 2026-09-29 on" in second
    page = client.get(BUS, headers=HTML).text
    assert '"expires"' not in page


def test_what_counts_or_was_taken_back_is_announced_no_more(
    listed: House, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    park = get(listed.atlas, *NAME).content.items["transport/PARK"]
    amended(listed, "transport/PARK", "ceased", DAY)
    propose(listed.atlas, OPERATOR, NAME, frozenset({ItemChange(None, park)}), "保留", "demand")
    amend(listed.atlas, OPERATOR, *NAME, DAY)
    assert alerts(client, PARK, "en") == []
    tomorrow = listed.clock.today() + timedelta(1)
    amended(listed, "transport/PARK", "ceased", tomorrow)
    assert len(alerts(client, PARK, "en")) == 1
    monkeypatch.setattr(listed.clock, "today", lambda: tomorrow)
    assert alerts(client, PARK, "en") == []
