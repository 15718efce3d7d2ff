"""Writing and reading the audit, in the journal's database.

An entry is written in the transaction of what it tells: there is neither a change without its entry
nor an entry without the change. Every write transaction of the journal holds its append lock
(PostgreSQL), or the database's one write lock (SQLite), so that entries follow each other in the
order of commits and no two have the same predecessor.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.audit.chain import details_text, hash_of
from catalog_service.audit.events import EVENTS
from catalog_service.audit.model import (
    GENESIS,
    Entry,
    Head,
    StoredEntry,
    Wanted,
    plain_text,
)
from catalog_service.audit.tables import audit_entries
from catalog_service.audit.verification import AT_ONCE, Fault, Verification, verify
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number

__all__ = [
    "EVENTS",
    "Audit",
    "Entry",
    "Fault",
    "Head",
    "StoredEntry",
    "Verification",
    "Wanted",
    "verify",
]

_LAST: Final = (
    sa.select(audit_entries.c.number, audit_entries.c.hash, audit_entries.c.time)
    .order_by(audit_entries.c.number.desc())
    .limit(1)
)
_INSERT: Final = audit_entries.insert()
_OWNERS: Final = sa.table("source_organizations", sa.column("source"), sa.column("organization"))
"""The room of accounts writes entries itself, so that its table is known here by name alone."""
_OWNER: Final = sa.select(_OWNERS.c.organization).where(_OWNERS.c.source == sa.bindparam("source"))


class Audit:
    """The audit of a catalogue; safe to share between threads."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def append(self, connection: sa.Connection, entry: Entry) -> None:
        """Add an entry within a write transaction of the journal (`Journal.writing_tables`)."""
        organization, details = entry.organization, dict(entry.details)
        if entry.source is not None:
            details["source"] = entry.source
            organization = connection.execute(_OWNER, {"source": entry.source}).scalar()
        last = connection.execute(_LAST).first()
        values: dict[str, Any] = {
            "number": 1 if last is None else last.number + 1,
            "time": to_number(self._journal.clock.now()),
            "actor": plain_text(entry.actor),
            "action": entry.action,
            "subject": plain_text(entry.subject),
            "organization": plain_text(organization),
            "reason": plain_text(entry.reason),
            "network": entry.network,
            "details": details_text(details),
            "previous": GENESIS if last is None else last.hash,
        }
        connection.execute(_INSERT, {**values, "hash": hash_of(values)})

    def record(self, entry: Entry) -> None:
        """Add an entry of what changes nothing in the journal, such as a read of personal data."""
        with self._journal.writing_tables() as connection:
            self.append(connection, entry)

    def head(self) -> Head:
        """Return the last entry's number and hash; number 0 where there is none."""
        with self._journal.reading_tables() as connection:
            last = connection.execute(_LAST).first()
        if last is None:
            return Head(0, GENESIS, None)
        return Head(last.number, last.hash, to_instant(last.time))

    def entries(
        self, wanted: Wanted, *, before: int | None = None, limit: int = 50
    ) -> list[StoredEntry]:
        """Return entries, the newest first; ``before``: those with a smaller number."""
        query = (
            sa.select(*audit_entries.c)
            .where(*_conditions(wanted))
            .order_by(audit_entries.c.number.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(audit_entries.c.number < before)
        with self._journal.reading_tables() as connection:
            return [stored(row) for row in connection.execute(query)]

    def walk(self, wanted: Wanted) -> Iterator[StoredEntry]:
        """Yield entries in the order of the chain, up to the one that is the last now."""
        end, after = self.head().number, 0
        while True:
            query = (
                sa.select(*audit_entries.c)
                .where(
                    audit_entries.c.number > after,
                    audit_entries.c.number <= end,
                    *_conditions(wanted),
                )
                .order_by(audit_entries.c.number)
                .limit(AT_ONCE)
            )
            with self._journal.reading_tables() as connection:
                found = [stored(row) for row in connection.execute(query)]
            yield from found
            if len(found) < AT_ONCE:
                return
            after = found[-1].number


def stored(row: sa.Row[Any]) -> StoredEntry:
    """Return a row as an entry."""
    return StoredEntry(**{**row._mapping, "time": to_instant(row.time)})


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    columns = audit_entries.c
    found: list[sa.ColumnElement[bool]] = [
        columns[name].in_([value] if isinstance(value, str) else value)
        for name in ("actor", "action", "subject", "organization")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.within is not None:
        found.append(columns.organization.in_(sorted(wanted.within)))
    if wanted.start is not None:
        found.append(columns.time >= to_number(wanted.start))
    if wanted.end is not None:
        found.append(columns.time < to_number(wanted.end))
    return found
