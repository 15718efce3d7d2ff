"""The journal: every change ever accepted, in order, and the current state of each record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from catalog_service.clock import Clock
from catalog_service.journal import database, listing, queries, rows
from catalog_service.journal.base import load_codec
from catalog_service.journal.codec import to_instant, unpack_findings, unpack_removed
from catalog_service.journal.database_errors import UNREADABLE, damaged
from catalog_service.journal.inspection import Inspection, inspect
from catalog_service.journal.log import last_number
from catalog_service.journal.model import (
    RecordState,
    Removal,
    RuleCount,
    RunRuleCount,
    State,
    StateCount,
    StoredRecord,
)
from catalog_service.journal.register import Register
from catalog_service.journal.run_log import RunLog
from catalog_service.journal.schema import changes, records
from shapes.report import Report


class Journal(RunLog, Register):
    """The one store that must not be lost; safe to share between threads.

    The changes are read in `ChangeLog` and `RunLog`, sources and runs in `Register`; here are the
    records.
    """

    @classmethod
    def open(cls, url: str, clock: Clock, *, create: bool = True, folders: bool = True) -> Journal:
        """Open the journal at an SQLAlchemy address, made and migrated where needed.

        Without ``folders`` the folder of an SQLite file must be there.

        Raises `AtlasError` (``journal-missing`` without ``create``, ``journal-unreachable``,
        ``journal-unsupported``, ``journal-too-new``).
        """
        engine = database.connect(url, create=create, folders=folders)
        return cls(engine, clock, load_codec(engine))

    def get(self, iri: str) -> StoredRecord | None:
        """Return a record with its last good version; None for one that never was."""
        return self.get_many([iri]).get(iri)

    def get_many(self, iris: Sequence[str]) -> dict[str, StoredRecord]:
        """Return records by IRI; unknown ones are left out."""
        found: dict[str, StoredRecord] = {}
        with database.reading(self._engine) as connection:
            for part in queries.chunks(iris):
                query = (
                    sa.select(*rows.STORED_COLUMNS)
                    .select_from(rows.WITH_VERSION)
                    .where(records.c.iri.in_(part))
                )
                for row in connection.execute(query):
                    found[row.iri] = rows.stored(row, self._codec_for(row.dictionary))
        return found

    def public_among(self, iris: Sequence[str]) -> dict[str, str]:
        """Return those of some records that are public, with the IRI of their dataset.

        Bodies are not read.
        """
        found: dict[str, str] = {}
        with database.reading(self._engine) as connection:
            for part in queries.chunks(iris):
                query = sa.select(records.c.iri, records.c.focus).where(
                    records.c.iri.in_(part), records.c.public, records.c.state == "active"
                )
                found.update({row.iri: row.focus or row.iri for row in connection.execute(query)})
        return found

    def taken_in(self, iris: Sequence[str]) -> dict[str, datetime]:
        """Return when the last good versions of records were taken in, by IRI, bodies unread.

        Records that are unknown or have no such version are left out.
        """
        found: dict[str, datetime] = {}
        with database.reading(self._engine) as connection:
            for part in queries.chunks(iris):
                query = (
                    sa.select(records.c.iri, changes.c.time)
                    .join(changes, changes.c.seq == records.c.version_seq)
                    .where(records.c.iri.in_(part))
                )
                for iri, time in connection.execute(query):
                    try:
                        found[iri] = to_instant(time)
                    except UNREADABLE as error:
                        raise damaged(self._location.shown, f"a time of {iri}", error) from error
        return found

    def snapshot(self, *, public_only: bool = True) -> tuple[int, Iterator[StoredRecord]]:
        """Return the last change's number and all records as of it, streaming.

        Both come from one read transaction, which is open until the iterator is exhausted or
        closed; writers are not held up by it.
        """
        stream = self._snapshot(public_only)
        checkpoint = next(stream)
        assert isinstance(checkpoint, int)
        return checkpoint, (item for item in stream if isinstance(item, StoredRecord))

    def public_records(
        self, first: int, limit: int, most: int, *, since: int = 0
    ) -> tuple[list[StoredRecord], int | None]:
        """Return up to ``limit`` public records from number ``first`` on, and the next number.

        ``since`` leaves out those whose version came by an earlier change than this one.

        Records are numbered in the order of creation, so that none moves when others come or go.
        They end before the one with which they would be longer than ``most`` characters; one always
        is there. The number is None where no more public records follow.
        """
        query = (
            sa.select(*rows.STORED_COLUMNS)
            .select_from(rows.WITH_VERSION)
            .where(records.c.id >= first, records.c.public)
            .order_by(records.c.id)
            .limit(limit + 1)
        )
        if since:
            query = query.where(records.c.version_seq >= since)
        found: list[StoredRecord] = []
        size = 0
        with database.reading(self._engine) as connection:
            for row in connection.execute(query):
                record = rows.stored(row, self._codec_for(row.dictionary))
                size += len(record.nquads or "")
                if len(found) == limit or (size > most and found):
                    return found, row.id
                found.append(record)
        return found, None

    def count_public_since(self, since: int) -> int:
        """Return how many public records have a version of change ``since`` or a later one."""
        with database.reading(self._engine) as connection:
            return listing.count_public_since(connection, since)

    def public_parts(self, size: int) -> dict[int, datetime]:
        """Return the parts of ``size`` record numbers that hold public records.

        Each with when the newest version in it was taken in; part 0 begins with record 1.
        """
        with database.reading(self._engine) as connection:
            return listing.public_parts(connection, size)

    def public_part(self, part: int, size: int) -> list[tuple[str, datetime]]:
        """Return the public records of a part, with when their versions were taken in."""
        with database.reading(self._engine) as connection:
            return listing.public_part(connection, part, size)

    def _snapshot(self, public_only: bool) -> Iterator[int | StoredRecord]:
        query = (
            sa.select(*rows.STORED_COLUMNS)
            .select_from(rows.WITH_VERSION)
            .order_by(records.c.id)
            .execution_options(yield_per=500)
        )
        if public_only:
            query = query.where(records.c.public)
        with database.reading(self._engine) as connection:
            yield last_number(connection)
            for row in connection.execute(query):
                yield rows.stored(row, self._codec_for(row.dictionary))

    def states(self, source: str, remote_ids: Sequence[str]) -> dict[str, RecordState]:
        """Return the states of records of a source, by remote id; unknown ones are left out."""
        with database.reading(self._engine) as connection:
            return queries.states(connection, source, remote_ids)

    def list_records(
        self,
        *,
        source: str | None = None,
        state: State | None = None,
        waiting: bool | None = None,
        rule: str | None = None,
        after: tuple[str, str] | None = None,
        limit: int = 100,
    ) -> list[RecordState]:
        """Return records ordered by source and remote id, at most ``limit``.

        ``waiting``: with a held version, or without; ``rule``: with a finding of it in the latest
        version; ``after``: ``(source, remote id)`` of the last record of the page before.
        """
        with database.reading(self._engine) as connection:
            return listing.list_records(
                connection,
                source=source,
                state=state,
                waiting=waiting,
                rule=rule,
                after=after,
                limit=limit,
            )

    def counts(self) -> list[StateCount]:
        """Return the number of records by source and state, from an index."""
        with database.reading(self._engine) as connection:
            return listing.count_states(connection)

    def findings(self, iri: str) -> Report | None:
        """Return the findings of a record's latest version, waiting or not; None if unknown."""
        with database.reading(self._engine) as connection:
            row = connection.execute(
                sa.select(records.c.findings).where(records.c.iri == iri)
            ).first()
        try:
            return None if row is None else unpack_findings(row.findings, iri)
        except UNREADABLE as error:
            raise damaged(self._location.shown, f"the findings of {iri}", error) from error

    def removed(self, iri: str) -> tuple[str, ...]:
        """Return what the privacy rule took out of a record's latest version: kinds and places."""
        with database.reading(self._engine) as connection:
            body = connection.execute(
                sa.select(records.c.removed).where(records.c.iri == iri)
            ).scalar()
        try:
            return unpack_removed(body)
        except UNREADABLE as error:
            raise damaged(self._location.shown, f"what was taken out of {iri}", error) from error

    def list_removed(
        self, source: str, *, after: str | None = None, limit: int = 100
    ) -> list[Removal]:
        """Return a source's records of which something was taken out, by remote id."""
        with database.reading(self._engine) as connection:
            try:
                return listing.list_removed(connection, source, after, limit)
            except UNREADABLE as error:
                what = f"what was taken out of records of {source}"
                raise damaged(self._location.shown, what, error) from error

    def inspect(self) -> Inspection:
        """Check the whole journal for damage (`catalog_service.journal.inspection`)."""
        return inspect(self._engine, self._codec_for)

    def findings_summary(self, source: str | None = None) -> list[RuleCount]:
        """Return in how many records each rule finds something, without those withdrawn."""
        with database.reading(self._engine) as connection:
            return listing.count_rules(connection, source)

    def public_findings(self) -> tuple[int, dict[str, int]]:
        """Return how many public records were judged, and in how many each rule finds something.

        Left out are those of which a newer version waits: the findings are that one's.
        """
        with database.reading(self._engine) as connection:
            return listing.count_public_rules(connection)

    def public_verdicts(
        self, iris: Collection[str] | None = None
    ) -> dict[str, frozenset[tuple[str, str]]]:
        """Return which rules find something in each public record, with the severity, by IRI.

        ``iris``: in these alone. Left out are those of which a newer version waits: the findings
        are that one's.
        """
        with database.reading(self._engine) as connection:
            return listing.public_verdicts(connection, iris)

    def public_offenders(self, rule: str, offset: int, limit: int) -> list[str]:
        """Return the IRIs of public records in which a rule finds something, by source and id."""
        with database.reading(self._engine) as connection:
            return listing.list_public_findings(connection, rule, offset, limit)

    def run_findings(self, run: str, numbers: range) -> list[RunRuleCount]:
        """Return in how many versions of a run, among changes ``numbers``, rules find something.

        Counted are versions that still are the latest of their records.
        """
        with database.reading(self._engine) as connection:
            return listing.count_run_rules(connection, run, numbers)
