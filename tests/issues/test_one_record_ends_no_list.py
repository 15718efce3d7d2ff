"""A record that nobody foresaw is missing from a list, and never the whole list with it.

A node ``…-²`` ended every list and every form of its record: ``²`` is a digit to `str.isdigit`,
and no number to `int`.
"""

from __future__ import annotations

import httpx
import pytest
from structlog.testing import capture_logs

from catalog_service.datasets import record_statements
from catalog_service.datasets.record_statements import Statements
from ontology.languages import Texts
from tests.fixtures.web import BASE, House, own_site

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]
POWERS = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://x.example/N1> a dcat:Dataset ; dct:identifier "N1" ; dct:title "平方"@zh ;
  dct:description "平方"@zh ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/unconditional> ;
  dcat:distribution <https://x.example/d-²>, <https://x.example/d-10>, <https://x.example/d-9> .
<https://x.example/d-²> a dcat:Distribution ; dct:title "a" ;
  dcat:downloadURL <https://x.example/a> .
<https://x.example/d-9> a dcat:Distribution ; dct:title "b" ;
  dcat:downloadURL <https://x.example/b> .
<https://x.example/d-10> a dcat:Distribution ; dct:title "c" ;
  dcat:downloadURL <https://x.example/c> .
"""
COND = f"{BASE}/id/dataset/city/COND"
LISTS = (
    "/data.json",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/oai?verb=ListRecords&metadataPrefix=dcat",
    "/api/3/action/package_search?rows=50",
)


@pytest.mark.parametrize(
    "path",
    [
        *LISTS,
        "/dataset/city/N1",
        "/dataset/city/N1.ttl?_profile=dcat-ap",
        "/api/3/action/package_show?id=city/N1",
        "/api/v1/datasets/city/N1",
    ],
)
def test_a_node_that_ends_in_a_power(own_site: Site, path: str) -> None:
    house, client = own_site
    assert [one.error for one in house.submit_turtle("city", POWERS)] == [None]
    house.project()
    answer = client.get(path)
    assert answer.status_code == 200 and "平方" in answer.text


def test_numbered_nodes_come_in_the_order_of_their_numbers() -> None:
    names = ["d-10", "d-²", "d-9", "d-٣"]
    assert sorted(names, key=record_statements._natural)[:2] == ["d-9", "d-10"]


@pytest.mark.parametrize("path", [path for path in LISTS if "dcat" not in path])
def test_one_that_cannot_be_described_is_left_out_and_logged(
    own_site: Site, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    _, client = own_site
    whole, prose = client.get(path).text, Statements.prose

    def unforeseen(said: Statements, subject: str, predicate: str) -> Texts:
        if subject == COND:
            raise ValueError("unforeseen")
        return prose(said, subject, predicate)

    monkeypatch.setattr(Statements, "prose", unforeseen)
    with capture_logs() as logs:
        answer = client.get(path, headers={"Cache-Control": "no-cache"})
    assert answer.status_code == 200 and "公交线路与站点" in answer.text
    assert "公交到站预报" in whole and "公交到站预报" not in answer.text
    assert [one["iri"] for one in logs if one["event"] == "record-not-described"] == [COND]
