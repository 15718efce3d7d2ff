"""What comes of a submission: created, updated, held, missing, withdrawn, released."""

from __future__ import annotations

from dataclasses import replace

from catalog_service.catalog import Catalog
from catalog_service.errors import NOTHING_WAITS, PRECONDITION_FAILED, UNKNOWN_RECORD
from catalog_service.journal import Journal
from harvesters.protocols import Item, MappedRecord, Outcome, Precondition, Submission, Unreadable
from ontology.errors import ILLEGAL_IRI, AtlasError
from ontology.record import Record
from tests.fixtures.records import iri, item, record
from tests.fixtures.submitting import ENFORCE, REPORT, errors, kinds, statuses, submit


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

    def never() -> MappedRecord:
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


def test_if_match(catalog: Catalog, journal: Journal) -> None:
    a, b, c = record("a", "甲"), record("a", "乙"), record("a", "丙")

    def demanding(current: str | None) -> Submission:
        return replace(REPORT, expected={"a": Precondition.current(current)})

    def put(made: Record, expected: str | None) -> Outcome:
        return submit(catalog, [made], demanding(expected))[0]

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
    assert catalog.delete("a", demanding(a.hash)).status == "rejected"
    assert catalog.delete("a", demanding(b.hash)).kind == "withdrawn"
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
