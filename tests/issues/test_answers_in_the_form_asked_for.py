"""What SPARQL clients send is understood: parameters, their aliases, and Accept.

An inapplicable ``format``, ``output`` or ``results`` yields to Accept.
"""

from __future__ import annotations

from urllib.parse import urlencode

import httpx
import pytest

from catalog_service.sparql.formats import GRAPHS, SOLUTIONS, choose
from catalog_service.sparql.query_check import QueryForm
from ontology.errors import AtlasError
from tests.fixtures.web import HTML, House, site

__all__ = ["site"]

SELECT = "SELECT * { ?s a ?t } LIMIT 1"
CONSTRUCT = "CONSTRUCT WHERE { ?s a ?t } LIMIT 1"
DESCRIBE = "DESCRIBE ?s { ?s a ?t } LIMIT 1"

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv; charset=utf-8"
TSV = "text/tab-separated-values; charset=utf-8"
TURTLE = "text/turtle; charset=utf-8"
RDF = "application/rdf+xml"
JSON_LD = "application/ld+json"

SOLUTION_NAMES = {
    "json": "json", "JSON": "json", "srj": "json", "sparql-results+json": "json",
    "sparql-results json": "json", JSON: "json", "application/json": "json",
    "xml": "xml", "srx": "xml", "sparql": "xml", XML: "xml", "text/xml": "xml",
    "csv": "csv", "text/csv": "csv", "tsv": "tsv", "text/tab-separated-values": "tsv",
}  # fmt: skip
GRAPH_NAMES = {
    "turtle": "turtle", "ttl": "turtle", "n3": "turtle", "text/turtle": "turtle",
    "application/turtle,text/turtle": "turtle", "text/rdf+n3": "turtle",
    "nt": "nt", "ntriples": "nt", "n-triples": "nt", "application/n-triples": "nt",
    "rdf": "rdfxml", "rdfxml": "rdfxml", "rdf+xml": "rdfxml", "rdf xml": "rdfxml",
    "rdf/xml": "rdfxml", "xml": "rdfxml", "application/rdf+xml": "rdfxml",
    "application/rdf xml": "rdfxml",
    "json-ld": "jsonld", "jsonld": "jsonld", "json": "jsonld", "ld+json": "jsonld",
    "application/ld+json": "jsonld", "application/x-json+ld": "jsonld",
}  # fmt: skip


@pytest.mark.parametrize(("name", "wanted"), SOLUTION_NAMES.items())
def test_names_of_forms_of_solutions(name: str, wanted: str) -> None:
    assert choose("text/html", "SELECT", [name]).name == wanted
    assert choose("text/html", "ASK", [name]).name == wanted


@pytest.mark.parametrize(("name", "wanted"), GRAPH_NAMES.items())
def test_names_of_forms_of_graphs(name: str, wanted: str) -> None:
    assert choose("text/html", "CONSTRUCT", [name]).name == wanted
    assert choose("text/html", "DESCRIBE", [name]).name == wanted


