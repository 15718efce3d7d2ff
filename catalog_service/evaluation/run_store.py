"""Kept results of measuring the search, in the journal's database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.evaluation.model import KeptRun
from catalog_service.evaluation.tables import search_evaluations
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number

MOST: Final = 20
"""Results that are kept of one collection."""


class KeptRuns:
    """Reads and adds results; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def all(self) -> list[KeptRun]:
        """Return all, by collection and the newest of each first."""
        table = search_evaluations
        order = (table.c.collection, table.c.number.desc())
        with self._journal.reading_tables() as connection:
            return [_run(r) for r in connection.execute(sa.select(*table.c).order_by(*order))]

    def newest(self, collection: str) -> KeptRun | None:
        """Return the newest result of a collection."""
        table = search_evaluations
        with self._journal.reading_tables() as connection:
            row = connection.execute(
                sa.select(*table.c)
                .where(table.c.collection == collection)
                .order_by(table.c.number.desc())
                .limit(1)
            ).first()
        return _run(row) if row is not None else None

    def add(self, collection: str, version: str, result: Mapping[str, Any]) -> None:
        """Keep a result, and the `MOST` newest of its collection."""
        table = search_evaluations
        here = table.c.collection == collection
        with self._journal.writing_tables() as connection:
            connection.execute(
                table.insert().values(
                    collection=collection,
                    time=to_number(self._clock.now()),
                    version=version,
                    result=orjson.dumps(result).decode(),
                )
            )
            numbers = connection.execute(
                sa.select(table.c.number).where(here).order_by(table.c.number.desc()).limit(MOST)
            ).scalars()
            connection.execute(table.delete().where(here, table.c.number < min(numbers)))
            told = {"version": version}
            entry = Entry("evaluation.keep", f"evaluation:{collection}", details=told)
            Audit(self._journal).append(connection, entry)


def _run(row: sa.Row[Any]) -> KeptRun:
    result = orjson.loads(row.result)
    return KeptRun(row.number, row.collection, to_instant(row.time), row.version, result)
