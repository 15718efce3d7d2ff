"""What was changed lately in the sources of somebody's organizations, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.datasets.service import title_in
from catalog_service.journal.codec import to_instant
from catalog_service.journal.model import ChangeKind
from catalog_service.journal.schema import changes, records
from catalog_service.workbench.held import Sources
from ontology.languages import Texts

DAYS: Final = 30
"""How far back it is looked."""


@dataclass(frozen=True, slots=True)
class RecentChange:
    """One change of a record."""

    seq: int
    time: datetime
    source: str
    remote_id: str
    kind: ChangeKind
    actor: str
    reason: str | None
    title: Texts
    last: bool
    """Whether nothing has changed the record since."""


def recent_changes(
    atlas: Service, sources: Sources, *, before: int | None, limit: int
) -> list[RecentChange]:
    """Return changes of the last `DAYS`, the newest first; ``before``: older than this number."""
    if sources is not None and not sources:
        return []
    first = atlas.journal.first_number_at(atlas.clock.now() - timedelta(DAYS))
    query = (
        sa.select(
            changes.c.seq,
            changes.c.time,
            changes.c.source,
            changes.c.remote_id,
            changes.c.kind,
            changes.c.actor,
            changes.c.reason,
            records.c.seq.label("last"),
        )
        .join(records, records.c.iri == changes.c.iri)
        .where(changes.c.seq >= first)
        .order_by(changes.c.seq.desc())
        .limit(limit)
    )
    if sources is not None:
        query = query.where(changes.c.source.in_(sorted(sources)))
    if before is not None:
        query = query.where(changes.c.seq < before)
    with atlas.journal.reading_tables() as connection:
        rows = connection.execute(query).all()
    brought = atlas.journal.changes_by_number([row.seq for row in rows])
    return [
        RecentChange(
            row.seq,
            to_instant(row.time),
            row.source,
            row.remote_id,
            row.kind,
            row.actor,
            row.reason,
            title_in(atlas, brought[row.seq])
            if row.seq in brought and brought[row.seq].nquads is not None
            else {},
            row.seq == row.last,
        )
        for row in rows
    ]
