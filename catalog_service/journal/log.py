"""The log of changes: the journal's identity, its changes in order, records as of a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from catalog_service.journal import database, rows
from catalog_service.journal.base import HEAD, JournalBase
from catalog_service.journal.codec import to_instant
from catalog_service.journal.database_errors import UNREADABLE, damaged
from catalog_service.journal.lifecycle import LifecycleState, advance
from catalog_service.journal.model import (
    Change,
    RecordState,
    StoredRecord,
    VisibilityChange,
)
from catalog_service.journal.published import (
    PublicChange,
    public_change_of,
    public_changes,
    times_of,
)
from catalog_service.journal.queries import chunks
from catalog_service.journal.schema import changes, meta

_MARK_LENGTH: Final = 16
_MARKED: Final = sa.select(changes.c.time, changes.c.iri, changes.c.kind, changes.c.hash).where(
    changes.c.seq == sa.bindparam("number")
)
"""Asked for every batch; making a statement costs as much as running it."""


class ChangeLog(JournalBase):
    """Reads the append-only table."""

    _identity: tuple[int, str] | None = None

    @property
    def identity(self) -> str:
        """Which journal this is: 32 hexadecimal digits, drawn by the database that made it."""
        known = self._identity
        if known is None or known[0] != self._location.generation:
            with database.reading(self._engine) as connection:
                found = connection.execute(
                    sa.select(meta.c.value).where(meta.c.key == "identity")
                ).scalar()
                known = self._identity = (self._location.generation, found or "")
        return known[1]

    def mark(self, seq: int) -> str:
        """Return what tells change ``seq`` of this journal from every other's.

        A projection keeps it beside its checkpoint. A journal that was restored from a backup and
        has grown again has the number too, but another change under it: another mark.
        """
        with database.reading(self._engine) as connection:
            row = connection.execute(_MARKED, {"number": seq}).first()
        if row is None:
            return f"{self.identity}:"
        told = "\n".join(str(value) for value in (seq, *row))
        return f"{self.identity}:{hashlib.sha256(told.encode()).hexdigest()[:_MARK_LENGTH]}"

    def head(self) -> int:
        """Return the number of the last change; 0 for an empty journal."""
        last: int | None = database.glance(self._engine, HEAD)
        return last or 0

    def time_of(self, seq: int) -> datetime | None:
        """Return when the last change up to number ``seq`` was written; None before the first."""
        with database.reading(self._engine) as connection:
            found = connection.execute(
                sa.select(changes.c.time)
                .where(changes.c.seq <= seq)
                .order_by(changes.c.seq.desc())
                .limit(1)
            ).scalar()
        try:
            return None if found is None else to_instant(found)
        except UNREADABLE as error:
            raise damaged(self._location.shown, f"the time of change {seq}", error) from error

    def changes_after(self, seq: int, limit: int = 1_000) -> list[Change]:
        """Return up to ``limit`` changes with numbers above ``seq``, in order."""
        with database.reading(self._engine) as connection:
            found = connection.execute(
                sa.select(*rows.CHANGE_COLUMNS)
                .where(changes.c.seq > seq)
                .order_by(changes.c.seq)
                .limit(limit)
            ).all()
        return [rows.change(row, self._codec_for(row.dictionary)) for row in found]

    def visibility_changes_after(self, seq: int, limit: int = 10_000) -> list[VisibilityChange]:
        """Return up to ``limit`` changes with numbers above ``seq`` that decide what is public.

        Versions that wait for release decide nothing.
        """
        with database.reading(self._engine) as connection:
            found = connection.execute(
                sa.select(changes.c.seq, changes.c.time, changes.c.iri, changes.c.public)
                .where(changes.c.seq > seq, changes.c.kind != "held")
                .order_by(changes.c.seq)
                .limit(limit)
            ).all()
        try:
            return [
                VisibilityChange(row.seq, to_instant(row.time), row.iri, row.public)
                for row in found
            ]
        except UNREADABLE as error:
            raise damaged(self._location.shown, f"a time after change {seq}", error) from error

    def decisions_of(self, iris: Sequence[str]) -> dict[str, list[VisibilityChange]]:
        """Return by IRI the changes of some records that decided what is public, oldest first.

        Bodies are not read.
        """
        found: dict[str, list[VisibilityChange]] = {}
        with database.reading(self._engine) as connection:
            for part in chunks(list(dict.fromkeys(iris))):
                query = (
                    sa.select(changes.c.seq, changes.c.time, changes.c.iri, changes.c.public)
                    .where(changes.c.iri.in_(part), changes.c.kind != "held")
                    .order_by(changes.c.seq)
                )
                for row in connection.execute(query):
                    try:
                        time = to_instant(row.time)
                    except UNREADABLE as error:
                        what = f"a time of {row.iri}"
                        raise damaged(self._location.shown, what, error) from error
                    one = VisibilityChange(row.seq, time, row.iri, row.public)
                    found.setdefault(row.iri, []).append(one)
        return found

    def public_changes(self, first: int, last: int, most: int) -> tuple[list[PublicChange], int]:
        """Return what changes ``first`` to ``last`` mean to the public now, and where that ends.

        See `catalog_service.journal.published`; ``most`` characters of content, or one version.
        """
        with database.reading(self._engine) as connection:
            try:
                return public_changes(connection, self._codec_for, first, last, most)
            except UNREADABLE as error:
                what = f"a time after change {first}"
                raise damaged(self._location.shown, what, error) from error

    def public_change_of(self, iri: str) -> PublicChange | None:
        """Return what the public knows last of a record; None for one that never was public."""
        with database.reading(self._engine) as connection:
            try:
                return public_change_of(connection, self._codec_for, iri)
            except UNREADABLE as error:
                what = f"a time of {iri}"
                raise damaged(self._location.shown, what, error) from error

    def times_of(self, numbers: Sequence[int]) -> dict[int, datetime]:
        """Return when changes were written, by number; unknown ones are left out."""
        with database.reading(self._engine) as connection:
            try:
                return times_of(connection, numbers)
            except UNREADABLE as error:
                what = "the times of changes"
                raise damaged(self._location.shown, what, error) from error

    def change(self, seq: int) -> Change | None:
        """Return one change by its number."""
        return self.changes_by_number([seq]).get(seq)

    def waiting(self, record: RecordState | StoredRecord) -> Change | None:
        """Return the change that brought a record's held version; None where none waits."""
        return None if record.held_seq is None else self.change(record.held_seq)

    def changes_by_number(self, numbers: Sequence[int]) -> dict[int, Change]:
        """Return changes by number; unknown ones are left out."""
        found: dict[int, Change] = {}
        with database.reading(self._engine) as connection:
            for part in chunks(numbers):
                query = sa.select(*rows.CHANGE_COLUMNS).where(changes.c.seq.in_(part))
                for row in connection.execute(query):
                    found[row.seq] = rows.change(row, self._codec_for(row.dictionary))
        return found

    def history(self, iri: str) -> list[Change]:
        """Return all changes of a record, oldest first; empty for one that never was."""
        with database.reading(self._engine) as connection:
            found = connection.execute(
                sa.select(*rows.CHANGE_COLUMNS).where(changes.c.iri == iri).order_by(changes.c.seq)
            ).all()
        return [rows.change(row, self._codec_for(row.dictionary)) for row in found]

    def at(self, iri: str, when: datetime) -> StoredRecord | None:
        """Return a record as it stood at an instant; None where it was not known yet."""
        state: LifecycleState | None = None
        last: Change | None = None
        version: Change | None = None
        for entry in self.history(iri):
            if entry.time > when:
                break
            last = entry
            state = advance(
                state,
                entry.kind,
                seq=entry.seq,
                content_hash=entry.hash,
                public=entry.public,
            )
            if state.version_seq == entry.seq:
                version = entry
        if last is None or state is None:
            return None
        return StoredRecord(
            iri=iri,
            source=last.source,
            remote_id=last.remote_id,
            focus=(version or last).focus,
            state=state.state,
            public=state.public,
            hash=state.hash,
            nquads=None if version is None else version.nquads,
            version_seq=state.version_seq,
            held_hash=state.held_hash,
            held_seq=state.held_seq,
            seq=last.seq,
            changed=last.time,
        )


def last_number(connection: sa.Connection) -> int:
    """Return the number of the last change; 0 for an empty journal."""
    last: int | None = connection.execute(sa.select(sa.func.max(changes.c.seq))).scalar()
    return last or 0
