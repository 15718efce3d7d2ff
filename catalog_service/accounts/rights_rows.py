"""What granted and delegated roles have in common in the database."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.accounts.tables import people
from catalog_service.journal import Journal


def in_force(table: sa.Table, now: int) -> sa.Select[tuple[object, ...]]:
    """Return a query for the rows that are neither revoked nor over; ``now`` in microseconds."""
    return sa.select(*table.c).where(
        table.c.revoked.is_(None), sa.or_(table.c.until.is_(None), table.c.until > now)
    )


def count_up(connection: sa.Connection, person: str) -> None:
    """Note that rights have changed, so that sessions are rotated."""
    connection.execute(
        people.update().where(people.c.id == person).values(rights=people.c.rights + 1)
    )


def person_name(journal: Journal, person: str) -> str:
    """Return what a person is called; the identifier where there is none such."""
    with journal.reading_tables() as connection:
        found = connection.execute(sa.select(people.c.name).where(people.c.id == person)).scalar()
    return found or person
