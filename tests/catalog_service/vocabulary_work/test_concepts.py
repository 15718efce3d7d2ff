"""New concepts and names: proposed, released by another, and in use in every process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.accounts.service import OPERATOR, Action, Role
from catalog_service.atlas import Atlas
from catalog_service.audit.service import Wanted
from catalog_service.errors import JOURNAL_MISSING
from catalog_service.graph.writing import DifferenceWriter
from catalog_service.notices import PersonalNotices
from catalog_service.projections.graph import GraphProjection
from catalog_service.projections.index import IndexProjection
from catalog_service.projections.protocol import Marked, Renewing
from catalog_service.vocabulary_work import release_decisions, released
from catalog_service.vocabulary_work.concept_work import concepts_of
from catalog_service.vocabulary_work.service import (
    concept_named,
    field_named,
    map_waiting,
    undo,
)
from catalog_service.vocabulary_work.service import concepts_of as concepts_offered
from catalog_service.vocabulary_work.suggestions import suggestions
from ontology.concepts import Known
from ontology.errors import AtlasError
from ontology.terms import SKOS
from tests.catalog_service.vocabulary_work.concepts_made import (
    HERE,
    IRI,
    NAME,
    NEW,
    proposed,
    signed_in_people,
)
from tests.fixtures.people import (
    ORGANIZATION,
    Browser,
    person,
    signed_in,
    use_counting_hasher,
)
from tests.fixtures.waiting import until
from tests.fixtures.web import House, opened, portal


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
    return signed_in_people(*desk)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Browser]]:
    """The same people in one house, for what is refused and so leaves it as it was."""
    with opened(tmp_path_factory.mktemp("refused") / "var") as (house, client):
        use_counting_hasher(house.atlas)
        yield signed_in_people(house, client)
        assert concepts_of(house.atlas).count() == 0


def test_a_worker_maps_anew_what_another_process_released_just_now(
    desk: tuple[House, httpx.Client],
    people: dict[str, Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house, _ = desk
    where = proposed(people["li"], **NEW)
    with Atlas(house.settings) as worker:
        assert not isinstance(worker.vocabulary.organization(NAME), Known)
        # It looks for releases once a second, and has just looked.
        monkeypatch.setattr(released, "LOOK_EVERY", 3_600.0)
        assert not isinstance(worker.vocabulary.organization(NAME), Known)
        monkeypatch.setattr(released, "LOOK_EVERY", 0.0)
        assert people["wang"].post(where, step="release", reason="属实").status_code == 303
        (work,) = map_waiting(worker)
    assert (work.state, work.changed) == ("done", 1)


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


def test_what_a_new_organization_gives_is_said_before_and_ends_with_its_use(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    """It lies below one body and took over from another: roles over the first reach both."""
    house, client = desk
    ste = person(house.atlas, "ste", Role.STEWARD, "transport")
    steward = house.atlas.accounts.principal(ste)
    browser = signed_in(client, house.atlas, ste)

    def may(organization: str) -> bool:
        return steward.may(Action.DATASET_EDIT, f"{ORGANIZATION}{organization}")

    new = {**NEW, "broader": "transport", "predecessor": "education"}
    where = proposed(browser, **new)
    page = people["wang"].get(where).text
    # Who has which role is personal: showing it is told to the audit.
    read = [one.details for one in house.atlas.audit.walk(Wanted(action="personal_data.read"))]
    assert len(read) == 1 and '"roles"' in str(read[0])
    told = page.split("放行后，下列角色的范围将扩大")[1].split("</ul>")[0]
    assert "Ste" in told and "上海市交通委员会" in told
    assert "上海市教育委员会" in told and NAME in told and IRI not in told
    assert "Once it is released, these roles" in people["wang"].get(f"{where}?lang=en").text
    assert "下列角色的范围" not in browser.get(where).text and not may("education")

    assert people["wang"].post(where, step="release", reason="属实").status_code == 303
    assert may("education") and may("nebula-computing")
    assert "下列角色的范围" not in people["wang"].get(where).text
    # One that is used cannot be undone; that it is to be used no more ends what it passes on.
    ended = {"kind": "deprecate", "scheme": "organization", "notation": "nebula-computing"}
    ending = proposed(people["zhao"], reason="撤并", **ended)
    assert "下列角色的范围" not in people["wang"].get(ending).text
    assert people["wang"].post(ending, step="release", reason="是").status_code == 303
    assert not may("education") and may("nebula-computing") and may("transport")


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


WRONG = [
    ("notation", {"notation": "Nebula!"}, "应为由 a–z、0–9 和 - 组成"),
    ("notation", {"kind": "name", "notation": "nothing-there"}, "应为已有概念的代码或名称"),
    ("en", {"en": ""}, "此处未填写，应填名称，中英文都要有"),
    ("zh", {"zh": "暂无"}, "应为真实的名称"),
    ("zh", {"zh": "上海市审计局", "looked": "yes"}, "已指 上海市审计局"),
    (
        "others",
        {"zh": "上海市审计局数据中心", "others": "星云所；上海市审计局", "looked": "yes"},
        "已指 上海市审计局",
    ),
    ("broader", {"broader": "交通委"}, "是否指： 上海市交通委员会"),
    ("since", {"since": "去年"}, "应为日期，例如 2026-12-01"),
    ("reason", {"reason": ""}, "理由"),
]


def test_what_is_wrong_is_said_at_its_field(refused: dict[str, Browser]) -> None:
    for field, given, told in WRONG:
        answer = refused["li"].post(HERE, **(NEW | given))
        assert answer.status_code == 400, field
        shown = answer.text.split(f'id="{field}"')[1].split("</p>")[0]
        assert 'aria-invalid="true"' in shown and told in shown, shown
        assert f'href="#{field}"' in answer.text
        assert answer.text.count('aria-invalid="true"') == 1
        # No parameter of the interface is named; the rest of the form stays.
        assert "参数" not in answer.text and "沪编〔2026〕3号" in answer.text


def test_a_running_worker_shows_another_name_without_a_restart(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, client = desk
    house.submit("city", [portal("A1", "项目公告", department="上海市审计局")])
    changed = {"kind": "name", "scheme": "organization", "notation": "audit"}
    changed["zh"] = "上海市稽核总局"
    where = proposed(people["wang"], reason="更名", **changed)
    with Atlas(house.settings) as worker, worker.runner() as runner:
        runner.catch_up()
        assert people["zhao"].post(where, step="release", reason="是").status_code == 303

        def is_found() -> bool:
            # What another process released is in force within a second (`released.LOOK_EVERY`).
            runner.catch_up()
            found = client.get("/api/v1/search", params={"q": "上海市稽核总局"}).json()
            return "项目公告" in [hit["title"] for hit in found["hits"]]

        until(is_found, "the worker to show the new name")
    # The old name finds it, too.
    found = client.get("/api/v1/search", params={"q": "上海市审计局"}).json()
    assert "项目公告" in [hit["title"] for hit in found["hits"]]
    facets = client.get("/api/v1/search").json()["facets"]["publisher"]
    names = [one["label"]["zh"] for one in facets if one["value"] == f"{ORGANIZATION}audit"]
    assert names == ["上海市稽核总局"]
    query = f"ASK {{ GRAPH ?g {{ <{ORGANIZATION}audit> <{SKOS.prefLabel}> '上海市稽核总局'@zh }} }}"
    assert client.get("/sparql", params={"query": query}).json()["boolean"] is True


def test_whoever_proposed_is_told_what_became_of_it(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, _ = desk
    where = proposed(people["li"], **NEW)
    assert people["wang"].post(where, step="refuse", reason="名称有误").status_code == 303
    again = proposed(people["li"], **NEW)
    assert people["wang"].post(again, step="release", reason="属实").status_code == 303
    assert people["zhao"].post(again, step="undo", reason="误").status_code == 303
    own = proposed(people["wang"], **{**NEW, "notation": "second"})
    assert people["wang"].post(own, step="refuse", reason="不提了").status_code == 303
    told = {
        one.login: [
            (notice.kind, notice.path, notice.data["reason"])
            for notice in PersonalNotices(house.atlas.journal).of(one.id, limit=10)
            if notice.kind.startswith("proposal.")
        ]
        for one in house.atlas.accounts.people.list()
    }
    assert sorted(told.pop("li")) == [
        ("proposal.refused", where, "名称有误"),
        ("proposal.released", again, "属实"),
        ("proposal.undone", again, "误"),
    ]
    assert not any(told.values()), "whoever took a step knows of it"
    assert "名称有误" in people["li"].get("/notices").text


def test_what_is_to_be_used_no_more_is_offered_no_more(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, _ = desk
    ended = {"kind": "deprecate", "scheme": "organization", "notation": "audit", "reason": "撤并"}
    first = proposed(people["zhao"], **ended)
    # Another one that waits is in the way; so is, later, that it has been done.
    assert people["zhao"].post(HERE, looked="yes", **ended).status_code == 400
    assert people["wang"].post(first, step="release", reason="是").status_code == 303
    again = people["zhao"].post(HERE, looked="yes", **ended)
    assert again.status_code == 400 and "已停用" in again.text
    below = people["zhao"].post(HERE, looked="yes", **NEW)
    assert below.status_code == 400 and "已停用" in below.text

    field, audit = field_named("publisher"), f"{ORGANIZATION}audit"
    offered = [one.iri for one in concepts_offered(house.atlas, field)]
    assert audit not in offered and f"{ORGANIZATION}health" in offered
    near = suggestions(house.atlas.vocabulary, field, "上海市审计局局")
    assert audit not in [one.concept.iri for one in near]
    with pytest.raises(AtlasError, match="concept-not-of-field"):
        concept_named(house.atlas, field, "organization/audit")
    for path in (HERE, "/workbench/vocabulary/organizations", "/workbench/organizations"):
        page = people["wang"].get(path).text
        assert "上海市卫生健康委员会" in page and '"上海市审计局"' not in page, path
    # It is known where it stands.
    assert isinstance(house.atlas.vocabulary.organization("上海市审计局"), Known)


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
        {"looked": "yes", "notation": "event-reform"},
        {"looked": "yes", "en": "health"},
        {"looked": "yes", "others": "null"},
        {"looked": "yes", "others": "「」"},
        {"looked": "yes", "others": "暂无"},
        {"looked": "yes", "en": "--"},
        {"looked": "yes", "en": "Audit\u202e"},
        {"looked": "yes", "broader": "health", "predecessor": "health"},
        {"looked": "yes", "kind": "name", "notation": "audit", "zh": "", "en": "", "others": ""},
        {"looked": "yes", "others": "、".join(f"名称{n}" for n in range(11))},
    ],
)
def test_what_is_asked_wrongly_is_said(refused: dict[str, Browser], wrong: dict[str, str]) -> None:
    answer = refused["wang"].post(HERE, **(NEW | wrong))
    assert answer.status_code in (400, 409) and 'role="alert"' in answer.text


def test_a_circle_of_links_and_a_new_organization_is_refused(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, _ = desk
    waits = proposed(people["li"], **(NEW | {"predecessor": "health"}))
    links = house.atlas.accounts.links
    audit, health = f"{ORGANIZATION}audit", f"{ORGANIZATION}health"
    link = links.propose(
        "below", audit, health, None, reason="x", actor="person:x", check=lambda *_: None
    )
    links.release(link.number, actor="person:y", reason="x", check=lambda *_: None)
    answer = people["wang"].post(waits, step="release", reason="属实")
    assert answer.status_code == 409, "health would lie below audit, and audit below health"
    assert house.atlas.vocabulary.concept(IRI) is None


def test_a_proposal_that_only_waits_makes_no_other_vocabulary(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, _ = desk
    before = house.atlas.vocabulary
    proposed(people["li"], **NEW)
    assert house.atlas.vocabulary is before


def test_no_name_is_preferred_and_another_one_at_once(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, _ = desk
    changed = {"kind": "name", "scheme": "organization", "notation": "audit"}
    where = proposed(people["wang"], reason="更名", zh="上海市审计总局", **changed)
    assert people["zhao"].post(where, step="release", reason="是").status_code == 303
    triples = list(
        ox.parse(house.atlas.vocabulary.graph_turtle("organization"), format=ox.RdfFormat.TURTLE)
    )
    labels = {
        name: {
            str(one.object)
            for one in triples
            if one.subject.value == f"{ORGANIZATION}audit" and one.predicate.value == name
        }
        for name in (SKOS.prefLabel, SKOS.altLabel)
    }
    assert not labels[SKOS.prefLabel] & labels[SKOS.altLabel]


def test_the_last_vocabulary_serves_while_the_journal_cannot_be_read(
    desk: tuple[House, httpx.Client],
    people: dict[str, Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house, client = desk
    where = proposed(people["li"], **NEW)
    assert people["wang"].post(where, step="release", reason="属实").status_code == 303
    house.project()
    known = house.atlas.vocabulary

    def away(_: object) -> None:
        raise AtlasError(JOURNAL_MISSING, url="sqlite:///journal.sqlite")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(released.ReleasedVocabulary, "_read", away)
        assert house.atlas.vocabulary is known
        assert client.get("/vocabulary/organization").status_code == 200
        assert client.get("/datasets").status_code == 200
        with pytest.raises(AtlasError):
            house.atlas.released_vocabulary.fresh()
    assert house.atlas.vocabulary is known


def test_what_could_not_be_written_is_written_at_the_next_look(
    desk: tuple[House, httpx.Client],
    people: dict[str, Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house, client = desk
    house.submit("city", [portal("A1", "项目公告", department="上海市审计局")])
    house.project()
    changed = {"kind": "name", "scheme": "organization", "notation": "audit"}
    where = proposed(people["wang"], reason="更名", zh="上海市稽核总局", **changed)

    def full(*_: object, **__: object) -> None:
        raise OSError

    with Atlas(house.settings) as worker, ExitStack() as stack:
        graph, index = worker.open_projections(stack)
        assert isinstance(graph, GraphProjection) and isinstance(index, IndexProjection)
        assert people["zhao"].post(where, step="release", reason="是").status_code == 303
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(DifferenceWriter, "bring_fixed", full)
            meanwhile.setattr(IndexProjection, "_again", full)
            for one in (graph, index):
                with pytest.raises(OSError):
                    one.renew(worker.journal)
        assert graph.renew(worker.journal) and not graph.renew(worker.journal)
    # And whoever begins after the release brings the names up to date, too; so after its undoing.
    house.project()
    found = client.get("/api/v1/search", params={"q": "上海市稽核总局"}).json()
    assert "项目公告" in [hit["title"] for hit in found["hits"]]
    # The index keeps that this is done: whoever begins next reads no record for it.
    with ExitStack() as stack, monkeypatch.context() as meanwhile:
        meanwhile.setattr(type(house.atlas.journal), "snapshot", full)
        for one in house.atlas.open_projections(stack):
            assert isinstance(one, Marked) and isinstance(one, Renewing)
            assert not one.renew(house.atlas.journal)
            assert one.mark() == house.atlas.journal.mark(one.checkpoint())
    assert people["zhao"].post(where, step="undo", reason="误").status_code == 303
    house.project()
    found = client.get("/api/v1/search", params={"q": "稽核总局"}).json()
    assert "项目公告" not in [hit["title"] for hit in found["hits"]]
    found = client.get("/api/v1/search", params={"q": "上海市审计局"}).json()
    assert "项目公告" in [hit["title"] for hit in found["hits"]]


def test_a_release_that_was_interrupted_is_finished_by_the_worker(
    desk: tuple[House, httpx.Client],
    people: dict[str, Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house, _ = desk
    where = proposed(people["li"], **NEW)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(release_decisions, "decide", lambda *_: None)
        assert people["wang"].post(where, step="release", reason="属实").status_code == 303
    assert not map_waiting(house.atlas)
    release_decisions.finish(house.atlas)
    release_decisions.finish(house.atlas)
    (work,) = map_waiting(house.atlas)
    assert (work.state, work.changed) == ("done", 1)
    # Whoever ends the decision has the last word.
    (decision,) = release_decisions.made_by(house.atlas, concepts_of(house.atlas).get(1))
    undo(house.atlas, OPERATOR, decision.number, "不是")
    release_decisions.finish(house.atlas)
    assert [one.direction for one in map_waiting(house.atlas)] == ["undo"]


def test_undoing_a_name_undoes_what_its_release_decided(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, _ = desk
    name = "上海市申审总署"
    house.submit("city", [portal("S1", "项目清单", department=name)])
    changed = {"kind": "name", "scheme": "organization", "others": name}
    given = {**changed, "notation": "audit", "reason": "别名"}
    where = proposed(people["wang"], **given)
    assert people["zhao"].post(where, step="release", reason="是").status_code == 303
    map_waiting(house.atlas)
    assert isinstance(house.atlas.vocabulary_for("city").organization(name), Known)
    assert people["zhao"].post(where, step="undo", reason="误").status_code == 303
    map_waiting(house.atlas)
    assert not isinstance(house.atlas.vocabulary_for("city").organization(name), Known)
    # Released once more in the same words, and decided by hand: the worker leaves both alone.
    second = proposed(people["wang"], **given)
    assert people["zhao"].post(second, step="release", reason="是").status_code == 303
    map_waiting(house.atlas)
    release_decisions.finish(house.atlas)
    assert not map_waiting(house.atlas)
    assert isinstance(house.atlas.vocabulary_for("city").organization(name), Known)
    assert people["zhao"].post(second, step="undo", reason="误").status_code == 303
    map_waiting(house.atlas)
    again = proposed(people["wang"], **{**given, "notation": "health"})
    assert people["zhao"].post(again, step="release", reason="是").status_code == 303
    found = house.atlas.vocabulary_for("city").organization(name)
    assert isinstance(found, Known) and found.concept.notation == "health"


def test_of_two_equal_releases_each_undoes_its_own(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, _ = desk
    name = "上海市申审总署"
    house.submit("city", [portal("S1", "项目清单", department=name)])
    given = {"kind": "name", "scheme": "organization", "others": name, "notation": "audit"}
    paths = []
    for _ in range(2):
        paths.append(proposed(people["wang"], **given, reason="别名"))
        assert people["zhao"].post(paths[-1], step="release", reason="是").status_code == 303
        house.clock.step(1)

    def by(number: int) -> int:
        proposal = concepts_of(house.atlas).get(number)
        return len(release_decisions.made_by(house.atlas, proposal))

    assert (by(1), by(2)) == (1, 0)
    # The second ends: what the first decided stands.
    assert people["zhao"].post(paths[1], step="undo", reason="重复").status_code == 303
    assert (by(1), by(2)) == (1, 0)
    paths[1] = proposed(people["wang"], **given, reason="别名")
    assert people["zhao"].post(paths[1], step="release", reason="是").status_code == 303
    # The first ends: the name is in force by the other, which decides it anew.
    assert people["zhao"].post(paths[0], step="undo", reason="重复").status_code == 303
    assert (by(1), by(3)) == (0, 0)
    release_decisions.finish(house.atlas)
    assert (by(1), by(3)) == (0, 1)
    map_waiting(house.atlas)
    assert isinstance(house.atlas.vocabulary_for("city").organization(name), Known)


def test_work_for_a_concept_that_ended_before_it_began_does_not_wait_for_ever(
    desk: tuple[House, httpx.Client], people: dict[str, Browser]
) -> None:
    house, _ = desk
    where = proposed(people["li"], **NEW)
    assert people["wang"].post(where, step="release", reason="属实").status_code == 303
    assert people["zhao"].post(where, step="undo", reason="误").status_code == 303
    assert {one.state for one in map_waiting(house.atlas)} == {"done"}
    assert not map_waiting(house.atlas)
