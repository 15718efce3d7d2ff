"""To which organization a source belongs."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.accounts.tables import (
    delegations,
    group_roles,
    role_grants,
    source_organizations,
    token_owners,
)
from catalog_service.audit.service import Audit, Entry
from catalog_service.journal import Journal

_OWNER = sa.select(source_organizations.c.organization).where(
    source_organizations.c.source == sa.bindparam("asked")
)


class SourceOwners:
    """Sources and their organizations, in the journal's database."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def owner_of(self, source: str) -> str | None:
        """Return the IRI of a source's organization; None: it is the whole city's."""
        with self._journal.reading_tables() as connection:
            found: str | None = connection.execute(_OWNER, {"asked": source}).scalar()
        return found

    def all(self) -> dict[str, str]:
        """Return the organization of each source that has one."""
        with self._journal.reading_tables() as connection:
            rows = connection.execute(sa.select(*source_organizations.c)).all()
        return {row.source: row.organization for row in rows}

    def set(self, source: str, organization: str | None) -> None:
        """Give a source to an organization; None: to the whole city."""
        table = source_organizations
        with self._journal.writing_tables() as connection:
            connection.execute(table.delete().where(table.c.source == source))
            if organization is not None:
                connection.execute(table.insert().values(source=source, organization=organization))
            told = {"given": {"organization": organization}}
            entry = Entry("source.write", f"source:{source}", source=source, details=told)
            Audit(self._journal).append(connection, entry)


def grants_over(connection: sa.Connection, organization: str) -> int:
    """Count the roles, delegations, tokens and sources that name an organization."""
    count = 0
    for table in (role_grants, delegations, token_owners, source_organizations, group_roles):
        named = sa.select(sa.func.count()).where(table.c.organization == organization)
        count += connection.execute(named.select_from(table)).scalar() or 0
    return count
