"""The outbox: messages that wait to be sent, written together with what they tell of.

A message is written in the transaction of what it tells, so that there is neither one without the
other. It is sent after that: a process that dies between sending and noting it sends it once more,
with the same identifier.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import orjson
import sqlalchemy as sa

from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.notices.model import Channel, Message, MessageState
from catalog_service.notices.tables import outbox

LEASE: Final = timedelta(minutes=5)
"""How long an attempt belongs to the process that makes it; longer than any attempt takes."""
MOST_ATTEMPTS: Final = 14
"""With the pauses between them, a day and a half."""
FIRST_PAUSE: Final = timedelta(minutes=1)
"""Doubled with each attempt, up to `LONGEST_PAUSE`, and up to half as much again by chance."""
LONGEST_PAUSE: Final = timedelta(hours=6)
KEPT: Final = timedelta(days=30)
"""How long it can be looked up what became of a message."""

FORGOTTEN: Final = "forgotten"
"""In a message's data, true: what it tells is deleted once it was sent or given up."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to put into the outbox; see `Message`."""

    kind: str
    about: str
    channel: Channel
    target: str
    data: Mapping[str, Any]


def put(connection: sa.Connection, messages: Iterable[NewMessage], now: datetime) -> None:
    """Add messages to the outbox, within a transaction of the journal."""
    rows = [
        {
            "id": f"msg_{uuid4().hex}",
            "kind": one.kind,
            "about": one.about,
            "channel": one.channel,
            "target": one.target,
            "data": orjson.dumps(one.data).decode(),
            "created": to_number(now),
            "state": "waiting",
            "attempts": 0,
            "due": to_number(now),
        }
        for one in messages
    ]
    if rows:
        connection.execute(outbox.insert(), rows)


def forget(connection: sa.Connection, kind: str, about: str) -> None:
    """Delete all messages of a kind about something that is gone."""
    connection.execute(outbox.delete().where(outbox.c.kind == kind, outbox.c.about == about))


def retarget(connection: sa.Connection, kind: str, about: str, *, before: str, now: str) -> None:
    """Give messages another target, where the former one is not to be shown any more."""
    connection.execute(
        outbox.update()
        .where(outbox.c.kind == kind, outbox.c.about == about, outbox.c.target == before)
        .values(target=now)
    )


class Outbox:
    """Hands out messages to send, and keeps what became of them."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def put(self, messages: Iterable[NewMessage]) -> None:
        """Add what belongs to no other transaction."""
        with self._journal.writing_tables() as connection:
            put(connection, messages, self._clock.now())

    def claim(self, limit: int, kinds: Collection[str]) -> list[Message]:
        """Return messages of these kinds that are due; no other process gets them meanwhile.

        The oldest come first.
        """
        now = self._clock.now()
        query = (
            sa.select(*outbox.c)
            .where(outbox.c.due <= to_number(now), outbox.c.kind.in_(sorted(kinds)))
            .order_by(outbox.c.due)
            .limit(limit)
        )
        with self._journal.reading_tables() as connection:
            # Mostly there is none, and then nothing is written.
            if connection.execute(query).first() is None:
                return []
        claimed = []
        with self._journal.writing_tables() as connection:
            for row in connection.execute(query).all():
                found = connection.execute(
                    outbox.update()
                    .where(outbox.c.id == row.id, outbox.c.due == row.due)
                    .values(due=to_number(now + LEASE), attempts=row.attempts + 1)
                )
                if found.rowcount:
                    claimed.append(_message(row, row.attempts + 1))
        return claimed

    def end(self, message: Message, state: MessageState) -> None:
        """Note that a message needs no further attempt."""
        self._update(message, {"state": state, "due": None, "error": None} | _forgotten(message))

    def put_back(self, message: Message, error: Mapping[str, Any], *, for_good: bool) -> None:
        """Note why an attempt failed, and when the next one is, if there is any."""
        values: dict[str, Any] = {"error": orjson.dumps(error).decode()}
        if for_good or message.attempts >= MOST_ATTEMPTS:
            values |= {"state": "given-up", "due": None} | _forgotten(message)
        else:
            values["due"] = to_number(self._clock.now() + pause(message.attempts))
        self._update(message, values)

    def about(self, kind: str, about: str, limit: int = 50) -> list[Message]:
        """Return the messages of a kind about something, the newest first."""
        query = (
            sa.select(*outbox.c)
            .where(outbox.c.kind == kind, outbox.c.about == about)
            .order_by(outbox.c.created.desc(), outbox.c.id)
            .limit(limit)
        )
        with self._journal.reading_tables() as connection:
            return [_message(row, row.attempts) for row in connection.execute(query)]

    def forget_old(self) -> None:
        """Delete what was sent or given up long ago."""
        until = to_number(self._clock.now() - KEPT)
        with self._journal.writing_tables() as connection:
            connection.execute(
                outbox.delete().where(outbox.c.due.is_(None), outbox.c.created < until)
            )

    def _update(self, message: Message, values: Mapping[str, Any]) -> None:
        with self._journal.writing_tables() as connection:
            connection.execute(
                outbox.update()
                .where(
                    outbox.c.id == message.id,
                    # Not of an attempt that another process has made since.
                    outbox.c.attempts == message.attempts,
                )
                .values(**values)
            )


def _forgotten(message: Message) -> dict[str, str]:
    """Return the column without what must not be kept once the message is done with."""
    return {"data": "{}"} if message.data.get(FORGOTTEN) else {}


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    planned = min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)
    return planned * random.uniform(1, 1.5)  # noqa: S311


def _message(row: Any, attempts: int) -> Message:
    return Message(
        id=row.id,
        kind=row.kind,
        about=row.about,
        channel=row.channel,
        target=row.target,
        data=orjson.loads(row.data),
        created=to_instant(row.created),
        state=row.state,
        attempts=attempts,
        error=None if row.error is None else orjson.loads(row.error),
    )
