"""Sources, runs, and the base under which IRIs are minted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from catalog_service.errors import BASE_IRI_CHANGED, UNKNOWN_RUN, UNKNOWN_SOURCE
from catalog_service.journal import database, rows
from catalog_service.journal.base import JournalBase
from catalog_service.journal.codec import to_number
from catalog_service.journal.model import Run, RunStatus, Source
from catalog_service.journal.schema import meta, runs, sources
from harvesters.protocols import Gate
from ontology.errors import AtlasError

_SOURCE = sa.select(*rows.SOURCE_COLUMNS).where(sources.c.id == sa.bindparam("source"))
"""Run with every write; built once, because building it costs as much as running it."""


class Register(JournalBase):
    """Sources and their runs."""

    def sources(self) -> list[Source]:
        """Return all sources by identifier."""
        with database.reading(self._engine) as connection:
            query = sa.select(*rows.SOURCE_COLUMNS).order_by(sources.c.id)
            return [rows.source_of(row, self._location.shown) for row in connection.execute(query)]

    def source(self, identifier: str) -> Source | None:
        """Return one source."""
        with database.reading(self._engine) as connection:
            row = connection.execute(_SOURCE, {"source": identifier}).first()
        return None if row is None else rows.source_of(row, self._location.shown)

    def put_source(
        self,
        identifier: str,
        *,
        kind: str | None = None,
        title: str | None = None,
        url: str | None = None,
        gate: Gate | None = None,
        paused: bool | None = None,
        restore: bool = False,
        beside: Callable[[sa.Connection], None] = lambda _connection: None,
    ) -> Source:
        """Add a source, or change what is given of one that is there.

        ``beside`` writes what other rooms keep of it, before it and in the same transaction; where
        it raises, nothing is stored. ``restore`` takes back a source that was removed.

        Raises ``illegal-source-id``, and without ``restore`` ``source-removed``.
        """
        given: dict[str, Any] = {
            name: value
            for name, value in (
                ("type", kind),
                ("title", title),
                ("url", url),
                ("gate", gate),
                ("paused", paused),
            )
            if value is not None
        }
        with self.writing() as writer:
            beside(writer.connection)
            writer.register_source(
                identifier,
                gate=gate or "report",
                kind=kind or "push",
                title=title or identifier,
                restore=restore,
            )
            writer.change_source(identifier, given)
        found = self.source(identifier)
        if found is None:
            raise AtlasError(UNKNOWN_SOURCE, source=identifier)
        return found

    def remove_source(
        self, identifier: str, *, beside: Callable[[sa.Connection], None] = lambda _connection: None
    ) -> Source:
        """Note that a source was removed: nothing is taken from it any more; it keeps its row.

        ``beside`` as in `put_source`; it may write ``runs``. One that was removed before keeps its
        time. Raises ``unknown-source``.
        """
        with self.writing_tables("sources", "runs") as connection:
            found = connection.execute(_SOURCE, {"source": identifier}).first()
            if found is None:
                raise AtlasError(UNKNOWN_SOURCE, source=identifier)
            beside(connection)
            if found.removed is None:
                now = to_number(self._clock.now())
                connection.execute(
                    sources.update().where(sources.c.id == identifier).values(removed=now)
                )
        known = self.source(identifier)
        assert known is not None  # rows of sources stay
        return known

    def start_run(self, source: str) -> Run:
        """Record that an import or harvest of a source begins, and return it."""
        with self.writing() as writer:
            identifier = writer.start_run(source)
        return self.run(identifier)

    def finish_run(
        self,
        identifier: str,
        counters: Mapping[str, int],
        *,
        status: RunStatus = "done",
        message: str | None = None,
    ) -> Run:
        """Record how a run ended; raises ``unknown-run``."""
        with self.writing() as writer:
            writer.finish_run(identifier, orjson.dumps(dict(counters)).decode(), status, message)
        return self.run(identifier)

    def run(self, identifier: str) -> Run:
        """Return one run; raises ``unknown-run``."""
        with database.reading(self._engine) as connection:
            row = connection.execute(
                sa.select(*rows.RUN_COLUMNS).where(runs.c.id == identifier)
            ).first()
        if row is None:
            raise AtlasError(UNKNOWN_RUN, run=identifier)
        return rows.run_of(row, self._location.shown)

    def runs(
        self,
        source: str | None = None,
        limit: int = 100,
        *,
        status: RunStatus | None = None,
        before: str | None = None,
    ) -> list[Run]:
        """Return runs, the newest first; of one source, or with one status.

        ``before``: those that began before this one; raises ``unknown-run``.
        """
        query = sa.select(*rows.RUN_COLUMNS).order_by(runs.c.number.desc()).limit(limit)
        if source is not None:
            query = query.where(runs.c.source == source)
        if status is not None:
            query = query.where(runs.c.status == status)
        if before is not None:
            begun = sa.select(runs.c.number).where(runs.c.id == self.run(before).id)
            query = query.where(runs.c.number < begun.scalar_subquery())
        with database.reading(self._engine) as connection:
            return [rows.run_of(row, self._location.shown) for row in connection.execute(query)]

    def last_runs(self, *statuses: RunStatus) -> dict[str, Run]:
        """Return the newest run of each source; of those with one of the statuses, if given."""
        newest = sa.select(sa.func.max(runs.c.number)).group_by(runs.c.source)
        if statuses:
            newest = newest.where(runs.c.status.in_(statuses))
        query = sa.select(*rows.RUN_COLUMNS).where(runs.c.number.in_(newest))
        with database.reading(self._engine) as connection:
            found = [rows.run_of(row, self._location.shown) for row in connection.execute(query)]
        return {run.source: run for run in found}

    def base_iri(self) -> str | None:
        """Return the base under which the records' IRIs were minted; None before the first."""
        with database.reading(self._engine) as connection:
            found: str | None = connection.execute(
                sa.select(meta.c.value).where(meta.c.key == "base_iri")
            ).scalar()
        return found

    def check_base_iri(self, base_iri: str) -> None:
        """Raise ``base-iri-changed`` where records were minted under another base."""
        kept = self.base_iri()
        if kept is not None and kept != base_iri:
            raise AtlasError(BASE_IRI_CHANGED, stored=kept, given=base_iri)
