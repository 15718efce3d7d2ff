"""From the tables' rows to the frozen dataclasses that leave the journal."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from catalog_service.journal.codec import Codec, to_instant
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

CHANGE_COLUMNS = tuple(changes.c)
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
    return Stored(
        iri=iri,
        source=source,
        remote_id=remote_id,
        focus=focus or iri,
        state=state,
        public=public,
        hash=digest,
        nquads=None if body is None else codec.unpack(body, dictionary),
        version_seq=version_seq,
        held_hash=held_hash,
        held_seq=held_seq,
        seq=seq,
        changed=to_instant(changed),
    )


def change(row: Row, codec: Codec) -> Change:
    """Read a row of ``CHANGE_COLUMNS``."""
    (seq, time, iri, source, remote_id, focus, kind, digest, dictionary, body, *rest) = row
    actor, run, reason, public = rest
    return Change(
        seq=seq,
        time=to_instant(time),
        iri=iri,
        source=source,
        remote_id=remote_id,
        focus=focus or iri,
        kind=kind,
        hash=digest,
        nquads=None if body is None else codec.unpack(body, dictionary),
        actor=actor,
        run=run,
        reason=reason,
        public=public,
    )


def source_of(row: Row) -> Source:
    """Read a row of ``SOURCE_COLUMNS``."""
    return Source(
        id=row.id,
        type=row.type,
        title=row.title,
        url=row.url,
        gate=row.gate,
        paused=row.paused,
        created=to_instant(row.created),
    )


def run_of(row: Row) -> Run:
    """Read a row of ``RUN_COLUMNS``."""
    return Run(
        id=row.id,
        source=row.source,
        started=to_instant(row.started),
        finished=None if row.finished is None else to_instant(row.finished),
        status=row.status,
        counters=orjson.loads(row.counters),
        message=row.message,
    )
