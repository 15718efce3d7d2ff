"""Search, rules, validation, SPARQL, health, metrics, and the documents about them."""

from __future__ import annotations

import ast
import os
import shutil
import signal
from pathlib import Path

import httpx
import orjson
import pytest

import catalog_service
from tests.fixtures.web import House, own_site, portal, site

__all__ = ["own_site", "site"]

Site = tuple[House, httpx.Client]


def test_search_filters_by_notation_iri_and_several_values(site: Site) -> None:
    client = site[1]
    assert client.get("/api/v1/search", params={"q": "公交"}).json()["total"] >= 2
    short = client.get("/api/v1/search?open_type=conditional").json()
    full = client.get(
        "/api/v1/search",
        params={"open_type": "https://w3id.org/shdata/vocab/open-type/conditional"},
    ).json()
    assert [h["remote_id"] for h in short["hits"]] == ["COND"]
    assert short["hits"] == full["hits"]
    both = client.get("/api/v1/search?open_type=conditional&open_type=unconditional").json()
    assert both["total"] == 4
    theme = client.get("/api/v1/search").json()["facets"]["theme"]
    assert {
        "value": "4",
        "label": {"zh": "道路交通", "en": theme[0]["label"]["en"]},
        "count": 3,
    } in theme


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"colour": "red"}, "unknown-facet"),
        ({"limit": "1000"}, "parameter-invalid"),
        ({"offset": "-1"}, "parameter-invalid"),
        ({"sort": "price"}, "parameter-invalid"),
        ({"q": "x" * 501}, "parameter-invalid"),
    ],
)
def test_wrong_searches_are_typed(site: Site, params: dict[str, str], code: str) -> None:
    answer = site[1].get("/api/v1/search", params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_problems_speak_the_language_that_was_asked_for(site: Site) -> None:
    client = site[1]
    zh = client.get("/api/v1/rules/R99")
    en = client.get("/api/v1/rules/R99", headers={"Accept-Language": "fr, en;q=0.8, zh;q=0.1"})
    forced = client.get("/api/v1/rules/R99?lang=en")
    assert zh.json()["title"] == "未找到"
    assert en.json()["title"] == forced.json()["title"] == "Not found"
    assert zh.json()["type"].endswith("/problem/unknown-rule")
    assert zh.json()["id"] == zh.headers["x-request-id"]


def test_rules_and_validation_agree(site: Site) -> None:
    client = site[1]
    rules = {r["id"]: r for r in client.get("/api/v1/rules").json()["rules"]}
    assert rules["R01"]["message"]["en"]
    assert "sh:" in client.get("/api/v1/rules/R01").json()["turtle"]
    body = b"\n".join(
        orjson.dumps(p) for p in (portal("V1", "停车场"), portal("V2", "车站", is_open=""))
    )
    reports = [
        client.post(
            f"/api/v1/validate?engine={engine}",
            content=body,
            headers={"Content-Type": "application/x-ndjson"},
        ).json()
        for engine in ("shacl", "pyshacl")
    ]
    assert (reports[0]["read"], reports[0]["unreadable"]) == (2, 0)
    assert reports[0]["violating"] >= 1
    verdicts = [
        {(c["remote_id"], r["rule"], r["severity"]) for c in report["records"] for r in c["rules"]}
        for report in reports
    ]
    assert verdicts[0] == verdicts[1]
    assert {rule for _, rule, _ in verdicts[0]} <= rules.keys()
    broken = client.post(
        "/api/v1/validate", content=b"<a", headers={"Content-Type": "application/rdf+xml"}
    )
    assert broken.json()["unreadable"] == 1


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


def test_health_and_metrics(site: Site) -> None:
    client = site[1]
    assert client.get("/health/live").json() == {"live": True}
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.json()["ready"]) == (200, True), ready.text
    client.get("/api/v1/datasets/city/CLOSED")
    text = client.get("/metrics").text
    assert "atlas_journal_head" in text
    assert "atlas_projection_graph_lag 0.0" in text
    assert 'route="/api/v1/datasets/{source}/{remote_id}",status="404"' in text
    assert "CLOSED" not in text


