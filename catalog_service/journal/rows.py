"""From the tables' rows to the frozen dataclasses that leave the journal."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from catalog_service.journal.codec import Codec, to_instant
from catalog_service.journal.database_errors import UNREADABLE, damaged
from catalog_service.journal.model import Change, RecordState, Run, Source, StoredRecord
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
    """Read a row of ``STATE_COLUMNS``, which are in the order of the fields."""
    number, iri, source, remote_id, focus, *rest, fingerprint = row
    kept = None if fingerprint is None else bytes(fingerprint)
    return RecordState(number, iri, source, remote_id, focus or iri, *(*rest, kept))


def stored(row: Row, codec: Codec) -> StoredRecord:
    """Read a row of ``STORED_COLUMNS``."""
    _, iri, source, remote_id, focus, state, public, digest, *rest, changed, dictionary, body = row
    try:
        nquads = None if body is None else codec.unpack(body, dictionary)
        when = to_instant(changed)
    except UNREADABLE as error:
        raise damaged(codec.shown, f"change {row.version_seq} ({iri})", error) from error
    return StoredRecord(
        iri, source, remote_id, focus or iri, state, public, digest, nquads, *(*rest, when)
    )


def change(row: Row, codec: Codec) -> Change:
    """Read a row of ``CHANGE_COLUMNS``."""
    seq, time, iri, source, remote_id, focus, kind, digest, dictionary, body, *rest = row
    try:
        nquads = None if body is None else codec.unpack(body, dictionary)
        when = to_instant(time)
    except UNREADABLE as error:
        raise damaged(codec.shown, f"change {seq} ({iri})", error) from error
    return Change(seq, when, iri, source, remote_id, focus or iri, kind, digest, nquads, *rest)


def source_of(row: Row, shown: str) -> Source:
    """Read a row of ``SOURCE_COLUMNS``; ``shown`` is the journal's address, for messages."""
    try:
        removed = None if row.removed is None else to_instant(row.removed)
        times = {"created": to_instant(row.created), "removed": removed}
        return Source(**{**row._mapping, **times})
    except UNREADABLE as error:
        raise damaged(shown, f"source {row.id}", error) from error


def run_of(row: Row, shown: str) -> Run:
    """Read a row of ``RUN_COLUMNS``; ``shown`` is the journal's address, for messages."""
    try:
        started = to_instant(row.started)
        finished = None if row.finished is None else to_instant(row.finished)
        counters: dict[str, int] = orjson.loads(row.counters)
    except UNREADABLE as error:
        raise damaged(shown, f"run {row.id}", error) from error
    return Run(row.id, row.source, started, finished, row.status, counters, row.message)
