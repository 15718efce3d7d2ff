"""The one door for writes, with a real gate and a real journal of each kind."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_service.catalog import Catalog
from catalog_service.catalog.admission import MAX_REMOTE_ID
from catalog_service.catalog.preparation import BATCH_ITEMS
from catalog_service.clock import SystemClock
from catalog_service.errors import (
    BASE_IRI_CHANGED,
    IDENTITY_MISMATCH,
    ILLEGAL_REMOTE_ID,
    ILLEGAL_SOURCE_ID,
    INTERNAL,
    NOTHING_WAITS,
    PRECONDITION_FAILED,
    UNKNOWN_RECORD,
)
from catalog_service.journal import Journal
from harvesters.contracts import (
    ClosingError,
    Incoming,
    Item,
    Mapped,
    Outcome,
    Submission,
    Unreadable,
)
from harvesters.errors import DUPLICATE_IDENTIFIER, NO_TITLE
from ontology.errors import FOREIGN_SUBJECT, ILLEGAL_IRI, AtlasError, Place
from ontology.record import Record
from ontology.terms import DCT, RULE, SHD, VOCAB
from shapes.report import Report
from tests.fixtures.gate import TinyGate
from tests.fixtures.records import BASE, iri, item, record

REPORT = Submission("city", "tester", gate="report")
ENFORCE = Submission("city", "tester", gate="enforce")
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    opened = Journal.open(journal_url, SystemClock())
    yield opened
    opened.close()


@pytest.fixture
def catalog(journal: Journal) -> Catalog:
    return Catalog(journal, TinyGate(), BASE)


def submit(
    catalog: Catalog, records: Iterable[Record | Item], submission: Submission = REPORT
) -> list[Outcome]:
    items = [item(r) if isinstance(r, Record) else r for r in records]
    return list(catalog.submit(items, submission))


def statuses(outcomes: Iterable[Outcome]) -> list[str]:
    return [o.status for o in outcomes]


def kinds(outcomes: Iterable[Outcome]) -> list[str | None]:
    return [o.kind for o in outcomes]


def errors(outcomes: Iterable[Outcome]) -> list[object]:
    return [o.error and o.error.kind for o in outcomes]


def test_created_updated_unchanged(catalog: Catalog, journal: Journal) -> None:
    a, b = record("a", "甲"), record("b", "乙")
    first = submit(catalog, [a, b])
    assert [(o.status, o.seq, o.hash, o.iri) for o in first] == [
        ("created", 1, a.hash, a.iri),
        ("created", 2, b.hash, b.iri),
    ]
    again = submit(catalog, [a, record("b", "丙")])
    assert [(o.status, o.seq) for o in again] == [("unchanged", None), ("updated", 3)]
    assert again[0].hash == a.hash
    assert journal.head() == 3
    stored = journal.get(b.iri)
    assert stored is not None
    assert stored.nquads == record("b", "丙").nquads


def test_nothing_at_all(catalog: Catalog, journal: Journal) -> None:
    assert submit(catalog, []) == []
    assert journal.sources() == []


def test_what_has_the_same_fingerprint_is_not_mapped_again(catalog: Catalog) -> None:
    a = item(record("a", "甲"))
    submit(catalog, [a])

    def never() -> Mapped:
        raise AssertionError

    assert statuses(submit(catalog, [replace(a, make=never)])) == ["unchanged"]


def test_a_new_fingerprint_for_the_same_content_is_remembered(
    catalog: Catalog, journal: Journal
) -> None:
    a = record("a", "甲")
    submit(catalog, [a])
    other = item(a, payload="other spelling of the same")
    assert statuses(submit(catalog, [other])) == ["unchanged"]
    assert journal.head() == 1
    assert journal.states("city", ["a"])["a"].fingerprint == other.fingerprint


def test_enforce_holds_and_a_good_version_releases(catalog: Catalog, journal: Journal) -> None:
    good, bad, better = record("a", "甲"), record("a", None), record("a", "乙")
    submit(catalog, [good], ENFORCE)
    held = submit(catalog, [bad, record("b", None)], ENFORCE)
    assert statuses(held) == ["held", "held"]
    assert held[0].report is not None
    assert [f.rule_id for f in held[0].report.findings] == ["T1"]
    one, two = journal.get(iri("a")), journal.get(iri("b"))
    assert one is not None
    assert two is not None
    assert (one.state, one.public, one.hash, one.held_hash) == ("active", True, good.hash, bad.hash)
    assert (two.state, two.public, two.hash) == ("held", False, None)

    # The same waiting version again writes nothing, by its fingerprint or without.
    assert statuses(submit(catalog, [bad], ENFORCE)) == ["unchanged"]
    assert statuses(submit(catalog, [item(bad, payload="x")], ENFORCE)) == ["unchanged"]
    assert journal.head() == 3

    outcomes = submit(catalog, [better, record("b", "丁")], ENFORCE)
    assert (statuses(outcomes), kinds(outcomes)) == (["updated"] * 2, ["released"] * 2)
    released = journal.get(iri("a"))
    assert released is not None
    assert (released.hash, released.held_hash, released.public) == (better.hash, None, True)


def test_going_back_to_the_last_good_version_ends_the_waiting(
    catalog: Catalog, journal: Journal
) -> None:
    good, bad = record("a", "甲"), record("a", None)
    submit(catalog, [good], ENFORCE)
    submit(catalog, [bad], ENFORCE)
    assert kinds(submit(catalog, [good], ENFORCE)) == ["released"]
    stored = journal.get(iri("a"))
    assert stored is not None
    assert (stored.hash, stored.held_hash) == (good.hash, None)


def test_a_gate_that_only_reports_lets_a_waiting_version_in(
    catalog: Catalog, journal: Journal
) -> None:
    bad = record("a", None)
    submit(catalog, [bad], ENFORCE)
    assert kinds(submit(catalog, [bad], REPORT)) == ["released"]
    stored = journal.get(iri("a"))
    assert stored is not None
    assert (stored.state, stored.public, stored.hash) == ("active", True, bad.hash)
    found = journal.findings(iri("a"))
    assert found is not None
    assert not found.conforms


def test_a_source_is_registered_with_its_first_gate(catalog: Catalog, journal: Journal) -> None:
    submit(catalog, [record("a", "甲")], Submission("city", "t"))
    submit(catalog, [record("a", "甲", source="strict")], Submission("strict", "t", gate="enforce"))
    assert {s.id: s.gate for s in journal.sources()} == {"city": "report", "strict": "enforce"}
    bad = record("b", None, source="strict")
    assert statuses(submit(catalog, [bad], Submission("strict", "t"))) == ["held"]


def test_what_is_not_open_is_not_public(catalog: Catalog, journal: Journal) -> None:
    submit(catalog, [record("a", "甲", open_type="none"), record("b", "乙")])
    assert [c.public for c in journal.changes_after(0)] == [False, True]
    submit(catalog, [record("a", "甲"), record("b", "乙", open_type="none")])
    assert [s.remote_id for s in journal.snapshot()[1]] == ["a"]


def test_the_publishers_own_iri_decides(catalog: Catalog, journal: Journal) -> None:
    closed = record("a", "甲", open_type="none", focus="http://elsewhere.example/d")
    submit(catalog, [closed])
    stored = journal.get(iri("a"))
    assert stored is not None
    assert (stored.focus, stored.public) == ("http://elsewhere.example/d", False)


@pytest.mark.parametrize(
    "said",
    [
        "<http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC>",
        '"非开放（涉密）"@zh',
        '"不公开"',
    ],
)
@pytest.mark.parametrize("name", ["accessRights", "unmappedAccessRights"])
def test_closed_in_other_words_is_not_public(
    catalog: Catalog, journal: Journal, said: str, name: str
) -> None:
    predicate = DCT.accessRights if name == "accessRights" else SHD.term(name)
    made = record("a", "甲")
    own = f"<{made.iri}> <{DCT.accessRights}> <{VOCAB}open-type/unconditional> ."
    closed = replace(made, nquads=made.nquads.replace(own, f"<{made.iri}> <{predicate}> {said} ."))
    assert kinds(submit(catalog, [closed])) == ["created"]
    assert list(journal.snapshot()[1]) == []


def test_a_closed_version_ends_publicity_whatever_its_faults(
    catalog: Catalog, journal: Journal
) -> None:
    submit(catalog, [record("a", "甲")], ENFORCE)
    before = journal.changes_after(0)[-1].time
    closed = record("a", None, open_type="none")
    dry = submit(catalog, [closed], replace(ENFORCE, dry_run=True))
    (done,) = submit(catalog, [closed], ENFORCE)
    assert (dry[0].status, dry[0].kind) == (done.status, done.kind) == ("updated", "updated")
    assert done.report is not None
    assert not done.report.conforms
    (_, change) = journal.changes_after(0)
    assert (change.kind, change.public, change.hash) == ("updated", False, closed.hash)
    assert list(journal.snapshot()[1]) == []
    now, then = journal.get(closed.iri), journal.at(closed.iri, FOREVER)
    assert now is not None
    assert then is not None
    assert (now.public, now.hash, now.held_hash) == (then.public, then.hash, then.held_hash)
    assert (now.public, now.hash, now.held_hash) == (False, closed.hash, None)
    earlier = journal.at(closed.iri, before)
    assert earlier is not None
    assert statuses(submit(catalog, [closed], ENFORCE)) == ["unchanged"]
    # What would open it again must pass the gate.
    assert statuses(submit(catalog, [record("a", None)], ENFORCE)) == ["held"]
    assert list(journal.snapshot()[1]) == []
    assert kinds(submit(catalog, [record("a", "甲")], ENFORCE)) == ["released"]
    assert [s.remote_id for s in journal.snapshot()[1]] == ["a"]


def test_what_is_closed_by_wording_learnt_later(
    catalog: Catalog, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Versions let in before a spelling was known, one of them waiting, are closed all the same."""
    first, second = record("a", "甲", open_type="none"), record("b", None, open_type="none")
    with monkeypatch.context() as patched:
        patched.setattr("catalog_service.catalog.preparation.may_be_public", lambda _: True)
        submit(catalog, [first, record("b", "乙")], ENFORCE)
        assert statuses(submit(catalog, [second], ENFORCE)) == ["held"]
    assert len(list(journal.snapshot()[1])) == 2
    assert kinds(catalog.recheck(replace(ENFORCE, dry_run=True))) == ["updated", "released"]
    assert kinds(submit(catalog, [item(first, payload="again")], ENFORCE)) == ["updated"]
    assert kinds(catalog.recheck(ENFORCE)) == [None, "released"]
    assert list(journal.snapshot()[1]) == []
    assert statuses(catalog.recheck(ENFORCE)) == ["unchanged", "unchanged"]


