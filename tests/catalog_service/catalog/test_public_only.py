"""What says that it is closed is not public, whatever else is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_service.catalog import Catalog
from catalog_service.journal import Journal
from harvesters.errors import NO_TITLE
from harvesters.protocols import ClosedItemError, Incoming, Item, MappedRecord
from ontology.errors import ILLEGAL_IRI, AtlasError, FilePosition
from ontology.openness import Openness
from ontology.record import Record
from ontology.terms import DCT, SHD, VOCAB
from shapes.report import Report
from tests.fixtures.gate import TinyGate
from tests.fixtures.records import BASE, iri, item, record
from tests.fixtures.submitting import ENFORCE, FOREVER, REPORT, kinds, statuses, submit


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
        patched.setattr(
            "catalog_service.catalog.preparation.openness", lambda _: Openness(open=True)
        )
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
        patched.setattr(
            "catalog_service.catalog.preparation.openness", lambda _: Openness(open=True)
        )
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
    error = ClosedItemError(NO_TITLE, remote_id="a", expected="title")

    def untitled() -> MappedRecord:
        raise error

    return {
        "uncheckable": item(closed),
        "foreign-subject": item(replace(closed, nquads=closed.nquads + foreign)),
        "no-title": Incoming("a", FilePosition("input.csv", 1), b"c" * 16, untitled),
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

    def untitled() -> MappedRecord:
        raise AtlasError(NO_TITLE, remote_id="a", expected="title")

    closed = record("n", "坏", open_type="none")
    mix: list[Item] = [
        item(bad),
        Incoming("a", FilePosition("input.csv", 1), b"c" * 16, untitled),
        item(closed),
    ]
    outcomes = submit(catalog, mix)
    assert [(o.status, o.kind, o.warnings) for o in outcomes] == [("rejected", None, ())] * 3
    assert len(list(journal.snapshot()[1])) == 1
