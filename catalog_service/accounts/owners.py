"""To which organization a source belongs."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.accounts.tables import (
    delegations,
    group_roles,
    organization_links,
    organization_settings,
    role_grants,
    source_organizations,
    token_owners,
)
from catalog_service.audit.service import Audit, Entry
from catalog_service.journal import Journal
from catalog_service.proposals import STANDING

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


def uses_of(connection: sa.Connection, organization: str) -> int:
    """Count the roles, delegations, tokens, sources, settings and links of an organization."""
    named = {
        table: table.c.organization == organization
        for table in (
            role_grants,
            delegations,
            token_owners,
            source_organizations,
            organization_settings,
            group_roles,
        )
    }
    links = organization_links.c
    named[organization_links] = sa.and_(
        sa.or_(links.organization == organization, links.other == organization),
        links.state.in_(STANDING),
    )
    counts = (sa.select(sa.func.count()).select_from(t).where(w) for t, w in named.items())
    return sum(connection.execute(count).scalar_one() for count in counts)
