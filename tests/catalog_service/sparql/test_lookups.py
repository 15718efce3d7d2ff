"""Look-ups: answered by the web process, as the workers answer them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.requests import Request

from catalog_service.http.metrics import Metrics
from catalog_service.sparql import lookups, query_check, repeated_queries
from catalog_service.sparql.budget import Budgets
from catalog_service.sparql.lookups import is_lookup
from catalog_service.sparql.repeated_queries import RepeatedQueries
from tests.fixtures.web import BASE, House, opened, portal

BUS = f"{BASE}/id/dataset/city/BUS1"
JSON = {"Accept": "application/sparql-results+json", "Accept-Encoding": "identity"}


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ <{BUS}> ?p ?o }}",
        f"select ?p ?o where {{<{BUS}>?p?o.}}\n",
        f"SELECT ?p ?o ?x {{ <{BUS}> $p $o }}",
        f"SELECT ?p ?po {{ <{BUS}> ?p ?po }}",
    ],
)
def test_what_is_a_look_up(text: str) -> None:
    assert is_lookup(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        f"SELECT * {{ <{BUS}> ?p ?o . ?a ?b ?c }}",
        f"SELECT * {{ SERVICE <{BUS}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE <{BUS}> ?p ?o }}",
        f"SELECT * FROM <{BUS}> {{ <{BUS}> ?p ?o }}",
        f"SELECT * {{ <{BUS}> (<a:b>|!<a:b>)* ?o }}",
        f"SELECT * {{ <{BUS}> ?p ?o }} # a comment",
        f"SELECT (NOW() AS ?p) {{ <{BUS}> ?p ?o }}",
        f"ASK {{ <{BUS}> ?p ?o }}",
        "SELECT * { <relative> ?p ?o }",
        f"SELECT * {{ <{BUS}> ?p ?o }}; DROP ALL",
        "SELECT * { <a:\\u0062> ?p ?o }",
        # Nothing would be written, so that nothing would end it.
        f"SELECT * {{ <{BUS}> ?p ?p }}",
        f"SELECT * {{ <{BUS}> ?p $p }}",
        f"SELECT * {{ <{BUS}> ?p ?o }}{' ' * 2_500}",
    ],
)
def test_what_is_none(text: str) -> None:
    assert not is_lookup(text)


def test_the_event_loop_reads_no_tokens_of_long_queries(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = Request({"type": "http", "headers": [], "client": ("192.0.2.1", 1)})
    with opened(tmp_path) as (house, _):
        queries = RepeatedQueries(house.atlas, Metrics())
        monkeypatch.setattr(query_check, "tokens_of", None)
        for text, is_taken in (
            ("SELECT * { ?s ?p ?o } #" + "x" * 9_000, True),
            ("SELECT * { ?s ?p ?o } # NOW" + "x" * 9_000, False),
            ("BASE <a:> SELECT * { ?s ?p ?o } #" + "x" * 9_000, False),
        ):
            assert (queries.work(request, text) is not None) is is_taken


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each look-up was answered by the web process."""
    found: list[bool] = []

    def watched(*arguments: Any) -> bytes | None:
        body = lookups.look_up(*arguments)
        found.append(body is not None)
        return body

    monkeypatch.setattr(repeated_queries, "look_up", watched)
    # However slow the machine is.
    monkeypatch.setattr("catalog_service.http.repeated_requests.CONFIRMED_SECONDS", 3_600)
    return found


def _ask(client: httpx.Client, iri: str, **more: str) -> httpx.Response:
    query = f"SELECT * {{ <{iri}> ?p ?o }}"
    return client.get("/sparql", params={"query": query, **more}, headers=JSON)


def _told(answer: httpx.Response) -> dict[str, str]:
    changing = ("date", "x-request-id", "ratelimit", "x-query-milliseconds")
    return {name: value for name, value in answer.headers.items() if name not in changing}


def test_the_answer_is_the_workers(tmp_path: Any, looked_up: list[bool]) -> None:
    names = [f"{BASE}/id/dataset/city/{one}" for one in ("COND", "BUS1", "NOBODY")]
    with opened(tmp_path) as (house, client):
        by_worker = [_ask(client, name, timeout="9") for name in names]
        assert looked_up == []  # an address with a limit is no template
        assert house.atlas.graph.current().store is not None
        _ask(client, f"{BASE}/id/dataset/city/XSS")
        answers = [_ask(client, name) for name in names]
        assert looked_up == [True] * 3
        for one, other in zip(answers, by_worker, strict=True):
            assert one.content == other.content
            assert _told(one) == _told(other)
        assert answers[0].json()["results"]["bindings"]
        assert not answers[2].json()["results"]["bindings"]
        assert all("ratelimit" in answer.headers for answer in answers)
        tag = {**JSON, "If-None-Match": answers[0].headers["etag"]}
        query = f"SELECT * {{ <{names[0]}> ?p ?o }}"
        assert client.get("/sparql", params={"query": query}, headers=tag).status_code == 304
        _change(house)
        assert "换了名字" in _ask(client, names[1]).text


def _change(house: House) -> None:
    house.submit("city", [portal("BUS1", "换了名字的线路")])
    house.project()


def test_a_long_one_is_left_to_a_worker(
    tmp_path: Any, looked_up: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "MOST_BYTES", 500)
    with opened(tmp_path) as (house, client):
        assert house.atlas.graph.current().store is not None
        _ask(client, f"{BASE}/id/dataset/city/XSS")
        assert _ask(client, BUS).json()["results"]["bindings"]
        assert looked_up == [False]


def test_a_look_up_is_charged(
    tmp_path: Any, looked_up: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    promised: list[int] = []
    promise = Budgets._promise

    def watched(*arguments: Any) -> int:
        promised.append(promise(*arguments))
        return promised[-1]

    monkeypatch.setattr(Budgets, "_promise", watched)
    with opened(tmp_path, sparql_client_seconds=1) as (house, client):
        assert house.atlas.graph.current().store is not None
        statuses = [_ask(client, f"{BASE}/id/{n}").status_code for n in range(400)]
        assert set(statuses) == {200, 429}
        assert True in looked_up
        # Each refusal tells one time to come back, however many ways there are to answer.
        assert len(promised) == statuses.count(429)
