"""The audit: appended within transactions, chained, verified, in both databases."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from catalog_service.accounts.tables import source_organizations
from catalog_service.acting import acting, acting_for, known_as
from catalog_service.audit.events import EVENTS
from catalog_service.audit.export import lines
from catalog_service.audit.model import GENESIS, truncated
from catalog_service.audit.service import Audit, Entry, Wanted
from catalog_service.audit.verification import Verification, verify
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal, database
from tests.fixtures.command import ROOT, Cli

TOLD = ("token.create", "token.revoke", "source.remove", "personal_data.read", "run.decide")


class Hands:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant

    def today(self):
        return self.instant.date()


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    opened = Journal.open(journal_url, Hands())
    yield opened
    opened.close()


@pytest.fixture
def audit(journal: Journal) -> Audit:
    return Audit(journal)


@pytest.fixture
def told(audit: Audit) -> Audit:
    for number, action in enumerate(TOLD, 1):
        audit.record(Entry(action, f"source:{number}", reason="因为", details={"n": number}))
    return audit


def test_entries_follow_each_other_without_gaps(told: Audit, journal: Journal) -> None:
    found = list(told.walk(Wanted()))
    assert [one.number for one in found] == [1, 2, 3, 4, 5]
    assert [one.action for one in found] == list(TOLD)
    assert found[0].previous == GENESIS
    assert [one.previous for one in found[1:]] == [one.hash for one in found[:-1]]
    assert told.head().hash == found[-1].hash
    checked = verify(journal, found[2].hash)
    assert (checked.entries, checked.count, checked.head) == (5, 0, found[-1].hash)


def test_an_empty_audit_verifies(audit: Audit, journal: Journal) -> None:
    assert audit.head().number == 0
    assert verify(journal).count == 0
    assert verify(journal, "a" * 64).count == 1


def test_an_export_is_enough_to_compute_the_chain(told: Audit) -> None:
    """With nothing but a JSON reader and SHA-256."""
    before = "0" * 64
    for line in lines(told.walk(Wanted()), "jsonl"):
        entry = json.loads(line)
        stored = entry.pop("hash")
        assert entry["previous"] == before
        moment = datetime.fromisoformat(entry["time"])
        entry["time"] = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        before = hashlib.sha256(text.encode()).hexdigest()
        assert stored == before


def test_a_table_runs_nothing_in_spreadsheets(audit: Audit) -> None:
    audit.record(Entry("source.write", "source:x", reason='=HYPERLINK("http://x")'))
    assert "'=HYPERLINK" in "".join(lines(audit.walk(Wanted()), "csv"))


def test_rows_refuse_update_and_delete(told: Audit, journal: Journal) -> None:
    for statement in ("UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries"):
        with pytest.raises(DBAPIError, match="append-only"), journal.writing_tables() as connection:
            connection.execute(sa.text(statement))
    assert verify(journal).count == 0


def test_an_entry_ends_with_its_transaction(audit: Audit, journal: Journal) -> None:
    with pytest.raises(ZeroDivisionError), journal.writing_tables() as connection:
        audit.append(connection, Entry("source.write", "source:a"))
        _ = 1 / 0
    assert audit.head().number == 0


def test_many_writers_make_one_chain(audit: Audit, journal: Journal, journal_url: str) -> None:
    others = [Journal.open(journal_url, SystemClock()) for _ in range(3)]

    def write(own: Journal) -> None:
        mine = Audit(own)
        for _ in range(20):
            mine.record(Entry("run.start", "source:a"))

    threads = [threading.Thread(target=write, args=(own,)) for own in (journal, *others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for own in others:
        own.close()
    checked = verify(journal)
    assert (checked.entries, checked.count) == (80, 0)


CHANGES = [
    ("UPDATE audit_entries SET actor = 'someone' WHERE number = 3", [3], "content"),
    ("UPDATE audit_entries SET time = time + 1 WHERE number = 3", [3], "content"),
    ("UPDATE audit_entries SET details = '{\"n\":9}' WHERE number = 3", [3], "content"),
    ("UPDATE audit_entries SET reason = NULL WHERE number = 3", [3], "content"),
    ("UPDATE audit_entries SET hash = previous WHERE number = 3", [3, 4], "content"),
    (f"UPDATE audit_entries SET previous = '{'b' * 64}' WHERE number = 3", [3], "names"),
    ("DELETE FROM audit_entries WHERE number = 3", [4], "missing"),
    ("UPDATE audit_entries SET number = 9 WHERE number = 5", [9], "missing"),
]


@pytest.mark.parametrize(
    ("statement", "numbers", "word"), CHANGES, ids=[str(n) for n in range(len(CHANGES))]
)
def test_what_was_changed_by_hand_is_found_with_its_place(
    told: Audit,
    journal: Journal,
    journal_url: str,
    statement: str,
    numbers: list[int],
    word: str,
) -> None:
    found = changed(journal, journal_url, statement)
    assert [fault.number for fault in found.faults][: len(numbers)] == numbers
    assert word in str(found.faults[0].what)


def test_a_whole_chain_written_anew_differs_from_a_kept_head(
    told: Audit, journal: Journal, journal_url: str
) -> None:
    kept = told.head().hash
    found = changed(journal, journal_url, "DELETE FROM audit_entries WHERE number > 3")
    assert found.count == 0
    assert verify(journal, kept).count == 1
    told.record(Entry("run.stop", "run:a"))
    assert verify(journal, kept).count == 1


def changed(journal: Journal, url: str, statement: str) -> Verification:
    """Change the table as somebody would who owns the database; return what is found."""
    engine = database.connect(url, create=False)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
        else:
            for verb in ("update", "delete"):
                connection.execute(sa.text(f"DROP TRIGGER audit_entries_refuse_{verb}"))
        connection.exec_driver_sql(statement)
    engine.dispose()
    return verify(journal)


def test_filters_and_pages(told: Audit) -> None:
    assert [one.number for one in told.entries(Wanted(), limit=2)] == [5, 4]
    assert [one.number for one in told.entries(Wanted(), before=4, limit=2)] == [3, 2]
    assert [one.number for one in told.entries(Wanted(action="run.decide"))] == [5]
    assert [one.number for one in told.entries(Wanted(subject="source:2"))] == [2]
    assert told.entries(Wanted(actor="person:1")) == []
    moment = Hands().instant
    assert len(told.entries(Wanted(start=moment, end=moment + timedelta(seconds=1)))) == 5
    assert told.entries(Wanted(end=moment)) == []


def test_what_belongs_to_a_source_belongs_to_its_organization(
    audit: Audit, journal: Journal
) -> None:
    with journal.writing_tables() as connection:
        connection.execute(
            source_organizations.insert().values(source="city", organization="urn:mz")
        )
    audit.record(Entry("source.write", "source:city", source="city"))
    audit.record(Entry("source.write", "source:other", source="other"))
    (found,) = audit.entries(Wanted(within=frozenset({"urn:mz"})))
    assert (found.organization, json.loads(found.details)) == ("urn:mz", {"source": "city"})
    assert audit.entries(Wanted(within=frozenset())) == []


def test_who_acts_is_known_without_being_told() -> None:
    assert Entry("run.start").actor == "cli"
    with acting_for("public", lambda: "192.0.2.77"):
        known_as("token:0a0b")
        made = Entry("run.start")
        assert (made.actor, made.network) == ("token:0a0b", "192.0.2.0/24")
    known_as("person:1")
    assert acting().actor == "cli"


def test_networks_name_no_household() -> None:
    assert truncated("192.0.2.77") == "192.0.2.0/24"
    assert truncated("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert truncated("2001:db8:1:200::/56") == "2001:db8:1::/48"
    assert truncated("unknown") is None


def test_an_action_outside_the_registry_is_refused() -> None:
    with pytest.raises(ValueError, match="no action"):
        Entry("something.else")


def test_texts_that_no_database_keeps(audit: Audit, journal: Journal) -> None:
    audit.record(Entry("run.stop", "run:\x00a", reason="\udcff", details={"t": "\x00"}))
    assert verify(journal).count == 0


def test_the_commands(tmp_path: Path) -> None:
    cli = Cli(tmp_path)
    token = cli("token", "create", "test", "--scope", "write", "--json").json["id"]
    kept = cli("audit", "head", "--json").json
    assert kept["number"] == 1
    cli("token", "revoke", token)
    cli("token", "revoke", token)
    whole = cli("audit", "verify", "--head", kept["hash"], "--json")
    assert (whole.code, whole.json["entries"], whole.json["whole"]) == (0, 2, True)
    exported = [json.loads(line) for line in cli("audit", "export").out.splitlines()]
    assert [one["action"] for one in exported] == ["token.create", "token.revoke", "audit.export"]
    assert {one["actor"] for one in exported} == {"cli"}
    assert exported[0]["subject"] == f"token:{token}"
    assert cli("audit", "verify", "--head", "nothing").code == 3
    assert cli("audit", "verify", "--head", "c" * 64).code == 1
    assert cli("audit", "export", "--format", "csv", "--from", "2027-01-01").out.count("\n") == 1
    with closing(sqlite3.connect(tmp_path / "var" / "journal.sqlite")) as connection:
        connection.execute("DROP TRIGGER audit_entries_refuse_update")
        connection.execute("UPDATE audit_entries SET actor = 'person:1' WHERE number = 2")
        connection.commit()
    broken = cli("audit", "verify")
    assert broken.code == 1
    assert "entry 2: its content is not what its hash was made of" in broken.out


def test_every_action_is_documented() -> None:
    text = (ROOT / "docs" / "audit.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.+) \|$", text, re.MULTILINE))
    assert rows == EVENTS
