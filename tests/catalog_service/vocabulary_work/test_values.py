"""One value from its record to a decision, to the records mapped anew, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import orjson
import pytest

from catalog_service.accounts.four_eyes import FourEyes
from catalog_service.accounts.service import OPERATOR, Role
from catalog_service.catalog.reading import SourceReader, body_format
from catalog_service.vocabulary_work import work
from catalog_service.vocabulary_work.errors import (
    CONCEPT_NOT_OF_FIELD,
    DECISION_NOT_IN_STATE,
    OWN_PROPOSAL,
    UNKNOWN_FIELD,
    VALUE_DECIDED,
    VALUE_NOT_UNMAPPED,
)
from catalog_service.vocabulary_work.model import FIELDS
from catalog_service.vocabulary_work.service import (
    Ask,
    Wanted,
    decide,
    decision_named,
    look_ahead,
    map_waiting,
    refuse,
    release,
    suggested,
    undo,
    unmapped,
)
from catalog_service.vocabulary_work.tally import Tally, latest
from harvesters.protocols import Incoming, Outcome, Submission
from ontology.concepts import Unknown
from ontology.errors import AtlasError
from ontology.record import Record, mint_iri
from tests.fixtures.people import ORGANIZATION, person
from tests.fixtures.web import BASE, House, portal

VALUES = {
    "theme": ("category", "公共安全类别", "domain/12"),
    "subject": ("scenario", "牲畜的饲养", "national-theme/agriculture-water"),
    "frequency": ("update_frequency", "逢年过节", "frequency/annual"),
    "format": ("data_formats", "表格档", "format/xls"),
    "open-type": ("is_open", "看情况放", "open-type/conditional"),
    "place": ("district", "静安那一带", "place/310106"),
    "publisher": ("department", "市交通运输厅", "organization/transport"),
    "resource-type": ("resource_type", "表格档", "resource-type/data-product"),
}
"""What a record says under a label, and what it means: field → label, text, concept."""


ID = "V1"


class Desk:
    """A catalogue with records of two sources that say what no vocabulary knows."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder / "var")
        self.atlas = self.house.atlas

    def take(self, source: str, *records: dict[str, object]) -> list[Outcome]:
        """Import records as a platform sends them, mapped with what was decided."""
        reader = SourceReader(source, BASE, self.atlas.vocabulary_for(source))
        body = b"\n".join(map(orjson.dumps, records))
        items = reader.body(body, body_format("application/x-ndjson"))
        return list(self.atlas.catalog.submit(items, Submission(source, "test", gate="report")))

    def record(self, source: str, remote_id: str) -> str:
        (found,) = latest(self.atlas.journal, [mint_iri(BASE, source, remote_id)])
        return found.nquads

    def texts(self, field: str) -> list[str]:
        return [v.text for v in unmapped(self.atlas, OPERATOR, Wanted(field)).values]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("values"))
    with desk.atlas:
        yield desk


def record_with(field: str, remote_id: str = "V1") -> dict[str, object]:
    label, text, _ = VALUES[field]
    made = portal(remote_id, f"值{remote_id}")
    for same in ("category", "data_domain") if field == "theme" else ():
        made.pop(same, None)
    return made | {label: text}


