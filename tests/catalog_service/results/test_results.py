"""A result from its form to the gallery, the dataset's page and the graph, and away again."""

from __future__ import annotations

import re
from typing import Final

import httpx
import pyoxigraph as ox
import pytest
import sqlalchemy as sa

from catalog_service.open_list.evidence import EvidenceReader
from catalog_service.open_list.model import ListItem
from catalog_service.participation.service import take_step
from catalog_service.reports.measuring import measure
from catalog_service.reports.tables import report_figures
from catalog_service.results.naming import NEW
from catalog_service.results.service import ResultGraphs, submit
from ontology.errors import AtlasError
from ontology.terms import DCT, PROV
from tests.catalog_service.participation.conftest import TRANSPORT, Town
from tests.catalog_service.results.conftest import MADE, PHONE, made, shown
from tests.fixtures.web import HTML, portal

SECRETS: Final = (PHONE, "张敏", "请联系")


def name_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    found = re.search(r"R2026-\d{6}", answer.headers["location"])
    assert found is not None, answer.headers["location"]
    return found[0]


def test_a_result_is_submitted_checked_shown_and_taken_down(town: Town) -> None:
    citizen, city, other = (town.browser(one) for one in ("citizen", "city", "other"))
    form = citizen.get(f"{NEW}?dataset=city/BUS1")
    assert form.status_code == 200 and "city/BUS1</textarea>" in form.text
    name = name_of(citizen.post(NEW, **MADE))
    own, work, page = f"/cases/{name}", f"/workbench/cases/{name}", f"/results/{name}"
    for seen in (citizen.get(own).text, city.get(work).text):
        assert MADE["title"] in seen and PHONE in seen and "地图或可视化" in seen
    assert name in city.get("/workbench").text
    # Before it was checked nobody else reads of it.
    for address in (page, f"/api/v1/results/{name}", f"/api/v1/cases/{name}"):
        assert town.client.get(address, headers=HTML).status_code == 404
    assert other.get(own).status_code == 404
    assert MADE["title"] not in town.client.get("/results", headers=HTML).text
    assert city.post(work, step="ask_more", text="用了哪些站点？").status_code == 303
    assert citizen.post(own, step="give_more", text="全部站点").status_code == 303
    assert city.post(work, step="show").status_code == 303
    read = town.client.get(page, headers=HTML)
    assert read.status_code == 200
    for told in (MADE["title"], MADE["does"], MADE["address"], "公交线路</a>"):
        assert told in read.text
    said = town.client.get(f"/api/v1/results/{name}").json()
    assert said["contact"] is None and len(said["datasets"]) == 1
    assert page in town.client.get("/dataset/city/BUS1", headers=HTML).text
    assert MADE["title"] in citizen.get("/cases").text
    assert city.post(work, step="take_down", text="网址失效").status_code == 303
    assert "网址失效" in citizen.get(own).text
    for address in (page, f"/api/v1/results/{name}"):
        assert town.client.get(address, headers=HTML).status_code == 410
    assert page not in town.client.get("/dataset/city/BUS1", headers=HTML).text
    assert MADE["title"] not in town.client.get("/api/v1/results").text


def test_a_result_is_refused_with_reasons(town: Town) -> None:
    citizen, city = town.browser("citizen"), town.browser("city")
    name = made(town).name
    assert city.post(f"/workbench/cases/{name}", step="refuse").status_code == 422
    refused = city.post(f"/workbench/cases/{name}", step="refuse", text="与数据无关")
    assert refused.status_code == 303
    assert "与数据无关" in citizen.get(f"/cases/{name}").text
    assert town.client.get(f"/results/{name}", headers=HTML).status_code == 404


def test_who_made_it_takes_it_back_and_has_it_erased(town: Town) -> None:
    case, citizen = shown(town, contact=f"热线 {PHONE}", consent="yes"), town.browser("citizen")
    assert PHONE in town.client.get(f"/results/{case.name}", headers=HTML).text
    assert citizen.post(f"/cases/{case.name}", step="withdraw").status_code == 303
    assert town.client.get(f"/results/{case.name}", headers=HTML).status_code == 410
    assert citizen.post(f"/cases/{case.name}", step="erase").status_code == 303
    atlas = town.house.atlas
    assert atlas.journal is not None
    for address in ("/results", "/api/v1/results", "/api/v1/cases/statistics"):
        assert MADE["title"] not in town.client.get(address, headers=HTML).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "长" * 121),
        ("title", "张敏的地图"),
        ("summary", f"联系 {PHONE}"),
        ("does", "身份证号 31010519800101001X"),
        ("does", f"联系人：张敏，电话 {PHONE}"),
        ("made", "virus"),
        ("address", "http://plain.example.org/"),
        ("address", "javascript:alert(1)"),
        ("address", "https://user:pass@example.org/"),
        ("address", "https://localhost"),
        ("address", 'https://example.org/" onclick="x'),
        ("address", f"https://example.org/{PHONE}"),
        ("datasets", ""),
        ("datasets", "city/CLOSED"),
        ("datasets", "city/NONE"),
        ("datasets", "city/BUS1 " * 21),
        ("contact", "长" * 201),
    ],
)
def test_wrong_forms_are_told_and_kept(town: Town, field: str, value: str) -> None:
    answer = town.browser("citizen").post(NEW, **{**MADE, field: value})
    assert answer.status_code == 422
    # What was typed elsewhere stays in the form.
    assert 'value="Transfer map"' in answer.text


