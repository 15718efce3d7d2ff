"""Batches of other tools: charged to the share that a client has for its queries."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread

import httpx
import orjson
import pytest

from catalog_service import charged_work
from catalog_service.sparql.model import Client
from catalog_service.sparql.revocation_check import RevocationCheck
from catalog_service.sparql.turns import Turns
from catalog_service.work_time import limited
from tests.fixtures.waiting import until
from tests.fixtures.web import House, opened

ADDRESSES = (
    "/api/3/action/package_search?rows=1000",
    "/api/3/action/organization_list",
    "/reconcile?queries=" + orjson.dumps({"q0": {"query": "公交线路"}}).decode(),
    "/reconcile?extend=" + orjson.dumps({"ids": ["x"], "properties": [{"id": "x"}]}).decode(),
    "/reconcile/suggest/entity?prefix=公交",
)


class Moments:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def _clocked(house: House, monkeypatch: pytest.MonkeyPatch) -> Moments:
    """Have the clients' seconds told by a clock that moves when it is told to."""
    moments = Moments()
    check = house.atlas.sparql
    assert isinstance(check, RevocationCheck)
    monkeypatch.setattr(check.service._budgets, "_monotonic", moments)  # type: ignore[attr-defined]
    return moments


def test_work_of_tools_is_charged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as (house, client):
        moments = _clocked(house, monkeypatch)
        for address in ADDRESSES:
            answer = client.get(address)
            assert answer.status_code == 200, answer.text
            assert answer.headers["ratelimit-policy"] == '"work";q=60;w=60;qu="seconds"'
        with house.atlas.sparql.working(Client("127.0.0.1")):
            moments.now += 100
        refused = [client.get(address) for address in ADDRESSES]
        assert {answer.status_code for answer in refused} == {429}
        assert all(int(answer.headers["retry-after"]) >= 40 for answer in refused)
        assert [_code(answer) for answer in refused] == ["sparql-budget"] * len(ADDRESSES)
        assert {answer.headers["ratelimit"] for answer in refused} == {'"work";r=0;t=60'}
        # Their forms stay their own.
        assert refused[0].json()["success"] is False
        # Pages, look-ups and what asks for nothing are not charged.
        for address in ("/datasets?q=公交", "/sparql", "/api/v1/search?q=公交"):
            assert client.get(address).status_code == 200
        # Who comes back at the time that was told is let in.
        moments.now += int(refused[-1].headers["retry-after"])
        assert [client.get(address).status_code for address in ADDRESSES] == [200] * len(ADDRESSES)


def _code(answer: httpx.Response) -> str:
    told = answer.json()
    return str(told.get("error", told)["code"])


def test_a_token_has_a_share_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as (house, client):
        moments = _clocked(house, monkeypatch)
        with house.atlas.sparql.working(Client("127.0.0.1")):
            moments.now += 100
        answer = client.get(ADDRESSES[0], headers=house.token("query"))
        assert answer.status_code == 200
        assert answer.headers["ratelimit-policy"] == '"work";q=120;w=60;qu="seconds"'
        bad = client.get(ADDRESSES[2], headers={"Authorization": "Bearer none"})
        assert bad.status_code == 401


def test_clients_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(1)
    monkeypatch.setattr(charged_work, "_turns", turns)
    assert turns.enter(Client("first"), 0)
    order: list[str] = []
    with opened(tmp_path) as (house, _):
        moments = _clocked(house, monkeypatch)
        threads = []
        for number, name in enumerate(("many", "many", "many", "few"), 1):
            work: Callable[[], None] = partial(order.append, name)
            asked = partial(charged_work._charge, house.atlas, Client(name), work)
            threads.append(Thread(target=asked))
            threads[-1].start()
            until(lambda wanted=number: turns.waiting() == wanted, "the client to wait")  # type: ignore[misc]
        moments.now += 5
        turns.leave(Client("first"))
        for thread in threads:
            thread.join()
        assert order == ["many", "few", "many", "many"]
        # Waiting is no work.
        assert house.atlas.sparql.allowance(Client("few")).left == 59


def test_who_waits_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charged_work, "_turns", Turns(0))
    monkeypatch.setattr(charged_work, "PATIENCE", 0.01)
    with opened(tmp_path) as (_, client):
        for address in ADDRESSES:
            refused = client.get(address)
            assert (refused.status_code, _code(refused)) == (503, "sparql-busy")
            assert "ratelimit" in refused.headers and "retry-after" in refused.headers


def test_work_ends_with_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charged_work, "limited", partial(limited, 0))
    with opened(tmp_path) as (_, client):
        for address in ADDRESSES[2:4]:
            refused = client.get(address)
            assert (refused.status_code, _code(refused)) == (503, "work-too-long")
            assert refused.headers["retry-after"] == "1"
        assert client.get(ADDRESSES[0]).status_code == 200