def test_the_public_version_is_rechecked_while_another_waits(
    catalog: Catalog, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, waiting = record("a", "甲", open_type="none"), record("a", None)
    with monkeypatch.context() as patched:
        patched.setattr("catalog_service.catalog.preparation.may_be_public", lambda _: True)
        submit(catalog, [shown], ENFORCE)
    assert statuses(submit(catalog, [waiting], ENFORCE)) == ["held"]
    assert [s.hash for s in journal.snapshot()[1]] == [shown.hash]
    assert kinds(catalog.recheck(replace(ENFORCE, dry_run=True))) == ["updated"]
    assert kinds(catalog.recheck(ENFORCE)) == ["updated"]
    assert list(journal.snapshot()[1]) == []
    # What waited still does.
    stored = journal.get(shown.iri)
    assert stored is not None
    assert (stored.hash, stored.held_hash) == (shown.hash, waiting.hash)
    assert journal.findings(shown.iri) == TinyGate().validate(waiting)
    assert statuses(catalog.recheck(ENFORCE)) == ["unchanged"]
    assert statuses(submit(catalog, [waiting], ENFORCE)) == ["unchanged"]
    assert kinds(submit(catalog, [record("a", "乙")], ENFORCE)) == ["released"]
    assert len(list(journal.snapshot()[1])) == 1


class _Fails(TinyGate):
    """Cannot check a record that calls itself broken."""

    def validate(self, record: Record) -> Report:
        if "坏" in record.nquads:
            raise AtlasError(ILLEGAL_IRI, value="x", reason="y")
        return super().validate(record)


def _closing_items() -> dict[str, Item]:
    closed = record("a", "坏", open_type="none")
    foreign = f'<{iri("b")}> <{DCT.title}> "x" .\n'
    error = ClosingError(NO_TITLE, remote_id="a", expected="title")

    def untitled() -> Mapped:
        raise error

    return {
        "uncheckable": item(closed),
        "foreign-subject": item(replace(closed, nquads=closed.nquads + foreign)),
        "no-title": Incoming("a", Place("input.csv", 1), b"c" * 16, untitled),
    }


@pytest.mark.parametrize("case", _closing_items())
def test_a_refused_version_that_says_closed_closes(journal: Journal, case: str) -> None:
    catalog = Catalog(journal, _Fails(), BASE)
    submit(catalog, [record("a", "甲"), record("b", "乙")])
    refused = _closing_items()[case]
    dry = submit(catalog, [refused], replace(REPORT, dry_run=True))
    head = journal.head()
    (done,) = submit(catalog, [refused])
    for outcome in (*dry, done):
        assert (outcome.status, outcome.kind) == ("rejected", "missing")
        assert outcome.error is not None
        assert [w.code for w in outcome.warnings] == ["closed-though-refused"]
    assert done.seq == head + 1
    assert [s.remote_id for s in journal.snapshot()[1]] == ["b"]
    (*_, change) = journal.history(iri("a"))
    assert change.kind == "missing"
    assert change.reason is not None
    assert "不开放" in change.reason
    # Once closed there is nothing to close; an open version that can be taken opens it again.
    again = submit(catalog, [refused])
    assert [(o.status, o.kind, o.seq, o.warnings) for o in again] == [("rejected", None, None, ())]
    assert kinds(submit(catalog, [record("a", "甲")])) == ["revived"]
    assert len(list(journal.snapshot()[1])) == 2


def test_a_refused_version_that_does_not_say_closed_leaves_the_old_one(journal: Journal) -> None:
    catalog = Catalog(journal, _Fails(), BASE)
    submit(catalog, [record("a", "甲")])
    bad = record("a", "坏")

    def untitled() -> Mapped:
        raise AtlasError(NO_TITLE, remote_id="a", expected="title")

    closed = record("n", "坏", open_type="none")
    mix: list[Item] = [
        item(bad),
        Incoming("a", Place("input.csv", 1), b"c" * 16, untitled),
        item(closed),
    ]
    outcomes = submit(catalog, mix)
    assert [(o.status, o.kind, o.warnings) for o in outcomes] == [("rejected", None, ())] * 3
    assert len(list(journal.snapshot()[1])) == 1


def test_what_was_taken_out_is_told_each_time(catalog: Catalog, journal: Journal) -> None:
    a, b = record("a", "甲"), record("b", "乙")
    calls: list[str] = []

    def mapped(made: Record, *removed: str) -> Mapped:
        calls.append(made.remote_id)
        return Mapped(made, removed)

    items: list[Item] = [
        replace(item(a), make=lambda: mapped(a, "title: name of a person")),
        replace(item(b), make=lambda: mapped(b)),
    ]
    told = [(o.status, o.removed) for o in submit(catalog, items)]
    assert told == [("created", ("title: name of a person",)), ("created", ())]
    for dry_run in (True, False, False):
        calls.clear()
        again = submit(catalog, items, replace(REPORT, dry_run=dry_run))
        assert [(o.status, o.removed) for o in again] == [
            ("unchanged", ("title: name of a person",)),
            ("unchanged", ()),
        ]
        # What lost nothing is known by its fingerprint.
        assert calls == ["a"]
    assert journal.head() == 2


def test_one_bad_item_does_not_lose_the_others(
    catalog: Catalog, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> Mapped:
        raise ValueError("13800138000")

    def refuses() -> Mapped:
        raise AtlasError(ILLEGAL_IRI, value="x", reason="y")

    place = Place("input.csv", 7)
    with caplog.at_level(logging.ERROR):
        outcomes = submit(
            catalog,
            [
                record("a", "甲"),
                Unreadable(AtlasError(ILLEGAL_IRI, place=place, value="x", reason="y")),
                Incoming("b", place, b"b" * 16, fails),
                Incoming("c", place, b"c" * 16, refuses),
                record("d", "丁"),
            ],
        )
    assert statuses(outcomes) == ["created", "rejected", "rejected", "rejected", "created"]
    assert errors(outcomes) == [None, ILLEGAL_IRI, INTERNAL, ILLEGAL_IRI, None]
    assert [o.remote_id for o in outcomes] == ["a", None, "b", "c", "d"]
    error = outcomes[2].error
    assert error is not None
    assert str(error.params["incident"]) in caplog.text
    assert "13800138000" not in caplog.text
    assert journal.head() == 2


def test_an_engine_that_fails_on_one_record(journal: Journal) -> None:
    class Brittle(TinyGate):
        def validate(self, record: Record) -> Report:
            if record.remote_id == "b":
                raise ZeroDivisionError
            return super().validate(record)

        def validate_many(self, records: list[Record]) -> list[Report]:
            return [self.validate(r) for r in records]

    catalog = Catalog(journal, Brittle(), BASE)
    outcomes = submit(catalog, [record(n, n) for n in "abc"])
    assert statuses(outcomes) == ["created", "rejected", "created"]
    assert errors(outcomes)[1] is INTERNAL
    assert [o.report is not None for o in outcomes] == [True, False, True]


def test_a_reader_that_fails_midway_loses_nothing_before(
    catalog: Catalog, journal: Journal
) -> None:
    def broken(count: int) -> Iterator[Item]:
        for n in range(count):
            yield item(record(f"{count}-{n}", "题"))
        raise AtlasError(ILLEGAL_IRI, value="x", reason="truncated")

    for count in (3, BATCH_ITEMS, BATCH_ITEMS * 2 + 1):
        before = journal.head()
        seen = []
        with pytest.raises(AtlasError):
            for outcome in catalog.submit(broken(count), REPORT):
                seen.append(outcome.status)
        assert seen == ["created"] * count
        assert journal.head() == before + count


def test_duplicates_in_one_submission(catalog: Catalog, journal: Journal) -> None:
    a = record("a", "甲")
    far = [record(f"n{n}", "题") for n in range(BATCH_ITEMS + 5)]
    outcomes = submit(catalog, [a, a, record("a", "乙"), *far, a, record("a", "丙")])
    assert [o.status for o in outcomes if o.remote_id == "a"] == [
        "created",
        "unchanged",
        "rejected",
        "unchanged",
        "rejected",
    ]
    assert errors(outcomes)[2] is DUPLICATE_IDENTIFIER
    # Skipped by its fingerprint the second time, it is a duplicate all the same.
    again = submit(catalog, [a, record("a", "乙")])
    assert errors(again) == [None, DUPLICATE_IDENTIFIER]
    assert len(journal.history(a.iri)) == 1


def test_identity_is_checked(catalog: Catalog) -> None:
    elsewhere = record("a", "甲", source="pudong")
    assert errors(submit(catalog, [elsewhere])) == [IDENTITY_MISMATCH]
    other = item(record("b", "乙"))
    assert errors(submit(catalog, [replace(other, remote_id="c")])) == [IDENTITY_MISMATCH]
    for bad in ("", "  ", "x" * (MAX_REMOTE_ID + 1), "a\nb", "\ud800"):
        assert errors(submit(catalog, [replace(other, remote_id=bad)])) == [ILLEGAL_REMOTE_ID]
        assert errors(catalog.mark_missing([bad], REPORT)) == [UNKNOWN_RECORD]
    for bad in ("", "City", "a/b", "x" * 64):
        with pytest.raises(AtlasError) as error:
            submit(catalog, [other], Submission(bad, "t"))
        assert error.value.kind is ILLEGAL_SOURCE_ID


@pytest.mark.parametrize(
    ("subject", "allowed"),
    [
        (f"{BASE}/id/dataset/other/1", False),
        (f"{BASE}/id/dataset/city/b", False),
        (f"{BASE}/id/dataset/city/a/b", False),
        (f"{BASE}/id/organization/other/0123456789ab", False),
        (f"{BASE}/.well-known/genid/0123456789abcdef-1", False),
        (f"{VOCAB}open-type/none", False),
        (f"{VOCAB}open-type", False),
        (f"{SHD}openScope", False),
        (f"{RULE}R01", False),
        (f"{BASE}/id/dataset/city/a#dist-1", True),
        (f"{BASE}/id/organization/city/0123456789ab", True),
        ("http://elsewhere.example/o", True),
    ],
)
def test_a_record_speaks_of_itself_only(
    catalog: Catalog, journal: Journal, subject: str, allowed: bool
) -> None:
    made = record("a", "甲")
    line = f'<{subject}> <{DCT.title}> "乙"@zh .'
    said = Record.from_lines([*made.lines, line], iri=made.iri, source="city", remote_id="a")
    (outcome,) = submit(catalog, [said])
    if allowed:
        assert outcome.status == "created"
    else:
        assert errors([outcome]) == [FOREIGN_SUBJECT]
        assert journal.head() == 0


def test_a_dataset_does_not_take_another_records_name(catalog: Catalog) -> None:
    assert errors(submit(catalog, [record("a", "甲", focus=iri("1", "other"))])) == [
        FOREIGN_SUBJECT
    ]


def test_another_base_is_refused(catalog: Catalog, journal: Journal) -> None:
    Catalog(journal, TinyGate(), "https://may-still-change.example")
    submit(catalog, [record("a", "甲")])
    with pytest.raises(AtlasError) as error:
        Catalog(journal, TinyGate(), "https://other.example")
    assert error.value.kind is BASE_IRI_CHANGED


def test_if_match(catalog: Catalog, journal: Journal) -> None:
    a, b, c = record("a", "甲"), record("a", "乙"), record("a", "丙")

    def put(made: Record, expected: str | None) -> Outcome:
        return submit(catalog, [made], replace(REPORT, expected={"a": expected}))[0]

    assert put(a, "0" * 64).error is not None
    assert put(a, None).status == "created"
    assert put(b, None).error is not None
    assert put(b, a.hash).status == "updated"
    lost = put(c, a.hash)
    assert lost.error is not None
    assert lost.error.kind is PRECONDITION_FAILED
    assert put(b, a.hash).status == "rejected"
    assert put(b, b.hash).status == "unchanged"
    assert journal.head() == 2
    assert catalog.delete("a", replace(REPORT, expected={"a": a.hash})).status == "rejected"
    assert catalog.delete("a", replace(REPORT, expected={"a": b.hash})).kind == "withdrawn"
    assert put(c, None).kind == "revived"


def test_a_dry_run_says_the_same_and_writes_nothing(catalog: Catalog, journal: Journal) -> None:
    submit(catalog, [record("a", "甲"), record("b", "乙")], ENFORCE)
    items: list[Record | Item] = [
        record("a", "甲"),
        record("b", None),
        record("c", "丙"),
        record("c", "丁"),
        Unreadable(AtlasError(ILLEGAL_IRI, value="x", reason="y")),
    ]
    before = journal.states("city", ["a", "b", "c"])
    dry = submit(catalog, items, replace(ENFORCE, dry_run=True))
    assert journal.head() == 2
    assert journal.states("city", ["a", "b", "c"]) == before
    real = submit(catalog, items, ENFORCE)
    assert statuses(dry) == statuses(real) == ["unchanged", "held", "created", *["rejected"] * 2]
    assert [o.seq for o in dry] == [None] * 5
    assert submit(catalog, [], replace(REPORT, source="new", dry_run=True)) == []
    assert [s.id for s in journal.sources()] == ["city"]


def test_missing_withdrawn_revived(catalog: Catalog, journal: Journal) -> None:
    a, b = record("a", "甲"), record("b", None)
    submit(catalog, [a], ENFORCE)
    submit(catalog, [b], ENFORCE)
    dry = list(catalog.mark_missing(["a"], replace(REPORT, dry_run=True)))
    assert (statuses(dry), journal.head()) == (["updated"], 2)
    outcomes = list(catalog.mark_missing(["a", "b", "x", "a"], REPORT))
    assert statuses(outcomes) == ["updated", "updated", "rejected"]
    assert errors(outcomes)[2] is UNKNOWN_RECORD
    assert statuses(catalog.mark_missing(["a"], REPORT)) == ["unchanged"]
    stored = journal.get(a.iri)
    assert stored is not None
    assert (stored.state, stored.public, stored.nquads) == ("missing", False, a.nquads)
    assert kinds(catalog.withdraw(["a", "b"], REPORT)) == ["withdrawn"] * 2
    assert statuses(catalog.mark_missing(["a"], REPORT)) == ["unchanged"]

    # The very same payload: it must come back nevertheless, and wait again where it is bad.
    back = submit(catalog, [a, b], ENFORCE)
    assert kinds(back) == ["revived", "held"]
    revived = journal.change(back[0].seq or 0)
    assert revived is not None
    assert (revived.public, revived.nquads) == (True, a.nquads)
    again = journal.get(b.iri)
    assert again is not None
    assert (again.state, again.held_hash) == ("held", b.hash)


def test_release_by_a_steward(catalog: Catalog, journal: Journal) -> None:
    bad = record("a", None)
    submit(catalog, [bad], ENFORCE)
    (released,) = catalog.release(["a"], replace(ENFORCE, reason="题名待补，先行公开"))
    assert (released.kind, released.hash) == ("released", bad.hash)
    change = journal.changes_after(1)[0]
    assert (change.kind, change.public, change.nquads) == ("released", True, bad.nquads)
    assert change.reason == "题名待补，先行公开"
    assert errors(catalog.release(["a", "x"], ENFORCE)) == [NOTHING_WAITS, UNKNOWN_RECORD]
    assert statuses(submit(catalog, [bad], ENFORCE)) == ["unchanged"]


def test_outcomes_come_after_their_commit(
    catalog: Catalog, journal: Journal, journal_url: str
) -> None:
    other = Journal.open(journal_url, SystemClock())
    total = BATCH_ITEMS * 3
    stream = catalog.submit((item(record(str(n), "题")) for n in range(total)), REPORT)
    for position, outcome in enumerate(stream):
        if position % 250 == 0:
            assert outcome.seq is not None
            assert other.head() >= outcome.seq
            assert outcome.remote_id == str(position)
    assert journal.head() == total
    other.close()


def test_a_stream_given_up_midway_stops(catalog: Catalog, journal: Journal) -> None:
    pulled = Counter[str]()

    def endless() -> Iterator[Item]:
        while True:
            pulled["items"] += 1
            yield item(record(str(pulled["items"]), "题"))

    stream = catalog.submit(endless(), REPORT)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert pulled["items"] <= BATCH_ITEMS * 3
    assert 0 < journal.head() <= pulled["items"]


def test_slow_items_do_not_wait_for_a_full_batch(journal: Journal) -> None:
    now = iter(range(1_000_000))
    catalog = Catalog(journal, TinyGate(), BASE, monotonic=lambda: float(next(now)))
    given: list[int] = []

    def slowly() -> Iterator[Item]:
        for n in range(5):
            given.append(n)
            yield item(record(str(n), "题"))

    for outcome in catalog.submit(slowly(), REPORT):
        assert outcome.remote_id == str(given[-1])


def test_two_writers_lose_no_update(journal_url: str) -> None:
    """Both read version after version and replace it under If-Match: every success counts."""
    setup = Journal.open(journal_url, SystemClock())
    submit(Catalog(setup, TinyGate(), BASE), [record("a", "0")])
    rounds, failures, successes = 12, [], Counter[int]()

    def work(name: int) -> None:
        try:
            journal = Journal.open(journal_url, SystemClock())
            catalog = Catalog(journal, TinyGate(), BASE)
            for n in range(rounds):
                while True:
                    current = journal.states("city", ["a"])["a"].latest
                    made = record("a", f"{name}-{n}")
                    expecting = replace(REPORT, expected={"a": current})
                    if submit(catalog, [made], expecting)[0].status == "updated":
                        successes[name] += 1
                        break
            journal.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    history = setup.history(iri("a"))
    assert successes == {0: rounds, 1: rounds}
    assert [c.seq for c in history] == list(range(1, 2 + 2 * rounds))
    setup.close()


_NAMES = st.sampled_from("ab")
_ITEMS = st.lists(
    st.builds(
        record,
        _NAMES,
        st.sampled_from([None, "甲", "乙"]),
        st.sampled_from([None, "说明"]),
        open_type=st.sampled_from(["unconditional", "none"]),
    ),
    max_size=4,
)
_ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["enforce", "report"]), _ITEMS),
        st.tuples(st.sampled_from(["missing", "withdraw", "release"]), st.lists(_NAMES)),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(actions=_ACTIONS)