@pytest.mark.parametrize(
    ("form", "wanted", "accept", "chosen"),
    [
        # SPARQLWrapper: its default, then each of its forms with the Accept that it sends.
        ("CONSTRUCT", ["xml", "application/rdf+xml"], "application/rdf+xml", "rdfxml"),
        ("DESCRIBE", ["rdf+xml", "application/rdf+xml"], "application/rdf+xml", "rdfxml"),
        ("CONSTRUCT", ["turtle"] * 3, "application/turtle,text/turtle", "turtle"),
        ("CONSTRUCT", ["json"] * 3, "*/*", "jsonld"),
        ("CONSTRUCT", ["csv", "*/*"], "*/*", "turtle"),
        ("SELECT", ["turtle"] * 3, "*/*", "json"),
        ("SELECT", ["rdf+xml"] * 3, "*/*", "json"),
        # What does not apply, or is unknown, leaves it to Accept.
        ("CONSTRUCT", ["csv"], "application/n-triples", "nt"),
        ("SELECT", ["ttl"], "text/csv", "csv"),
        ("SELECT", ["auto"], "text/csv", "csv"),
        ("SELECT", ["*/*"], "text/csv", "csv"),
        ("SELECT", ["text/turtle", "tsv"], "text/csv", "tsv"),
        ("CONSTRUCT", ["csv"], "", "turtle"),
        # Jena, RDF4J, Comunica and rdflib speak by Accept.
        (
            "SELECT",
            [],
            "application/sparql-results+json, application/sparql-results+xml;q=0.9, */*;q=0.1",
            "json",
        ),
        ("CONSTRUCT", [], "text/turtle,application/n-triples;q=0.9,*/*;q=0.3", "turtle"),
        ("SELECT", [], "application/x-binary-rdf-results-table, text/csv;q=0.8", "csv"),
        ("CONSTRUCT", [], "application/sparql-results+xml, application/rdf+xml", "rdfxml"),
        ("SELECT", [], "text/*;q=0.5, application/*;q=0.4", "csv"),
        ("SELECT", [], "text/csv;q=0, text/*", "tsv"),
        ("SELECT", [], "application/sparql-results+json;q=0, */*;q=0.5", "xml"),
        ("SELECT", [], "application/sparql-results+json;q=0, application/json, text/csv", "csv"),
        ("SELECT", [], "*/*, application/json;q=0", "xml"),
        ("CONSTRUCT", [], "application/ld+json;q=0, application/json, application/trig", "trig"),
        ("CONSTRUCT", [], "text/n3", "turtle"),
    ],
)
def test_what_clients_send(form: QueryForm, wanted: list[str], accept: str, chosen: str) -> None:
    assert choose(accept, form, wanted).name == chosen


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "application/pdf, image/*"])
def test_what_nobody_can_give_is_refused(accept: str) -> None:
    with pytest.raises(AtlasError) as caught:
        choose(accept, "CONSTRUCT", ["csv"])
    assert caught.value.code == "sparql-format"


def test_no_name_means_two_forms() -> None:
    for offered in (SOLUTIONS, GRAPHS):
        names = [name for known in offered for name in (known.name, *known.aliases)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_default_of_sparqlwrapper(
    site: tuple[House, httpx.Client], query: str, method: str
) -> None:
    """As SPARQLWrapper 2.0 sends it: three parameters, each with two values."""
    pairs = [("query", query)]
    for name in ("format", "output", "results"):
        pairs += [(name, "xml"), (name, "application/rdf+xml")]
    headers = {"Accept": "application/rdf+xml"}
    if method == "GET":
        answer = site[1].get(f"/sparql?{urlencode(pairs)}", headers=headers)
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = site[1].post("/sparql", content=urlencode(pairs), headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == RDF


@pytest.mark.parametrize("name", ["format", "output", "results", "out", "accept", "Accept"])
@pytest.mark.parametrize(
    ("query", "value", "kind"),
    [(SELECT, "csv", CSV), (SELECT, "xml", XML), (CONSTRUCT, "ttl", TURTLE), (SELECT, "tsv", TSV)],
)
def test_every_parameter_wins_over_accept(
    site: tuple[House, httpx.Client], name: str, query: str, value: str, kind: str
) -> None:
    for accept in (HTML["Accept"], "image/png", "*/*"):
        answer = site[1].get(
            "/sparql", params={"query": query, name: value}, headers={"Accept": accept}
        )
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)


def test_in_a_browser_what_does_not_apply_leaves_the_page(
    site: tuple[House, httpx.Client],
) -> None:
    client = site[1]
    asked = {"query": CONSTRUCT, "format": "csv"}
    page = client.get("/sparql", params=asked, headers=HTML)
    assert page.headers["content-type"].startswith("text/html")
    bare = client.get("/sparql", params={**asked, "format": "json"}, headers=HTML)
    assert bare.headers["content-type"] == JSON_LD
    shown = client.get("/sparql", params={**asked, "format": "html"})
    assert shown.headers["content-type"].startswith("text/html")


def test_accept_alone(site: tuple[House, httpx.Client]) -> None:
    client = site[1]
    for accept, kind in (("*/*", JSON), ("text/csv, */*;q=0.1", CSV), ("application/xml", XML)):
        answer = client.get("/sparql", params={"query": SELECT}, headers={"Accept": accept})
        assert answer.headers["content-type"] == kind
    refused = client.get("/sparql", params={"query": SELECT}, headers={"Accept": "image/png"})
    assert (refused.status_code, refused.json()["code"]) == (406, "sparql-format")
