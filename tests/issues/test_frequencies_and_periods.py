"""A frequency of another code list is ours that it is mapped to; periods as DCAT-AP 1 has them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.fixtures.web import HTML, House, opened

EU = "publications.europa.eu/resource/authority/frequency"
FORMS = {
    "eu": f"<http://{EU}/MONTHLY>",
    "https": f"<https://{EU}/MONTHLY>",
    "dublin": "<http://purl.org/cld/freq/monthly>",
    "own": "<https://w3id.org/shdata/vocab/frequency/monthly>",
}
MONTHLY = "https://w3id.org/shdata/vocab/frequency/monthly"
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix s: <http://schema.org/> .
"""
Site = tuple[House, httpx.Client]


def dataset(name: str, said: str) -> str:
    return (
        f'<https://d.example/{name}> a dcat:Dataset ; dct:identifier "{name}" ;'
        f' dct:title "频率 {name}"@zh ; dct:modified "2026-08-20"^^xsd:date ; {said} .\n'
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened(tmp_path_factory.mktemp("frequencies")) as (house, client):
        text = PREFIXES
        for name, form in FORMS.items():
            text += dataset(name, f"dct:accrualPeriodicity {form}")
        text += dataset("other", "dct:accrualPeriodicity <https://d.example/frequency/x>")
        text += dataset("period", 'dct:temporal [ s:startDate "2019-01-02" ; s:endDate "2020" ]')
        house.submit_turtle("frequencies", text)
        house.project()
        yield house, client


@pytest.mark.parametrize("name", FORMS)
def test_the_page_and_the_api_call_it_the_same(site: Site, name: str) -> None:
    said = site[1].get(f"/api/v1/datasets/frequencies/{name}").json()["description"]
    assert said["frequency"]["iri"] == MONTHLY
    assert said["frequency"]["label"]["zh"] == "每月"
    page = site[1].get(f"/dataset/frequencies/{name}", headers=HTML).text
    assert "承诺更新频率：每月" in page


def test_the_facet_has_it_once(site: Site) -> None:
    query = {"source": "frequencies", "limit": 20}
    found = site[1].get("/api/v1/search", params=query).json()["facets"]["frequency"]
    counts = {one["value"]: one["count"] for one in found}
    assert counts == {"monthly": len(FORMS), "https://d.example/frequency/x": 1}


def test_what_nobody_has_mapped_stays(site: Site) -> None:
    said = site[1].get("/api/v1/datasets/frequencies/other").json()["description"]
    assert said["frequency"]["iri"] == "https://d.example/frequency/x"


def test_a_period_of_schema_org_is_read(site: Site) -> None:
    said = site[1].get("/api/v1/datasets/frequencies/period").json()["description"]
    assert said["temporal"] == [["2019-01-02", "2020"]]