def test_what_is_not_shown_is_found_in_no_file(town: Town) -> None:
    made(town)
    shown(town, title="换乘查询")
    files = [one for one in town.house.settings.home.rglob("*") if one.is_file()]
    assert files
    for secret in SECRETS:
        assert not [one for one in files if secret.encode() in one.read_bytes()], secret
    for address in ("/results", "/api/v1/results", "/dataset/city/BUS1", "/cases/statistics"):
        text = town.client.get(address, headers=HTML).text
        assert not [secret for secret in SECRETS if secret in text]


def test_results_are_found_by_text_topic_kind_year_and_dataset(town: Town) -> None:
    topic = next(iter(town.house.atlas.vocabulary.offered("domain"))).iri
    first = shown(town, topic=topic)
    second = shown(town, title="车位% 查询", title_en="", made="app", datasets="city/PARK")

    def names(**asked: str) -> list[str]:
        answer = town.client.get("/api/v1/results", params=asked)
        assert answer.status_code == 200, answer.text
        return [one["name"] for one in answer.json()["results"]]

    assert names() == [second.name, first.name]
    assert names(q="TRANSFER map") == [first.name]
    # A percent sign is none of the database's.
    assert names(q="%") == [second.name]
    assert names(topic=topic) == [first.name]
    assert names(kind="app") == [second.name]
    assert names(year="2026") == [second.name, first.name] and names(year="2025") == []
    dataset = town.client.get(f"/api/v1/results/{first.name}").json()["datasets"][0]
    assert names(dataset=dataset) == [first.name]
    page = town.client.get("/results?kind=app", headers=HTML).text
    assert second.name in page and first.name not in page
    assert town.client.get("/results?year=x&page=99", headers=HTML).status_code == 200


def test_results_and_datasets_lead_to_each_other_in_the_graph(town: Town) -> None:
    atlas, house = town.house.atlas, town.house
    case = shown(town)
    house.project()
    iri = f"{atlas.settings.base_iri}/results/{case.name}"

    def asked() -> set[tuple[str, str, str]]:
        query = (
            f"SELECT ?s ?p ?o WHERE {{ GRAPH <{atlas.settings.base_iri}/results> {{ ?s ?p ?o }} }}"
        )
        answer = town.client.get(
            "/sparql",
            params={"query": query},
            headers={"Accept": "application/sparql-results+json"},
        )
        assert answer.status_code == 200, answer.text
        rows = answer.json()["results"]["bindings"]
        return {(one["s"]["value"], one["p"]["value"], one["o"]["value"]) for one in rows}

    found = asked()
    dataset = next(s for s, p, o in found if p == DCT.isReferencedBy and o == iri)
    assert (iri, PROV.wasDerivedFrom, dataset) in found
    assert (f"{iri}#making", PROV.used, dataset) in found
    assert not [one for one in found if PHONE in one[2] or "张敏" in one[2]]
    # What is served under its own address is the same, and so is what a rebuild makes.
    served = town.client.get("/results", headers={"Accept": "application/n-triples"})
    triples = {
        (one.subject.value, one.predicate.value, one.object.value)
        for one in ox.parse(served.content, ox.RdfFormat.N_TRIPLES)
    }
    assert {one for one in triples if one[0] != f"{atlas.settings.base_iri}/results"} == found
    atlas.ask_projections("rebuild", ["graph"])
    assert asked() == found
    # A dataset that is public no longer is named no longer.
    house.submit("city", [portal("BUS1", "公交线路", is_open="非开放")])
    house.project()
    assert not [one for one in asked() if one[1] == PROV.wasDerivedFrom]
    take_step(atlas, town.who("citizen"), case.number, "withdraw")
    house.project()
    assert asked() == set()
    assert ResultGraphs(atlas).mark() == (0, ())


def test_a_result_without_a_public_dataset_is_not_shown(town: Town) -> None:
    case = made(town)
    town.house.submit("city", [portal("BUS1", "公交线路", is_open="非开放")])
    with pytest.raises(AtlasError) as refused:
        take_step(town.house.atlas, town.who("city"), case.number, "show", "", {})
    assert refused.value.code == "result-without-dataset"


def test_nobody_checks_what_they_made_themselves(town: Town) -> None:
    case = submit(town.house.atlas, town.who("city"), MADE)
    for who in ("city", "steward", "other"):
        with pytest.raises(AtlasError) as refused:
            take_step(town.house.atlas, town.who(who), case.number, "show", "", {})
        assert refused.value.code in ("right-missing", "unknown-case")
    assert take_step(town.house.atlas, town.who("second"), case.number, "show").state == "shown"


def test_reports_count_each_result_once_and_evaluations_see_it(town: Town) -> None:
    atlas = town.house.atlas
    shown(town, datasets="city/BUS1 city/PARK")
    shown(town, title="换乘查询")
    made(town, title="未审核")
    assert measure(atlas) is not None
    table = report_figures.c
    with atlas.journal.reading_tables() as connection:
        query = sa.select(table.organization, table.counted).where(table.figure == "results")
        found = {row.organization: row.counted for row in connection.execute(query)}
    # One of them uses two datasets of the same organization.
    assert found[""] == 2 and found[TRANSPORT] == 2
    item = ListItem("1", "公交线路", source="city", remote_id="BUS1")
    (known,) = EvidenceReader(atlas, TRANSPORT, 2026).of_all([item])
    assert known.results == 2
