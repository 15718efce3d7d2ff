"""The SPARQL 1.1 Protocol at /sparql: forms, bodies, tags, and what is refused."""

from __future__ import annotations

from ipaddress import ip_network
from types import SimpleNamespace

import httpx
import pytest
from fastapi import Request

from catalog_service.http.access import client_network
from tests.fixtures.web import House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


def test_sparql_protocol(site: Site) -> None:
    client = site[1]
    query = "SELECT * { ?s ?p ?o } LIMIT 2"
    got = client.get("/sparql", params={"query": query})
    assert got.headers["content-type"] == "application/sparql-results+json"
    form = client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
    direct = client.post(
        "/sparql",
        content=query,
        headers={"Content-Type": "application/sparql-query", "Accept": "text/csv"},
    )
    assert form.text == direct.text
    assert len(form.text.splitlines()) == 3
    unchanged = client.get(
        "/sparql", params={"query": query}, headers={"If-None-Match": got.headers["etag"]}
    )
    assert unchanged.status_code == 304
    graph = client.get(
        "/sparql",
        params={"query": "CONSTRUCT WHERE { ?s a ?t }"},
        headers={"Accept": "text/turtle"},
    )
    assert graph.headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("application/sparql-query", "SELECT", 400, "sparql-syntax"),
        ("application/sparql-query", "DELETE WHERE { ?s ?p ?o }", 400, "sparql-update-refused"),
        ("application/sparql-update", "CLEAR ALL", 400, "sparql-update-refused"),
        ("application/x-www-form-urlencoded", "update=CLEAR+ALL", 400, "sparql-update-refused"),
        ("application/x-www-form-urlencoded", "q=1", 400, "sparql-query-missing"),
        ("text/plain", "ASK {}", 415, "media-type-unsupported"),
        (
            "application/sparql-query",
            "ASK { SERVICE <http://x/> {} }",
            400,
            "sparql-service-refused",
        ),
    ],
)
def test_sparql_refusals_are_typed(
    site: Site, kind: str, body: str, status: int, code: str
) -> None:
    answer = site[1].post("/sparql", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_query_may_have_lines(site: Site) -> None:
    assert site[1].get("/sparql?query=ASK%0D%0A%09%7B%7D").status_code == 200


def test_what_is_left_is_told_with_every_answer(site: Site) -> None:
    client = site[1]
    for query, status in (("ASK { ?s a ?t }", 200), ("ASK {", 400)):
        answer = client.get("/sparql", params={"query": query})
        assert answer.status_code == status
        assert answer.headers["ratelimit-policy"] == '"work";q=60;w=60;qu="seconds"'
        assert answer.headers["ratelimit"].startswith('"work";r=')


def test_a_token_has_a_share_of_its_own(site: Site) -> None:
    house, client = site
    query = {"query": "SELECT * { ?s ?p ?o } LIMIT 1"}
    answer = client.get("/sparql", params=query, headers=house.token("write:city"))
    assert answer.headers["ratelimit-policy"].startswith('"work";q=120;')
    assert answer.headers["cache-control"] == "private, no-store"
    wrong = client.get("/sparql", params=query, headers={"Authorization": "Bearer no"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "not-authenticated")


@pytest.mark.parametrize(("given", "status"), [("0", 200), ("2.5", 200), ("-1", 400), ("x", 400)])
def test_a_time_out_is_a_number_of_seconds(site: Site, given: str, status: int) -> None:
    answer = site[1].get("/sparql", params={"query": "ASK {}", "timeout": given})
    assert answer.status_code == status


def test_an_ipv6_subscriber_is_one_client() -> None:
    class Settings:
        proxies = (ip_network("127.0.0.1/32"),)

    def network(address: str) -> str:
        state = SimpleNamespace(atlas=SimpleNamespace(settings=Settings))
        scope = {
            "type": "http",
            "client": ("127.0.0.1", 1),
            "headers": [(b"x-forwarded-for", address.encode())],
            "app": SimpleNamespace(state=state),
        }
        return client_network(Request(scope))

    assert network("2001:db8:0:ab01::1") == network("[2001:db8:0:abff:1::2]:443")
    assert network("2001:db8:0:ab01::1") != network("2001:db8:0:ac01::1")
    assert network("192.0.2.1") == network("::ffff:192.0.2.1") == "192.0.2.1"
