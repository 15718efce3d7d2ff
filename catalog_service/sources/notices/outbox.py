"""The outbox: notices that wait to be sent, written together with what they tell of.

A notice is written in the transaction that ends its run, so that there is neither one without the
other. It is sent after that: a process that dies between sending and noting it sends it once more,
with the same identifier.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import orjson
import sqlalchemy as sa

from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.sources.connection.harvest_settings import Channel
from catalog_service.sources.connection.webhook_receivers import shown_webhook
from catalog_service.sources.notices.model import Notice, NoticeState, Report
from catalog_service.sources.tables import notice_outbox

Addressed = tuple[Report, Sequence[tuple[Channel, str]]]
"""A report, and where it goes."""

LEASE: Final = timedelta(minutes=5)
"""How long an attempt belongs to the process that makes it; longer than any attempt takes."""
MOST_ATTEMPTS: Final = 14
"""With the pauses between them, a day and a half."""
FIRST_PAUSE: Final = timedelta(minutes=1)
"""Doubled with each attempt, up to `LONGEST_PAUSE`, and up to half as much again by chance."""
LONGEST_PAUSE: Final = timedelta(hours=6)
KEPT: Final = timedelta(days=30)
"""How long it can be looked up what became of a notice."""


def put_notices(
    connection: sa.Connection,
    report: Report,
    targets: Sequence[tuple[Channel, str]],
    now: datetime,
) -> None:
    """Add a report for each target to the outbox, within a transaction of the journal."""
    rows = [
        {
            "id": f"msg_{uuid4().hex}",
            "source": report.source,
            "run": report.run,
            "channel": channel,
            "target": target,
            "report": report.to_json(),
            "created": to_number(now),
            "state": "waiting",
            "attempts": 0,
            "due": to_number(now),
        }
        for channel, target in targets
    ]
    if rows:
        connection.execute(notice_outbox.insert(), rows)


class Outbox:
    """Hands out notices to send, and keeps what became of them."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def put(self, report: Report, targets: Sequence[tuple[Channel, str]]) -> None:
        """Add what belongs to no run."""
        with self._journal.writing_tables() as connection:
            put_notices(connection, report, targets, self._clock.now())

    def claim(self, limit: int) -> list[Notice]:
        """Return notices that are due, the oldest first; no other process gets them meanwhile."""
        now = self._clock.now()
        query = (
            sa.select(*notice_outbox.c)
            .where(notice_outbox.c.due <= to_number(now))
            .order_by(notice_outbox.c.due)
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
                    notice_outbox.update()
                    .where(notice_outbox.c.id == row.id, notice_outbox.c.due == row.due)
                    .values(due=to_number(now + LEASE), attempts=row.attempts + 1)
                )
                if found.rowcount:
                    claimed.append(_notice(row, row.attempts + 1))
        return claimed

    def end(self, notice: Notice, state: NoticeState) -> None:
        """Note that a notice needs no further attempt."""
        self._update(notice, {"state": state, "due": None, "error": None})

    def put_back(self, notice: Notice, error: Mapping[str, Any], *, for_good: bool) -> None:
        """Note why an attempt failed, and when the next one is, if there is any."""
        values: dict[str, Any] = {"error": orjson.dumps(error).decode()}
        if for_good or notice.attempts >= MOST_ATTEMPTS:
            values |= {"state": "given-up", "due": None}
        else:
            values["due"] = to_number(self._clock.now() + pause(notice.attempts))
        self._update(notice, values)

    def of_source(self, source: str, limit: int = 50) -> list[Notice]:
        """Return the notices of a source, the newest first."""
        query = (
            sa.select(*notice_outbox.c)
            .where(notice_outbox.c.source == source)
            .order_by(notice_outbox.c.created.desc(), notice_outbox.c.id)
            .limit(limit)
        )
        with self._journal.reading_tables() as connection:
            return [_notice(row, row.attempts) for row in connection.execute(query)]

    def forget_old(self) -> None:
        """Delete what was sent or given up long ago."""
        until = to_number(self._clock.now() - KEPT)
        with self._journal.writing_tables() as connection:
            connection.execute(
                notice_outbox.delete().where(
                    notice_outbox.c.due.is_(None), notice_outbox.c.created < until
                )
            )

    def _update(self, notice: Notice, values: Mapping[str, Any]) -> None:
        with self._journal.writing_tables() as connection:
            connection.execute(
                notice_outbox.update()
                .where(
                    notice_outbox.c.id == notice.id,
                    # Not of an attempt that another process has made since.
                    notice_outbox.c.attempts == notice.attempts,
                )
                .values(**values)
            )


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    planned = min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)
    return planned * random.uniform(1, 1.5)  # noqa: S311


def _notice(row: Any, attempts: int) -> Notice:
    return Notice(
        id=row.id,
        source=row.source,
        run=row.run,
        channel=row.channel,
        target=shown_webhook(row.target) if row.channel == "webhook" else row.target,
        report=Report.from_json(row.report),
        created=to_instant(row.created),
        state=row.state,
        attempts=attempts,
        error=None if row.error is None else orjson.loads(row.error),
    )
