"""How often somebody may try to sign in: by account, and by the network they come from."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.errors import SIGN_IN_THROTTLED
from catalog_service.accounts.people import normal_login
from catalog_service.accounts.tables import sign_in_attempts
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from ontology.errors import AtlasError

WINDOW: Final = timedelta(minutes=15)
BY_ACCOUNT: Final = 10
"""Failures for one account in `WINDOW`: argon2 and TOTP hold far more, and a stranger who wants to
lock somebody out has to go on and on."""
BY_NETWORK: Final = 50
"""Failures from one subscriber, behind which may be a whole office."""


class SignInThrottle:
    """The failed attempts, in the journal's database, so that all web processes share them."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._audit = Audit(journal)

    def check(self, login: str, network: str) -> None:
        """Raise ``sign-in-throttled`` where there were too many failures."""
        start = self._clock.now() - WINDOW
        table = sign_in_attempts
        for column, value, most in (
            (table.c.account, _account(login), BY_ACCOUNT),
            (table.c.network, network, BY_NETWORK),
        ):
            query = (
                sa.select(table.c.time)
                .where(column == value, table.c.time > to_number(start))
                .order_by(table.c.time.desc())
                .offset(most - 1)
                .limit(1)
            )
            with self._journal.reading_tables() as connection:
                time = connection.execute(query).scalar()
            if time is not None:
                left = to_instant(time) + WINDOW - self._clock.now()
                raise AtlasError(SIGN_IN_THROTTLED, minutes=int(left.total_seconds() // 60) + 1)

    def failed(self, login: str, network: str, person: str | None = None) -> None:
        """Note a failure, and forget those of a day ago.

        The audit is told of those that concern an account (``person``): what else is typed by
        strangers would fill it.
        """
        now = self._clock.now()
        table = sign_in_attempts
        with self._journal.writing_tables() as connection:
            connection.execute(
                table.delete().where(table.c.time < to_number(now - timedelta(days=1)))
            )
            connection.execute(
                table.insert().values(account=_account(login), network=network, time=to_number(now))
            )
            if person is not None:
                self._audit.append(connection, Entry("session.refuse", f"person:{person}"))

    def succeeded(self, login: str) -> None:
        """Forget the failures for an account."""
        table = sign_in_attempts
        with self._journal.writing_tables() as connection:
            connection.execute(table.delete().where(table.c.account == _account(login)))


def _account(login: str) -> str:
    return hashlib.sha256(normal_login(login).encode(errors="replace")).hexdigest()
