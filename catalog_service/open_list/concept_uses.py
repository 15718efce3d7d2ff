"""Lists, information systems and pilot projects of an organization."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.open_list.project_tables import pilot_projects
from catalog_service.open_list.system_tables import open_list_systems
from catalog_service.open_list.tables import open_list_steps


def uses_of(connection: sa.Connection, concept: str) -> int:
    """Count its systems and projects, and the years for which it has a list: all are kept."""
    table = open_list_steps
    years = sa.select(sa.func.count(sa.distinct(table.c.year)))
    count = connection.execute(years.where(table.c.organization == concept)).scalar_one()
    for own in (open_list_systems, pilot_projects):
        names = sa.select(sa.func.count(sa.distinct(own.c.name)))
        count += connection.execute(names.where(own.c.organization == concept)).scalar_one()
    return int(count)
