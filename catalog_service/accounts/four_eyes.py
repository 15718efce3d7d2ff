"""Four eyes: what one person wrote, another releases."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

from catalog_service.accounts.tables import organization_settings
from catalog_service.audit.service import Audit, Entry
from catalog_service.journal import Journal

Why = Literal["opening", "secrecy", "setting"]
"""非开放 becomes open; a review of secrecy is entered or changed; the organization's setting."""


class FourEyes:
    """Which organizations demand that another releases, in the journal's database."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._audit = Audit(journal)

    def is_demanded_by(self, organization: str | None) -> bool:
        """Tell whether an organization demands it for all that it releases."""
        if organization is None:
            return False
        query = sa.select(organization_settings.c.four_eyes).where(
            organization_settings.c.organization == organization
        )
        with self._journal.reading_tables() as connection:
            return bool(connection.execute(query).scalar())

    def demanding(self) -> list[str]:
        """Return the IRIs of the organizations that demand it for all that they release."""
        query = (
            sa.select(organization_settings.c.organization)
            .where(organization_settings.c.four_eyes.is_(True))
            .order_by(organization_settings.c.organization)
        )
        with self._journal.reading_tables() as connection:
            return list(connection.execute(query).scalars())

    def demand(self, organization: str, demanded: bool, *, reason: str | None = None) -> None:
        """Let an organization demand it, or no longer."""
        table = organization_settings
        with self._journal.writing_tables() as connection:
            connection.execute(table.delete().where(table.c.organization == organization))
            connection.execute(table.insert().values(organization=organization, four_eyes=demanded))
            details = {"four_eyes": demanded}
            told = Entry(
                "settings.change",
                organization,
                organization=organization,
                reason=reason,
                details=details,
            )
            self._audit.append(connection, told)

    def reason_for(
        self, organization: str | None, *, opens: bool, reviews_secrecy: bool
    ) -> Why | None:
        """Return why another must release something; None: whoever wrote it may.

        Always where it ``opens`` what was not open (非开放), and where it ``reviews_secrecy``; else
        as the organization says.
        """
        if opens:
            return "opening"
        if reviews_secrecy:
            return "secrecy"
        return "setting" if self.is_demanded_by(organization) else None
