"""Drafts that name a concept."""

from __future__ import annotations

import zlib

import sqlalchemy as sa

from catalog_service.editing.model import OPEN
from catalog_service.editing.tables import (
    draft_versions,
    drafts,
    workbook_headings,
    workbook_imports,
)


def uses_of(connection: sa.Connection, concept: str) -> int:
    """Count the open drafts that name a concept, and what else is an organization's."""
    count = 0
    for table in (drafts, workbook_headings, workbook_imports):
        own = sa.select(sa.func.count()).where(table.c.organization == concept)
        count += connection.execute(own.select_from(table)).scalar_one()
    # Not those of an organization of that name: they are counted.
    said = (
        sa.select(draft_versions.c.body)
        .join(
            drafts,
            sa.and_(
                drafts.c.id == draft_versions.c.draft_id,
                drafts.c.version == draft_versions.c.version,
            ),
        )
        .where(drafts.c.state.in_(OPEN), drafts.c.organization != concept)
    )
    wanted = f"<{concept}>".encode()
    return count + sum(
        wanted in zlib.decompress(body) for body in connection.execute(said).scalars()
    )
