"""Reading changes by time and by run: what one run did, and where the clock was ahead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.journal import database
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.journal.database_errors import UNREADABLE, damaged
from catalog_service.journal.log import ChangeLog, last_number
from catalog_service.journal.model import Ahead, ChangeKind, RunChange
from catalog_service.journal.schema import changes

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


class RunLog(ChangeLog):
    """Finds changes by when they were written: times never run backwards."""

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
