"""The ontology and a rule as pages, the same addresses for programs, and the query page."""

from __future__ import annotations

import re

import httpx
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF

from ontology.terms import SHD
from tests.fixtures.web import HTML, House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_ontology_is_a_page(site: Site, lang: str) -> None:
    answer = site[1].get("/def/", params={"lang": lang}, headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert 'id="OpenList"' in answer.text
    assert ("公共数据开放清单" if lang == "zh" else "open list") in answer.text
    assert "/def.ttl" in answer.text


@pytest.mark.parametrize("address", ["/def/", "/def", "/def.ttl", "/def.nt", "/def.rdf"])
def test_the_ontology_for_programs(site: Site, address: str) -> None:
    answer = site[1].get(address)
    kinds = {"ttl": "turtle", "nt": "nt", "rdf": "xml"}
    graph = Graph().parse(data=answer.text, format=kinds[address.partition(".")[2] or "ttl"])
    assert (URIRef(SHD + "OpenList"), RDF.type, OWL.Class) in graph


def test_forms_that_are_none(site: Site) -> None:
    assert site[1].get("/def.exe").status_code == 404
    assert site[1].get("/def.html").status_code == 404


def test_a_term_leads_browsers_to_its_place(site: Site) -> None:
    answer = site[1].get("/def/OpenList", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/def/#OpenList")
    assert site[1].get("/def/OpenList").headers["content-type"].startswith("text/turtle")
    assert site[1].get("/def/OpenList.ttl", headers=HTML).status_code == 200
    unknown = site[1].get("/def/Nothing", headers=HTML)
    assert unknown.status_code == 404
    assert unknown.headers["content-type"].startswith("text/html")
    assert site[1].get("/def/Nothing").json()["code"] == "unknown-term"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_has_a_page(site: Site, lang: str) -> None:
    house, client = site
    for rule in house.atlas.rules:
        answer = client.get(f"/rules/{rule.id}", params={"lang": lang}, headers=HTML)
        assert answer.status_code == 200, rule.id
        assert rule.id in answer.text
    assert client.get("/rules/R99", headers=HTML).status_code == 404


def test_a_rule_for_programs(site: Site) -> None:
    turtle = site[1].get("/rules/R21", headers={"Accept": "text/turtle"})
    assert len(Graph().parse(data=turtle.text, format="turtle"))
    json = site[1].get("/rules/R21", headers={"Accept": "application/json"})
    assert (json.status_code, json.headers["location"]) == (303, "/api/v1/rules/R21")


def test_a_browser_sees_the_query_and_its_result(site: Site) -> None:
    ask = {"query": "SELECT ?d { ?d a dcat:Dataset } LIMIT 1"}
    page = site[1].get("/sparql", params=ask, headers=HTML)
    assert page.headers["content-type"].startswith("text/html")
    assert "?d a dcat:Dataset" in page.text
    assert re.search(r'<th scope="col"><a href="[^"]+">d<', page.text)
    # A program, and a browser that asks for a form, get the bare result.
    bare = site[1].get("/sparql", params=ask)
    assert bare.headers["content-type"] == "application/sparql-results+json"
    csv = site[1].get("/sparql", params={**ask, "format": "csv"}, headers=HTML)
    assert csv.headers["content-type"].startswith("text/csv")
    rdf = {"Accept": "application/rdf+xml, text/html;q=0.5"}
    described = site[1].get("/sparql", params={"query": "DESCRIBE <x:y>"}, headers=rdf)
    assert described.headers["content-type"].startswith("application/rdf+xml")


def test_a_browser_sees_what_is_wrong_with_its_query(site: Site) -> None:
    page = site[1].get("/sparql", params={"query": "SELECT * { ?s ?p }"}, headers=HTML)
    assert page.status_code == 400
    assert "SELECT * { ?s ?p }" in page.text
    assert "第 1 行第 18 列" in page.text
    program = site[1].get("/sparql", params={"query": "SELECT * { ?s ?p }"}).json()
    assert (program["code"], program["line"], program["column"]) == ("sparql-syntax", 1, 18)
