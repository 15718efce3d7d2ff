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
"""What stands for the run that saw an entry last, where the platform said that it is gone. Until
that run has ended its negative number does; runs are counted from 1."""

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

    def told(self, run: HarvestRun) -> list[str]:
        """Return the records, public or held, of which the platform said in a run that they go.

        What a later page of the run listed is none of them.
        """
        # The second condition is for the index, which holds nothing else.
        is_told = harvest_entries.c.seen < sa.literal_column("0")
        return self._there(run.source, harvest_entries.c.seen == -run.number, is_told)

    def tell_gone(self, run: HarvestRun, remote_ids: Iterable[str]) -> None:
        """Note that the platform said that datasets are gone; raises ``harvest-lost``."""
        told = self.live_among(run.source, remote_ids)
        if told:
            with self._journal.writing_tables() as connection:
                self._update(connection, run, {})
                keep_told(connection, run, dict.fromkeys(told))

    def live_among(self, source: str, remote_ids: Iterable[str]) -> list[str]:
        """Return those of some datasets that are here, public or held."""
        named = list(dict.fromkeys(remote_ids))
        states = self._journal.states(source, named) if named else {}
        return [one for one in named if one in states and states[one].state in ("active", "held")]

    def told_gone(self, source: str) -> list[str]:
        """Return the records, public or held, of which the platform said that they are gone.

        Not those of a run that is under way, or that did not come to its end.
        """
        return self._there(source, harvest_entries.c.seen == TOLD_GONE)

    def unlisted(self, source: str, number: int, *, before: datetime | None = None) -> list[str]:
        """Return the records, public or held, that no run since ``number`` found in the list.

        ``before`` leaves out those that have changed since.
        """
        seen = harvest_entries.c.seen
        given = [sa.or_(seen.is_(None), seen < number)]
        if before is not None:
            given.append(records.c.changed <= to_number(before))
        return self._there(source, *given)

    def _there(self, source: str, *conditions: sa.ColumnElement[bool]) -> list[str]:
        """Return the records, public or held, that have or lack an entry as it is asked for."""
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
                *conditions,
            )
            .order_by(records.c.remote_id)
        )
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


def keep_told(connection: sa.Connection, run: HarvestRun, marks: Mapping[str, str | None]) -> None:
    """Note that the platform said in a run that datasets are gone: they are not listed any more."""
    keep_entries(connection, run.source, -run.number, marks)


def settle_told(connection: sa.Connection, run: HarvestRun) -> None:
    """Let what the platform said in a run hold beyond it, as the run has come to its end.

    What was never here need not be known any more.
    """
    told = (
        harvest_entries.c.source == run.source,
        harvest_entries.c.seen == -run.number,
        harvest_entries.c.seen < sa.literal_column("0"),
    )
    is_here = sa.exists().where(
        records.c.source == harvest_entries.c.source,
        records.c.remote_id == harvest_entries.c.remote_id,
    )
    connection.execute(harvest_entries.delete().where(*told, ~is_here))
    connection.execute(harvest_entries.update().where(*told).values(seen=TOLD_GONE))


def _parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
