"""The journal: every change ever accepted, in order, and where each record stands now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from catalog_service.clock import Clock
from catalog_service.errors import BASE_IRI_CHANGED, UNKNOWN_RUN, UNKNOWN_SOURCE
from catalog_service.journal import database, listing, queries, rows
from catalog_service.journal.codec import (
    Codec,
    dictionary,
    digest,
    to_number,
    unpack_findings,
)
from catalog_service.journal.lifecycle import Standing, advance
from catalog_service.journal.model import (
    Change,
    Gate,
    RecordState,
    RuleCount,
    Run,
    RunStatus,
    Source,
    State,
    StateCount,
    Stored,
)
from catalog_service.journal.schema import (
    changes,
    dictionaries,
    meta,
    records,
    runs,
    sources,
)
from catalog_service.journal.writer import Writer
from ontology.errors import AtlasError
from shapes.report import Report


class Journal:
    """The one store that must not be lost; safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock, codec: Codec) -> None:
        """Use `Journal.open`."""
        self._engine = engine
        self._clock = clock
        self.codec = codec

    @classmethod
    def open(cls, url: str, clock: Clock, *, create: bool = True, folders: bool = True) -> Journal:
        """Open the journal at an SQLAlchemy address, made and migrated where needed.

        Without ``folders`` the folder of an SQLite file must be there.

        Raises `AtlasError` (``journal-missing`` without ``create``, ``journal-unreachable``,
        ``journal-unsupported``, ``journal-too-new``).
        """
        engine = database.connect(url, create=create, folders=folders)
        return cls(engine, clock, _codec(engine))

    def close(self) -> None:
        """Close all connections that are not in use."""
        self._engine.dispose()

    # -- changes ---------------------------------------------------------------------------------

    def head(self) -> int:
        """Return the number of the last change; 0 for an empty journal."""
        with database.reading(self._engine) as connection:
            return _head(connection)

    def changes_after(self, seq: int, limit: int = 1_000) -> list[Change]:
        """Return up to ``limit`` changes with numbers above ``seq``, in order."""
        with database.reading(self._engine) as connection:
            found = connection.execute(
                sa.select(*rows.CHANGE_COLUMNS)
                .where(changes.c.seq > seq)
                .order_by(changes.c.seq)
                .limit(limit)
            ).all()
        return [rows.change(row, self._codec_for(row.dictionary)) for row in found]

    def change(self, seq: int) -> Change | None:
        """Return one change by its number."""
        return self.changes_by_number([seq]).get(seq)

    def changes_by_number(self, numbers: Sequence[int]) -> dict[int, Change]:
        """Return changes by number; unknown ones are left out."""
        found: dict[int, Change] = {}
        with database.reading(self._engine) as connection:
            for start in range(0, len(numbers), 1_000):
                query = sa.select(*rows.CHANGE_COLUMNS).where(
                    changes.c.seq.in_(numbers[start : start + 1_000])
                )
                for row in connection.execute(query):
                    found[row.seq] = rows.change(row, self._codec_for(row.dictionary))
        return found

    def history(self, iri: str) -> list[Change]:
        """Return all changes of a record, oldest first; empty for one that never was."""
        with database.reading(self._engine) as connection:
            found = connection.execute(
                sa.select(*rows.CHANGE_COLUMNS).where(changes.c.iri == iri).order_by(changes.c.seq)
            ).all()
        return [rows.change(row, self._codec_for(row.dictionary)) for row in found]

    def at(self, iri: str, when: datetime) -> Stored | None:
        """Return a record as it stood at an instant; None where it was not known yet."""
        standing: Standing | None = None
        last: Change | None = None
        version: Change | None = None
        for entry in self.history(iri):
            if entry.time > when:
                break
            last = entry
            standing = advance(
                standing,
                entry.kind,
                seq=entry.seq,
                content_hash=entry.hash,
                public=entry.public,
            )
            if standing.version_seq == entry.seq:
                version = entry
        if last is None or standing is None:
            return None
        return Stored(
            iri=iri,
            source=last.source,
            remote_id=last.remote_id,
            focus=(version or last).focus,
            state=standing.state,
            public=standing.public,
            hash=standing.hash,
            nquads=None if version is None else version.nquads,
            version_seq=standing.version_seq,
            held_hash=standing.held_hash,
            held_seq=standing.held_seq,
            seq=last.seq,
            changed=last.time,
        )

    # -- records ---------------------------------------------------------------------------------

    def get(self, iri: str) -> Stored | None:
        """Return a record with its last good version; None for one that never was."""
        return self.get_many([iri]).get(iri)

    def get_many(self, iris: Sequence[str]) -> dict[str, Stored]:
        """Return records by IRI; unknown ones are left out."""
        found: dict[str, Stored] = {}
        with database.reading(self._engine) as connection:
            for start in range(0, len(iris), 1_000):
                query = (
                    sa.select(*rows.STORED_COLUMNS)
                    .select_from(rows.WITH_VERSION)
                    .where(records.c.iri.in_(iris[start : start + 1_000]))
                )
                for row in connection.execute(query):
                    found[row.iri] = rows.stored(row, self._codec_for(row.dictionary))
        return found

    def snapshot(self, *, public_only: bool = True) -> tuple[int, Iterator[Stored]]:
        """Return the last change's number and all records as of it, streaming.

        Both come from one read transaction, which is open until the iterator is exhausted or
        closed; writers are not held up by it.
        """
        stream = self._snapshot(public_only)
        checkpoint = next(stream)
        assert isinstance(checkpoint, int)
        return checkpoint, (item for item in stream if isinstance(item, Stored))

    def _snapshot(self, public_only: bool) -> Iterator[int | Stored]:
        query = (
            sa.select(*rows.STORED_COLUMNS)
            .select_from(rows.WITH_VERSION)
            .order_by(records.c.id)
            .execution_options(yield_per=500)
        )
        if public_only:
            query = query.where(records.c.public)
        with database.reading(self._engine) as connection:
            yield _head(connection)
            for row in connection.execute(query):
                yield rows.stored(row, self._codec_for(row.dictionary))

    def states(self, source: str, remote_ids: Sequence[str]) -> dict[str, RecordState]:
        """Return where records of a source stand, by remote id; unknown ones are left out."""
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
        return None if row is None else unpack_findings(row.findings, iri)

    def findings_summary(self, source: str | None = None) -> list[RuleCount]:
        """Return in how many records each rule finds something, from an index."""
        with database.reading(self._engine) as connection:
            return listing.count_rules(connection, source)

    # -- sources, runs, meta ---------------------------------------------------------------------

    def sources(self) -> list[Source]:
        """Return all sources by identifier."""
        with database.reading(self._engine) as connection:
            query = sa.select(*rows.SOURCE_COLUMNS).order_by(sources.c.id)
            return [rows.source_of(row) for row in connection.execute(query)]

    def source(self, identifier: str) -> Source | None:
        """Return one source."""
        with database.reading(self._engine) as connection:
            row = connection.execute(
                sa.select(*rows.SOURCE_COLUMNS).where(sources.c.id == identifier)
            ).first()
        return None if row is None else rows.source_of(row)

    def put_source(
        self,
        identifier: str,
        *,
        kind: str | None = None,
        title: str | None = None,
        url: str | None = None,
        gate: Gate | None = None,
        paused: bool | None = None,
    ) -> Source:
        """Add a source, or change what is given of one that is there."""
        given: dict[str, Any] = {
            name: value
            for name, value in (
                ("type", kind),
                ("title", title),
                ("url", url),
                ("gate", gate),
                ("paused", paused),
            )
            if value is not None
        }
        with self.writing() as writer:
            writer.register_source(
                identifier,
                gate=gate or "report",
                kind=kind or "push",
                title=title or identifier,
            )
            writer.change_source(identifier, given)
        found = self.source(identifier)
        if found is None:
            raise AtlasError(UNKNOWN_SOURCE, source=identifier)
        return found

    def start_run(self, source: str) -> Run:
        """Note that an import or harvest of a source begins, and return it with its identifier."""
        with self.writing() as writer:
            identifier = writer.start_run(source)
        return self.run(identifier)

    def finish_run(
        self,
        identifier: str,
        counters: Mapping[str, int],
        *,
        status: RunStatus = "done",
        message: str | None = None,
    ) -> Run:
        """Note how a run ended; raises ``unknown-run``."""
        with self.writing() as writer:
            writer.finish_run(identifier, orjson.dumps(dict(counters)).decode(), status, message)
        return self.run(identifier)

    def run(self, identifier: str) -> Run:
        """Return one run; raises ``unknown-run``."""
        with database.reading(self._engine) as connection:
            row = connection.execute(
                sa.select(*rows.RUN_COLUMNS).where(runs.c.id == identifier)
            ).first()
        if row is None:
            raise AtlasError(UNKNOWN_RUN, run=identifier)
        return rows.run_of(row)

    def runs(self, source: str | None = None, limit: int = 100) -> list[Run]:
        """Return runs, the newest first."""
        query = sa.select(*rows.RUN_COLUMNS).order_by(runs.c.number.desc()).limit(limit)
        if source is not None:
            query = query.where(runs.c.source == source)
        with database.reading(self._engine) as connection:
            return [rows.run_of(row) for row in connection.execute(query)]

    def base_iri(self) -> str | None:
        """Return the base under which the records' IRIs were minted; None before the first."""
        with database.reading(self._engine) as connection:
            found: str | None = connection.execute(
                sa.select(meta.c.value).where(meta.c.key == "base_iri")
            ).scalar()
        return found

    def check_base_iri(self, base_iri: str) -> None:
        """Raise ``base-iri-changed`` where records were minted under another base."""
        kept = self.base_iri()
        if kept is not None and kept != base_iri:
            raise AtlasError(BASE_IRI_CHANGED, stored=kept, given=base_iri)

    # -- writing ---------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Open a write transaction; it commits at the end of the block, or not at all."""
        now = to_number(self._clock.now())
        with database.writing(self._engine) as connection:
            yield Writer(connection, self.codec, now)

    @contextmanager
    def reading_tables(self) -> Iterator[sa.Connection]:
        """Open a read transaction for tables that other rooms keep here (tokens)."""
        with database.reading(self._engine) as connection:
            yield connection

    @contextmanager
    def writing_tables(self) -> Iterator[sa.Connection]:
        """Open a write transaction for such tables."""
        with database.writing(self._engine) as connection:
            yield connection

    def _codec_for(self, dictionary_id: int | None) -> Codec:
        # Another process, of a newer version, may have added a dictionary since this one began.
        if dictionary_id is not None and not self.codec.knows(dictionary_id):
            self.codec = _codec(self._engine)
        return self.codec


def _head(connection: sa.Connection) -> int:
    last: int | None = connection.execute(sa.select(sa.func.max(changes.c.seq))).scalar()
    return last or 0


def _codec(engine: Engine) -> Codec:
    """Read the journal's dictionaries, and add this program's where it is new."""
    own = dictionary()
    name = digest(own)
    known = _dictionaries(engine)
    if name not in known:
        with database.writing(engine) as connection:
            taken: int | None = connection.execute(
                sa.select(sa.func.max(dictionaries.c.id))
            ).scalar()
            there = connection.execute(
                sa.select(dictionaries.c.id).where(dictionaries.c.digest == name)
            ).first()
            if there is None:
                connection.execute(
                    dictionaries.insert().values(id=(taken or 0) + 1, digest=name, body=own)
                )
        known = _dictionaries(engine)
    return Codec(dict(known.values()), known[name][0])


def _dictionaries(engine: Engine) -> dict[str, tuple[int, bytes]]:
    with database.reading(engine) as connection:
        return {
            row.digest: (row.id, bytes(row.body))
            for row in connection.execute(sa.select(*dictionaries.c))
        }
