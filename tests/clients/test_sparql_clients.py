"""The SPARQL endpoint as clients ask it that others have made: unmodified, over HTTP."""

from __future__ import annotations

import io
import subprocess
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import pandas
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from ontology.terms import DCAT, DCT
from tests.clients.conftest import Served

SELECT = f"SELECT ?d ?title {{ ?d a <{DCAT.Dataset}> ; <{DCT.title}> ?title }} ORDER BY ?title"
TITLES = ["停车场", "公交站点", "公交线路（新）", "地名录", "地图册"]
CONSTRUCT = f"CONSTRUCT {{ ?d a <{DCAT.Dataset}> }} WHERE {{ ?d a <{DCAT.Dataset}> }}"


def wrapper(catalog: Served, query: str, form: str, method: str = GET) -> SPARQLWrapper:
    client = SPARQLWrapper(catalog.sparql)
    client.setQuery(query)
    client.setReturnFormat(form)
    client.setMethod(method)
    return client


@pytest.mark.parametrize("how", ["GET", "POST", "POST directly"])
def test_sparqlwrapper_reads_solutions_in_each_form(catalog: Served, how: str) -> None:
    def asked(form: str) -> Any:
        client = wrapper(catalog, SELECT, form, how.split(maxsplit=1)[0])
        if "directly" in how:
            client.setRequestMethod(POSTDIRECTLY)
        return client.queryAndConvert()

    rows = asked(JSON)["results"]["bindings"]
    assert [row["title"]["value"] for row in rows] == TITLES
    found = asked(XML)
    assert [one.firstChild.data for one in found.getElementsByTagName("literal")] == TITLES
    table = pandas.read_csv(io.BytesIO(asked(CSV)))
    assert list(table["title"]) == TITLES
    lines = asked(TSV).decode().splitlines()
    assert lines[0] == "?d\t?title" and len(lines) == 1 + len(TITLES)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_sparqlwrapper_reads_graphs_in_each_form(catalog: Served) -> None:
    for form in (
        TURTLE,
        N3,
        RDFXML,
        XML,
        JSONLD,
    ):
        found = wrapper(catalog, CONSTRUCT, form).queryAndConvert()
        graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found)
        assert len(graph) == len(TITLES), form
    described = wrapper(catalog, f"DESCRIBE <{catalog.url}/id/dataset/city/BUS1>", TURTLE)
    assert "公交线路（新）" in described.queryAndConvert().decode()


def test_sparqlwrapper_reads_answers_and_errors(catalog: Served) -> None:
    assert wrapper(catalog, "ASK { ?s ?p ?o }", JSON).queryAndConvert()["boolean"] is True
    asked = wrapper(catalog, "ASK { ?s ?p ?o }", XML).queryAndConvert()
    assert asked.getElementsByTagName("boolean")[0].firstChild.data == "true"
    with pytest.raises(QueryBadFormed, match="sparql-syntax"):
        wrapper(catalog, "SELECT * {", JSON).query()


@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_a_store_of_rdflib(catalog: Served, form: str, method: str) -> None:
    store = SPARQLStore(catalog.sparql, returnFormat=form, method=method)
    graph = rdflib.Graph(store)
    found = [str(row[1]) for row in graph.query(SELECT)]  # type: ignore[index]
    assert found == TITLES
    if form in ("xml", "json"):  # the others have no truth values (SPARQL 1.1 CSV and TSV, 1)
        assert bool(graph.query("ASK { ?s ?p ?o }")) is True
    datasets = set(graph.subjects(rdflib.RDF.type, rdflib.DCAT.Dataset))
    assert len(datasets) == len(TITLES)
    bus = rdflib.URIRef(f"{catalog.url}/id/dataset/city/BUS1")
    assert str(graph.value(bus, rdflib.DCTERMS.title)) == "公交线路（新）"
    assert len(graph) > 1_000


def test_pandas_reads_results_from_an_address(catalog: Served) -> None:
    # It goes by the address alone, and sends no Accept.
    address = f"{catalog.sparql}?format=csv&query={quote(SELECT)}"
    table = pandas.read_csv(address)
    assert list(table.columns) == ["d", "title"] and list(table["title"]) == TITLES
    tabs = pandas.read_csv(f"{catalog.sparql}?format=tsv&query={quote(SELECT)}", sep="\t")
    assert len(tabs) == len(TITLES)
    with pytest.raises(HTTPError, match="400"):
        pandas.read_csv(f"{catalog.sparql}?format=csv&query=nothing")


def test_pandas_reads_dumps_and_exports(catalog: Served) -> None:
    for coding in ("gz", "zst"):
        table = pandas.read_csv(f"{catalog.url}/dumps/latest/datasets.csv.{coding}")
        assert sorted(table["title"]) == TITLES, coding
    found = pandas.read_csv(f"{catalog.url}/api/v1/search.csv?q={quote('公交')}")
    assert len(found) == 2
    lines = pandas.read_json(f"{catalog.url}/api/v1/search.jsonl", lines=True)
    assert len(lines) == len(TITLES)


def curl(*arguments: str) -> str:
    found = subprocess.run(
        ["curl", "--silent", "--show-error", *arguments],
        capture_output=True,
        timeout=60,
        check=True,
    )
    return found.stdout.decode()


def test_curl(catalog: Served) -> None:
    get = ("--get", "--data-urlencode", f"query={SELECT}", catalog.sparql)
    plain = curl(*get, "--header", "Accept: text/csv")
    assert plain.splitlines()[0] == "d,title" and "停车场" in plain
    assert curl(*get, "--header", "Accept: text/csv", "--compressed") == plain
    form = curl("--data-urlencode", f"query={SELECT}", "--data", "format=csv", catalog.sparql)
    direct = curl(
        *("--header", "Content-Type: application/sparql-query", "--data-binary", SELECT),
        f"{catalog.sparql}?format=csv",
    )
    assert form == direct == plain
    # An address in raw UTF-8, as people type it.
    raw = curl(f"{catalog.url}/api/v1/search?q=公交&limit=1")
    assert '"total":2' in raw.replace(" ", "")
    head = curl("--head", "--location", f"{catalog.url}/id/dataset/city/BUS1")
    assert "303 See Other" in head and "200 OK" in head
    status = curl(
        *("--output", "/dev/null", "--write-out", "%{http_code} %{content_type}"),
        *("--header", "Accept: application/xml", f"{catalog.sparql}?query=nothing"),
    )
    assert status == "400 application/problem+xml"