@pytest.mark.parametrize("field", VALUES)
def test_a_value_is_mapped_as_the_next_import_maps_it_and_undone(desk: Desk, field: str) -> None:
    _, text, concept = VALUES[field]
    given = record_with(field)
    assert [one.error for one in desk.take(field, given)] == [None]
    before = desk.record(field, ID)
    assert desk.texts(field) == [text]

    ask = Ask(field, text, concept, None, "就是它")
    ahead = look_ahead(desk.atlas, OPERATOR, ask)
    assert (ahead.records, ahead.tried, dict(ahead.sources)) == (1, 1, {field: 1})
    assert ahead.statuses == {"updated": 1} and not ahead.refused
    made = decide(desk.atlas, OPERATOR, ask)
    if made.state == "proposed":
        # It may open records: whoever proposed it does not release it.
        assert (field, made.waits_for) == ("open-type", "opening")
        with pytest.raises(AtlasError) as error:
            release(desk.atlas, OPERATOR, made.number, "x")
        assert error.value.kind is OWN_PROPOSAL
        office = desk.atlas.accounts.principal(person(desk.atlas, "office", Role.CITY_OFFICE))
        made = release(desk.atlas, office, made.number, "看过")
    (work,) = map_waiting(desk.atlas)
    assert (work.state, work.changed, work.left) == ("done", 1, 0)
    mapped = desk.record(field, ID)
    assert mapped != before and desk.texts(field) == []
    assert f"<{made.concept}>" in mapped
    run = desk.atlas.journal.run(work.run or "")
    assert (run.status, run.counters["updated"]) == ("done", 1)

    # The next import says the same of the same record, and of another one.
    again, other = desk.take(field, given, record_with(field, "V2"))
    assert (again.status, other.status) == ("unchanged", "created")
    assert desk.record(field, "V2").replace("V2", ID) == mapped
    assert desk.texts(field) == []

    undo(desk.atlas, OPERATOR, made.number, "看错了")
    (back,) = map_waiting(desk.atlas)
    assert (back.direction, back.state, back.changed + back.held) == ("undo", "done", 1)
    assert desk.record(field, ID) == before
    assert desk.texts(field) == [text]
    (again,) = desk.take(field, given)
    assert again.status == "unchanged"
    state, _ = decision_named(desk.atlas, OPERATOR, made.number)
    assert state.state == "undone"
    assert [event.kind for event in state.history] == ["proposed", "released", "undone"]
    assert map_waiting(desk.atlas) == []


def test_a_text_may_mean_no_concept_and_then_stays_as_it_is(desk: Desk) -> None:
    desk.take(
        "none", portal("N1", "一", category="随便什么"), portal("N2", "二", category="随便 什么")
    )
    (value,) = unmapped(desk.atlas, OPERATOR, Wanted("theme", "none")).values
    # Spellings of one normal form are one value.
    assert (value.records, value.decision) == (2, None)
    made = decide(desk.atlas, OPERATOR, Ask("theme", value.text, None, "none", "不是领域"))
    assert made.state == "released" and map_waiting(desk.atlas) == []
    (value,) = unmapped(desk.atlas, OPERATOR, Wanted("theme", "none")).values
    assert value.decision is not None and value.decision.number == made.number
    found = desk.atlas.vocabulary_for("none").find("domain", "随便什么")
    assert isinstance(found, Unknown)
    assert (found.reason, found.note) == ("not-in-scheme", "不是领域")
    # It holds for that source alone.
    elsewhere = desk.atlas.vocabulary_for("other").find("domain", "随便什么")
    assert isinstance(elsewhere, Unknown) and elsewhere.reason == "unexplained"


def test_a_source_is_mapped_by_its_own_steward_and_the_city_by_its_office(desk: Desk) -> None:
    atlas = desk.atlas
    for source, organization in (("mine", "transport"), ("theirs", "statistics")):
        desk.take(source, portal(f"P-{source}", "甲", category="我们的领域"))
        atlas.accounts.owners.set(source, ORGANIZATION + organization)
    steward = atlas.accounts.principal(person(atlas, "steward", Role.STEWARD, "transport"))
    (value,) = unmapped(atlas, steward, Wanted("theme", text="我们的领域")).values
    assert value.sources == {"mine": 1}
    with pytest.raises(AtlasError) as error:
        decide(atlas, steward, Ask("theme", "我们的领域", "domain/4", "theirs", "x"))
    assert error.value.code == "right-missing"
    # For all sources they may propose it, and the city's office releases.
    asked = decide(atlas, steward, Ask("theme", "我们的领域", "domain/4", None, "全市一样"))
    assert (asked.state, asked.waits_for) == ("proposed", "right")
    for end in (release, undo):
        with pytest.raises(AtlasError):
            end(atlas, steward, asked.number, "x")
    assert refuse(atlas, steward, asked.number, "算了").state == "withdrawn"
    own = decide(atlas, steward, Ask("theme", "我们的领域", "domain/4", "mine", "我们的"))
    assert own.state == "released"
    (work,) = map_waiting(atlas)
    assert (work.source, work.changed) == ("mine", 1)
    assert "unmappedTheme" in desk.record("theirs", "P-theirs")


