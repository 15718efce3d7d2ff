"""Organizations that have their notices sent somewhere."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.notices.tables import organization_webhooks


def uses_of(connection: sa.Connection, concept: str) -> int:
    """Count the webhooks of an organization."""
    table = organization_webhooks
    own = sa.select(sa.func.count()).where(table.c.organization == concept)
    return connection.execute(own.select_from(table)).scalar_one()
