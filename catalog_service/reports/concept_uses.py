"""What reports say of an organization."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.reports.tables import report_figures


def uses_of(connection: sa.Connection, concept: str) -> int:
    """Count the days of which figures of an organization are kept: they are kept for good."""
    table = report_figures
    days = sa.select(sa.func.count(sa.distinct(table.c.day)))
    return connection.execute(days.where(table.c.organization == concept)).scalar_one()
