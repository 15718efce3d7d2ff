"""How sources are visited, where their next increments begin, and when they are due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.journal.schema import runs
from catalog_service.notices.service import shown_webhook
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.connection.model import HarvestSource
from catalog_service.sources.errors import NOT_HARVESTED
from catalog_service.sources.tables import (
    StoredTables,
    harvest_entries,
    harvest_sources,
    harvests,
)
from ontology.errors import AtlasError

CANCEL: Final = "cancel"
"""What may be wanted of a run under way."""


class SourceStore(StoredTables):
    """The sources that are visited."""

    def sources(self) -> list[HarvestSource]:
        """Return all sources that are visited, by identifier."""
        with self._journal.reading_tables() as connection:
            query = sa.select(*harvest_sources.c).order_by(harvest_sources.c.source)
            return [_source(row) for row in connection.execute(query)]

    def source(self, name: str) -> HarvestSource:
        """Return one; raises ``not-harvested`` for a source that no platform is set for."""
        with self._journal.reading_tables() as connection:
            row = connection.execute(
                sa.select(*harvest_sources.c).where(harvest_sources.c.source == name)
            ).first()
        if row is None:
            raise AtlasError(NOT_HARVESTED, source=name)
        return _source(row)

    def put_source(
        self,
        name: str,
        settings: HarvestSettings,
        due: datetime | None,
        *,
        moved: bool = False,
        secrets: Mapping[str, bytes | None] | None = None,
    ) -> None:
        """Store how a source is visited, and when it is next, as `put_settings` does."""
        with self._journal.writing_tables() as connection:
            put_settings(connection, name, settings, moved=moved, secrets=secrets)
            put_columns(connection, name, {"due": None if due is None else to_number(due)})

    def set_due(self, name: str, due: datetime | None) -> None:
        """Store when a source is visited next."""
        with self._journal.writing_tables() as connection:
            put_columns(connection, name, {"due": None if due is None else to_number(due)})

    def replace_due(self, name: str, before: datetime, due: datetime | None) -> None:
        """Store when a source is visited next, unless somebody has set another time meanwhile."""
        with self._journal.writing_tables() as connection:
            connection.execute(
                harvest_sources.update()
                .where(harvest_sources.c.source == name, harvest_sources.c.due == to_number(before))
                .values(due=None if due is None else to_number(due))
            )

    def ask(self, name: str, *, full: bool, accept_shorter: bool = False) -> datetime:
        """Have a source visited as soon as the worker looks; return the time from which it is due.

        ``full``: the whole list is walked, not only what changed. The wish stands until a whole
        walk has ended well. ``accept_shorter``: its list is believed even if it is much shorter
        than expected; that wish is for one run, so that no later fault of the platform is believed.
        Raises ``not-harvested``.
        """
        self.source(name)
        now = self._clock.now()
        values: dict[str, Any] = {"due": to_number(now), "accept_shorter": accept_shorter or None}
        with self._journal.writing_tables() as connection:
            put_columns(connection, name, values | ({"full_walk": None} if full else {}))
            told = {"full": full, "accept_shorter": accept_shorter}
            entry = Entry("run.start", f"source:{name}", source=name, details=told)
            Audit(self._journal).append(connection, entry)
        return now

    def active(self, name: str) -> str | None:
        """Return the run of a source that is under way; None where none is."""
        with self._journal.reading_tables() as connection:
            return connection.execute(
                sa.select(harvests.c.run).where(harvests.c.active == name)
            ).scalar()

    def due(self) -> list[str]:
        """Return the sources whose time has come, the longest waiting first."""
        now = to_number(self._clock.now())
        query = (
            sa.select(harvest_sources.c.source)
            .where(harvest_sources.c.due <= now)
            .order_by(harvest_sources.c.due)
        )
        with self._journal.reading_tables() as connection:
            return list(connection.execute(query).scalars())


def settings_of(connection: sa.Connection, name: str) -> HarvestSettings | None:
    """Return how a source is visited as the transaction sees it; None where it is not visited."""
    query = sa.select(*harvest_sources.c).where(harvest_sources.c.source == name)
    row = connection.execute(query).first()
    return None if row is None else _source(row).settings


def put_settings(
    connection: sa.Connection,
    name: str,
    settings: HarvestSettings,
    *,
    moved: bool = False,
    secrets: Mapping[str, bytes | None] | None = None,
) -> None:
    """Store how a source is visited; when it is next stays as it is.

    ``moved``: it is visited elsewhere or otherwise now, so that what is known of its list is
    forgotten, and no run goes on where an earlier one stood. ``secrets``: what is encrypted anew,
    by its column (`SourceSecrets.encrypted`).
    """
    values: dict[str, Any] = {"settings": settings.model_dump_json(), **(secrets or {})}
    if moved:
        values |= dict.fromkeys(("bookmark", "full_walk", "listed", "accept_shorter"))
        _end_runs(connection, name)
    put_columns(connection, name, values)


def disconnect(connection: sa.Connection, name: str) -> None:
    """Forget how a source is visited, with its credentials: it is not visited any more."""
    gone = connection.execute(harvest_sources.delete().where(harvest_sources.c.source == name))
    if gone.rowcount:
        _end_runs(connection, name)


def _end_runs(connection: sa.Connection, name: str) -> None:
    """Have no run go on where an earlier one stood, and each dataset requested again."""
    connection.execute(
        harvest_entries.update().where(harvest_entries.c.source == name).values(mark=None)
    )
    # A stopped run is not gone on with; one under way stops, wherever it stands.
    left = sa.select(runs.c.id).where(
        runs.c.source == name, runs.c.status.in_(("running", "stopped"))
    )
    connection.execute(harvests.update().where(harvests.c.run.in_(left)).values(wanted=CANCEL))


def put_columns(connection: sa.Connection, name: str, values: Mapping[str, Any]) -> None:
    """Set columns of a source that is visited, or add it where its settings are given."""
    if not values:
        return
    changed = connection.execute(
        harvest_sources.update().where(harvest_sources.c.source == name).values(**values)
    )
    if not changed.rowcount and "settings" in values:
        connection.execute(harvest_sources.insert().values(source=name, **values))


def _source(row: Any) -> HarvestSource:
    settings = HarvestSettings.model_validate_json(row.settings)
    if settings.notify_webhook is not None:
        # An earlier version stored the whole of it.
        shown = shown_webhook(settings.notify_webhook)
        settings = settings.model_copy(update={"notify_webhook": shown})
    return HarvestSource(
        source=row.source,
        settings=settings,
        bookmark=row.bookmark,
        full_walk=None if row.full_walk is None else to_instant(row.full_walk),
        listed=row.listed,
        due=None if row.due is None else to_instant(row.due),
        accept_shorter=bool(row.accept_shorter),
        has_credentials=row.credentials is not None,
    )
