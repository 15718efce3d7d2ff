"""Comunica's engine that follows links, unmodified: a query that begins at one dataset's IRI."""

from __future__ import annotations

import json

import pytest

from ontology.terms import DCAT, DCT, FOAF, SKOS
from tests.clients.conftest import Served
from tests.fixtures.npm_clients import COMUNICA

pytestmark = pytest.mark.services


def traversed(*arguments: str) -> list[dict[str, str]]:
    ran = COMUNICA.run(*arguments, "--lenient", "-t", "application/sparql-results+json")
    assert ran.returncode == 0, ran.stderr.decode()
    rows = json.loads(ran.stdout)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def test_from_a_dataset_to_its_publisher_and_to_what_else_that_publishes(catalog: Served) -> None:
    COMUNICA.require()
    start = f"{catalog.url}/id/dataset/city/MAP1"
    # Three documents: the dataset's leads to the publisher's, and that to the other dataset's.
    query = f"""SELECT ?name ?title {{
      <{start}> <{DCT.publisher}> ?publisher .
      ?publisher <{FOAF.name}>|<{SKOS.prefLabel}> ?name .
      ?other <{DCT.publisher}> ?publisher ; <{DCT.title}> ?title ; <{DCAT.landingPage}> ?page .
    }}"""
    found = traversed(start, query)
    assert {row["title"] for row in found} == {"地图册", "地名录"}
    assert {row["name"] for row in found} == {"地图绘制中心"}
    # Without sources it begins at the IRIs of the query.
    assert len(traversed(query)) == len(found)
