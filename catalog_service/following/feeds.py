"""Personal addresses of news: made once, shown once, ended by their person.

A news reader signs in nowhere, so that its address itself is the key: 256 random bits, of which the
digest is kept. It opens the person's news and nothing else.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.following.errors import TOO_MANY_FOLLOW_FEEDS, UNKNOWN_FOLLOW_FEED
from catalog_service.following.model import Feed
from catalog_service.following.tables import follow_feeds
from catalog_service.journal.codec import to_instant, to_number
from ontology.errors import AtlasError
from translations import Lang

MOST: Final = 5
"""Addresses that one person has at a time."""
_C: Final = follow_feeds.c


def make_feed(atlas: Service, person: str, lang: Lang) -> str:
    """Make an address and return what opens it; raises ``too-many-follow-feeds``."""
    secret = urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    identifier = secrets.token_hex(8)
    with atlas.journal.writing_tables() as connection:
        count = sa.select(sa.func.count()).where(_C.person == person)
        if connection.execute(count).scalar_one() >= MOST:
            raise AtlasError(TOO_MANY_FOLLOW_FEEDS, most=MOST)
        connection.execute(
            follow_feeds.insert().values(
                id=identifier,
                digest=_digest(secret),
                person=person,
                lang=lang,
                created=to_number(atlas.clock.now()),
            )
        )
        told = Entry("follow.share", f"person:{person}", details={"feed": identifier})
        atlas.audit.append(connection, told)
    return secret


def feeds_of(atlas: Service, person: str) -> list[Feed]:
    """Return the addresses of a person, the oldest first."""
    query = sa.select(*_C).where(_C.person == person).order_by(_C.created, _C.id)
    with atlas.journal.reading_tables() as connection:
        return [_feed(row) for row in connection.execute(query)]


def end_feed(atlas: Service, person: str, identifier: str) -> None:
    """End an address of a person's own; raises ``unknown-follow-feed``."""
    with atlas.journal.writing_tables() as connection:
        own = (_C.id == identifier, _C.person == person)
        if not connection.execute(follow_feeds.delete().where(*own)).rowcount:
            raise AtlasError(UNKNOWN_FOLLOW_FEED)
        told = Entry("follow.end_share", f"person:{person}", details={"feed": identifier})
        atlas.audit.append(connection, told)


def open_feed(atlas: Service, secret: str) -> Feed:
    """Return the address that is read, and note the day.

    Raises ``unknown-follow-feed``, also where its person's account is closed.
    """
    query = sa.select(*_C).where(_C.digest == _digest(secret))
    with atlas.journal.reading_tables() as connection:
        row = connection.execute(query).first()
    account = None if row is None else atlas.accounts.people.look_up(row.person)
    if row is None or account is None or account.disabled is not None:
        raise AtlasError(UNKNOWN_FOLLOW_FEED)
    today = atlas.clock.today()
    if row.used != today:
        with atlas.journal.writing_tables() as connection:
            connection.execute(follow_feeds.update().where(_C.id == row.id).values(used=today))
    return _feed(row)


def forget_feeds(connection: sa.Connection, person: str) -> None:
    """End all addresses of a person."""
    connection.execute(follow_feeds.delete().where(_C.person == person))


def people_with_feeds(connection: sa.Connection) -> list[str]:
    """Return all who have an address."""
    return list(connection.execute(sa.select(_C.person).distinct()).scalars())


def _feed(row: sa.Row[Any]) -> Feed:
    return Feed(row.id, row.person, row.lang, to_instant(row.created), row.used)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
