"""A record speaks of itself, under its own name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_service.catalog import Catalog
from catalog_service.catalog.admission import MAX_REMOTE_ID
from catalog_service.errors import (
    BASE_IRI_CHANGED,
    IDENTITY_MISMATCH,
    ILLEGAL_REMOTE_ID,
    ILLEGAL_SOURCE_ID,
    UNKNOWN_RECORD,
)
from catalog_service.journal import Journal
from harvesters.protocols import Submission
from ontology.errors import FOREIGN_SUBJECT, AtlasError
from ontology.record import Record
from ontology.terms import DCT, RULE, SHD, VOCAB
from tests.fixtures.gate import TinyGate
from tests.fixtures.records import BASE, iri, item, record
from tests.fixtures.submitting import REPORT, errors, submit


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
