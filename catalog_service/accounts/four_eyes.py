"""Four eyes: what one person wrote, another releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.errors import FOUR_EYES_NEEDED
from catalog_service.accounts.principal import Principal
from catalog_service.accounts.tables import organization_settings
from catalog_service.audit.service import Audit, Entry
from catalog_service.journal import Journal
from ontology.errors import AtlasError, Phrase
from ontology.terms import VOCAB

NOT_OPEN: Final = f"{VOCAB}open-type/none"


@dataclass(frozen=True, slots=True)
class Release:
    """What is to be released: by whom it was written, and what it changes."""

    authors: frozenset[str]
    """Actors of all who wrote on the draft."""
    organization: str | None
    open_type_before: str | None
    """IRI of the open type of the version that is public or stands; None: there is none."""
    open_type_after: str | None
    is_secrecy_review: bool = False


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

    def demand(self, organization: str, demanded: bool) -> None:
        """Let an organization demand it, or no longer."""
        table = organization_settings
        with self._journal.writing_tables() as connection:
            connection.execute(table.delete().where(table.c.organization == organization))
            connection.execute(table.insert().values(organization=organization, four_eyes=demanded))
            details = {"four_eyes": demanded}
            told = Entry(
                "settings.change", organization, organization=organization, details=details
            )
            self._audit.append(connection, told)

    def reason_for(self, release: Release) -> Phrase | None:
        """Return why another must release it; None: whoever wrote it may.

        Always where what was not open (非开放) becomes open, and for reviews of secrecy; else as
        the organization says.
        """
        if release.is_secrecy_review:
            return Phrase("it is a review of secrecy")
        if release.open_type_before == NOT_OPEN and release.open_type_after != NOT_OPEN:
            return Phrase("it opens what was not open")
        if self.is_demanded_by(release.organization):
            return Phrase("the organization demands four eyes")
        return None

    def check(self, principal: Principal, release: Release) -> None:
        """Raise ``four-eyes-needed`` where whoever releases it must not be who wrote it."""
        reason = self.reason_for(release)
        if reason is not None and principal.actor in release.authors:
            raise AtlasError(FOUR_EYES_NEEDED, reason=reason)
