"""What was measured of an organization's records."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.quality.tables import quality_days, quality_point_days


def uses_of(connection: sa.Connection, concept: str) -> int:
    """Count the days on which an organization's records were measured: they are kept for good."""
    days = sa.union(
        *(
            sa.select(table.c.day).where(table.c.publisher == concept)
            for table in (quality_days, quality_point_days)
        )
    ).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(days)).scalar_one()
