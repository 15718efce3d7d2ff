"""Passwords: which are taken, and how they are kept.

Length and a guess of how soon it would be guessed decide, and nothing else (NIST SP 800-63B-4,
3.1.1.2; OWASP ASVS 5, 6.2): zxcvbn knows the 30,000 commonest passwords, words, names, keyboard
walks and dates, and is told what is known of the person. Kept is what argon2id makes, with the
parameters of RFC 9106's second choice.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Final, Protocol

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from catalog_service.accounts.errors import PASSWORD_REFUSED
from catalog_service.accounts.tables import credentials, people
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_number
from ontology.errors import AtlasError, Phrase

LEAST: Final = 12
MOST: Final = 128
"""Characters."""

_LEAST_SCORE: Final = 3
"""Of zxcvbn's 0 to 4: more than 10⁸ guesses."""
_GUESSED: Final = 64
"""Characters that zxcvbn looks at, whose time grows with the square of their number."""
_OF_THE_SITE: Final = ("shanghai", "atlas", "data", "catalog", "上海", "公共数据")


class Hasher(Protocol):
    """What makes and checks hashes; a test counts its calls."""

    def hash(self, password: str) -> str:
        """Return the hash of a password."""
        ...

    def verify(self, hashed: str, password: str) -> bool:
        """Tell whether a password is the one of a hash."""
        ...

    def needs_rehash(self, hashed: str) -> bool:
        """Tell whether a hash was made with lesser parameters than today's."""
        ...


class Argon2Hasher:
    """argon2id with 64 MiB, three passes and four lanes (RFC 9106, 4)."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher()

    def hash(self, password: str) -> str:
        """Return the hash of a password."""
        return self._argon2.hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        """Tell whether a password is the one of a hash."""
        try:
            return self._argon2.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def needs_rehash(self, hashed: str) -> bool:
        """Tell whether a hash was made with lesser parameters than today's."""
        return self._argon2.check_needs_rehash(hashed)


class Passwords:
    """The passwords of people, in the journal's database."""

    def __init__(self, journal: Journal, clock: Clock, hasher: Hasher | None = None) -> None:
        self._journal = journal
        self._clock = clock
        self._audit = Audit(journal)
        self._hasher = hasher or Argon2Hasher()

    def set(self, person: str, password: str, *, known: Iterable[str] = ()) -> None:
        """Give a person a password; ``known`` is what others know of them.

        Raises ``password-refused``.
        """
        check_password(password, known)
        hashed = self._hasher.hash(password)
        now = to_number(self._clock.now())
        with self._journal.writing_tables() as connection:
            connection.execute(credentials.delete().where(credentials.c.person == person))
            connection.execute(credentials.insert().values(person=person, hash=hashed, changed=now))
            connection.execute(
                people.update().where(people.c.id == person).values(rights=people.c.rights + 1)
            )
            told = Entry("credential.change", f"person:{person}", details={"what": "password"})
            self._audit.append(connection, told)

    def is_right(self, person: str | None, password: str) -> bool:
        """Tell whether a password is a person's.

        One hash is computed whether there is such a person and password or not, so that the time
        tells nobody which accounts there are.
        """
        hashed = None if person is None else self._hash_of(person)
        right = self._hasher.verify(hashed or self._decoy, password[: MOST + 1])
        if hashed is None or person is None or not right:
            return False
        if self._hasher.needs_rehash(hashed):
            self._renew(person, password)
        return True

    def has(self, person: str) -> bool:
        """Tell whether a person has a password."""
        return self._hash_of(person) is not None

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash("a password that nobody has")

    def prepare(self) -> None:
        """Make what the first sign-in would have to wait for."""
        _ = self._decoy

    def _hash_of(self, person: str) -> str | None:
        with self._journal.reading_tables() as connection:
            found: str | None = connection.execute(
                sa.select(credentials.c.hash).where(credentials.c.person == person)
            ).scalar()
        return found

    def _renew(self, person: str, password: str) -> None:
        with self._journal.writing_tables() as connection:
            connection.execute(
                credentials.update()
                .where(credentials.c.person == person)
                .values(hash=self._hasher.hash(password))
            )


def check_password(password: str, known: Iterable[str] = ()) -> None:
    """Raise ``password-refused`` where a password is too short, too long or easily guessed."""
    if len(password) < LEAST:
        reason = Phrase("it has fewer than {least} characters", {"least": LEAST})
        raise AtlasError(PASSWORD_REFUSED, reason=reason)
    if len(password) > MOST:
        reason = Phrase("it has more than {most} characters", {"most": MOST})
        raise AtlasError(PASSWORD_REFUSED, reason=reason)
    # Imported here: its lists take 10 MB, and passwords are seldom set.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    words = [word for text in (*known, *_OF_THE_SITE) for word in (text, text.partition("@")[0])]
    judged = zxcvbn(password[:_GUESSED], user_inputs=[word for word in words if word])
    if judged["score"] < _LEAST_SCORE:
        raise AtlasError(
            PASSWORD_REFUSED,
            reason=Phrase("it is common, or made of what is easily guessed"),
        )
