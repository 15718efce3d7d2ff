"""The journal keeps its promises in every database that it supports."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from catalog_service.accounts import tables as account_tables
from catalog_service.accounts.oidc.tables import logout_tokens, provider_sessions
from catalog_service.audit.tables import audit_entries
from catalog_service.classification import tables as classification_tables
from catalog_service.duplicates.tables import duplicate_decisions, duplicate_sources
from catalog_service.editing.tables import (
    draft_events,
    draft_versions,
    drafts,
    workbook_headings,
    workbook_imports,
)
from catalog_service.errors import (
    BASE_IRI_CHANGED,
    JOURNAL_MISSING,
    JOURNAL_TOO_NEW,
    SOURCE_REMOVED,
    UNKNOWN_RUN,
    UNKNOWN_SOURCE,
)
from catalog_service.evaluation.tables import search_evaluations, search_judgements
from catalog_service.following import tables as following_tables
from catalog_service.journal import Journal, database
from catalog_service.journal.model import ChangeKind, RecordState
from catalog_service.journal.schema import SCHEMA_VERSION, metadata
from catalog_service.journal.upgrade import configuration
from catalog_service.journal.writer import Step, Trail
from catalog_service.notices import tables as notice_tables
from catalog_service.open_list import project_tables, system_tables
from catalog_service.open_list import tables as open_list_tables
from catalog_service.participation import tables as case_tables
from catalog_service.quality import tables as quality_tables
from catalog_service.quality.badges import tables as badge_tables
from catalog_service.reports import tables as report_tables
from catalog_service.results import tables as result_tables
from catalog_service.rule_work import tables as rule_tables
from catalog_service.samples import tables as sample_tables
from catalog_service.search_log.tables import search_clicks, search_reformulations
from catalog_service.source_catalog.identity import Identity
from catalog_service.source_catalog.stored_items import changes_of, select_items
from catalog_service.source_catalog.tables import source_catalog_changes, source_catalog_items
from catalog_service.sources import tables
from catalog_service.thesaurus_work.tables import thesaurus_edit_events, thesaurus_edits
from catalog_service.vocabulary_work import tables as value_tables
from catalog_service.workbench.tables import calendar_feeds
from catalog_service.working_calendar import tables as working_day_tables
from ontology.errors import AtlasError
from ontology.record import Record
from shapes.report import Finding, Report
from tests.fixtures.records import BASE, iri, record

ACCOUNT_TABLES = [table for table in vars(account_tables).values() if isinstance(table, sa.Table)]
NOTICE_TABLES = [table for table in vars(notice_tables).values() if isinstance(table, sa.Table)]
RULE_TABLES = [table for table in vars(rule_tables).values() if isinstance(table, sa.Table)]
VALUE_TABLES = [table for table in vars(value_tables).values() if isinstance(table, sa.Table)]
LIST_TABLES = [
    table
    for module in (
        classification_tables,
        open_list_tables,
        badge_tables,
        quality_tables,
        report_tables,
        sample_tables,
        case_tables,
        result_tables,
        following_tables,
        project_tables,
        system_tables,
        working_day_tables,
    )
    for table in vars(module).values()
    if isinstance(table, sa.Table)
]
WORKBENCH_TABLES = (
    drafts,
    draft_versions,
    draft_events,
    calendar_feeds,
    workbook_imports,
    workbook_headings,
)
SEARCH_TABLES = (search_clicks, search_reformulations, search_judgements, search_evaluations)
LATER_TABLES = [
    table.name
    for table in (
        tables.harvest_sources,
        tables.harvests,
        tables.harvest_entries,
        tables.harvest_problems,
        duplicate_decisions,
        duplicate_sources,
        source_catalog_items,
        source_catalog_changes,
        *WORKBENCH_TABLES,
        *ACCOUNT_TABLES,
        audit_entries,
        *NOTICE_TABLES,
        provider_sessions,
        logout_tokens,
        *SEARCH_TABLES,
        *RULE_TABLES,
        *VALUE_TABLES,
        *LIST_TABLES,
        thesaurus_edits,
        thesaurus_edit_events,
    )
]
SINCE_DUPLICATES = [
    table.name
    for table in (
        *ACCOUNT_TABLES,
        audit_entries,
        *NOTICE_TABLES,
        *WORKBENCH_TABLES,
        provider_sessions,
        logout_tokens,
        *SEARCH_TABLES,
        *RULE_TABLES,
        *VALUE_TABLES,
        *LIST_TABLES,
        thesaurus_edits,
        thesaurus_edit_events,
    )
]
"""Tables of migrations after 0015."""


def as_of_0015(connection: sa.Connection) -> None:
    """Take away what later migrations added, and bring back what they took away."""
    for table in SINCE_DUPLICATES:
        connection.execute(sa.text(f"DROP TABLE {table}"))
    columns = ", ".join(
        f"{name} TEXT"
        for name in ("source", "run", "channel", "target", "report", "state", "error")
    )
    connection.execute(
        sa.text(
            f"CREATE TABLE notice_outbox (id TEXT PRIMARY KEY, {columns}, created BIGINT, "
            "attempts INTEGER, due BIGINT)"
        )
    )
    connection.execute(
        sa.text(
            "INSERT INTO notice_outbox VALUES ('msg_1', 'city', 'city-1', 'email', 'a@x', "
            "'{}', 'waiting', NULL, 7, 2, 9)"
        )
    )


class MovableClock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant

    def today(self):
        return self.instant.date()

    def wait(self, **span: int) -> datetime:
        self.instant += timedelta(**span)
        return self.instant


@pytest.fixture
def hands() -> MovableClock:
    return MovableClock()


@pytest.fixture
def journal(journal_url: str, hands: MovableClock) -> Iterator[Journal]:
    opened = Journal.open(journal_url, hands)
    yield opened
    opened.close()


def step(
    journal: Journal,
    kind: ChangeKind,
    made: Record,
    before: RecordState | None = None,
    *,
    public: bool = True,
    report: Report | None = None,
    fingerprint: bytes | None = None,
) -> Step:
    content = kind not in ("missing", "withdrawn")
    return Step(
        kind=kind,
        source=made.source,
        remote_id=made.remote_id,
        iri=made.iri,
        focus=made.focus,
        before=before,
        hash=made.hash if content else None,
        body=journal.codec.pack(made.nquads) if content else None,
        public=public and content,
        report=report,
        fingerprint=fingerprint,
    )


def write(journal: Journal, kind: ChangeKind, *made: Record, **more: object) -> list[int]:
    with journal.writing() as writer:
        states = {
            source: writer.states(source, [r.remote_id for r in made if r.source == source])
            for source in {r.source for r in made}
        }
        steps = [
            step(journal, kind, r, states[r.source].get(r.remote_id), **more)  # type: ignore[arg-type]
            for r in made
        ]
        return list(writer.append(steps, Trail("tester", run="run-1", reason="a test")))


def test_an_empty_journal(journal: Journal) -> None:
    assert journal.head() == 0
    assert journal.changes_after(0) == []
    assert journal.get(iri("1")) is None
    assert journal.at(iri("1"), datetime(2030, 1, 1, tzinfo=UTC)) is None
    assert journal.findings(iri("1")) is None
    checkpoint, stream = journal.snapshot()
    assert (checkpoint, list(stream)) == (0, [])


def test_changes_come_back_as_they_were_written(journal: Journal, hands: MovableClock) -> None:
    a, b = record("1", "甲\\n"), record("二/2", "乙", focus="http://elsewhere.example/d?x=1&y=二")
    assert write(journal, "created", a, b) == [1, 2]
    first, second = journal.changes_after(0)
    assert (first.seq, first.kind, first.public, first.time) == (1, "created", True, hands.instant)
    assert (first.nquads, first.hash, first.focus) == (a.nquads, a.hash, a.iri)
    assert (second.nquads, second.focus, second.remote_id) == (b.nquads, b.focus, "二/2")
    assert (first.actor, first.run, first.reason) == ("tester", "run-1", "a test")
    assert journal.changes_after(1, 10) == [second]
    assert journal.changes_after(0, 1) == [first]
    assert journal.head() == 2


def test_changes_refuse_update_and_delete(journal: Journal, journal_url: str) -> None:
    write(journal, "created", record("1", "甲"))
    engine = database.connect(journal_url, create=False)
    statements = ["UPDATE changes SET actor = 'x'", "DELETE FROM changes"]
    if engine.dialect.name == "postgresql":
        statements.append("TRUNCATE changes")
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(sa.text(statement))
    engine.dispose()
    assert [c.actor for c in journal.changes_after(0)] == ["tester"]


def test_history_and_time_travel(journal: Journal, hands: MovableClock) -> None:
    versions = [record("1", "一"), record("1", "二"), record("1", "三")]
    start = hands.instant
    write(journal, "created", versions[0])
    hands.wait(hours=1)
    write(journal, "updated", versions[1])
    hands.wait(hours=1)
    write(journal, "held", versions[2])
    hands.wait(hours=1)
    write(journal, "withdrawn", versions[2])

    assert [c.kind for c in journal.history(iri("1"))] == [
        "created",
        "updated",
        "held",
        "withdrawn",
    ]
    at = [journal.at(iri("1"), start + timedelta(hours=h)) for h in range(4)]
    assert [s and s.nquads for s in at] == [versions[0].nquads] + [versions[1].nquads] * 3
    assert [s and (s.state, s.public) for s in at] == [
        ("active", True),
        ("active", True),
        ("active", True),
        ("withdrawn", False),
    ]
    assert at[2] is not None
    assert (at[2].held_hash, at[2].held_seq) == (versions[2].hash, 3)
    assert journal.at(iri("1"), start - timedelta(microseconds=1)) is None
    assert at[3] == journal.get(iri("1"))


def test_the_clock_never_runs_backwards(journal: Journal, hands: MovableClock) -> None:
    write(journal, "created", record("1", "甲"))
    hands.wait(days=-1)
    write(journal, "created", record("2", "乙"))
    first, second = journal.changes_after(0)
    assert second.time == first.time


def test_held_never_alters_what_is_public(journal: Journal) -> None:
    good, bad, never = record("1", "好"), record("1", None), record("2", None)
    write(journal, "created", good)
    write(journal, "held", bad, never)
    one, two = journal.get(iri("1")), journal.get(iri("2"))
    assert one is not None
    assert two is not None
    assert (one.state, one.public, one.nquads, one.held_hash) == (
        "active",
        True,
        good.nquads,
        bad.hash,
    )
    assert (two.state, two.public, two.nquads, two.held_seq) == ("held", False, None, 3)
    assert [c.public for c in journal.changes_after(1)] == [False, False]


def test_snapshot_is_one_moment(journal: Journal) -> None:
    made = [record(str(n), f"题{n}") for n in range(1_200)]
    write(journal, "created", *made)
    checkpoint, stream = journal.snapshot()
    first = next(stream)
    write(journal, "updated", record("1199", "新"))
    write(journal, "created", record("new", "新"))
    seen = [first, *stream]
    assert checkpoint == 1_200
    assert {s.iri: s.nquads for s in seen} == {r.iri: r.nquads for r in made}
    assert journal.head() == 1_202


def test_snapshot_leaves_out_what_is_not_public(journal: Journal) -> None:
    write(journal, "created", record("1", "公开"))
    write(journal, "created", record("2", "非开放"), public=False)
    write(journal, "held", record("3", None))
    assert [s.remote_id for s in journal.snapshot()[1]] == ["1"]
    assert [s.remote_id for s in journal.snapshot(public_only=False)[1]] == ["1", "2", "3"]


def test_states_and_lists(journal: Journal) -> None:
    write(journal, "created", record("1", "甲"), record("2", "乙"), fingerprint=b"f" * 16)
    write(journal, "held", record("3", None))
    write(journal, "created", record("1", "丙", source="pudong"))
    states = journal.states("city", ["1", "3", "9"])
    assert set(states) == {"1", "3"}
    assert states["1"].fingerprint == b"f" * 16
    assert states["1"].latest == record("1", "甲").hash
    assert states["3"].latest == record("3", None).hash
    page = journal.list_records(limit=3)
    assert [(r.source, r.remote_id) for r in page] == [("city", "1"), ("city", "2"), ("city", "3")]
    assert [r.source for r in journal.list_records(after=("city", "3"))] == ["pudong"]
    assert [r.remote_id for r in journal.list_records(state="held")] == ["3"]
    assert [r.remote_id for r in journal.list_records(source="city", waiting=False)] == ["1", "2"]
    counts = {(c.source, c.state): (c.records, c.public, c.waiting) for c in journal.counts()}
    assert counts == {
        ("city", "active"): (2, 2, 0),
        ("city", "held"): (1, 0, 1),
        ("pudong", "active"): (1, 1, 0),
    }


def test_findings_of_the_latest_version(journal: Journal) -> None:
    made = record("1", "甲")
    own = Finding("R04", "Warning", f"<{made.iri}>", "http://purl.org/dc/terms/title")
    below = Finding("R14", "Violation", f"<{made.iri}#dist-1>", None, '"x"@zh')
    write(journal, "created", made, record("2", "乙"), report=Report((own, below)))
    write(journal, "created", record("3", "丙"), report=Report((own,)))
    assert journal.findings(made.iri) == Report((own, below))
    summary = {(c.rule_id, c.severity): c.records for c in journal.findings_summary("city")}
    assert summary == {("R04", "Warning"): 3, ("R14", "Violation"): 2}
    assert [r.remote_id for r in journal.list_records(rule="R14")] == ["1", "2"]
    assert journal.list_records(rule="R1") == []

    run = {(c.rule_id, c.waiting, c.taken_in) for c in journal.run_findings("run-1", range(1, 4))}
    assert run == {("R04", 0, 3), ("R14", 0, 2)}
    assert journal.run_findings("run-2", range(1, 4)) == []
    assert [c.taken_in for c in journal.run_findings("run-1", range(3, 4))] == [1]

    assert journal.public_findings() == (3, {"R04": 3, "R14": 2})
    assert journal.public_offenders("R14", 0, 1) == [made.iri]
    assert len(journal.public_offenders("R14", 1, 9)) == 1
    assert journal.public_offenders("R1", 0, 9) == []

    write(journal, "missing", made)
    assert journal.public_findings() == (2, {"R04": 2, "R14": 1})
    assert journal.findings(made.iri) == Report((own, below))
    write(journal, "revived", made, report=Report(()))
    assert journal.findings(made.iri) == Report(())
    assert {c.rule_id: c.records for c in journal.findings_summary()} == {"R04": 2, "R14": 1}
    # Counted is what still is the latest version, as waiting where it waits.
    found = [c for c in journal.run_findings("run-1", range(1, 9)) if c.rule_id == "R04"]
    assert [(c.waiting, c.taken_in) for c in found] == [(0, 2)]
    write(journal, "held", record("3", "丁"), report=Report((below,)))
    (one,) = journal.run_findings("run-1", range(6, 9))
    assert (one.rule_id, one.waiting, one.taken_in) == ("R14", 1, 0)
    # What is found in a version that waits is not told of the one that is public.
    assert journal.public_findings() == (2, {"R04": 1, "R14": 1})


def test_a_failed_block_leaves_nothing(journal: Journal) -> None:
    write(journal, "created", record("1", "甲"), report=Report((_finding("A"),)))
    with pytest.raises(RuntimeError), journal.writing() as writer:
        writer.append([step(journal, "created", record("2", "乙"))], Trail("x"))
        raise RuntimeError
    assert journal.head() == 1
    assert write(journal, "created", record("2", "乙"), report=Report((_finding("B"),))) == [2]
    assert [c.rule_id for c in journal.findings_summary()] == ["A", "B"]


def _finding(rule: str) -> Finding:
    return Finding(rule, "Warning", "<http://x.example/>")


def test_numbers_follow_the_order_of_commits(journal: Journal, journal_url: str) -> None:
    """A reader that polls while others write never sees a number appear below one it has seen."""
    writers, each = 4, 25
    failures: list[BaseException] = []

    def work(name: int) -> None:
        try:
            own = Journal.open(journal_url, MovableClock())
            for n in range(each):
                write(own, "created", record(f"{name}-{n}", "题", source=f"s{name}"))
            own.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    while len(seen) < writers * each and not failures:
        seen += [c.seq for c in journal.changes_after(seen[-1] if seen else 0)]
    for thread in threads:
        thread.join()
    assert not failures
    assert seen == list(range(1, writers * each + 1))


def test_sources_and_runs(journal: Journal, hands: MovableClock) -> None:
    assert journal.source("city") is None
    made = journal.put_source("city", kind="city", title="市平台", gate="enforce")
    assert (made.gate, made.type, made.title, made.paused) == ("enforce", "city", "市平台", False)
    assert journal.put_source("city", paused=True).gate == "enforce"
    assert [s.paused for s in journal.sources()] == [True]

    run = journal.start_run("city")
    assert (run.status, run.finished, run.counters) == ("running", None, {})
    end = hands.wait(minutes=5)
    done = journal.finish_run(run.id, {"read": 3, "created": 3})
    assert (done.status, done.finished, done.counters["read"]) == ("done", end, 3)
    other = journal.start_run("pudong")
    assert [r.id for r in journal.runs()] == [other.id, run.id]
    assert [r.id for r in journal.runs("city")] == [run.id]
    with pytest.raises(AtlasError) as error:
        journal.finish_run("none-1", {})
    assert error.value.kind is UNKNOWN_RUN


def test_the_changes_of_a_run_are_found_by_its_times(journal: Journal, hands: MovableClock) -> None:
    write(journal, "created", record("1", "甲"), record("2", "乙"))
    write(journal, "created", record("3", "丙"), public=False)
    began = hands.wait(hours=1)
    write(journal, "missing", record("1", "甲"), record("3", "丙"))
    write(journal, "held", record("2", None), public=False)
    write(journal, "withdrawn", record("1", "甲"))
    ended = hands.wait(minutes=1)
    hands.wait(hours=1)
    write(journal, "updated", record("2", "改"))
    numbers = journal.numbers_between(began, ended)
    assert numbers == range(4, 8)
    assert journal.numbers_between(ended, ended) == range(8, 9)
    found = journal.run_changes("run-1", numbers, limit=3)
    assert [(one.seq, one.kind) for one in found] == [(4, "missing"), (5, "missing"), (6, "held")]
    assert journal.run_changes("run-2", numbers, limit=3) == []
    # What the public had not seen before it was gone, it does not see go.
    seen = journal.run_changes("run-1", numbers, limit=9, seen=True)
    assert [one.seq for one in seen] == [4, 7]
    counts = journal.count_run_changes("run-1", numbers, seen=True)
    assert counts == {("missing", False): 1, ("withdrawn", False): 1}
    # The clock goes back: what is written carries the latest time until it has caught up.
    hands.wait(days=-1)
    late = journal.next_time()
    (seq,) = write(journal, "created", record("9", "壬"))
    assert seq in journal.numbers_between(late, hands.wait(minutes=1))
    assert journal.last_runs() == {}


def test_the_base_is_set_once(journal: Journal) -> None:
    journal.check_base_iri("https://anything.example")
    with journal.writing() as writer:
        writer.claim_base_iri(BASE)
    journal.check_base_iri(BASE)
    with pytest.raises(AtlasError) as error:
        journal.check_base_iri("https://other.example")
    assert error.value.kind is BASE_IRI_CHANGED


def test_the_migrations_make_the_tables_that_the_code_uses(
    journal: Journal, journal_url: str
) -> None:
    engine = database.connect(journal_url, create=False)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert context.get_current_revision() == SCHEMA_VERSION
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    assert ScriptDirectory.from_config(configuration()).get_heads() == [SCHEMA_VERSION]


def test_a_journal_has_an_identity_of_its_own_for_ever(
    journal: Journal, journal_url: str, hands: MovableClock
) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", journal.identity)
    again = Journal.open(journal_url, hands)
    assert again.identity == journal.identity
    again.close()


def test_an_older_journal_gets_its_identity_with_the_migration(
    journal: Journal, journal_url: str, hands: MovableClock
) -> None:
    former = journal.identity
    write(journal, "created", record("1", "一"))
    engine = database.connect(journal_url, create=False)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM meta WHERE key = 'identity'"))
        connection.execute(sa.text("ALTER TABLE records DROP COLUMN removed"))
        connection.execute(sa.text("ALTER TABLE changes DROP COLUMN sum"))
        connection.execute(sa.text("ALTER TABLE sources DROP COLUMN removed"))
        for table in LATER_TABLES:
            connection.execute(sa.text(f"DROP TABLE {table}"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    upgraded = Journal.open(journal_url, hands)
    assert re.fullmatch(r"[0-9a-f]{32}", upgraded.identity)
    assert upgraded.identity != former
    assert [change.remote_id for change in upgraded.changes_after(0)] == ["1"]
    upgraded.close()


def test_a_source_catalog_without_history_begins_one(
    journal: Journal, journal_url: str, hands: MovableClock
) -> None:
    engine = database.connect(journal_url, create=False)
    texts = ["item", "department", "source", "mechanism", "quality", "use"]
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE harvests DROP COLUMN walked"))
        connection.execute(sa.text("ALTER TABLE sources DROP COLUMN removed"))
        connection.execute(sa.text("DROP INDEX ix_harvest_problems_expires"))
        connection.execute(sa.text("DROP INDEX ix_harvest_entries_told"))
        for column in ("one", "other"):
            connection.execute(sa.text(f"DROP INDEX ix_duplicate_decisions_{column}"))
        as_of_0015(connection)
        for table in ("source_catalog_changes", "source_catalog_items", "duplicate_sources"):
            connection.execute(sa.text(f"DROP TABLE {table}"))
        columns = ", ".join(f'"{n}" TEXT NOT NULL' for n in ("key", "department_key", *texts))
        connection.execute(
            sa.text(
                f"CREATE TABLE source_catalog_items ({columns}, changed BIGINT NOT NULL, "
                "CONSTRAINT pk_source_catalog_items PRIMARY KEY (key, department_key))"
            )
        )
        connection.execute(
            sa.text(
                "INSERT INTO source_catalog_items VALUES "
                "('床位数', 'urn:mz', '床位数', '市民政局', '养老平台', '每日', '', '', 7)"
            )
        )
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0009'"))
    engine.dispose()
    upgraded = Journal.open(journal_url, hands)
    with upgraded.reading_tables() as connection:
        (item,) = select_items(connection, sa.select(*source_catalog_items.c))
        (change,) = changes_of(connection, item.id)
    upgraded.close()
    assert item.id == Identity("床位数", "urn:mz").id
    assert (item.claim.texts, item.version) == (
        ("床位数", "市民政局", "养老平台", "每日", "", ""),
        1,
    )
    assert (change.action, change.claim, change.actor) == ("created", item.claim, "")
    assert change.time == item.changed


def test_sources_of_an_older_journal_were_not_removed(
    journal: Journal, journal_url: str, hands: MovableClock
) -> None:
    journal.put_source("city", title="市", url="https://city.example/")
    engine = database.connect(journal_url, create=False)
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE sources DROP COLUMN removed"))
        connection.execute(sa.text("DROP INDEX ix_harvest_entries_told"))
        for column in ("one", "other"):
            connection.execute(sa.text(f"DROP INDEX ix_duplicate_decisions_{column}"))
        as_of_0015(connection)
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0012'"))
    engine.dispose()
    upgraded = Journal.open(journal_url, hands)
    assert [(one.title, one.removed) for one in upgraded.sources()] == [("市", None)]
    assert upgraded.inspect().damages == []
    with upgraded.reading_tables() as connection:
        (waiting,) = connection.execute(sa.select(*notice_tables.outbox.c)).all()
    told = (waiting.id, waiting.kind, waiting.about, waiting.data, waiting.attempts, waiting.due)
    assert told == ("msg_1", "harvest.ended", "city", "{}", 2, 9)
    upgraded.close()


def test_a_removed_source_is_taken_back_only_on_wish(journal: Journal, hands: MovableClock) -> None:
    journal.put_source("city", title="市")
    asked: list[int] = []
    removed = journal.remove_source("city", beside=lambda _connection: asked.append(1))
    assert (removed.removed, asked) == (hands.instant, [1])
    with pytest.raises(AtlasError) as caught:
        journal.put_source("city", title="县")
    assert caught.value.kind is SOURCE_REMOVED
    back = journal.put_source("city", restore=True)
    assert (back.title, back.removed) == ("市", None)
    assert journal.inspect().damages == []
    with pytest.raises(AtlasError) as caught:
        journal.remove_source("none")
    assert caught.value.kind is UNKNOWN_SOURCE


def test_a_mark_tells_a_change_from_another_under_the_same_number(
    journal: Journal, hands: MovableClock
) -> None:
    nothing = journal.mark(1)
    write(journal, "created", record("1", "一"))
    mark = journal.mark(1)
    assert mark.startswith(f"{journal.identity}:")
    assert mark != nothing == journal.mark(2)
    hands.wait(seconds=1)
    write(journal, "created", record("2", "二"))
    assert (journal.mark(1), len({journal.mark(n) for n in range(4)})) == (mark, 3)


def test_opening_twice_at_once(bare_journal_url: str, hands: MovableClock) -> None:
    opened: list[Journal] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            opened.append(Journal.open(bare_journal_url, hands))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert [j.head() for j in opened] == [0, 0, 0]
    for journal in opened:
        journal.close()


def test_a_missing_and_a_newer_journal_are_named(
    bare_journal_url: str, hands: MovableClock
) -> None:
    with pytest.raises(AtlasError) as missing:
        Journal.open(bare_journal_url, hands, create=False)
    assert missing.value.kind is JOURNAL_MISSING
    Journal.open(bare_journal_url, hands).close()
    engine = database.connect(bare_journal_url, create=False)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(AtlasError) as newer:
        Journal.open(bare_journal_url, hands)
    assert newer.value.kind is JOURNAL_TOO_NEW


def test_rows_of_another_dictionary_stay_readable(
    journal: Journal, journal_url: str, hands: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = record("1", "旧")
    write(journal, "created", old)
    monkeypatch.setattr(
        "catalog_service.journal.base.dictionary", lambda: b"another dictionary " * 20
    )
    newer = Journal.open(journal_url, hands)
    new = record("2", "新")
    write(newer, "created", new)
    assert newer.codec.current != journal.codec.current
    for reader in (newer, journal):
        assert [c.nquads for c in reader.changes_after(0)] == [old.nquads, new.nquads]
    newer.close()


def test_a_writer_reads_over_its_own_connection(journal: Journal) -> None:
    keys = sa.select(sa.func.count()).select_from(metadata.tables["meta"])
    with journal.writing_tables() as connection:
        before = connection.execute(keys).scalar_one()
        connection.execute(metadata.tables["meta"].insert().values(key="test", value="x"))
        with journal.reading_tables() as inner:
            # What a second connection would not see yet.
            assert inner.execute(keys).scalar_one() == before + 1
        connection.execute(metadata.tables["meta"].delete().where(sa.text("key = 'test'")))
    with journal.reading_tables() as other:
        assert other.execute(keys).scalar_one() == before


def test_a_read_that_fails_does_not_end_the_write_around_it(journal: Journal) -> None:
    table = metadata.tables["meta"]
    with journal.writing_tables() as connection:
        connection.execute(table.insert().values(key="test", value="x"))
        with pytest.raises((AtlasError, DBAPIError)), journal.reading_tables() as inner:
            inner.execute(sa.text("SELECT x FROM no_such_table"))
        assert connection.execute(table.delete().where(table.c.key == "test")).rowcount == 1


def test_a_write_within_a_write_is_refused_at_once(journal: Journal) -> None:
    with (
        journal.writing_tables(),
        pytest.raises(RuntimeError, match="is open"),
        journal.writing_tables(),
    ):
        pytest.fail("it would wait for ever")
    with journal.writing_tables():
        pass


def test_writers_that_wait_leave_connections_to_others(journal: Journal) -> None:
    """More wait than the pool has connections: readers, and who writes, go on."""
    waiting, done = threading.Barrier(21), threading.Event()
    ended: list[str] = []

    def write() -> None:
        waiting.wait()
        with journal.writing_tables():
            ended.append("writer")

    def read() -> None:
        for _ in range(50):
            with journal.reading_tables() as connection:
                connection.execute(sa.text("SELECT 1"))
        done.set()

    threads = [threading.Thread(target=write) for _ in range(20)]
    with journal.writing_tables():
        for one in threads:
            one.start()
        waiting.wait()
        reader = threading.Thread(target=read)
        reader.start()
        for _ in range(200):
            with journal.reading_tables() as connection:
                connection.execute(sa.text("SELECT 1"))
        assert done.wait(8)
        assert ended == []
    for one in (*threads, reader):
        one.join(60)
    assert len(ended) == 20