def test_four_eyes_of_a_sources_organization_hold(desk: Desk) -> None:
    atlas = desk.atlas
    desk.take("eyes", portal("E1", "乙", category="四只眼睛"))
    atlas.accounts.owners.set("eyes", ORGANIZATION + "audit")
    FourEyes(atlas.journal).demand(ORGANIZATION + "audit", True)
    one, other = (
        atlas.accounts.principal(person(atlas, name, Role.STEWARD, "audit"))
        for name in ("one", "other")
    )
    made = decide(atlas, one, Ask("theme", "四只眼睛", "domain/4", "eyes", "x"))
    assert (made.state, made.waits_for) == ("proposed", "setting")
    assert map_waiting(atlas) == []
    with pytest.raises(AtlasError) as error:
        release(atlas, one, made.number, "x")
    assert error.value.kind is OWN_PROPOSAL
    made = release(atlas, other, made.number, "看过")
    assert made.settled_by == other.actor
    (work,) = map_waiting(atlas)
    assert work.changed == 1
    assert atlas.journal.history(mint_iri(BASE, "eyes", "E1"))[-1].actor == other.actor


def test_a_record_that_changed_since_gets_back_the_one_value(desk: Desk) -> None:
    desk.take("since", portal("S1", "丙", category="后来变了"))
    made = decide(desk.atlas, OPERATOR, Ask("theme", "后来变了", "domain/4", None, "x"))
    map_waiting(desk.atlas)
    desk.take("since", portal("S1", "丙的新题", category="后来变了"))
    undo(desk.atlas, OPERATOR, made.number, "x")
    (work,) = map_waiting(desk.atlas)
    assert (work.changed, work.left) == (1, 0)
    now = desk.record("since", "S1")
    assert "丙的新题" in now and "后来变了" in now
    (again,) = desk.take("since", portal("S1", "丙的新题", category="后来变了"))
    assert again.status == "unchanged"


def test_work_that_was_interrupted_is_gone_on_with(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [portal(f"I{number}", f"丁{number}", category="做到一半") for number in range(3)]
    desk.take("half", *records)
    decide(desk.atlas, OPERATOR, Ask("theme", "做到一半", "domain/4", None, "x"))
    stop = Event()
    written = work._written

    def stopping(*given: Any) -> list[str]:
        found = written(*given)
        stop.set()
        return found

    monkeypatch.setattr(work, "PART", 1)
    monkeypatch.setattr(work, "_written", stopping)
    (begun,) = map_waiting(desk.atlas, stop)
    assert (begun.state, begun.changed) == ("waiting", 1)
    run = desk.atlas.journal.run(begun.run or "")
    assert (run.status, run.counters["updated"]) == ("stopped", 1)
    assert map_waiting(desk.atlas, stop) == [], "nothing is begun by what is to end"
    (done,) = map_waiting(desk.atlas)
    assert (done.state, done.changed) == ("done", 3) and done.run != begun.run
    assert Tally(desk.atlas.journal).behind() == 0


@pytest.mark.parametrize("when", ["noted", "written"])
def test_work_that_was_killed_is_gone_on_with_and_undone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    source, text = f"killed-{when}", f"被杀于{when}"
    desk.take(source, *(portal(f"K{number}", f"戊{number}", category=text) for number in range(3)))
    before = [desk.record(source, f"K{number}") for number in range(3)]
    made = decide(desk.atlas, OPERATOR, Ask("theme", text, "domain/4", None, "x"))

    class Killed(BaseException):
        """What ends a process, for this test."""

    written, parts = work._written, []

    def killed(*given: Any) -> list[str]:
        # In the second part: one record is written, and of the next one is noted what it becomes.
        parts.append(1)
        if when == "noted" and len(parts) == 2:
            raise Killed
        found = written(*given)
        if when == "written" and len(parts) == 2:
            raise Killed
        return found

    with monkeypatch.context() as until_here:
        until_here.setattr(work, "PART", 1)
        until_here.setattr(work, "_written", killed)
        with pytest.raises(Killed):
            map_waiting(desk.atlas)
    (done,) = map_waiting(desk.atlas)
    assert done.state == "done"
    concept = f"<{made.concept}>"
    assert all(concept in desk.record(source, f"K{number}") for number in range(3))
    undo(desk.atlas, OPERATOR, made.number, "x")
    (undone,) = map_waiting(desk.atlas)
    assert (undone.state, undone.changed, undone.left) == ("done", 3, 0)
    assert [desk.record(source, f"K{number}") for number in range(3)] == before


@pytest.mark.parametrize("direction", ["apply", "undo"])
def test_what_is_written_meanwhile_is_not_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, direction: str
) -> None:
    source, text = f"race-{direction}", f"同时写{direction}"
    desk.take(source, portal("R1", "旧题", category=text))
    made = decide(desk.atlas, OPERATOR, Ask("theme", text, "domain/4", None, "x"))
    concept = f"<{made.concept}>"
    if direction == "undo":
        map_waiting(desk.atlas)
        undo(desk.atlas, OPERATOR, made.number, "x")
    item_of = work.item_of
    others = [portal("R1", "新题", category=text)]

    def overtaken(version: Record) -> Incoming:
        # Between reading the record and writing it, by somebody who knows nothing of the decision.
        while others:
            desk.house.submit(source, [others.pop()])
        return item_of(version)

    monkeypatch.setattr(work, "item_of", overtaken)
    (done,) = map_waiting(desk.atlas)
    # After the undoing its source says the text itself: there is nothing to map back.
    assert (done.state, done.changed, done.left) == (
        ("done", 1, 0) if direction == "apply" else ("done", 0, 1)
    )
    now = desk.record(source, "R1")
    assert "新题" in now and (concept in now) == (direction == "apply")


