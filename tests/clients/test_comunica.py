"""Comunica, unmodified: its engine that follows links from one dataset's IRI, and its asking of the
endpoint, alone and beside a document."""

from __future__ import annotations

import json

import pytest

from ontology.terms import DCAT, DCT, FOAF, SKOS
from tests.clients.conftest import Served
from tests.fixtures.npm_clients import COMUNICA, COMUNICA_SPARQL, NpmClient

pytestmark = pytest.mark.services


def answered(client: NpmClient, *arguments: str) -> list[dict[str, str]]:
    client.require()
    ran = client.run(*arguments, "--lenient", "-t", "application/sparql-results+json")
    assert ran.returncode == 0, ran.stderr.decode()
    rows = json.loads(ran.stdout)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def test_from_a_dataset_to_its_publisher_and_to_what_else_that_publishes(catalog: Served) -> None:
    start = f"{catalog.url}/id/dataset/city/MAP1"
    # Three documents: the dataset's leads to the publisher's, and that to the other dataset's.
    query = f"""SELECT ?name ?title {{
      <{start}> <{DCT.publisher}> ?publisher .
      ?publisher <{FOAF.name}>|<{SKOS.prefLabel}> ?name .
      ?other <{DCT.publisher}> ?publisher ; <{DCT.title}> ?title ; <{DCAT.landingPage}> ?page .
    }}"""
    found = answered(COMUNICA, start, query)
    assert {row["title"] for row in found} == {"地图册", "地名录"}
    assert {row["name"] for row in found} == {"地图绘制中心"}
    # Without sources it begins at the IRIs of the query.
    assert len(answered(COMUNICA, query)) == len(found)


def test_it_asks_the_endpoint_that_describes_itself(catalog: Served) -> None:
    query = f"""SELECT ?title {{
      ?dataset <{DCT.publisher}>/<{SKOS.prefLabel}> "地图绘制中心"@zh ; <{DCT.title}> ?title
    }}"""
    # Found by its service description, and named as what it is.
    for source in (catalog.sparql, f"sparql@{catalog.sparql}"):
        found = answered(COMUNICA_SPARQL, source, query)
        assert {row["title"] for row in found} == {"地图册", "地名录"}, source


def test_it_joins_the_endpoint_with_a_document(catalog: Served) -> None:
    dataset = f"{catalog.url}/id/dataset/city/BUS1"
    query = f"""SELECT ?title (COUNT(?other) AS ?n) {{
      <{dataset}> <{DCAT.theme}> ?theme ; <{DCT.title}> ?title .
      ?other <{DCAT.theme}> ?theme .
    }} GROUP BY ?title"""
    (row,) = answered(COMUNICA_SPARQL, f"sparql@{catalog.sparql}", dataset, query)
    assert row["title"] == "公交线路（新）" and int(row["n"]) >= 2