def test_whatever_happens_the_books_agree(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, list[Record]]]
) -> None:
    """Every item has an outcome; the records are what their history says; a rerun is quiet."""
    home: Path = tmp_path_factory.mktemp("books")
    journal = Journal.open(f"sqlite:///{home / 'journal.sqlite'}", SystemClock())
    catalog = Catalog(journal, TinyGate(), BASE)
    for action, given_items in actions:
        before = journal.head()
        if action in ("enforce", "report"):
            rule = ENFORCE if action == "enforce" else REPORT
            dry = submit(catalog, given_items, replace(rule, dry_run=True))
            outcomes = submit(catalog, given_items, rule)
            assert [(o.status, o.kind) for o in dry] == [(o.status, o.kind) for o in outcomes]
            assert len(outcomes) == len(given_items)
            written = [o.seq for o in outcomes if o.seq is not None]
            assert written == list(range(before + 1, journal.head() + 1))
            again = submit(catalog, given_items, rule)
            assert {o.status for o in again} <= {"unchanged", "rejected"}
            assert journal.head() == before + len(written)
        else:
            change = {
                "missing": catalog.mark_missing,
                "withdraw": catalog.withdraw,
                "release": catalog.release,
            }[action]
            list(change(given_items, REPORT))  # type: ignore[arg-type]
    public = set()
    for name in "ab":
        stored = journal.get(iri(name))
        assert stored == journal.at(iri(name), FOREVER)
        if stored is None:
            continue
        assert stored.public == (
            stored.state == "active" and "open-type/none" not in (stored.nquads or "")
        )
        # A projection that knows nothing but the changes comes to the same result.
        shown: str | None = None
        for change_ in journal.history(iri(name)):
            if change_.kind != "held":
                shown = change_.nquads if change_.public else None
        assert shown == (stored.nquads if stored.public else None)
        public |= {name} if stored.public else set()
    assert {s.remote_id for s in journal.snapshot()[1]} == public
    journal.close()


