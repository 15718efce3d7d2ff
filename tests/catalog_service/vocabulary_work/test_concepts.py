"""New concepts and names: proposed, released by another, and in use in every process."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.accounts.service import Role
from catalog_service.atlas import Atlas
from catalog_service.vocabulary_work import released
from catalog_service.vocabulary_work.service import map_waiting
from ontology.concepts import Known
from ontology.terms import SKOS
from tests.fixtures.people import ORGANIZATION, Browser, person, signed_in, use_counting_hasher
from tests.fixtures.web import House, opened, portal

HERE = "/workbench/vocabulary/concepts"
NAME = "上海市星云算力调度中心"
IRI = f"{ORGANIZATION}nebula-computing"
NEW = {
    "kind": "new",
    "scheme": "organization",
    "notation": "nebula-computing",
    "zh": NAME,
    "en": "Shanghai Nebula Computing Centre",
    "others": "星云算力中心",
    "broader": "audit",
    "since": "2026-03-01",
    "source": "沪编〔2026〕3号",
    "issued": "2026-02-14",
    "reason": "新设机构",
}


@pytest.fixture
def desk(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[House, httpx.Client]]:
    monkeypatch.setattr(released, "LOOK_EVERY", 0.0)
    with opened(tmp_path_factory.mktemp("concepts") / "var") as (house, client):
        use_counting_hasher(house.atlas)
        house.submit("city", [portal("N1", "算力券发放记录", department=NAME)])
        yield house, client


@pytest.fixture
def people(desk: tuple[House, httpx.Client]) -> dict[str, Browser]:
    house, client = desk
    made = {
        "li": person(house.atlas, "li", Role.STEWARD, "health"),
        "wang": person(house.atlas, "wang", Role.CITY_OFFICE),
        "zhao": person(house.atlas, "zhao", Role.CITY_OFFICE),
    }
    return {name: signed_in(client, house.atlas, one) for name, one in made.items()}


def proposed(browser: Browser, **fields: str) -> str:
    looked = browser.post(HERE, **fields)
    assert looked.status_code == 200, looked.text
    made = browser.post(HERE, looked="yes", **fields)
    assert made.status_code == 303, made.text
    return made.headers["location"]


def test_a_new_organization_is_released_by_another_and_reaches_all(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, client = desk
    before = client.get("/api/v1/vocabularies/organization").json()
    where = proposed(people["li"], **NEW)
    assert people["li"].post(where, step="release", reason="x").status_code == 403
    assert where in people["wang"].get("/workbench").text
    assert "新设机构" in people["wang"].get(where).text
    with Atlas(house.settings) as other:
        assert not isinstance(other.vocabulary.organization(NAME), Known)
        assert people["wang"].post(where, step="release", reason="属实").status_code == 303
        known = other.vocabulary.organization("市星云算力调度中心")
        assert isinstance(known, Known) and known.concept.iri == IRI
        assert other.accounts.hierarchy.covers(f"{ORGANIZATION}audit", IRI)
        assert other.vocabulary is other.vocabulary

    # What gave the name before is mapped anew, and what comes now means it.
    (work,) = map_waiting(house.atlas)
    assert (work.state, work.changed) == ("done", 1)
    house.submit("city", [portal("N2", "算力资源目录", department="星云算力中心")])
    house.project()
    found = client.get("/api/v1/search", params={"publisher": IRI}).json()
    assert found["total"] == 2, list(found)
    page = client.get("/organization", params={"iri": IRI}, follow_redirects=True)
    assert page.status_code == 200 and NAME in page.text
    query = f"SELECT ?l {{ GRAPH ?g {{ <{IRI}> <{SKOS.prefLabel}> ?l }} }}"
    answer = client.get("/sparql", params={"query": query}).json()
    assert {one["l"]["value"] for one in answer["results"]["bindings"]} == {NAME, NEW["en"]}

    scheme = client.get("/api/v1/vocabularies/organization").json()
    assert scheme["version"] == f"{before['version']}+1"
    assert scheme["history"][0]["concept"] == IRI and scheme["modified"]
    assert f"{before['version']}+1" in client.get("/vocabulary/organization").text
    turtle = client.get("/vocab/organization.ttl").content
    said = [t for t in ox.parse(turtle, format=ox.RdfFormat.TURTLE) if "versionInfo" in str(t)]
    assert len(said) == 1 and "+1" in str(said[0])

    # It is used: it can only be said that it is to be used no more.
    used = people["zhao"].post(where, step="undo", reason="x")
    assert used.status_code == 409
    ended = {"kind": "deprecate", "scheme": "organization", "notation": "nebula-computing"}
    ending = proposed(people["zhao"], reason="撤并", **ended)
    assert people["wang"].post(ending, step="release", reason="是").status_code == 303
    items = client.get("/api/v1/vocabularies/organization").json()["items"]
    assert IRI in [one["iri"] for one in items if one["deprecated"]]


def test_another_name_keeps_the_old_one_and_a_code_is_never_given_twice(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, client = desk
    changed = {
        "kind": "name",
        "scheme": "organization",
        "notation": "audit",
        "zh": "上海市审计总局",
    }
    where = proposed(people["wang"], reason="更名", **changed)
    assert people["wang"].post(where, step="release", reason="x").status_code == 403
    assert people["zhao"].post(where, step="release", reason="是").status_code == 303
    names = house.atlas.vocabulary.names(f"{ORGANIZATION}audit")
    assert names[0] in ("上海市审计总局", "Shanghai Municipal Audit Bureau")
    assert {"上海市审计总局", "上海市审计局"} <= set(names)
    assert people["zhao"].post(where, step="undo", reason="误").status_code == 303
    concept = house.atlas.vocabulary.concept(f"{ORGANIZATION}audit")
    assert concept is not None and concept.zh == "上海市审计局"
    version = client.get("/api/v1/vocabularies/organization").json()["version"]
    assert version.endswith("+2")

    unused = {**NEW, "zh": "上海市幽兰研究院", "others": "", "notation": "orchid"}
    made = proposed(people["li"], **unused)
    assert people["wang"].post(made, step="release", reason="是").status_code == 303
    assert people["wang"].post(made, step="undo", reason="误").status_code == 303
    again = people["li"].post(HERE, looked="yes", **{**unused, "zh": "上海市墨竹研究院"})
    assert again.status_code == 400 and "orchid" in again.text


def test_a_running_worker_shows_another_name_without_a_restart(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, client = desk
    house.submit("city", [portal("A1", "审计公告", department="上海市审计局")])
    changed = {"kind": "name", "scheme": "organization", "notation": "audit"}
    changed["zh"] = "上海市审计总局"
    where = proposed(people["wang"], reason="更名", **changed)
    with Atlas(house.settings) as worker, worker.runner() as runner:
        runner.catch_up()
        assert people["zhao"].post(where, step="release", reason="是").status_code == 303
        runner.catch_up()
    found = client.get("/api/v1/search", params={"q": "上海市审计总局"}).json()
    assert "审计公告" in [hit["title"] for hit in found["hits"]]
    facets = client.get("/api/v1/search").json()["facets"]["publisher"]
    names = [one["label"]["zh"] for one in facets if one["value"] == f"{ORGANIZATION}audit"]
    assert names == ["上海市审计总局"]
    query = f"ASK {{ GRAPH ?g {{ <{ORGANIZATION}audit> <{SKOS.prefLabel}> '上海市审计总局'@zh }} }}"
    assert client.get("/sparql", params={"query": query}).json()["boolean"] is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "burn"},
        {"scheme": "place"},
        {"notation": "大写"},
        {"zh": ""},
        {"broader": "没有这个机构"},
        {"since": "去年"},
        {"reason": ""},
        {"looked": "yes", "zh": "上海市审计局"},
        {"looked": "yes", "notation": "audit"},
    ],
)
def test_what_is_asked_wrongly_is_said(people: dict[str, Browser], wrong: dict[str, str]) -> None:
    answer = people["wang"].post(HERE, **(NEW | wrong))
    assert answer.status_code == 400 and 'role="alert"' in answer.text
