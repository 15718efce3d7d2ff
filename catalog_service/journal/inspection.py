"""The search for damage in the journal: everything that can be checked is checked.

* the database by SQLite's own check of pages and indexes, and by the tables' definitions;
* each change by the checksum of its row, its body's own checksum, and the hash of its content;
* the state of each record by the changes that led to it (`lifecycle.advance`);
* findings and removals by their checksums, and so the small tables (`checksums`).

The fingerprints of payloads have no checksum: a wrong one costs one more mapping of its record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from catalog_service.journal import checksums, database
from catalog_service.journal.codec import (
    Codec,
    sum_of_change,
    to_instant,
    unpack_findings,
    unpack_removed,
    verdict_of,
)
from catalog_service.journal.database_errors import UNREADABLE
from catalog_service.journal.lifecycle import LifecycleState, advance
from catalog_service.journal.schema import changes, records, verdicts
from ontology.errors import AtlasError

_AT_ONCE: Final = 500
MOST: Final = 1_000
"""Damages listed at most; all are counted."""

Row = sa.Row[Any]
CodecFor = Callable[[int | None], Codec]


@dataclass(slots=True)
class Inspection:
    """What was checked, and each damage as a line in English that names it exactly."""

    changes: int = 0
    records: int = 0
    unsummed: int = 0
    """Changes without a checksum, written by an earlier version of the program."""
    damages: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, what: str) -> None:
        """Note a damage."""
        self.count += 1
        if len(self.damages) < MOST:
            self.damages.append(what)


def inspect(engine: Engine, codec_for: CodecFor) -> Inspection:
    """Read the whole journal; what cannot be read counts as damage."""
    found = Inspection()
    parts: tuple[Callable[[], None], ...] = (
        lambda: _pages(engine, found),
        lambda: _definitions(engine, found),
        lambda: _small_tables(engine, found),
        lambda: _numbers(engine, found),
        lambda: _walk(engine, codec_for, found),
    )
    for part in parts:
        try:
            part()
        except AtlasError as error:
            found.add(str(error.params.get("reason", error)))
        except UNREADABLE as error:
            found.add(str(error) or type(error).__name__)
    found.damages = list(dict.fromkeys(found.damages))
    return found


def _pages(engine: Engine, found: Inspection) -> None:
    if engine.dialect.name != "sqlite":
        return
    with database.reading(engine) as connection:
        for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(100)"):
            if line != "ok":
                found.add(f"database file: {line}")


def _definitions(engine: Engine, found: Inspection) -> None:
    if engine.dialect.name != "sqlite":
        return
    with TemporaryDirectory() as folder:
        fresh = database.connect(f"sqlite:///{Path(folder) / 'fresh.sqlite'}", create=True)
        try:
            expected = _defined(fresh)
        finally:
            fresh.dispose()
    present = _defined(engine)
    for name in sorted(expected.keys() | present.keys()):
        # Tables and indexes of others beside ours are ignored.
        if name in expected and expected[name] != present.get(name):
            found.add(f"database file: the definition of {name} is not what was written")


def _defined(engine: Engine) -> dict[str, str]:
    with database.reading(engine) as connection:
        rows = connection.exec_driver_sql("SELECT name, type, tbl_name, sql FROM sqlite_master")
        return {name: " ".join(f"{kind} {of} {sql}".split()) for name, kind, of, sql in rows}


def _small_tables(engine: Engine, found: Inspection) -> None:
    with database.reading(engine) as connection:
        for name in checksums.wrong(connection):
            found.add(f"table {name}: its rows are not those that were written")


def _numbers(engine: Engine, found: Inspection) -> None:
    with database.reading(engine) as connection:
        count, first, last = connection.execute(
            sa.select(sa.func.count(), sa.func.min(changes.c.seq), sa.func.max(changes.c.seq))
        ).one()
        found.records = connection.execute(
            sa.select(sa.func.count()).select_from(records)
        ).scalar_one()
    if count and (first, last) != (1, count):
        found.add(f"changes: {count} are there, numbered {first} to {last}")


def _walk(engine: Engine, codec_for: CodecFor, found: Inspection) -> None:
    with database.reading(engine) as connection:
        sets: dict[int, str] = dict(
            iter(connection.execute(sa.select(verdicts.c.id, verdicts.c.rules)))
        )
    for group in _records(engine):
        iris = [row.iri for row in group]
        by_iri: dict[str, list[Row]] = {}
        with database.reading(engine) as connection:
            query = sa.select(*changes.c).where(changes.c.iri.in_(iris))
            rows = connection.execute(query.order_by(changes.c.iri, changes.c.seq)).all()
        for iri, own in groupby(rows, lambda row: row.iri):
            by_iri.setdefault(iri, []).extend(own)
        for row in group:
            history = sorted(by_iri.get(row.iri, []), key=lambda change: change.seq)
            found.changes += len(history)
            for change in history:
                _change(change, codec_for, found)
            _record(row, history, sets, found)
    _unclaimed(engine, found)


def _records(engine: Engine) -> Iterator[list[Row]]:
    last = None
    while True:
        query = sa.select(*records.c).order_by(records.c.id).limit(_AT_ONCE)
        if last is not None:
            query = query.where(records.c.id > last)
        with database.reading(engine) as connection:
            group = list(connection.execute(query).all())
        if not group:
            return
        yield group
        last = group[-1].id


def _change(row: Row, codec_for: CodecFor, found: Inspection) -> None:
    what = f"change {row.seq} ({row.iri})"
    values = dict(row._mapping)
    if row.sum is None:
        found.unsummed += 1
    try:
        if row.sum is not None and sum_of_change(values) != row.sum:
            found.add(f"{what}: its row is not what was written")
        to_instant(row.time)
        if row.body is not None:
            text = codec_for(row.dictionary).unpack(bytes(row.body), row.dictionary)
            if hashlib.sha256(text.encode()).hexdigest() != row.hash:
                found.add(f"{what}: its content is not the one of its hash")
    except UNREADABLE as error:
        found.add(f"{what}: {error}")


def _record(row: Row, history: list[Row], sets: dict[int, str], found: Inspection) -> None:
    what = f"record {row.iri}"
    if not history:
        found.add(f"{what}: no change brought it")
        return
    try:
        state: LifecycleState | None = None
        focus = history[0].focus
        for change in history:
            state = advance(
                state,
                change.kind,
                seq=change.seq,
                content_hash=change.hash,
                public=bool(change.public),
            )
            if change.kind != "held":
                focus = change.focus
        last = history[-1]
        assert state is not None
        stored = LifecycleState(
            row.state, bool(row.public), row.hash, row.version_seq, row.held_hash, row.held_seq
        )
        same = (row.source, row.remote_id, row.seq, row.changed, row.focus) == (
            *(last.source, last.remote_id, last.seq, last.time),
            focus,
        )
        if state != stored or not same:
            found.add(f"{what}: it does not stand where its changes brought it")
        report = unpack_findings(row.findings, row.iri)
        if verdict_of(report) != ("" if row.verdict is None else sets.get(row.verdict)):
            found.add(f"{what}: its findings are not those that are counted")
        unpack_removed(row.removed)
    except UNREADABLE as error:
        found.add(f"{what}: {error}")


def _unclaimed(engine: Engine, found: Inspection) -> None:
    with database.reading(engine) as connection:
        query = (
            sa.select(changes.c.seq, changes.c.iri)
            .outerjoin(records, records.c.iri == changes.c.iri)
            .where(records.c.id.is_(None))
            .order_by(changes.c.seq)
            .limit(MOST)
        )
        for seq, iri in connection.execute(query):
            found.changes += 1
            found.add(f"change {seq} ({iri}): no record has it")
