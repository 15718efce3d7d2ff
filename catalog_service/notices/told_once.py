"""What was told of already: what goes on waiting is told of once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from catalog_service.journal.codec import to_instant, to_number
from catalog_service.notices.tables import told_once


def last_told(connection: sa.Connection, key: str) -> tuple[int, datetime] | None:
    """Return how far something was told of, and when; None: never."""
    row = connection.execute(sa.select(*told_once.c).where(told_once.c.key == key)).first()
    return None if row is None else (row.number, to_instant(row.time))


def note_told(connection: sa.Connection, key: str, number: int, now: datetime) -> None:
    """Note how far something is told of, in the transaction that tells it."""
    values = {"number": number, "time": to_number(now)}
    changed = connection.execute(
        told_once.update().where(told_once.c.key == key).values(values)
    ).rowcount
    if not changed:
        connection.execute(told_once.insert().values(key=key, **values))


def forget_told(connection: sa.Connection, prefix: str, before: datetime) -> None:
    """Forget what was told long ago and cannot come again."""
    connection.execute(
        told_once.delete().where(
            told_once.c.key.startswith(prefix, autoescape=True),
            told_once.c.time < to_number(before),
        )
    )