def test_recheck_after_the_rules_have_changed(journal: Journal) -> None:
    class Milder(TinyGate):
        def validate(self, record: Record) -> Report:
            found = super().validate(record).findings
            return Report(tuple(f for f in found if f.rule_id != "T1"))

    catalog = Catalog(journal, TinyGate(), BASE)
    good, waiting, never = record("a", "甲", None), record("b", "乙"), record("c", None)
    submit(catalog, [good, waiting, never], ENFORCE)
    submit(catalog, [record("b", None, None)], ENFORCE)
    submit(catalog, [record("d", "丁")], ENFORCE)
    list(catalog.withdraw(["d"], ENFORCE))
    head = journal.head()
    assert statuses(catalog.recheck(ENFORCE)) == ["unchanged"] * 4
    assert journal.head() == head

    milder = Catalog(journal, Milder(), BASE)
    dry = list(milder.recheck(replace(ENFORCE, dry_run=True)))
    assert journal.head() == head
    done = list(milder.recheck(ENFORCE))
    assert kinds(dry) == kinds(done) == [None, "released", "released", None]
    assert [o.seq for o in done] == [None, head + 1, head + 2, None]
    assert [(c.source, c.rule_id, c.records) for c in journal.findings_summary()] == [
        ("city", "T2", 2)
    ]
    assert {s.remote_id for s in journal.snapshot()[1]} == {"a", "b", "c"}
