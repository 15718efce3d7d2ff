"""What the journal does whatever its database: addresses, packing, the lifecycle of a record."""

from __future__ import annotations

import errno
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from catalog_service.clock import SystemClock
from catalog_service.errors import ILLEGAL_SOURCE_ID, JOURNAL_UNREACHABLE, JOURNAL_UNSUPPORTED
from catalog_service.journal import Journal
from catalog_service.journal.codec import (
    Codec,
    dictionary,
    pack_findings,
    to_instant,
    to_number,
    unpack_findings,
    verdict_of,
)
from catalog_service.journal.lifecycle import advance
from ontology.disk_errors import refuses
from ontology.errors import AtlasError
from shapes.report import Finding, Report
from tests.fixtures.oxigraph import free_port
from tests.fixtures.records import iri, record

CODEC = Codec({1: b"an older dictionary, of another program", 2: dictionary()}, 2)


@pytest.mark.parametrize(
    "url", ["", "no address", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"]
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(AtlasError) as error:
        Journal.open(url, SystemClock())
    assert error.value.kind is JOURNAL_UNSUPPORTED


def test_a_database_that_cannot_be_opened_is_named_without_its_password(tmp_path: Path) -> None:
    text = tmp_path / "text.sqlite"
    text.write_text("this is not a database" * 100)
    urls = [
        f"sqlite:///{text}",
        f"postgresql://atlas:secret-word@127.0.0.1:{free_port()}/atlas",
    ]
    for url in urls:
        with pytest.raises(AtlasError) as error:
            Journal.open(url, SystemClock())
        assert error.value.kind is JOURNAL_UNREACHABLE
        assert "secret-word" not in str(error.value)


def test_the_folder_is_made(tmp_path: Path) -> None:
    journal = Journal.open(f"sqlite:///{tmp_path / 'a' / 'b' / 'journal.sqlite'}", SystemClock())
    assert journal.head() == 0
    with pytest.raises(AtlasError) as error:
        journal.put_source("No Source")
    assert error.value.kind is ILLEGAL_SOURCE_ID
    journal.close()


@given(st.lists(st.text(min_size=1), max_size=5))
def test_packing_gives_back_what_it_got(texts: list[str]) -> None:
    packed = CODEC.pack_many(texts)
    assert packed == [CODEC.pack(text) for text in texts]
    assert [CODEC.unpack(body, 2) for body in packed] == texts
    older = Codec({1: b"an older dictionary, of another program"}, 1)
    assert [CODEC.unpack(older.pack(text), 1) for text in texts] == texts


def test_a_damaged_body_is_noticed() -> None:
    body = bytearray(CODEC.pack(record("1", "题").nquads))
    body[-1] ^= 1
    with pytest.raises(zstandard.ZstdError):
        CODEC.unpack(bytes(body), 2)


def test_records_pack_well() -> None:
    text = record("1", "上海市公共停车场信息").nquads
    assert len(CODEC.pack(text)) < len(text.encode()) / 3


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_keep_their_microseconds(instant: datetime) -> None:
    assert to_instant(to_number(instant)) == instant


def test_findings_keep_everything() -> None:
    own = iri("1")
    report = Report(
        tuple(
            sorted(
                [
                    Finding("R01", "Violation", f"<{own}>"),
                    Finding("V-dates", "Info", f"<{own}#dist-1>", "http://x.example/p", '"值"@zh'),
                ],
                key=lambda finding: finding.rule_id,
            )
        )
    )
    assert unpack_findings(pack_findings(report, own), own) == report
    assert pack_findings(Report(()), own) is None
    assert verdict_of(report) == "R01:Violation V-dates:Info"


def test_what_never_was_cannot_go() -> None:
    for kind in ("missing", "withdrawn"):
        with pytest.raises(ValueError, match="does not exist"):
            advance(None, kind, seq=1, content_hash=None, public=False)  # type: ignore[arg-type]


def test_a_full_or_read_only_disk_is_not_a_broken_store() -> None:
    assert refuses(OSError(errno.ENOSPC, "x"))
    assert refuses(RuntimeError("IO error: No space left on device: While appending"))
    assert refuses(sqlite3.OperationalError("attempt to write a readonly database"))
    assert refuses(sqlite3.OperationalError("database or disk is full"))
    assert not refuses(OSError(errno.EIO, "x"))
    assert not refuses(RuntimeError("Corruption: bad magic number"))


def test_a_journal_that_cannot_be_opened_names_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "journal.sqlite"
    folder.mkdir()
    with pytest.raises(AtlasError) as caught:
        Journal.open(f"sqlite:///{folder}", SystemClock())
    assert caught.value.code == "storage-failed"
    assert "delete nothing" in caught.value.message("en")
