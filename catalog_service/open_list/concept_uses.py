"""Lists of an organization."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.open_list.tables import open_list_steps


def uses_of(connection: sa.Connection, concept: str) -> int:
    """Count the years for which an organization has a list: they are kept for good."""
    table = open_list_steps
    years = sa.select(sa.func.count(sa.distinct(table.c.year)))
    return connection.execute(years.where(table.c.organization == concept)).scalar_one()
