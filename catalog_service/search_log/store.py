"""The counts of the log in the journal's database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.journal import Journal
from catalog_service.search_log.model import Click, Reformulation
from catalog_service.search_log.tables import search_clicks, search_reformulations

_TABLES = (search_clicks, search_reformulations)


class SearchLogStore:
    """Reads, merges and removes counts; safe to share between threads."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def merge(self, found: Iterable[Click | Reformulation]) -> None:
        """Keep counts: of each row the largest that any process has told.

        The same networks may have come to several processes, so that a sum would count them twice.
        What is kept is therefore the least number that is sure.
        """
        with self._journal.writing_tables() as connection:
            for one in found:
                _merge(connection, one)

    def clicks(self, day: date | None = None) -> list[Click]:
        """Return the clicks of a day or all, the newest day first, then those of most networks."""
        return [
            Click(r.day, r.query, r.dataset, r.band, r.networks)
            for r in self._rows(search_clicks, day)
        ]

    def reformulations(self, day: date | None = None) -> list[Reformulation]:
        """Return the reformulations likewise."""
        return [
            Reformulation(r.day, r.query, r.next, r.networks)
            for r in self._rows(search_reformulations, day)
        ]

    def remove_before(self, day: date) -> int:
        """Remove what was counted before a day; returns how many rows that were."""
        with self._journal.writing_tables() as connection:
            return sum(
                connection.execute(t.delete().where(t.c.day < day)).rowcount for t in _TABLES
            )

    def remove_all(self) -> int:
        """Remove everything; returns how many rows that were."""
        with self._journal.writing_tables() as connection:
            removed = sum(connection.execute(t.delete()).rowcount for t in _TABLES)
            told = {"rows": removed}
            Audit(self._journal).append(
                connection, Entry("search_log.clear", "search-log", details=told)
            )
        return removed

    def is_before(self, day: date) -> bool:
        """Tell whether anything was counted before a day."""
        with self._journal.reading_tables() as connection:
            return any(
                connection.execute(sa.select(t.c.day).where(t.c.day < day).limit(1)).first()
                for t in _TABLES
            )

    def _rows(self, table: sa.Table, day: date | None) -> list[sa.Row[Any]]:
        which = sa.true() if day is None else table.c.day == day
        order = (table.c.day.desc(), table.c.networks.desc(), *list(table.c)[1:-1])
        with self._journal.reading_tables() as connection:
            return list(connection.execute(sa.select(*table.c).where(which).order_by(*order)))


def _merge(connection: sa.Connection, one: Click | Reformulation) -> None:
    if isinstance(one, Click):
        table = search_clicks
        key = {"day": one.day, "query": one.query, "dataset": one.dataset, "band": one.band}
    else:
        table = search_reformulations
        key = {"day": one.day, "query": one.query, "next": one.next}
    here = sa.and_(*(table.c[name] == value for name, value in key.items()))
    there = connection.execute(sa.select(table.c.networks).where(here)).scalar()
    if there is None:
        connection.execute(table.insert().values(**key, networks=one.networks))
    elif there < one.networks:
        connection.execute(table.update().where(here).values(networks=one.networks))
