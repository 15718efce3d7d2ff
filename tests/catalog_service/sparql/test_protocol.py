"""The SPARQL 1.1 Protocol at /sparql: forms, bodies, tags, and what is refused."""

from __future__ import annotations

from ipaddress import ip_network
from types import SimpleNamespace

import httpx
import pyoxigraph as ox
import pytest
from fastapi import Request

from catalog_service.http.access import client_network
from tests.fixtures.web import House, own_site, site

__all__ = ["own_site", "site"]

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
        trusted_proxies = "127.0.0.1"
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


LONG = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 400"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/sparql-query; charset=utf-8", "ASK {}", 200),
        ('application/sparql-query;CHARSET="UTF-8"', "ASK {}", 200),
        ("application/x-www-form-urlencoded; charset=utf-8", "query=ASK+%7B%7D", 200),
        ("application/sparql-query", "\ufeffASK {}", 200),
        ("application/x-www-form-urlencoded", "query=%EF%BB%BFASK+%7B%7D", 200),
        ("application/sparql-query; charset=utf-16", "ASK {}", 415),
        ("application/x-www-form-urlencoded; charset=gbk", "query=ASK+%7B%7D", 415),
    ],
    ids=["utf-8", "quoted", "form", "mark", "mark-in-form", "utf-16", "gbk"],
)
def test_queries_are_in_utf_8(site: Site, kind: str, body: str, status: int) -> None:
    answer = site[1].post("/sparql", content=body.encode(), headers={"Content-Type": kind})
    assert answer.status_code == status
    if status == 415:
        assert answer.json()["code"] == "media-type-unsupported"


def test_an_empty_graph_is_none(site: Site) -> None:
    query = {"query": "ASK { ?s a dcat:Dataset }", "default-graph-uri": "", "named-graph-uri": ""}
    assert site[1].get("/sparql", params=query).json()["boolean"]
    assert site[1].post("/sparql", data=query).json()["boolean"]


def test_relative_iris_begin_at_the_endpoint(site: Site) -> None:
    house, client = site
    address = f"{house.settings.public_url}/sparql"
    query = 'SELECT (STR(<#x>) AS ?a) (STR(<../id/y>) AS ?b) (STR(IRI("z")) AS ?c) {}'
    (row,) = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert row["a"]["value"] == f"{address}#x"
    assert row["b"]["value"] == f"{house.settings.public_url}/id/y"
    assert row["c"]["value"] == f"{house.settings.public_url}/z"
    own = "BASE <http://own.example/> SELECT (STR(<x>) AS ?a) {}"
    (row,) = client.get("/sparql", params={"query": own}).json()["results"]["bindings"]
    assert row["a"]["value"] == "http://own.example/x"
    # Merged graphs are read here, not by the engine.
    merged = "ASK FROM <none> FROM <https://w3id.org/shdata/graph/records> { ?s ?p ?o }"
    assert client.get("/sparql", params={"query": merged}).json()["boolean"]


def test_head_and_options(site: Site) -> None:
    client = site[1]
    got = client.get("/sparql", params={"query": LONG})
    head = client.head("/sparql", params={"query": LONG})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]
    options = client.options("/sparql")
    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_scripts_may_say_what_they_are(site: Site) -> None:
    asked = {
        "Origin": "https://page.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-requested-with",
    }
    answer = site[1].options("/sparql", headers=asked)
    assert answer.headers["access-control-allow-origin"] == "*"
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert {"content-type", "x-requested-with"} <= {name.strip() for name in allowed.split(",")}
    assert "authorization" not in allowed


@pytest.mark.parametrize(
    ("asked", "form"),
    [("trig", ox.RdfFormat.TRIG), ("nq", ox.RdfFormat.N_QUADS)],
    ids=["trig", "nq"],
)
def test_graphs_are_default_graphs_of_datasets(site: Site, asked: str, form: ox.RdfFormat) -> None:
    client = site[1]
    query = "CONSTRUCT WHERE { ?s a dcat:Dataset }"
    triples = client.get("/sparql", params={"query": query, "format": "nt"})
    expected = {quad.triple for quad in ox.parse(triples.content, format=ox.RdfFormat.N_TRIPLES)}
    assert expected
    by_name = client.get("/sparql", params={"query": query, "format": asked})
    by_type = client.get("/sparql", params={"query": query}, headers={"Accept": form.media_type})
    assert by_name.content == by_type.content
    assert by_name.headers["content-type"] == form.media_type
    quads = list(ox.parse(by_name.content, format=form))
    assert {quad.triple for quad in quads} == expected
    assert {quad.graph_name for quad in quads} == {ox.DefaultGraph()}