def test_not_ready_says_why(own_site: Site) -> None:
    house, client = own_site
    (house.settings.home / "projections.json").unlink()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"]["worker"] == {"ok": False, "reason": "never-ran", "figures": {}}


def test_ready_asks_a_query(own_site: Site) -> None:
    house, client = own_site
    assert client.get("/health/ready").json()["parts"]["sparql"] == {
        "ok": True,
        "reason": None,
        "figures": {"workers": 1.0},
    }
    assert "atlas_sparql_workers 1.0" in client.get("/metrics").text
    # What the workers read is gone: only asking finds out.
    shutil.rmtree(house.atlas.graph.current().path)
    (pid,) = house.atlas.sparql.service.pids()  # type: ignore[attr-defined]  # the pool
    os.kill(pid, signal.SIGKILL)
    assert client.get("/health/ready").status_code == 200
    house.clock.step(1)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    part = answer.json()["parts"]["sparql"]
    assert (part["ok"], part["reason"]) == (False, "sparql-failed")


def test_openapi_describes_every_route_of_the_api(site: Site) -> None:
    document = site[1].get("/api/v1/openapi.json").json()
    assert {
        "/api/v1/search",
        "/api/v1/datasets/{source}/{remote_id}",
        "/api/v1/datasets/{source}/{remote_id}/history",
        "/api/v1/validate",
        "/api/v1/rules",
        "/api/v1/vocabularies/{scheme}",
        "/api/v1/sources/{source}/records/{remote_id}",
        "/api/v1/sources/{source}/records",
        "/api/v1/runs",
        "/sparql",
        "/health/ready",
    } <= document["paths"].keys()
    assert "Problem" in document["components"]["schemas"]


def test_every_kind_of_the_service_says_its_status() -> None:
    # What readers, rules and search find wrong is the client's input: 422, or what the kind says.
    silent = [
        call.args[0].value
        for path in Path(catalog_service.__file__).parent.rglob("errors.py")
        if path.parent.name != "operations"
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id.endswith("ErrorKind")
        and isinstance(call.args[0], ast.Constant)
        and "status" not in {keyword.arg for keyword in call.keywords}
    ]
    assert silent == []


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/datasets?source=ci%00ty",
        "/api/v1/datasets?after=%00",
        # A key that somebody made up: "city", and an identifier with NUL in it.
        "/api/v1/datasets?after=Y2l0eQphAGI",
        "/api/v1/runs?source=%00",
        "/api/v1/search?q=%1b",
        "/datasets?q=%00",
        "/api/v1/sources?%00=1",
    ],
)
def test_control_characters_in_parameters_are_refused(site: Site, address: str) -> None:
    answer = site[1].get(address)
    assert (answer.status_code, answer.json()["code"]) == (400, "parameter-invalid")


def test_a_query_may_have_lines(site: Site) -> None:
    assert site[1].get("/sparql?query=ASK%0D%0A%09%7B%7D").status_code == 200


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/explore", "GET, HEAD, OPTIONS"),
        ("/api/v1/search", "GET, HEAD, OPTIONS"),
        ("/api/v1/sources/city/records/B1", "PUT, DELETE, OPTIONS"),
        ("/api/v1/sources/city", "GET, HEAD, PUT, OPTIONS"),
        ("/sparql", "GET, HEAD, POST, OPTIONS"),
        ("/static/none.css", "GET, HEAD, OPTIONS"),
    ],
)
def test_an_address_tells_which_methods_it_takes(site: Site, path: str, methods: str) -> None:
    client = site[1]
    told = client.options(path)
    assert (told.status_code, told.headers["allow"]) == (204, methods)
    refused = client.request("PATCH", path)
    assert (refused.status_code, refused.headers["allow"]) == (405, methods)


def test_an_address_without_anything_takes_no_method(site: Site) -> None:
    assert site[1].options("/nowhere").status_code == 404
