"""The badge of high quality: by the operator's criteria, awarded and lost by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from catalog_service.accounts.service import OPERATOR, Role, set_owner
from catalog_service.audit.service import Wanted
from catalog_service.notices.service import PersonalNotices
from catalog_service.quality.badges import deciding
from catalog_service.quality.badges.criteria import criteria_versions, put_criteria
from catalog_service.quality.badges.deciding import decide
from catalog_service.quality.badges.judging import Facts, judge, share
from catalog_service.quality.badges.kept import badge_of, course_of_badges, holders
from catalog_service.quality.badges.model import BadgeDay, Criterion
from catalog_service.quality.badges.table_file import read_criteria, write_criteria
from catalog_service.quality.badges.telling import notices_of
from catalog_service.quality.data.model import Column, Profile
from catalog_service.quality.service import evaluate
from harvesters.protocols import Submission
from ontology.errors import AtlasError
from ontology.terms import DQV
from shapes.rules import Rules
from tests.fixtures.people import ORGANIZATION, person, signed_in, use_counting_hasher
from tests.fixtures.web import HTML, House, portal, served

TODAY = date(2026, 9, 1)
TRANSPORT = f"{ORGANIZATION}transport"
ON_TIME = Criterion("ON", "metric", "on-time", None, {"zh": "按时更新", "en": "On time"}, "一、5")
POINTS = Criterion("MQA", "points", "mqa", 1, {"zh": "得分"}, "")


def on(house: House, day: date) -> None:
    house.clock.today = lambda: day  # type: ignore[method-assign]


def make_house(folder: Path) -> House:
    made = House(folder, embedding="off")
    made.submit(
        "city",
        [
            portal("A", "甲", update_time="2026-08-20"),
            portal("B", "乙", update_time="2026-07-20"),
            portal("C", "丙", update_time="2026-08-25"),
        ],
    )
    set_owner(made.atlas.journal, made.atlas.vocabulary, "city", TRANSPORT)
    return made


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = make_house(tmp_path)
    with made.atlas:
        yield made


def iri(house: House, remote_id: str) -> str:
    return house.atlas.journal.states("city", [remote_id])[remote_id].iri


def names(house: House) -> list[str]:
    return [one.iri.rpartition("/")[2] for one in holders(house.atlas)]


def put(house: House, *criteria: Criterion, day: date | None = None) -> None:
    put_criteria(house.atlas, OPERATOR, criteria, day or house.atlas.clock.today(), "纪要")


def told(house: House, who: str) -> list[str]:
    found = PersonalNotices(house.atlas.journal).of(who, limit=50)
    return [one.kind for one in found if one.kind.startswith("badge.")]


def test_without_criteria_nobody_has_it(house: House) -> None:
    evaluate(house.atlas)
    assert names(house) == []
    assert course_of_badges(house.atlas, 9) == [BadgeDay(TODAY, 0, 0, 0, 0)]
    put(house, ON_TIME, day=TODAY + timedelta(1))
    assert (done := decide(house.atlas)) is not None and done.version == 0
    put(house)
    assert (done := decide(house.atlas)) is not None and (done.version, done.held) == (2, 0)


def test_awarded_and_lost_with_reasons_and_the_past_stays(house: House) -> None:
    atlas = house.atlas
    reviewer = person(atlas, "reviewer", Role.REVIEWER, "transport").id
    stranger = person(atlas, "stranger", Role.REVIEWER, "water").id
    put(house, ON_TIME, POINTS)
    evaluate(atlas)
    assert sorted(names(house)) == ["A", "C"]
    (first,) = badge_of(atlas, iri(house, "A"))
    assert (first.day, first.held, first.why, first.version) == (TODAY, True, "met", 1)
    assert [(one.code, one.met) for one in first.judged] == [("ON", True), ("MQA", True)]
    assert int(first.judged[1].value) > 0
    assert badge_of(atlas, iri(house, "B")) == []
    assert told(house, reviewer) == ["badge.awarded"] and told(house, stranger) == []
    evaluate(atlas)
    assert told(house, reviewer) == ["badge.awarded"]
    # Later, all are late.
    later = TODAY + timedelta(40)
    on(house, later)
    evaluate(atlas)
    assert names(house) == []
    second, again = badge_of(atlas, iri(house, "A"))
    assert again == first
    assert (second.day, second.held, second.why) == (later, False, "unmet")
    assert [(one.code, one.value) for one in second.failed] == [("ON", "fail")]
    assert sorted(told(house, reviewer)) == ["badge.awarded", "badge.lost"]
    assert course_of_badges(atlas, 99) == [
        BadgeDay(TODAY, 1, 2, 2, 0),
        BadgeDay(later, 1, 0, 0, 2),
    ]
    # Another table is no reason to say otherwise of the past.
    put(house, POINTS)
    decide(atlas)
    assert len(names(house)) == 3 and len(badge_of(atlas, iri(house, "A"))) == 1
    on(house, TODAY)
    assert decide(atlas) is None
    actions = [one.action for one in atlas.audit.walk(Wanted())]
    assert actions.count("badge.award") == 5 and actions.count("badge.lose") == 2


def test_overlapping_rounds_tell_each_change_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    atlas = house.atlas
    reviewer = person(atlas, "reviewer", Role.REVIEWER, "transport").id
    evaluate(atlas)
    put(house, ON_TIME)
    made = [0]

    def overtaken(*arguments: Any) -> Any:
        found = notices_of(*arguments)
        made[0] += 1
        if made[0] == 1:
            # Another round, to its end, of which this one knows nothing yet.
            assert (other := decide(atlas)) is not None and other.awarded == 2
            # What it did not see yet is this one's to tell.
            house.submit("city", [portal("B", "乙", update_time="2026-08-30")])
            evaluate(atlas, iri=iri(house, "B"))
        return found

    monkeypatch.setattr(deciding, "notices_of", overtaken)
    assert (done := decide(atlas)) is not None and (done.held, done.awarded) == (3, 1)
    assert sorted(names(house)) == ["A", "B", "C"]
    assert told(house, reviewer) == ["badge.awarded", "badge.awarded"]
    actions = [one.action for one in atlas.audit.walk(Wanted())]
    assert actions.count("badge.award") == 3


def test_rounds_that_overtake_each_other_without_end_are_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate(house.atlas)
    within = [False]

    def overtaken(*arguments: Any) -> Any:
        if not within[0]:
            within[0] = True
            decide(house.atlas)
            within[0] = False
        return notices_of(*arguments)

    monkeypatch.setattr(deciding, "notices_of", overtaken)
    with pytest.raises(AtlasError) as raised:
        decide(house.atlas)
    assert raised.value.code == "badges-busy"


def test_a_day_that_ends_while_it_is_decided_stays_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate(house.atlas)
    before = course_of_badges(house.atlas, 9)
    put(house, ON_TIME)

    def midnight(*arguments: Any) -> Any:
        on(house, TODAY + timedelta(1))
        return notices_of(*arguments)

    monkeypatch.setattr(deciding, "notices_of", midnight)
    assert decide(house.atlas) is None
    assert names(house) == [] and course_of_badges(house.atlas, 9) == before


def test_only_what_is_public_has_it(house: House) -> None:
    put(house, POINTS)
    evaluate(house.atlas)
    list(house.atlas.catalog.withdraw(["A"], Submission("city", "test", reason="错")))
    assert sorted(names(house)) == ["B", "C"]
    on(house, TODAY + timedelta(1))
    evaluate(house.atlas)
    newest = badge_of(house.atlas, iri(house, "A"))[0]
    assert (newest.held, newest.why) == (False, "gone")
    put(house)
    decide(house.atlas)
    assert badge_of(house.atlas, iri(house, "B"))[0].why == "no-criteria"


def test_rules_and_use_are_asked_of_public_versions(house: House) -> None:
    none, views = {"zh": "无"}, {"zh": "浏览"}
    put(house, Criterion("R", "rule", "R14", None, none, ""), POINTS)
    evaluate(house.atlas)
    with_rule = names(house)
    verdicts = house.atlas.journal.public_verdicts()
    clean = {one for one, found in verdicts.items() if "R14" not in {rule for rule, _ in found}}
    assert {iri(house, one) for one in with_rule} == clean
    put(house, Criterion("V", "use", "views", 5, views, ""))
    decide(house.atlas)
    assert names(house) == []


def test_what_is_not_known_is_not_met() -> None:
    column = Column("甲", True, "text", None, 10, 5, 0)
    profile = Profile((100), (column,), (), 20, 0, 0, 0, "utf-8", 1, "0", None, None)
    assert [share(profile, of) for of in ("filled", "valid", "unique")] == [90, 95, 80]

    def criterion(kind: str, of: str, least: float | None) -> Criterion:
        return Criterion("X", kind, of, least, {}, "")  # type: ignore[arg-type]

    facts = Facts({"api": "unjudged"}, 300, profile, frozenset({"R14"}), {"views": 7})
    for kind, of, least, met, value in (
        ("metric", "api", None, False, "unjudged"),
        ("metric", "on-time", None, False, ""),
        ("points", "mqa", 300, True, "300"),
        ("points", "mqa", 301, False, "300"),
        ("data", "filled", 90, True, "90"),
        ("data", "unique", 80.5, False, "80"),
        ("rule", "R14", None, False, "fail"),
        ("rule", "R15", None, True, "pass"),
        ("use", "views", 7, True, "7"),
        ("use", "calls", 0, False, ""),
    ):
        found = judge(criterion(kind, of, least), facts)
        assert (found.met, found.value) == (met, value), (kind, of)
    for kind, of in (("data", "filled"), ("rule", "R14"), ("points", "mqa")):
        assert not judge(criterion(kind, of, 0), Facts()).met


def test_the_table_comes_back_as_it_was_written() -> None:
    rules = Rules.load()
    given = (ON_TIME, POINTS, Criterion("U", "use", "views", 2.5, {"zh": "用,“量”"}, "第一条"))
    assert read_criteria(write_criteria(given).encode("utf-8-sig"), rules) == given
    assert read_criteria(b"code,kind,of,zh\n", rules) == ()


@pytest.mark.parametrize(
    "row",
    [
        "a b,metric,api,,名,,",
        "A,other,api,,名,,",
        "A,metric,unheard-of,,名,,",
        "A,rule,R99,,名,,",
        "A,metric,api,3,名,,",
        "A,points,mqa,406,名,,",
        "A,points,mqa,nan,名,,",
        "A,points,mqa,,名,,",
        "A,metric,api,,,name,",
        "A,metric,api,,名,,\nA,metric,api,,名,,",
    ],
)
def test_a_row_that_cannot_be_used_is_told(row: str) -> None:
    head = "code,kind,of,least,zh,en,article\n"
    with pytest.raises(AtlasError) as raised:
        read_criteria(f"{head}{row}".encode(), Rules.load())
    assert raised.value.code == "criterion-invalid"
    with pytest.raises(AtlasError) as raised:
        read_criteria(b"a,b\n", Rules.load())
    assert raised.value.code == "criteria-headings"


def test_badges_are_decided_in_postgresql_alike(tmp_path: Path, empty_postgres: str) -> None:
    made = House(tmp_path, embedding="off", database_url=empty_postgres)
    with made.atlas:
        made.submit("city", [portal("A", "甲", update_time="2026-08-20")])
        put(made, ON_TIME, POINTS, Criterion("R", "rule", "R14", None, {"zh": "无"}, ""))
        evaluate(made.atlas)
        evaluate(made.atlas)
        (one,) = badge_of(made.atlas, iri(made, "A"))
        assert [each.code for each in one.judged] == ["ON", "MQA", "R"]
        assert len(course_of_badges(made.atlas, 9)) == 1


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, httpx.Client]]:
    made = make_house(tmp_path_factory.mktemp("badges") / "var")
    with made.atlas:
        use_counting_hasher(made.atlas)
        made.project()
        with served(made) as address, httpx.Client(base_url=address, timeout=60) as client:
            yield made, client


def test_the_office_writes_criteria_and_everybody_sees_who_meets_them(
    shared: tuple[House, httpx.Client],
) -> None:
    house, client = shared
    atlas = house.atlas
    empty = client.get("/quality/badges?lang=en", headers=HTML).text
    assert "has filled in none yet" in empty and "100" in empty
    steward = signed_in(client, atlas, person(atlas, "steward", Role.STEWARD, "transport"))
    assert steward.get("/workbench/badges").status_code == 403
    office = signed_in(client, atlas, person(atlas, "office", Role.CITY_OFFICE))
    assert "/workbench/badges" in office.get("/workbench").text
    fields = {"code": "ON", "kind": "metric", "of": "on-time", "zh": "按时", "en": "Timely"}
    wrong = office.post("/workbench/badges", **{**fields, "of": "mqa"})
    assert wrong.status_code == 422 and 'value="ON"' in wrong.text
    past = office.post("/workbench/badges", **fields, day="2020-01-01")
    assert past.status_code == 422
    done = office.post("/workbench/badges", **fields, article="一、5", origin="会议纪要")
    assert done.status_code == 303
    assert criteria_versions(atlas)[-1].origin == "会议纪要"
    evaluate(atlas)
    house.project()
    page = client.get("/quality/badges?lang=en", headers=HTML).text
    for text in ("Timely", "一、5", "会议纪要", "/dataset/city/A", "/dataset/city/C"):
        assert text in page
    assert "/dataset/city/B" not in page
    answer = client.get("/api/v1/quality/badges").json()
    assert answer["total"] == 2 and answer["aims"][0]["number"] == 100
    assert answer["criteria"]["criteria"][0]["of"] == "on-time"
    own = client.get("/dataset/city/A?lang=en", headers=HTML).text
    assert 'href="#badge"' in own and 'id="badge"' in own and "Timely" in own
    assert 'id="badge"' not in client.get("/dataset/city/B?lang=en", headers=HTML).text
    (kept,) = client.get("/api/v1/datasets/city/A/quality").json()["badge"]
    assert kept["held"] and kept["judged"][0]["criterion"] == "ON"
    for address in ("/api/v1/datasets/city/A/quality.ttl", "/dataset/city/A.ttl"):
        assert "QualityCertificate" in client.get(address).text
    assert "QualityCertificate" not in client.get("/dataset/city/B.ttl").text
    hits = client.get("/api/v1/search", params={"high_quality": "badge"}).json()["hits"]
    assert sorted(one["remote_id"] for one in hits) == ["A", "C"]
    assert hits[0]["high_quality"] == ["badge"]
    cards = client.get("/datasets?lang=en", headers=HTML).text
    assert cards.count('#i-star"') + cards.count("High-quality dataset</span>") >= 2
    graph = f"{house.settings.base_iri}/quality/badges"
    query = f"SELECT ?d {{ GRAPH <{graph}> {{ ?d <{DQV.hasQualityAnnotation}> ?a }} }}"
    found = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert sorted(one["d"]["value"] for one in found) == [iri(house, "A"), iri(house, "C")]
