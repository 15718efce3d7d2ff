"""What was measured of an organization's records."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.rule_work.tables import rule_days


def uses_of(connection: sa.Connection, concept: str) -> int:
    """Count the days on which an organization's records were measured: they are kept for good."""
    table = rule_days
    days = sa.select(sa.func.count(sa.distinct(table.c.day)))
    return connection.execute(days.where(table.c.publisher == concept)).scalar_one()
