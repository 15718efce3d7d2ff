"""Workbooks that were sent, in the journal's database: kept until they expire."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from catalog_service.editing.tables import workbook_headings, workbook_imports
from catalog_service.editing.workbook_model import KeptSheet, Match, Upload
from catalog_service.journal.codec import to_instant, to_number

_IMPORTS, _HEADINGS = workbook_imports, workbook_headings


@dataclass(frozen=True, slots=True)
class UploadLine:
    """A workbook in a list."""

    id: str
    organization: str
    name: str
    actor: str
    created: datetime
    expires: datetime


class StoredWorkbooks:
    """Reads and writes workbooks within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        """Use a transaction."""
        self._connection = connection

    def find(self, upload_id: str, now: datetime) -> Upload | None:
        """Return a workbook that has not expired; None where there is none."""
        query = sa.select(*_IMPORTS.c).where(
            _IMPORTS.c.id == upload_id, _IMPORTS.c.expires > to_number(now)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _upload(row)

    def lines(self, organizations: Iterable[str] | None, now: datetime) -> list[UploadLine]:
        """Return the workbooks of organizations (None: of all), the newest first."""
        columns = [_IMPORTS.c[name] for name in UploadLine.__slots__]
        query = sa.select(*columns).where(_IMPORTS.c.expires > to_number(now))
        if organizations is not None:
            query = query.where(_IMPORTS.c.organization.in_(list(organizations)))
        return [
            UploadLine(
                row.id,
                row.organization,
                row.name,
                row.actor,
                to_instant(row.created),
                to_instant(row.expires),
            )
            for row in self._connection.execute(query.order_by(_IMPORTS.c.created.desc()))
        ]

    def keep(self, upload: Upload, now: datetime) -> None:
        """Keep a workbook, and forget those that have expired."""
        self._connection.execute(_IMPORTS.delete().where(_IMPORTS.c.expires <= to_number(now)))
        body = {
            "sheets": [one.as_json() for one in upload.sheets],
            "hidden": upload.hidden_sheets,
        }
        self._connection.execute(
            _IMPORTS.insert().values(
                id=upload.id,
                organization=upload.organization,
                name=upload.name,
                actor=upload.actor,
                created=to_number(upload.created),
                expires=to_number(upload.expires),
                body=zlib.compress(orjson.dumps(body)),
                match=upload.match.as_text(),
            )
        )

    def rematch(self, upload_id: str, match: Match) -> None:
        """Keep which sheet, header and columns somebody chose."""
        self._connection.execute(
            _IMPORTS.update().where(_IMPORTS.c.id == upload_id).values(match=match.as_text())
        )

    def forget(self, upload_id: str) -> None:
        """Forget a workbook."""
        self._connection.execute(_IMPORTS.delete().where(_IMPORTS.c.id == upload_id))

    def headings(self, organization: str) -> dict[str, str]:
        """Return which column each heading means, as was chosen for an organization."""
        query = sa.select(_HEADINGS.c.heading, _HEADINGS.c.target).where(
            _HEADINGS.c.organization == organization
        )
        return {row.heading: row.target for row in self._connection.execute(query)}

    def remember(
        self, organization: str, chosen: Mapping[str, str], actor: str, now: datetime
    ) -> None:
        """Remember what headings mean for an organization."""
        for heading, target in chosen.items():
            self._connection.execute(
                _HEADINGS.delete().where(
                    _HEADINGS.c.organization == organization, _HEADINGS.c.heading == heading
                )
            )
            self._connection.execute(
                _HEADINGS.insert().values(
                    organization=organization,
                    heading=heading,
                    target=target,
                    actor=actor,
                    time=to_number(now),
                )
            )


def _upload(row: Any) -> Upload:
    body = orjson.loads(zlib.decompress(row.body))
    return Upload(
        id=row.id,
        organization=row.organization,
        name=row.name,
        actor=row.actor,
        created=to_instant(row.created),
        expires=to_instant(row.expires),
        sheets=tuple(KeptSheet.from_json(one) for one in body["sheets"]),
        hidden_sheets=tuple(body["hidden"]),
        match=Match.from_text(row.match),
    )
