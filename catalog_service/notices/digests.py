"""Digests: what was gathered for one mail a day or a week."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.clock import SHANGHAI
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_number
from catalog_service.notices.outbox import NewMessage, put
from catalog_service.notices.persons import DIGEST, PERSON
from catalog_service.notices.tables import notices

HOUR: Final = 8
"""Of the day in Shanghai at which digests go out; weekly ones on Mondays."""
MOST: Final = 100
"""Notices that a digest lists; all stand on the page."""


def last_due(now: datetime, digest: str) -> datetime:
    """Return the last time at which digests of a kind went out."""
    local = now.astimezone(SHANGHAI)
    due = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if due > local:
        due -= timedelta(days=1)
    return due - timedelta(days=due.weekday()) if digest == "weekly" else due


def gather(journal: Journal) -> int:
    """Put the digests that are due into the outbox; return how many.

    Each is written in the transaction that takes its notices out of those that wait.
    """
    now, count = journal.clock.now(), 0
    for digest in ("daily", "weekly"):
        waits = (notices.c.digest == digest, notices.c.created < to_number(last_due(now, digest)))
        with journal.reading_tables() as connection:
            query = sa.select(notices.c.person).where(*waits).distinct()
            persons = list(connection.execute(query).scalars())
        for person in persons:
            own = (*waits, notices.c.person == person)
            with journal.writing_tables() as connection:
                rows = connection.execute(
                    sa.select(*notices.c).where(*own).order_by(notices.c.created, notices.c.id)
                ).all()
                if not rows:
                    continue
                connection.execute(notices.update().where(*own).values(digest=None))
                # What was read on the page meanwhile needs no mail.
                told = [_told(row) for row in rows if row.read is None]
                if told:
                    data = {"digest": digest, "count": len(told), "notices": told[:MOST]}
                    target = f"{PERSON}{person}"
                    put(connection, [NewMessage(DIGEST, person, "email", target, data)], now)
                    count += 1
    return count


def _told(row: sa.Row[Any]) -> dict[str, Any]:
    return {"notice": row.kind, "created": row.created, **orjson.loads(row.data)}
