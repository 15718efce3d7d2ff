"""Lists and information systems of an organization."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.open_list.system_tables import open_list_systems
from catalog_service.open_list.tables import open_list_steps


def uses_of(connection: sa.Connection, concept: str) -> int:
    """Count its systems, and the years for which it has a list: both are kept for good."""
    table = open_list_steps
    years = sa.select(sa.func.count(sa.distinct(table.c.year)))
    own = open_list_systems
    names = sa.select(sa.func.count(sa.distinct(own.c.name)))
    return (
        connection.execute(years.where(table.c.organization == concept)).scalar_one()
        + connection.execute(names.where(own.c.organization == concept)).scalar_one()
    )
