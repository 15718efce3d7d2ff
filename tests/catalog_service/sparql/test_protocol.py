"""The SPARQL 1.1 Protocol at /sparql: forms, bodies, tags, and what is refused."""

from __future__ import annotations

import httpx
import pytest

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
