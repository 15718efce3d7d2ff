"""Which records hold values that no vocabulary knows: followed from the journal, in a table.

The table is what `unmapped_in` finds in the latest version of each record that lives. It knows up
to which change it read, and goes on from there: by the worker every few seconds, by commands, and
by pages for what little came since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.journal import Journal
from catalog_service.journal.model import StoredRecord, version_of
from catalog_service.journal.schema import changes
from catalog_service.vocabulary_work.model import UnmappedValue
from catalog_service.vocabulary_work.tables import unmapped_position, unmapped_values
from catalog_service.vocabulary_work.unmapped import unmapped_in
from ontology.record import Record

READING: Final = "1"
"""Raise it when `unmapped_in` finds other values: the table is then made anew."""
PART: Final = 1_000
"""Changes read in one transaction."""
_AT_ONCE: Final = 400
_LIVING: Final = ("active", "held")

Sources = Collection[str] | None
"""Of these sources; None: of all."""


class Tally:
    """The table of unknown values; safe to share between threads and processes."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def behind(self) -> int:
        """Return how many changes the table has not seen."""
        return self._journal.head() - self._position()

    def catch_up(self, most: int | None = None) -> int:
        """Read what the journal has since, up to ``most`` changes; return how many are left."""
        read = 0
        head = self._journal.head()
        position = self._position()
        while position < head and (most is None or read < most):
            end = min(position + PART, head)
            self._read(position, end)
            read += end - position
            # Not `end`: another process may have gone on from a place of its own meanwhile.
            position = self._position()
        return self._journal.head() - position

    def values(
        self,
        sources: Sources,
        *,
        field: str | None = None,
        text: str = "",
        offset: int = 0,
        limit: int | None = None,
    ) -> tuple[int, list[UnmappedValue]]:
        """Return how many values there are, and some of them, those of most records first."""
        if sources is not None and not sources:
            return 0, []
        table = unmapped_values
        conditions = self._conditions(sources, field, text)
        grouped = (
            sa.select(table.c.field, table.c.key, sa.func.count().label("records"))
            .where(*conditions)
            .group_by(table.c.field, table.c.key)
        )
        with self._journal.reading_tables() as connection:
            total = connection.execute(
                sa.select(sa.func.count()).select_from(grouped.subquery())
            ).scalar_one()
            rows = connection.execute(
                grouped.order_by(sa.desc("records"), table.c.field, table.c.key)
                .offset(offset)
                .limit(limit)
            ).all()
            found = []
            for row in rows:
                own = (*self._conditions(sources, row.field, ""), table.c.key == row.key)
                found.append(self._value(connection, row, own))
        return total, found

    def value(self, sources: Sources, field: str, key: str) -> UnmappedValue | None:
        """Return one value, or None where no record has it."""
        if sources is not None and not sources:
            return None
        own = (*self._conditions(sources, field, ""), unmapped_values.c.key == key)
        with self._journal.reading_tables() as connection:
            row = connection.execute(
                sa.select(
                    sa.literal(field).label("field"),
                    sa.literal(key).label("key"),
                    sa.func.count().label("records"),
                ).where(*own)
            ).one()
            return self._value(connection, row, own) if row.records else None

    def counts(self, sources: Sources) -> dict[str, int]:
        """Return how many values each field has that nobody knows."""
        if sources is not None and not sources:
            return {}
        table = unmapped_values
        query = (
            sa.select(table.c.field, sa.func.count(sa.distinct(table.c.key)))
            .where(*self._conditions(sources, None, ""))
            .group_by(table.c.field)
        )
        with self._journal.reading_tables() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def records(
        self, sources: Sources, field: str, key: str, limit: int | None = None
    ) -> list[str]:
        """Return the IRIs of records that have a value, by IRI."""
        if sources is not None and not sources:
            return []
        table = unmapped_values
        query = (
            sa.select(table.c.iri)
            .where(*self._conditions(sources, field, ""), table.c.key == key)
            .order_by(table.c.iri)
            .limit(limit)
        )
        with self._journal.reading_tables() as connection:
            return list(connection.execute(query).scalars())

    @staticmethod
    def _conditions(
        sources: Sources, field: str | None, text: str
    ) -> tuple[sa.ColumnElement[bool], ...]:
        table = unmapped_values
        found: list[sa.ColumnElement[bool]] = []
        if sources is not None:
            found.append(table.c.source.in_(sorted(sources)))
        if field is not None:
            found.append(table.c.field == field)
        if text:
            found.append(table.c.text.contains(text, autoescape=True))
        return tuple(found)

    @staticmethod
    def _value(
        connection: sa.Connection, row: Any, own: Sequence[sa.ColumnElement[bool]]
    ) -> UnmappedValue:
        table = unmapped_values
        count = sa.func.count()
        text = connection.execute(
            sa.select(table.c.text)
            .where(*own)
            .group_by(table.c.text)
            .order_by(count.desc(), table.c.text)
            .limit(1)
        ).scalar_one()
        sources = connection.execute(
            sa.select(table.c.source, count)
            .where(*own)
            .group_by(table.c.source)
            .order_by(count.desc(), table.c.source)
        ).all()
        return UnmappedValue(row.field, row.key, text, row.records, dict(map(tuple, sources)))

    def _position(self) -> int:
        with self._journal.reading_tables() as connection:
            return _position(connection, self._reading())

    def _reading(self) -> str:
        return f"{READING} {self._journal.identity}"

    def _read(self, position: int, end: int) -> None:
        """Bring the records that changes ``position + 1`` to ``end`` are of up to date."""
        query = sa.select(changes.c.iri).where(changes.c.seq > position, changes.c.seq <= end)
        with self._journal.reading_tables() as connection:
            iris = sorted(set(connection.execute(query).scalars()))
        rows = [row for record in latest(self._journal, iris) for row in _rows(record)]
        table = unmapped_values
        with self._journal.writing_tables() as connection:
            if _position(connection, self._reading()) != position:
                # Another process was quicker.
                return
            if position == 0:
                connection.execute(table.delete())
            for start in range(0, len(iris), _AT_ONCE):
                some = iris[start : start + _AT_ONCE]
                connection.execute(table.delete().where(table.c.iri.in_(some)))
            if rows:
                connection.execute(table.insert(), rows)
            connection.execute(unmapped_position.delete())
            connection.execute(
                unmapped_position.insert().values(id=1, seq=end, reading=self._reading())
            )


def latest(journal: Journal, iris: Sequence[str]) -> Iterator[Record]:
    """Yield the latest version of each of these records that lives, the waiting one first."""
    for start in range(0, len(iris), _AT_ONCE):
        stored = journal.get_many(iris[start : start + _AT_ONCE])
        living = [one for one in stored.values() if one.state in _LIVING]
        held = journal.changes_by_number([o.held_seq for o in living if o.held_seq is not None])
        for one in living:
            version = _latest(one, held)
            if version is not None:
                yield version


def _latest(stored: StoredRecord, held: dict[int, Any]) -> Record | None:
    waiting = held.get(stored.held_seq) if stored.held_seq is not None else None
    return (version_of(waiting) if waiting is not None else None) or version_of(stored)


def _rows(record: Record) -> Iterator[dict[str, str]]:
    for one in unmapped_in(record.nquads):
        yield {
            "iri": record.iri,
            "field": one.field,
            "key": one.key,
            "text": one.text,
            "source": record.source,
        }


def _position(connection: sa.Connection, reading: str) -> int:
    row = connection.execute(sa.select(*unmapped_position.c)).first()
    return row.seq if row is not None and row.reading == reading else 0
