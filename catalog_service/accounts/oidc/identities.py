"""Whose account an identity of the provider is: by issuer and subject, and by nothing else.

Neither an e-mail address nor a name ever finds an account: providers let people change them, give
them away again, or do not check them. An account that is there already is linked by its owner, who
is signed in to it and at the provider at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog_service.accounts.oidc.errors import IDENTITY_LINKED
from catalog_service.accounts.oidc.model import Identity
from catalog_service.accounts.tables import external_identities
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class Link:
    """An identity that belongs to an account."""

    issuer: str
    subject: str
    linked: datetime
    seen: datetime


class Identities:
    """The identities of the provider that have an account, in the journal's database."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal, self._clock = journal, clock
        self._audit = Audit(journal)

    def person_of(self, identity: Identity) -> str | None:
        """Return whose account an identity is, and note that it was seen; None: nobody's."""
        table = external_identities
        with self._journal.writing_tables() as connection:
            person: str | None = connection.execute(
                sa.select(table.c.person).where(*_is(identity))
            ).scalar()
            if person is not None:
                seen = to_number(self._clock.now())
                connection.execute(table.update().where(*_is(identity)).values(seen=seen))
        return person

    def link(self, identity: Identity, person: str) -> None:
        """Give an identity to an account; again is no error.

        Raises ``identity-linked`` where it is another's, or the account has another one of this
        provider.
        """
        now = to_number(self._clock.now())
        table = external_identities
        try:
            with self._journal.writing_tables() as connection:
                found = connection.execute(
                    sa.select(table.c.person, table.c.subject).where(
                        table.c.issuer == identity.issuer,
                        sa.or_(table.c.subject == identity.subject, table.c.person == person),
                    )
                ).all()
                if any((row.person, row.subject) != (person, identity.subject) for row in found):
                    raise AtlasError(IDENTITY_LINKED)
                if not found:
                    connection.execute(
                        table.insert().values(
                            issuer=identity.issuer,
                            subject=identity.subject,
                            person=person,
                            linked=now,
                            seen=now,
                        )
                    )
                    self._tell(connection, person, "linked")
        except IntegrityError as error:
            # Another request linked it at the same moment.
            raise AtlasError(IDENTITY_LINKED) from error

    def unlink(self, person: str, issuer: str) -> None:
        """Take the identity of a provider from an account; where there is none, nothing happens."""
        table = external_identities
        with self._journal.writing_tables() as connection:
            connection.execute(
                table.delete().where(table.c.person == person, table.c.issuer == issuer)
            )
            self._tell(connection, person, "unlinked")

    def _tell(self, connection: sa.Connection, person: str, what: str) -> None:
        told = Entry("credential.change", f"person:{person}", details={"what": what})
        self._audit.append(connection, told)

    def of_person(self, person: str, issuer: str) -> Link | None:
        """Return the identity of an account at a provider."""
        table = external_identities
        with self._journal.reading_tables() as connection:
            row = connection.execute(
                sa.select(*table.c).where(table.c.person == person, table.c.issuer == issuer)
            ).first()
        if row is None:
            return None
        return Link(row.issuer, row.subject, to_instant(row.linked), to_instant(row.seen))


def _is(identity: Identity) -> tuple[sa.ColumnElement[bool], ...]:
    table = external_identities
    return table.c.issuer == identity.issuer, table.c.subject == identity.subject