def test_two_that_follow_the_journal_leave_nothing_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take("two", *(portal(f"T{n}", f"题{n}", category="两边数") for n in range(3)))
    one, other = Tally(desk.atlas.journal), Tally(desk.atlas.journal)
    read = Tally._read

    def slower(tally: Tally, position: int, end: int) -> None:
        if tally is one and end > position + 1:
            read(other, position, position + 1)
        read(tally, position, end)

    monkeypatch.setattr(Tally, "_read", slower)
    assert one.catch_up() == 0
    assert one.behind() == 0


def test_what_is_asked_wrongly_is_refused(desk: Desk) -> None:
    desk.take("wrong", portal("W1", "戊", category="问错了"))
    cases = (
        (Ask("colour", "x", None, None), UNKNOWN_FIELD),
        (Ask("theme", "没有人说", "domain/4", None), VALUE_NOT_UNMAPPED),
        (Ask("theme", "问错了", "frequency/annual", None), CONCEPT_NOT_OF_FIELD),
    )
    for ask, kind in cases:
        with pytest.raises(AtlasError) as error:
            decide(desk.atlas, OPERATOR, ask)
        assert error.value.kind is kind
    made = decide(desk.atlas, OPERATOR, Ask("theme", "问错了", None, None, "x"))
    with pytest.raises(AtlasError) as error:
        decide(desk.atlas, OPERATOR, Ask("theme", "问错了", "domain/4", None, "x"))
    assert error.value.kind is VALUE_DECIDED
    with pytest.raises(AtlasError) as error:
        refuse(desk.atlas, OPERATOR, made.number, "x")
    assert error.value.kind is DECISION_NOT_IN_STATE


@pytest.mark.parametrize(
    ("field", "text", "notation", "why"),
    [
        ("theme", "道路交通类", "4", "normal"),
        ("theme", "到路交通", "4", "pinyin"),
        ("publisher", "上海市交通运输委员会", "transport", "edits"),
        ("frequency", "每月更新", "monthly", "normal"),
        ("place", "静安区的好几个地方", "310106", "holds"),
    ],
)
def test_suggestions_say_why(desk: Desk, field: str, text: str, notation: str, why: str) -> None:
    first = suggested(desk.atlas, field, text)[0]
    assert (first.concept.notation, first.why) == (notation, why)
    assert suggested(desk.atlas, field, "甲乙丙丁戊己庚辛") == []


def test_values_of_places_elsewhere_are_nobodys_to_map(desk: Desk) -> None:
    there = portal("H1", "己", department="市体育馆", city="杭州市")
    desk.take("far", there)
    assert unmapped(desk.atlas, OPERATOR, Wanted(source="far")).values == ()
    assert set(FIELDS) >= set(VALUES)
    (only,) = unmapped(desk.atlas, OPERATOR, Wanted(source="none")).values
    assert only.field == "theme"
