"""Links by which a password is set anew: good once, for an hour, sent by mail or printed."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

import sqlalchemy as sa

from catalog_service.accounts.errors import RESET_LINK_INVALID
from catalog_service.accounts.people import Account
from catalog_service.accounts.sessions import digest_of
from catalog_service.accounts.tables import reset_links
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from ontology.errors import AtlasError

BY_MAIL: Final = timedelta(hours=1)
BY_HAND: Final = timedelta(days=2)
"""How long a link is good that an administrator passes on."""

_MADE_BY: Final = "."
"""Between the random part of a secret and its maker: no letter of base64 for addresses."""


class Mailer(Protocol):
    """What sends a link to a person; in the background, so that its time tells nothing."""

    def send_reset(self, account: Account, link: str, expires: datetime) -> None:
        """Have a link sent to the address of an account."""
        ...


class ResetLinks:
    """The links that are out, in the journal's database; kept are their digests."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        *,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._audit = Audit(journal)
        self._entropy = entropy

    def make(
        self, person: str, *, valid: timedelta = BY_MAIL, maker: str | None = None
    ) -> tuple[str, datetime]:
        """Return a new secret and when it ends; those of before are void.

        ``maker``: who may pass it on only as long as the account is within their reach. It is a
        part of the secret, which nobody can change: what is kept is the digest of the whole.
        """
        secret = urlsafe_b64encode(self._entropy(32)).decode().rstrip("=")
        if maker is not None:
            secret = f"{secret}{_MADE_BY}{maker}"
        expires = self._clock.now() + valid
        with self._journal.writing_tables() as connection:
            connection.execute(reset_links.delete().where(reset_links.c.person == person))
            connection.execute(
                reset_links.insert().values(
                    digest=digest_of(secret), person=person, expires=to_number(expires)
                )
            )
            self._audit.append(connection, Entry("user.reset", f"person:{person}"))
        return secret, expires

    def person_of(self, secret: str) -> str:
        """Return whose password a link sets; raises ``reset-link-invalid``."""
        with self._journal.reading_tables() as connection:
            row = connection.execute(
                sa.select(*reset_links.c).where(reset_links.c.digest == digest_of(secret))
            ).first()
        if row is None or row.used is not None or to_instant(row.expires) <= self._clock.now():
            raise AtlasError(RESET_LINK_INVALID)
        found: str = row.person
        return found

    def maker_of(self, secret: str) -> str | None:
        """Return who made a link that `person_of` knows, where their reach limits it."""
        return secret.partition(_MADE_BY)[2] or None

    def use(self, secret: str) -> str:
        """Return whose password a link sets, this once; raises ``reset-link-invalid``."""
        person = self.person_of(secret)
        with self._journal.writing_tables() as connection:
            used = connection.execute(
                reset_links.update()
                .where(reset_links.c.digest == digest_of(secret), reset_links.c.used.is_(None))
                .values(used=to_number(self._clock.now()))
            ).rowcount
        if not used:
            raise AtlasError(RESET_LINK_INVALID)
        return person
