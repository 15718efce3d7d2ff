"""People: who has an account."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog_service.accounts.errors import (
    ILLEGAL_LOGIN,
    ILLEGAL_PERSON,
    LOGIN_TAKEN,
    UNKNOWN_PERSON,
)
from catalog_service.accounts.tables import people, sessions
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.journal.rows import Row
from ontology.errors import AtlasError, Phrase
from translations import LANGUAGES

MAX_NAME: Final = 100
MAX_EMAIL: Final = 254
"""Characters (RFC 5321, 4.5.3.1)."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f<>,;]+@[^\s@\x00-\x1f\x7f<>,;]+")


@dataclass(frozen=True, slots=True)
class Account:
    """A person with an account, as it is kept."""

    id: str
    login: str
    name: str
    email: str | None
    language: str | None
    created: datetime
    disabled: datetime | None
    successor: str | None
    """To whom the work of one who left has passed."""
    rights: int
    """Counted up with each change of rights."""


class People:
    """The accounts of a catalogue, in the journal's database."""

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

    def create(
        self, login: str, name: str, *, email: str | None = None, language: str | None = None
    ) -> Account:
        """Make an account, which has no password and no role yet.

        Raises ``illegal-login``, ``illegal-person``, ``login-taken``.
        """
        login = normal_login(login)
        if _LOGIN.fullmatch(login) is None:
            raise AtlasError(ILLEGAL_LOGIN, login=login[:80])
        values = {
            "id": self._entropy(8).hex(),
            "login": login,
            "name": _checked_name(name),
            "email": _checked_email(email),
            "language": language if language in LANGUAGES else None,
            "created": to_number(self._clock.now()),
            "rights": 0,
        }
        try:
            with self._journal.writing_tables() as connection:
                connection.execute(people.insert().values(values))
                self._audit.append(connection, Entry("user.create", f"person:{values['id']}"))
        except IntegrityError as error:
            raise AtlasError(LOGIN_TAKEN, login=login) from error
        return self.get(str(values["id"]))

    def get(self, identifier: str) -> Account:
        """Return an account by its identifier; raises ``unknown-person``."""
        return self._one(people.c.id == identifier, identifier)

    def by_login(self, login: str) -> Account:
        """Return an account by its name; raises ``unknown-person``."""
        return self._one(people.c.login == normal_login(login), login)

    def find(self, login: str) -> Account | None:
        """Return an account by its name, or None."""
        return self._found(people.c.login == normal_login(login))

    def look_up(self, identifier: str) -> Account | None:
        """Return an account by its identifier, or None."""
        return self._found(people.c.id == identifier)

    def with_email(self, email: str) -> list[Account]:
        """Return the accounts that have an address, in whatever case it was typed."""
        with self._journal.reading_tables() as connection:
            rows = connection.execute(
                sa.select(*people.c).where(people.c.email == email.strip().lower())
            ).all()
        return [account_of(row) for row in rows]

    def list(self) -> list[Account]:
        """Return all accounts by name, the disabled ones too."""
        with self._journal.reading_tables() as connection:
            rows = connection.execute(sa.select(*people.c).order_by(people.c.login)).all()
        return [account_of(row) for row in rows]

    def change(
        self,
        identifier: str,
        *,
        name: str | None = None,
        email: str | None = None,
        language: str | None = None,
    ) -> Account:
        """Change what is given of an account; raises ``unknown-person``, ``illegal-person``."""
        values: dict[str, object] = {}
        if name is not None:
            values["name"] = _checked_name(name)
        if email is not None:
            values["email"] = _checked_email(email)
        if language is not None:
            values["language"] = language if language in LANGUAGES else None
        self.get(identifier)
        if values:
            with self._journal.writing_tables() as connection:
                connection.execute(people.update().where(people.c.id == identifier).values(values))
                told = Entry("user.change", f"person:{identifier}", details={"what": [*values]})
                self._audit.append(connection, told)
        return self.get(identifier)

    def disable(self, identifier: str, successor: str | None = None) -> Account:
        """End an account and all its sessions at once; its name stays its own.

        Doing so again changes nothing but the successor. Raises ``unknown-person``.
        """
        before = self.get(identifier)
        heir = None if successor is None else self.get(successor).id
        now = to_number(self._clock.now())
        with self._journal.writing_tables() as connection:
            connection.execute(
                people.update()
                .where(people.c.id == identifier)
                .values(
                    disabled=now if before.disabled is None else to_number(before.disabled),
                    successor=heir or before.successor,
                    rights=people.c.rights + 1,
                )
            )
            connection.execute(
                sessions.update()
                .where(sessions.c.person == identifier, sessions.c.ended.is_(None))
                .values(ended=now)
            )
            details = {} if heir is None else {"successor": f"person:{heir}"}
            told = Entry("user.disable", f"person:{identifier}", details=details)
            self._audit.append(connection, told)
        return self.get(identifier)

    def enable(self, identifier: str) -> Account:
        """Let an account sign in again, with the roles it was left; raises ``unknown-person``."""
        self.get(identifier)
        with self._journal.writing_tables() as connection:
            connection.execute(
                people.update()
                .where(people.c.id == identifier)
                .values(disabled=None, successor=None, rights=people.c.rights + 1)
            )
            told = Entry("user.change", f"person:{identifier}", details={"what": ["enabled"]})
            self._audit.append(connection, told)
        return self.get(identifier)

    def _one(self, condition: sa.ColumnElement[bool], told: str) -> Account:
        found = self._found(condition)
        if found is None:
            raise AtlasError(UNKNOWN_PERSON, person=told[:80])
        return found

    def _found(self, condition: sa.ColumnElement[bool]) -> Account | None:
        with self._journal.reading_tables() as connection:
            row = connection.execute(sa.select(*people.c).where(condition)).first()
        return None if row is None else account_of(row)


def account_of(row: Row) -> Account:
    """Read a row of ``people``."""
    return Account(
        row.id,
        row.login,
        row.name,
        row.email,
        row.language,
        to_instant(row.created),
        None if row.disabled is None else to_instant(row.disabled),
        row.successor,
        row.rights,
    )


def normal_login(text: str) -> str:
    """Return a name of an account as it is compared."""
    return text.strip().lower()


def _checked_name(name: str) -> str:
    text = " ".join(name.split())
    if not 1 <= len(text) <= MAX_NAME or not text.isprintable():
        raise AtlasError(ILLEGAL_PERSON, what=Phrase("name"), limit=MAX_NAME)
    return text


def _checked_email(email: str | None) -> str | None:
    if email is None or not email.strip():
        return None
    text = email.strip().lower()
    if len(text) > MAX_EMAIL or _EMAIL.fullmatch(text) is None:
        raise AtlasError(ILLEGAL_PERSON, what=Phrase("e-mail address"), limit=MAX_EMAIL)
    return text
