"""The operator is told which queries were refused, killed or cut, and not by whom."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from catalog_service.sparql import query_log
from catalog_service.sparql.errors import SPARQL_BUDGET, SPARQL_MEMORY, SPARQL_SYNTAX
from catalog_service.sparql.query_log import QueryLog, outcome_of
from ontology.errors import AtlasError
from tests.fixtures.web import HTML, House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]
NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


def test_outcomes_follow_the_errors() -> None:
    assert outcome_of(AtlasError(SPARQL_BUDGET, retry_after=1)) == "refused"
    assert outcome_of(AtlasError(SPARQL_MEMORY, megabytes=1)) == "killed"
    assert outcome_of(AtlasError(SPARQL_SYNTAX, line=1, column=1, near="")) == "failed"


def test_the_worst_come_first_and_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_log, "_MOST", 3)
    counted: Counter[str] = Counter()
    log = QueryLog(lambda outcome: counted.update([outcome]))
    for text in ("a", "b", "c", "a", "d"):
        log.note(text, "killed", NOON)
    log.note("c", "refused", NOON + timedelta(hours=1))
    log.note("never kept", "answered", NOON)
    found = log.worst()
    assert [query.text for query in found] == ["a", *sorted("cd", key=lambda t: _hash(log, t))]
    assert found[0].outcomes["killed"] == 2
    assert {query.last for query in found} == {NOON, NOON + timedelta(hours=1)}
    assert counted == {"killed": 5, "refused": 1, "answered": 1}


def _hash(log: QueryLog, text: str) -> tuple[int, str]:
    query = next(query for query in log.worst() if query.text == text)
    return (-query.outcomes["refused"], query.hash)


def test_an_admin_sees_what_was_killed(site: Site) -> None:
    house, client = site
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    # It would not end in a day: its own limit stops it, and nobody else's query.
    asked = {"query": query, "format": "json", "timeout": "0.05"}
    answer = client.get("/sparql", params=asked)
    assert (answer.status_code, answer.json()["code"]) == (504, "sparql-timeout")
    address = "/api/v1/sparql/queries"
    assert client.get(address).status_code == 401
    assert client.get(address, headers=house.token("write")).status_code == 403
    found = client.get(address, headers=house.token("admin")).json()["queries"]
    (one,) = [stopped for stopped in found if stopped["text"] == query]
    assert one["killed"] == 1 and len(one["hash"]) == 16
    metrics = client.get("/metrics").text
    assert 'atlas_sparql_queries_total{outcome="killed"}' in metrics


def test_an_operator_sees_them_on_a_page(site: Site) -> None:
    house, client = site
    # A count: rows that are written out may pass the largest answer before the time is over.
    crossed = "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    asked = {"query": f"SELECT ('<b>' AS ?x) (COUNT(*) AS ?n) {crossed}", "timeout": "0.05"}
    assert client.get("/sparql", params=asked).status_code == 504
    form = client.get("/sparql/queries", params={"lang": "en"}, headers=HTML)
    assert form.status_code == 200 and 'name="token"' in form.text and "<b>" not in form.text

    def sent(token: str) -> httpx.Response:
        return client.post("/sparql/queries", data={"token": token}, headers=HTML)

    for scope, status in (("write", 403), ("", 401)):
        token = house.token(scope)["Authorization"].removeprefix("Bearer ") if scope else "wrong"
        assert sent(token).status_code == status
    shown = sent(house.token("admin")["Authorization"].removeprefix("Bearer "))
    assert shown.status_code == 200 and shown.headers["cache-control"] == "private, no-store"
    assert "被终止" in shown.text and "<b>" not in shown.text
