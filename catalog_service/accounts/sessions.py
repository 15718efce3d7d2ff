"""Sessions: kept on the server, named by a cookie, ended one by one.

What a browser holds is 256 random bits; kept is their SHA-256, as of tokens. A session ends some
time after its last request, at the latest some hours after it began, and at once when its person
ends it. When rights change, the next request gets a new secret, and the one before is good for a
few seconds more, for the requests that are under way.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import sqlalchemy as sa

from catalog_service.accounts.people import Account, account_of
from catalog_service.accounts.tables import people, sessions
from catalog_service.acting import known_as
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.journal.rows import Row
from catalog_service.settings import Settings

Method = Literal["password", "oidc"]

OVERLAP: Final = timedelta(seconds=10)
"""How long a secret is good after it was replaced."""
_SEEN_EVERY: Final = timedelta(minutes=1)
"""How often at most it is noted that a session is used."""
_MOST_AGENT: Final = 200
_PERSON = tuple(column.label(f"person_{column.name}") for column in people.c)
_BY_DIGEST = (
    sa.select(*sessions.c, *_PERSON)
    .join_from(sessions, people, people.c.id == sessions.c.person)
    .where(sessions.c.digest == sa.bindparam("sent"))
)


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose session at an identity provider a session follows."""

    issuer: str
    subject: str
    session: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A session without its secret."""

    id: str
    person: str
    created: datetime
    seen: datetime
    expires: datetime
    method: str
    network: str
    user_agent: str
    provider: Provider | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just made; ``secret`` is what the cookie holds, and is not kept anywhere."""

    session: Session
    secret: str


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Whose session a request carries."""

    session: Session
    account: Account
    csrf: str
    """What its forms send."""
    sent_csrf: str
    """What the forms sent before the secret was replaced, which is the same where it was not."""
    renewed: str | None = None
    """The new secret, where the cookie is to be replaced."""

    def accepts(self, csrf: str) -> bool:
        """Tell whether a form comes from a page of this session."""
        sent = csrf.encode(errors="replace")
        return any(
            secrets.compare_digest(sent, known.encode()) for known in (self.csrf, self.sent_csrf)
        )


class Sessions:
    """The sessions of a catalogue, in the journal's database."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        settings: Settings,
        *,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._audit = Audit(journal)
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._longest = timedelta(hours=settings.session_hours)
        self._entropy = entropy

    def start(
        self,
        person: str,
        *,
        method: Method,
        network: str,
        user_agent: str,
        provider: Provider | None = None,
        replaces: str | None = None,
    ) -> NewSession:
        """Begin a session with a new secret; one that the browser had (``replaces``) ends."""
        now = self._clock.now()
        secret = self._secret()
        values = {
            "digest": digest_of(secret),
            "id": self._entropy(8).hex(),
            "person": person,
            "created": to_number(now),
            "seen": to_number(now),
            "expires": to_number(now + self._longest),
            "method": method,
            "network": network,
            "user_agent": user_agent[:_MOST_AGENT],
            "issuer": provider and provider.issuer,
            "subject": provider and provider.subject,
            "provider_session": provider and provider.session,
        }
        with self._journal.writing_tables() as connection:
            rights = connection.execute(
                sa.select(people.c.rights).where(people.c.id == person)
            ).scalar_one()
            connection.execute(sessions.insert().values(rights=rights, **values))
            told = Entry(
                "session.begin",
                f"person:{person}",
                details={"session": values["id"], "method": method},
                actor=f"person:{person}",
            )
            self._audit.append(connection, told)
            if replaces is not None:
                _end(connection, sessions.c.digest == digest_of(replaces), to_number(now))
        found = self.of(person)
        return NewSession(next(one for one in found if one.id == values["id"]), secret)

    def authenticate(self, secret: str) -> Authenticated | None:
        """Return whose session a cookie names; None: none's, or of one that ended.

        Notes that it is used, and replaces its secret where rights have changed since.
        """
        with self._journal.reading_tables() as connection:
            row = connection.execute(_BY_DIGEST, {"sent": digest_of(secret)}).first()
        now = self._clock.now()
        if row is None or row.person_disabled is not None or not self._is_open(row, now):
            return None
        account = _account(row)
        known_as(f"person:{account.id}")
        if row.rights != account.rights and row.ended is None:
            renewed = self._rotate(row, account.rights, now)
            if renewed is not None:
                return Authenticated(
                    _session(row), account, csrf_of(renewed), csrf_of(secret), renewed
                )
        if to_instant(row.seen) + _SEEN_EVERY <= now:
            with self._journal.writing_tables() as connection:
                connection.execute(
                    sessions.update()
                    .where(sessions.c.digest == row.digest)
                    .values(seen=to_number(now))
                )
        csrf = csrf_of(secret)
        return Authenticated(_session(row), account, csrf, csrf)

    def of(self, person: str) -> list[Session]:
        """Return the sessions of a person that are open, the last used first."""
        return self._all(sessions.c.person == person)

    def all(self) -> list[Session]:
        """Return all sessions that are open, the last used first."""
        return self._all(sa.true())

    def end(self, person: str, identifier: str) -> bool:
        """End a session of a person at once; False where there is none such."""
        return self._ended(sessions.c.person == person, sessions.c.id == identifier) > 0

    def end_all(self, person: str, *, but: str | None = None) -> int:
        """End the sessions of a person, but for one (by its identifier); return how many."""
        others = sa.true() if but is None else sessions.c.id != but
        return self._ended(sessions.c.person == person, others)

    def end_of_provider(self, issuer: str, subject: str | None, session: str | None) -> int:
        """End the sessions that follow one at an identity provider; return how many.

        ``session`` alone names it, or ``subject`` all of a person there (OpenID Connect
        Back-Channel Logout 1.0, 2.4); with both, both must fit.
        """
        conditions = [sessions.c.issuer == issuer]
        if subject is not None:
            conditions.append(sessions.c.subject == subject)
        if session is not None:
            conditions.append(sessions.c.provider_session == session)
        return 0 if len(conditions) == 1 else self._ended(*conditions)

    def forget_ended(self) -> int:
        """Delete sessions that ended a day ago; return how many."""
        before = to_number(self._clock.now() - timedelta(days=1))
        with self._journal.writing_tables() as connection:
            return connection.execute(
                sessions.delete().where(
                    sa.or_(sessions.c.ended < before, sessions.c.expires < before)
                )
            ).rowcount

    def _all(self, condition: sa.ColumnElement[bool]) -> list[Session]:
        now = self._clock.now()
        query = (
            sa.select(*sessions.c)
            .where(condition, sessions.c.ended.is_(None))
            .order_by(sessions.c.seen.desc(), sessions.c.id)
        )
        with self._journal.reading_tables() as connection:
            rows = connection.execute(query).all()
        return [_session(row) for row in rows if self._is_open(row, now)]

    def _is_open(self, row: Row, now: datetime) -> bool:
        return (
            (row.ended is None or to_instant(row.ended) > now)
            and to_instant(row.expires) > now
            and to_instant(row.seen) + self._idle > now
        )

    def _rotate(self, row: Row, rights: int, now: datetime) -> str | None:
        """Give a session a new secret; None where another request has just done so."""
        secret = self._secret()
        kept = {name: value for name, value in row._mapping.items() if name in sessions.c}
        with self._journal.writing_tables() as connection:
            replaced = connection.execute(
                sessions.update()
                .where(sessions.c.digest == row.digest, sessions.c.ended.is_(None))
                .values(ended=to_number(now + OVERLAP), id=f"{row.id}-{digest_of(secret)[:8]}")
            ).rowcount
            if not replaced:
                return None
            connection.execute(
                sessions.insert().values(
                    {**kept, "digest": digest_of(secret), "rights": rights, "seen": to_number(now)}
                )
            )
        return secret

    def _ended(self, *conditions: sa.ColumnElement[bool]) -> int:
        now = to_number(self._clock.now())
        condition = sa.and_(*conditions)
        with self._journal.writing_tables() as connection:
            open_ones = connection.execute(
                sa.select(sessions.c.id, sessions.c.person).where(
                    condition, sessions.c.ended.is_(None), sessions.c.expires > now
                )
            ).all()
            for one in open_ones:
                told = Entry("session.end", f"person:{one.person}", details={"session": one.id})
                self._audit.append(connection, told)
            return _end(connection, condition, now)

    def _secret(self) -> str:
        return urlsafe_b64encode(self._entropy(32)).decode().rstrip("=")


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def csrf_of(secret: str) -> str:
    """Return what the forms of a session must send: made from its secret, which no page shows."""
    return hmac.digest(secret.encode(errors="replace"), b"csrf", "sha256").hex()


def _end(connection: sa.Connection, condition: sa.ColumnElement[bool], now: int) -> int:
    # Also one that was just replaced, which would be good for some seconds more.
    still = sa.or_(sessions.c.ended.is_(None), sessions.c.ended > now)
    return connection.execute(sessions.update().where(condition, still).values(ended=now)).rowcount


def _session(row: Row) -> Session:
    provider = None
    if row.issuer is not None:
        provider = Provider(row.issuer, row.subject or "", row.provider_session)
    return Session(
        row.id,
        row.person,
        to_instant(row.created),
        to_instant(row.seen),
        to_instant(row.expires),
        row.method,
        row.network,
        row.user_agent,
        provider,
    )


class _Renamed:
    """The person's columns of a row that joins both tables."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getattr__(self, name: str) -> object:
        return getattr(self._row, f"person_{name}")


def _account(row: Row) -> Account:
    return account_of(_Renamed(row))  # type: ignore[arg-type]  # has the columns that are read
