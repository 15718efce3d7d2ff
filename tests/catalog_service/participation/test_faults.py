"""Faults that objections found: in the graph, on the dataset's page, without a personal word."""

from __future__ import annotations

from catalog_service.participation import service
from catalog_service.participation.bringing_up import Brought
from catalog_service.participation.erasing import erase
from catalog_service.participation.feedback import DIMENSIONS, FeedbackGraphs
from catalog_service.participation.kinds.objection import FAULTS
from catalog_service.participation.model import Case
from ontology.record import mint_iri
from ontology.terms import ADMS, DCT, DQV, OA, RDF
from tests.catalog_service.participation.conftest import TRANSPORT, Town
from tests.fixtures.web import BASE, HTML

TEXT = "张敏 13800138000 说站名写错了"
GRAPH = f"{BASE}/objections"


def raised(town: Town, remote_id: str = "BUS1", fault: str = "wrong") -> Case:
    iri = mint_iri(BASE, "city", remote_id)
    brought = Brought("objection", TEXT, {"fault": fault}, iri, part="站点", organization=TRANSPORT)
    return service.bring_up(town.house.atlas, town.who("citizen"), brought)


def step(town: Town, who: str, case: Case, name: str, text: str = "", **fields: str) -> Case:
    return service.take_step(town.house.atlas, town.who(who), case.number, name, text, fields)


def corrected(town: Town, case: Case) -> Case:
    step(town, "steward", case, "confirm", "属实")
    for side in ("correct_source", "correct_opened"):
        step(town, "steward", case, side, day="2026-09-01", version="2")
    return step(town, "steward", case, "corrected", "已改正")


def asked(town: Town, where: str) -> list[dict[str, str]]:
    town.house.project()
    answer = town.client.get(
        "/sparql", params={"query": f"SELECT * {{ GRAPH <{GRAPH}> {{ {where} }} }}"}
    )
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]["bindings"]
    return [{name: one["value"] for name, one in row.items()} for row in rows]


def test_a_fault_is_feedback_in_the_graph_once_it_is_confirmed(town: Town) -> None:
    case = raised(town)
    find = f"?d <{DQV.hasQualityAnnotation}> ?a . ?a a <{DQV.UserQualityFeedback}>"
    assert asked(town, find) == []
    step(town, "steward", case, "confirm", "属实")
    node = f"{BASE}/objections/{case.name}#feedback"
    iri = mint_iri(BASE, "city", "BUS1")
    assert asked(town, find) == [{"d": iri, "a": node}]
    (said,) = asked(
        town,
        f"<{node}> <{OA.hasTarget}> ?target ; <{OA.motivatedBy}> ?why ; <{DQV.inDimension}> ?of ;"
        f" <{ADMS.status}> ?status ; <{DCT.dateAccepted}> ?known ; <{OA.hasBody}> ?body ."
        f" ?body <{OA.hasPurpose}> <{OA.assessing}> ; <{RDF.value}> ?zh . FILTER(lang(?zh) = 'zh')"
        f" FILTER NOT EXISTS {{ <{node}> <{DCT.modified}> ?day }}",
    )
    assert said["target"] == iri and said["why"] == DQV.qualityAssessment
    assert said["of"].endswith("ldqd#semanticAccuracy") and said["known"] == "2026-09-01"
    assert said["zh"] == "数值有误" and said["status"] == f"{GRAPH}#known"
    part = f"<{node}> <{OA.hasBody}> ?b . ?b <{OA.hasPurpose}> <{OA.identifying}>"
    assert [one["n"] for one in asked(town, f"{part} ; <{RDF.value}> ?n")] == ["站点"]
    for side in ("correct_source", "correct_opened"):
        step(town, "steward", case, side, day="2026-09-01", version="2")
    step(town, "steward", case, "corrected", "已改正")
    status = f"<{node}> <{ADMS.status}> ?s ; <{DCT.modified}> ?day"
    assert asked(town, status) == [{"s": f"{GRAPH}#corrected", "day": "2026-09-01"}]
    own = town.client.get("/objections", headers={"Accept": "text/turtle"})
    assert own.status_code == 200 and "UserQualityFeedback" in own.text
    for secret in ("张敏", "13800138000", "属实", "已改正", "steward"):
        assert secret not in own.text


def test_what_is_not_known_or_not_public_is_no_feedback(town: Town) -> None:
    atlas = town.house.atlas
    graphs, none = FeedbackGraphs(atlas), raised(town, fault="rights")
    step(town, "steward", none, "needs_source", "由源系统改", day="2026-12-01")
    closed = raised(town, "CLOSED")
    step(town, "steward", closed, "confirm", "属实")
    (graph,) = graphs.graphs()
    assert graph.data.count(DQV.UserQualityFeedback) == 1 and "inDimension" not in graph.data
    step(town, "steward", none, "not_confirm", "无误")
    assert graphs.graphs()[0].data == ""
    # What was corrected and is contested then is neither known nor corrected.
    contested = corrected(town, raised(town))
    assert "UserQualityFeedback" in graphs.graphs()[0].data
    step(town, "citizen", contested, "contest", "没有改")
    assert graphs.graphs()[0].data == ""


def test_what_is_public_stays_once_its_case_is_erased_and_comes_again(town: Town) -> None:
    atlas, case = town.house.atlas, corrected(town, raised(town))
    step(town, "citizen", case, "accept")
    kept = FeedbackGraphs(atlas)
    before = kept.graphs()[0].data
    erase(atlas, town.who("citizen"), case.number, "asked for")
    # Kept from step to step, and read anew, it is the same.
    assert kept.graphs()[0].data == FeedbackGraphs(atlas).graphs()[0].data == before
    town.house.project()
    atlas.ask_projections("rebuild", ["graph"])
    assert [one["s"] for one in asked(town, "?s a <http://www.w3.org/ns/dqv#UserQualityFeedback>")]


def test_every_kind_of_fault_but_that_of_rights_has_its_dimension() -> None:
    assert set(DIMENSIONS) == set(FAULTS) - {"rights"}


def test_a_datasets_page_counts_the_faults_that_are_known(town: Town) -> None:
    first, second = raised(town), raised(town, fault="missing")
    for one in (first, second):
        step(town, "steward", one, "confirm", "属实")
    page = town.client.get("/dataset/city/BUS1", headers=HTML).text
    assert "已确认 2 处数据错误，尚未更正" in page
    assert "/objections?dataset=" in page
    own = town.client.get(
        "/objections", params={"dataset": mint_iri(BASE, "city", "BUS1")}, headers=HTML
    ).text
    assert first.name in own and second.name in own
    other = town.client.get("/objections", params={"dataset": f"{BASE}/none"}, headers=HTML).text
    assert first.name not in other
    step(town, "steward", second, "needs_source", "由源系统改", day="2026-12-01")
    step(town, "steward", second, "not_confirm", "无误")
    page = town.client.get("/dataset/city/BUS1", headers=HTML).text
    assert "已确认数据有误，尚未更正" in page and first.name in page
