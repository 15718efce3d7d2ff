"""Reads that are the same inside and outside a write transaction."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from catalog_service.journal.model import RecordState
from catalog_service.journal.rows import STATE_COLUMNS, record_state
from catalog_service.journal.schema import records

_CHUNK = 1_000
"""Values in one IN list; SQLite allows 32,766 parameters."""


def states(
    connection: sa.Connection, source: str, remote_ids: Sequence[str]
) -> dict[str, RecordState]:
    """Return the states of the records of ``source`` among ``remote_ids``, by remote id."""
    found: dict[str, RecordState] = {}
    for start in range(0, len(remote_ids), _CHUNK):
        rows = connection.execute(
            sa.select(*STATE_COLUMNS).where(
                records.c.source == source,
                records.c.remote_id.in_(remote_ids[start : start + _CHUNK]),
            )
        )
        for row in rows:
            state = record_state(row)
            found[state.remote_id] = state
    return found