@pytest.mark.parametrize(
    ("asked", "coding"),
    [
        ("gzip", "gzip"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1, zstd;q=0.5", "gzip"),
        ("*;q=0.1, zstd;q=0", "gzip"),
        ("gzip;q=0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_answers_are_compressed(site: Site, asked: str, coding: str | None) -> None:
    client = site[1]
    plain = client.get("/sparql", params={"query": LONG}, headers={"Accept-Encoding": "identity"})
    headers = {"Accept-Encoding": asked}
    answer = client.get("/sparql", params={"query": LONG}, headers=headers)
    assert answer.headers.get("content-encoding") == coding
    assert answer.content == plain.content
    assert "Accept-Encoding" in answer.headers["vary"]
    assert (answer.headers["etag"] == plain.headers["etag"]) == (coding is None)
    if coding is not None:
        assert int(answer.headers["content-length"]) < len(plain.content) / 2
    # Who has it in a coding that is not asked for now does not have this one.
    again = {**headers, "If-None-Match": answer.headers["etag"]}
    assert client.get("/sparql", params={"query": LONG}, headers=again).status_code == 304
    other = {"Accept-Encoding": "identity", "If-None-Match": answer.headers["etag"]}
    held = client.get("/sparql", params={"query": LONG}, headers=other)
    assert held.status_code == (304 if coding is None else 200)


def test_short_answers_are_sent_as_they_are(site: Site) -> None:
    answer = site[1].get("/sparql", params={"query": "ASK {}"}, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_without_a_query_the_service_is_described(site: Site) -> None:
    house, client = site
    url = house.settings.public_url
    answer = client.get("/sparql", headers={"Accept": "*/*"})
    assert answer.headers["content-type"].startswith("text/turtle")
    sd = "http://www.w3.org/ns/sparql-service-description#"
    said = {
        (quad.predicate.value.removeprefix(sd), str(quad.object))
        for quad in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)
    }
    assert ("endpoint", f"<{url}/sparql>") in said
    assert ("feature", f"<{sd}UnionDefaultGraph>") in said
    forms = {value for name, value in said if name == "resultFormat"}
    assert len(forms) == 10
    assert "<http://www.w3.org/ns/formats/TriG>" in forms
    same = {"If-None-Match": answer.headers["etag"]}
    assert client.get("/sparql", headers=same).status_code == 304
    asked = {"Accept": "application/ld+json"}
    assert client.get("/sparql", headers=asked).headers["content-type"] == "application/ld+json"
    page = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    empty = client.get("/sparql", params={"query": ""}, headers={"Accept": "*/*"})
    assert empty.json()["code"] == "sparql-query-missing"


def test_no_copy_is_confirmed_while_the_graph_holds_what_was_closed(own_site: Site) -> None:
    house, client = own_site
    asked = {"query": "SELECT ?t { ?s <http://purl.org/dc/terms/title> ?t }"}
    copy = client.get("/sparql", params=asked)
    held = {"If-None-Match": copy.headers["etag"]}
    assert client.get("/sparql", params=asked, headers=held).status_code == 304
    house.withdraw("city", "BUS1")
    house.clock.step(2)
    # Of other bytes than the first request, which is answered anew for five seconds.
    for headers in ({"Accept": "application/json"}, held):
        refused = client.get("/sparql", params=asked, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (503, "sparql-behind")
    house.project()
    now = client.get("/sparql", params=asked, headers=held)
    assert now.status_code == 200 and now.headers["etag"] != copy.headers["etag"]


def test_line_and_column_stand_in_every_form_of_an_error(site: Site) -> None:
    query = "SELECT * {\n  ?s ?p '数据' ；?q ?r }"
    for accept, said in (
        ("application/sparql-results+json", '"line":2,"column":14'),
        ("application/sparql-results+xml", "<line>2</line><column>14</column>"),
        ("text/csv", '"line":2,"column":14'),
    ):
        answer = site[1].get("/sparql", params={"query": query}, headers={"Accept": accept})
        assert answer.status_code == 400
        assert said in answer.text
