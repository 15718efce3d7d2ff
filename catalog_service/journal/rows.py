"""From the tables' rows to the frozen dataclasses that leave the journal."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from catalog_service.journal.codec import Codec, to_instant
from catalog_service.journal.database_errors import UNREADABLE, damaged
from catalog_service.journal.model import Change, RecordState, Run, Source, Stored
from catalog_service.journal.schema import changes, records, runs, sources

STATE_COLUMNS = (
    records.c.id,
    records.c.iri,
    records.c.source,
    records.c.remote_id,
    records.c.focus,
    records.c.state,
    records.c.public,
    records.c.hash,
    records.c.version_seq,
    records.c.held_hash,
    records.c.held_seq,
    records.c.seq,
    records.c.fingerprint,
)

STORED_COLUMNS = (
    *STATE_COLUMNS[:-1],
    records.c.changed,
    changes.c.dictionary,
    changes.c.body,
)
"""Over ``records`` joined with the change that brought its last good version."""

WITH_VERSION = records.outerjoin(changes, changes.c.seq == records.c.version_seq)

CHANGE_COLUMNS = tuple(column for column in changes.c if column.name != "sum")
SOURCE_COLUMNS = tuple(sources.c)
RUN_COLUMNS = tuple(runs.c)

Row = sa.Row[*tuple[Any, ...]]


def record_state(row: Row) -> RecordState:
    """Read a row of ``STATE_COLUMNS``."""
    (number, iri, source, remote_id, focus, state, public, *rest) = row
    digest, version_seq, held_hash, held_seq, seq, fingerprint = rest
    return RecordState(
        id=number,
        iri=iri,
        source=source,
        remote_id=remote_id,
        focus=focus or iri,
        state=state,
        public=public,
        hash=digest,
        version_seq=version_seq,
        held_hash=held_hash,
        held_seq=held_seq,
        seq=seq,
        fingerprint=None if fingerprint is None else bytes(fingerprint),
    )


def stored(row: Row, codec: Codec) -> Stored:
    """Read a row of ``STORED_COLUMNS``."""
    _, iri, source, remote_id, focus, state, public, *rest, changed, dictionary, body = row
    digest, version_seq, held_hash, held_seq, seq = rest
    try:
        nquads = None if body is None else codec.unpack(body, dictionary)
        when = to_instant(changed)
    except UNREADABLE as error:
        raise damaged(codec.shown, f"change {version_seq} ({iri})", error) from error
    return Stored(
        iri=iri,
        source=source,
        remote_id=remote_id,
        focus=focus or iri,
        state=state,
        public=public,
        hash=digest,
        nquads=nquads,
        version_seq=version_seq,
        held_hash=held_hash,
        held_seq=held_seq,
        seq=seq,
        changed=when,
    )


def change(row: Row, codec: Codec) -> Change:
    """Read a row of ``CHANGE_COLUMNS``."""
    (seq, time, iri, source, remote_id, focus, kind, digest, dictionary, body, *rest) = row
    actor, run, reason, public = rest
    try:
        nquads = None if body is None else codec.unpack(body, dictionary)
        when = to_instant(time)
    except UNREADABLE as error:
        raise damaged(codec.shown, f"change {seq} ({iri})", error) from error
    return Change(
        seq=seq,
        time=when,
        iri=iri,
        source=source,
        remote_id=remote_id,
        focus=focus or iri,
        kind=kind,
        hash=digest,
        nquads=nquads,
        actor=actor,
        run=run,
        reason=reason,
        public=public,
    )


def source_of(row: Row, shown: str) -> Source:
    """Read a row of ``SOURCE_COLUMNS``; ``shown`` is the journal's address, for messages."""
    try:
        created = to_instant(row.created)
    except UNREADABLE as error:
        raise damaged(shown, f"source {row.id}", error) from error
    return Source(
        id=row.id,
        type=row.type,
        title=row.title,
        url=row.url,
        gate=row.gate,
        paused=row.paused,
        created=created,
    )


def run_of(row: Row, shown: str) -> Run:
    """Read a row of ``RUN_COLUMNS``; ``shown`` is the journal's address, for messages."""
    try:
        started = to_instant(row.started)
        finished = None if row.finished is None else to_instant(row.finished)
        counters: dict[str, int] = orjson.loads(row.counters)
    except UNREADABLE as error:
        raise damaged(shown, f"run {row.id}", error) from error
    return Run(
        id=row.id,
        source=row.source,
        started=started,
        finished=finished,
        status=row.status,
        counters=counters,
        message=row.message,
    )
