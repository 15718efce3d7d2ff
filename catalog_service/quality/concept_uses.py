"""What was measured of an organization's records."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.quality.tables import (
    quality_days,
    quality_organization_days,
    quality_point_days,
)


def uses_of(connection: sa.Connection, concept: str) -> int:
    """Count the days on which an organization's records were measured: they are kept for good."""
    columns = (
        (quality_days, quality_days.c.publisher),
        (quality_point_days, quality_point_days.c.publisher),
        (quality_organization_days, quality_organization_days.c.organization),
    )
    days = sa.union(
        *(sa.select(table.c.day).where(named == concept) for table, named in columns)
    ).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(days)).scalar_one()
