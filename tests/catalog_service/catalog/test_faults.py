"""One bad item, one failing reader: the others are taken, and nothing is lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from catalog_service.catalog import Catalog
from catalog_service.catalog.preparation import BATCH_ITEMS
from catalog_service.errors import INTERNAL
from catalog_service.journal import Journal
from harvesters.errors import DUPLICATE_IDENTIFIER
from harvesters.protocols import Incoming, Item, MappedRecord, Unreadable
from ontology.errors import ILLEGAL_IRI, AtlasError, FilePosition
from ontology.record import Record
from shapes.report import Report
from tests.fixtures.gate import TinyGate
from tests.fixtures.records import BASE, item, record
from tests.fixtures.submitting import REPORT, errors, statuses, submit


def test_what_was_taken_out_is_told_each_time(catalog: Catalog, journal: Journal) -> None:
    a, b = record("a", "甲"), record("b", "乙")
    calls: list[str] = []

    def mapped(made: Record, *removed: str) -> MappedRecord:
        calls.append(made.remote_id)
        return MappedRecord(made, removed)

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
    def fails() -> MappedRecord:
        raise ValueError("13800138000")

    def refuses() -> MappedRecord:
        raise AtlasError(ILLEGAL_IRI, value="x", reason="y")

    place = FilePosition("input.csv", 7)
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
