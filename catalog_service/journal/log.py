"""The log of changes: the journal's identity, its changes in order, records as of a time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.journal import database, rows
from catalog_service.journal.base import HEAD, JournalBase
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.journal.database_errors import UNREADABLE, damaged
from catalog_service.journal.lifecycle import LifecycleState, advance
from catalog_service.journal.model import (
    Ahead,
    Change,
    ChangeKind,
    RecordState,
    RunChange,
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


_GONE: Final = ("missing", "withdrawn")
_before = changes.alias("before")
_WAS_PUBLIC = (
    sa.select(_before.c.public)
    .where(
        _before.c.iri == changes.c.iri,
        _before.c.seq < changes.c.seq,
        # What waits or is gone says nothing of the version that was there.
        _before.c.kind.not_in(("held", *_GONE)),
    )
    .order_by(_before.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_SEEN = sa.or_(changes.c.public, sa.and_(changes.c.kind.in_(_GONE), _WAS_PUBLIC.is_(True)))
"""Changes that brought a public version, or took one away."""


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

    def ahead(self, now: datetime) -> Ahead | None:
        """Return what carries times later than ``now``: the clock was ahead when it was written.

        Times never run backwards, so that whatever was written since carries them too. One look
        at the last change where there is nothing.
        """
        limit = to_number(now)
        with database.reading(self._engine) as connection:
            last = connection.execute(
                sa.select(changes.c.seq, changes.c.time).order_by(changes.c.seq.desc()).limit(1)
            ).first()
            if last is None or last.time <= limit:
                return None
            least, most = 1, last.seq
            while least < most:
                middle = (least + most) // 2
                time = connection.execute(
                    sa.select(changes.c.time).where(changes.c.seq == middle)
                ).scalar()
                if time is not None and time > limit:
                    most = middle
                else:
                    least = middle + 1
        return Ahead(most, last.seq, to_instant(last.time))

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

    def next_time(self) -> datetime:
        """Return the time that a change would carry now: never before the last one's."""
        now = self._clock.now()
        return max(now, self.time_of(self.head()) or now)

    def first_number_at(self, moment: datetime) -> int:
        """Return the number of the first change written at an instant or later; else the next."""
        with database.reading(self._engine) as connection:
            return _first_at(connection, to_number(moment))

    def numbers_between(self, start: datetime, end: datetime) -> range:
        """Return the numbers of the changes that were written between two instants, both included.

        Times never run backwards, so that the ends are found by bisection. ``start`` is of
        `next_time`: while the clock is behind, all changes carry one time, and are included.
        """
        with database.reading(self._engine) as connection:
            first = _first_at(connection, to_number(start))
            time = connection.execute(sa.select(changes.c.time).where(changes.c.seq == first))
            stalled = time.scalar()
            until = max(to_number(end), stalled or 0)
            return range(first, _first_at(connection, until + 1))

    def run_changes(
        self,
        run: str,
        numbers: range,
        *,
        limit: int,
        kinds: Sequence[ChangeKind] | None = None,
        seen: bool = False,
    ) -> list[RunChange]:
        """Return up to ``limit`` changes of a run among ``numbers``, in order.

        ``kinds``: of these only; ``seen``: those that the public saw when they were made.
        """
        query = _of_run(
            sa.select(
                changes.c.seq,
                changes.c.time,
                changes.c.iri,
                changes.c.source,
                changes.c.remote_id,
                changes.c.kind,
                changes.c.public,
            ),
            run,
            numbers,
        )
        if kinds is not None:
            query = query.where(changes.c.kind.in_(kinds))
        if seen:
            query = query.where(_SEEN)
        with database.reading(self._engine) as connection:
            found = connection.execute(query.order_by(changes.c.seq).limit(limit)).all()
        try:
            return [RunChange(row.seq, to_instant(row.time), *row[2:]) for row in found]
        except UNREADABLE as error:
            raise damaged(self._location.shown, f"a time of run {run}", error) from error

    def count_run_changes(
        self, run: str, numbers: range, *, seen: bool = False
    ) -> dict[tuple[ChangeKind, bool], int]:
        """Count the changes of a run among ``numbers`` by kind, and whether they are public.

        ``seen``: those that the public saw when they were made.
        """
        query = _of_run(
            sa.select(changes.c.kind, changes.c.public, sa.func.count()), run, numbers
        ).group_by(changes.c.kind, changes.c.public)
        if seen:
            query = query.where(_SEEN)
        with database.reading(self._engine) as connection:
            return {
                (kind, public): count for kind, public, count in connection.execute(query).all()
            }

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


def _of_run(query: sa.Select[Any], run: str, numbers: range) -> sa.Select[Any]:
    """Narrow a query to a run: by numbers first, for there is no index by run."""
    return query.where(
        changes.c.seq >= numbers.start, changes.c.seq < numbers.stop, changes.c.run == run
    )


def _first_at(connection: sa.Connection, time: int) -> int:
    """Return the number of the first change with a time of at least ``time``; else the next."""
    least, most = 1, last_number(connection) + 1
    latest = (
        sa.select(changes.c.time)
        .where(changes.c.seq <= sa.bindparam("middle"))
        .order_by(changes.c.seq.desc())
        .limit(1)
    )
    while least < most:
        middle = (least + most) // 2
        found = connection.execute(latest, {"middle": middle}).scalar()
        if found is not None and found >= time:
            most = middle
        else:
            least = middle + 1
    return most


def last_number(connection: sa.Connection) -> int:
    """Return the number of the last change; 0 for an empty journal."""
    last: int | None = connection.execute(sa.select(sa.func.max(changes.c.seq))).scalar()
    return last or 0
