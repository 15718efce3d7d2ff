"""What the list of a source named, and which of its records it no longer names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from catalog_service.journal.codec import to_number
from catalog_service.journal.schema import records
from catalog_service.sources.harvests.harvest_tables import HarvestTables
from catalog_service.sources.harvests.model import HarvestRun
from catalog_service.sources.tables import harvest_entries

TOLD_GONE: Final = 0
"""What stands for the run that saw an entry last, where the platform said that it is gone; runs are
counted from 1."""

_AT_ONCE: Final = 500
"""Identifiers in one statement."""


class EntryStore(HarvestTables):
    """The entries of lists, and the records beside them."""

    def marks(
        self, run: HarvestRun, remote_ids: Sequence[str]
    ) -> dict[str, tuple[str | None, int]]:
        """Return the change mark last taken in, and the run that saw it, by identifier."""
        found: dict[str, tuple[str | None, int]] = {}
        with self._journal.reading_tables() as connection:
            for part in _parts(remote_ids):
                query = sa.select(
                    harvest_entries.c.remote_id, harvest_entries.c.mark, harvest_entries.c.seen
                ).where(
                    harvest_entries.c.source == run.source,
                    harvest_entries.c.remote_id.in_(part),
                )
                found |= {row.remote_id: (row.mark, row.seen) for row in connection.execute(query)}
        return found

    def seen(self, run: HarvestRun) -> int:
        """Return how many different datasets the list of a run named."""
        query = sa.select(sa.func.count()).where(
            harvest_entries.c.source == run.source, harvest_entries.c.seen == run.number
        )
        with self._journal.reading_tables() as connection:
            return connection.execute(query).scalar_one()

    def unlist(self, run: HarvestRun, remote_ids: Iterable[str]) -> list[str]:
        """Note that the platform itself said that datasets are gone; return those that are here.

        They count as not listed until a list names them again.
        """
        named = dict.fromkeys(remote_ids)
        states = self._journal.states(run.source, list(named))
        told = {
            one: None for one in named if one in states and states[one].state in ("active", "held")
        }
        if told:
            with self._journal.writing_tables() as connection:
                self._update(connection, run, {})
                keep_entries(connection, run.source, TOLD_GONE, told)
        return list(told)

    def told_gone(self, source: str) -> list[str]:
        """Return the records, public or held, of which the platform said that they are gone."""
        return self.unlisted(source, TOLD_GONE + 1, is_known=True)

    def unlisted(
        self, source: str, number: int, *, is_known: bool = False, before: datetime | None = None
    ) -> list[str]:
        """Return the records, public or held, that no run since ``number`` found in the list.

        ``is_known`` leaves out those that no list has named yet, ``before`` those that have changed
        since.
        """
        unseen = harvest_entries.c.seen < number
        query = (
            sa.select(records.c.remote_id)
            .outerjoin(
                harvest_entries,
                sa.and_(
                    harvest_entries.c.source == records.c.source,
                    harvest_entries.c.remote_id == records.c.remote_id,
                ),
            )
            .where(
                records.c.source == source,
                records.c.state.in_(("active", "held")),
                unseen if is_known else sa.or_(harvest_entries.c.seen.is_(None), unseen),
            )
            .order_by(records.c.remote_id)
        )
        if before is not None:
            query = query.where(records.c.changed <= to_number(before))
        with self._journal.reading_tables() as connection:
            return list(connection.execute(query).scalars())

    def live(self, source: str) -> int:
        """Return the number of records of a source that are neither missing nor withdrawn."""
        query = sa.select(sa.func.count()).where(
            records.c.source == source, records.c.state.in_(("active", "held"))
        )
        with self._journal.reading_tables() as connection:
            return connection.execute(query).scalar_one()

    def live_records(self, source: str) -> list[str]:
        """Return the records of a source that are neither missing nor withdrawn."""
        query = (
            sa.select(records.c.remote_id)
            .where(records.c.source == source, records.c.state.in_(("active", "held")))
            .order_by(records.c.remote_id)
        )
        with self._journal.reading_tables() as connection:
            return list(connection.execute(query).scalars())

    def overdue(self, source: str, grace: timedelta) -> list[str]:
        """Return the records that have been missing for longer than the grace."""
        until = to_number(self._clock.now() - grace)
        query = (
            sa.select(records.c.remote_id)
            .where(
                records.c.source == source,
                records.c.state == "missing",
                records.c.changed <= until,
            )
            .order_by(records.c.remote_id)
        )
        with self._journal.reading_tables() as connection:
            return list(connection.execute(query).scalars())


def keep_entries(
    connection: sa.Connection, source: str, seen: int, marks: Mapping[str, str | None]
) -> None:
    """Store the entries that a run saw, with their change marks."""
    known: set[str] = set()
    for part in _parts(list(marks)):
        known |= set(
            connection.execute(
                sa.select(harvest_entries.c.remote_id).where(
                    harvest_entries.c.source == source, harvest_entries.c.remote_id.in_(part)
                )
            ).scalars()
        )
    added = [
        {"source": source, "remote_id": remote_id, "mark": mark, "seen": seen}
        for remote_id, mark in marks.items()
        if remote_id not in known
    ]
    if added:
        connection.execute(harvest_entries.insert(), added)
    if known:
        connection.execute(
            harvest_entries.update()
            .where(
                harvest_entries.c.source == source,
                harvest_entries.c.remote_id == sa.bindparam("one"),
            )
            .values(mark=sa.bindparam("new"), seen=seen),
            [{"one": one, "new": marks[one]} for one in sorted(known)],
        )


def _parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
