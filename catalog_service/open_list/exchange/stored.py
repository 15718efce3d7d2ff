"""Workbooks of lists that were sent, in the journal's database: kept until they expire."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.journal.codec import to_instant, to_number
from catalog_service.open_list.exchange.model import SentList, Upload
from catalog_service.open_list.tables import open_list_workbooks

_T = open_list_workbooks
_OF_ONE: Final = 20
"""Workbooks of one list that somebody may be looking at; each may hold megabytes."""


def keep_upload(connection: sa.Connection, upload: Upload) -> None:
    """Keep a workbook; forget those that have expired, and the oldest of somebody with too many."""
    now = to_number(upload.created)
    connection.execute(_T.delete().where(_T.c.expires <= now))
    organization, year = upload.list
    own = sa.and_(_T.c.organization == organization, _T.c.year == year, _T.c.actor == upload.actor)
    newest = sa.select(_T.c.id).where(own).order_by(_T.c.created.desc(), _T.c.id)
    kept = list(connection.execute(newest.limit(_OF_ONE - 1)).scalars())
    connection.execute(_T.delete().where(own, _T.c.id.not_in(kept)))
    connection.execute(
        _T.insert().values(
            id=upload.id,
            organization=organization,
            year=year,
            name=upload.name,
            actor=upload.actor,
            created=now,
            expires=to_number(upload.expires),
            body=zlib.compress(upload.sent.as_json()),
        )
    )


def find_upload(connection: sa.Connection, upload: str, now: datetime) -> Upload | None:
    """Return a workbook that has not expired; None where there is none."""
    query = sa.select(*_T.c).where(_T.c.id == upload, _T.c.expires > to_number(now))
    row = connection.execute(query).one_or_none()
    return None if row is None else _upload(row)


def uploads_of(connection: sa.Connection, name: tuple[str, int], now: datetime) -> list[Upload]:
    """Return the workbooks of a list that have not expired, the newest first."""
    query = (
        sa.select(*_T.c)
        .where(_T.c.organization == name[0], _T.c.year == name[1], _T.c.expires > to_number(now))
        .order_by(_T.c.created.desc(), _T.c.id)
    )
    return [_upload(row) for row in connection.execute(query)]


def forget_upload(connection: sa.Connection, upload: str) -> None:
    """Forget a workbook."""
    connection.execute(_T.delete().where(_T.c.id == upload))


def _upload(row: sa.Row[Any]) -> Upload:
    return Upload(
        id=row.id,
        list=(row.organization, row.year),
        name=row.name,
        actor=row.actor,
        created=to_instant(row.created),
        expires=to_instant(row.expires),
        sent=SentList.from_json(zlib.decompress(row.body)),
    )
