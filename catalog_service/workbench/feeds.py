"""Personal addresses of the calendar: made once, shown once, revoked by their person.

A calendar program signs in nowhere, so that its address itself is the key: 256 random bits, of
which the digest is kept. It opens the person's deadlines and nothing else, with the rights that the
person has when it is read.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.workbench.errors import TOO_MANY_FEEDS, UNKNOWN_FEED
from catalog_service.workbench.tables import calendar_feeds
from ontology.errors import AtlasError
from translations import Lang

MOST: Final = 10
"""Addresses that one person has at a time."""


@dataclass(frozen=True, slots=True)
class Feed:
    """An address without what opens it."""

    id: str
    person: str
    lang: Lang
    created: datetime
    used: date | None


class CalendarFeeds:
    """The addresses, in the journal's database; safe to share between threads."""

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

    def make(self, person: str, lang: Lang) -> str:
        """Make an address and return what opens it; raises ``too-many-feeds``."""
        if len(self.of(person)) >= MOST:
            raise AtlasError(TOO_MANY_FEEDS, most=MOST)
        secret = urlsafe_b64encode(self._entropy(32)).decode().rstrip("=")
        identifier = self._entropy(8).hex()
        with self._journal.writing_tables() as connection:
            connection.execute(
                calendar_feeds.insert().values(
                    id=identifier,
                    digest=_digest(secret),
                    person=person,
                    lang=lang,
                    created=to_number(self._clock.now()),
                )
            )
            told = Entry("calendar.share", f"person:{person}", details={"feed": identifier})
            self._audit.append(connection, told)
        return secret

    def of(self, person: str) -> list[Feed]:
        """Return the addresses of a person that are not revoked, the oldest first."""
        query = (
            sa.select(*calendar_feeds.c)
            .where(calendar_feeds.c.person == person, calendar_feeds.c.revoked.is_(None))
            .order_by(calendar_feeds.c.created, calendar_feeds.c.id)
        )
        with self._journal.reading_tables() as connection:
            rows = connection.execute(query).all()
        return [Feed(r.id, r.person, r.lang, to_instant(r.created), r.used) for r in rows]

    def revoke(self, person: str, identifier: str) -> None:
        """End an address of a person's own; raises ``unknown-feed``."""
        with self._journal.writing_tables() as connection:
            ended = connection.execute(
                calendar_feeds.update()
                .where(
                    calendar_feeds.c.id == identifier,
                    calendar_feeds.c.person == person,
                    calendar_feeds.c.revoked.is_(None),
                )
                .values(revoked=to_number(self._clock.now()))
            )
            if not ended.rowcount:
                raise AtlasError(UNKNOWN_FEED)
            told = Entry("calendar.end", f"person:{person}", details={"feed": identifier})
            self._audit.append(connection, told)

    def opened(self, secret: str) -> Feed:
        """Return the address that a calendar reads, and note the day; raises ``unknown-feed``."""
        query = sa.select(*calendar_feeds.c).where(
            calendar_feeds.c.digest == _digest(secret), calendar_feeds.c.revoked.is_(None)
        )
        with self._journal.reading_tables() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise AtlasError(UNKNOWN_FEED)
        today = self._clock.today()
        if row.used != today:
            with self._journal.writing_tables() as connection:
                connection.execute(
                    calendar_feeds.update().where(calendar_feeds.c.id == row.id).values(used=today)
                )
        return Feed(row.id, row.person, row.lang, to_instant(row.created), row.used)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
