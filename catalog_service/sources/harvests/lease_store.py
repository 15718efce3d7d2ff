"""Who runs a source: beginning a run, taking one over, and ending one that nobody goes on with.

Of several processes one runs a source: the row of a run under way names its source in the unique
column ``active``, its owner, and until when the owner's lease lasts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog_service.journal.codec import to_number
from catalog_service.journal.model import RunStatus
from catalog_service.journal.schema import runs
from catalog_service.sources.connection.source_store import put_columns
from catalog_service.sources.errors import HARVEST_ACTIVE, RUN_DEADLY
from catalog_service.sources.harvests.harvest_tables import (
    LEASE,
    MOST_DEATHS,
    HarvestTables,
    deaths_before,
    is_dead,
    new_owner,
)
from catalog_service.sources.harvests.model import HarvestRun, WalkEnd, goes_on
from catalog_service.sources.tables import harvest_sources, harvests
from ontology.errors import AtlasError


class LeaseStore(HarvestTables):
    """The runs under way, and whose they are."""

    def begin(self, name: str, *, full: bool, bookmark: str | None) -> HarvestRun:
        """Begin a run of a source, or take over the one whose owner has died.

        Raises ``harvest-active`` while another process runs it, and ``run-deadly`` where processes
        died of it again and again: `end_abandoned` ends it.
        """
        now, owner = self._clock.now(), new_owner()
        lease = to_number(now + LEASE)
        # By it the changes of the run are found again.
        started = to_number(self._journal.next_time())
        try:
            with self._journal.writing_tables("runs") as connection:
                row = _active(connection, name)
                if row is None:
                    row = _stopped(connection, name, full)
                elif not _is_abandoned(row, to_number(now)):
                    raise AtlasError(HARVEST_ACTIVE, source=name, run=row.run)
                else:
                    deaths = deaths_before(row.owner, row.pages) + 1
                    if deaths >= MOST_DEATHS:
                        raise AtlasError(RUN_DEADLY, run=row.run, source=name, times=deaths)
                    owner = new_owner(deaths, row.pages)
                # Read here: a wish that comes later is for the run after this one.
                believes = bool(
                    connection.execute(
                        sa.select(harvest_sources.c.accept_shorter).where(
                            harvest_sources.c.source == name
                        )
                    ).scalar()
                )
                if row is None:
                    run = _begin(connection, name, owner, full, bookmark, started, lease)
                    return replace(run, believes=believes)
                connection.execute(
                    harvests.update()
                    .where(harvests.c.run == row.run)
                    .values(active=name, owner=owner, lease=lease, error=None)
                )
                connection.execute(
                    runs.update()
                    .where(runs.c.id == row.run)
                    .values(status="running", finished=None, message=None)
                )
                return replace(_run(row, owner), believes=believes, resumed=True)
        except IntegrityError as error:
            # Another process was faster by a moment.
            raise AtlasError(HARVEST_ACTIVE, source=name, run="?") from error

    def abandoned(self) -> list[str]:
        """Return the sources of runs whose processes have died."""
        query = sa.select(harvests.c.source, harvests.c.owner, harvests.c.lease).where(
            harvests.c.active.is_not(None)
        )
        now = to_number(self._clock.now())
        with self._journal.reading_tables() as connection:
            return [row.source for row in connection.execute(query) if _is_abandoned(row, now)]

    def renew(self, run: HarvestRun) -> None:
        """Prolong the lease; raises ``harvest-lost`` where another process has taken it over."""
        with self._journal.writing_tables() as connection:
            self._update(connection, run, {})

    def end_abandoned(self, name: str, error: Mapping[str, Any]) -> None:
        """End the run of a source whose process has died and that nobody can go on with."""
        now = to_number(self._clock.now())
        with self._journal.writing_tables("runs") as connection:
            row = connection.execute(
                sa.select(*harvests.c).where(harvests.c.active == name)
            ).first()
            if row is None or not _is_abandoned(row, now):
                return
            connection.execute(
                harvests.update()
                .where(harvests.c.run == row.run)
                .values(active=None, error=orjson.dumps(error).decode())
            )
            end_row(connection, row.run, "failed", now, row.counters, error)
            put_columns(connection, name, {"accept_shorter": None})


def _active(connection: sa.Connection, name: str) -> Any:
    return connection.execute(sa.select(*harvests.c).where(harvests.c.active == name)).first()


def _is_abandoned(row: Any, now: int) -> bool:
    """Tell whether the process that ran the run of a row has died, or gives no sign of life."""
    return row.lease <= now or is_dead(row.owner)


def end_row(
    connection: sa.Connection,
    run: str,
    status: RunStatus,
    now: int,
    counters: str,
    error: Mapping[str, Any] | None,
) -> None:
    """Write the end of a run."""
    connection.execute(
        runs.update()
        .where(runs.c.id == run)
        .values(
            status=status,
            finished=now,
            counters=counters,
            message=None if error is None else f"{error['code']}: {error['message']['en']}",
        )
    )


def _stopped(connection: sa.Connection, name: str, full: bool) -> Any:
    """Return the last run of a source where it was stopped on its way and is to be gone on with."""
    query = (
        sa.select(*harvests.c, runs.c.status)
        .join(runs, runs.c.id == harvests.c.run)
        .where(harvests.c.source == name)
        .order_by(harvests.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None or row.status != "stopped" or row.wanted is not None:
        return None
    if not goes_on(row.pages, row.cursor, has_walked=row.walked is not None):
        return None
    return row if row.full or not full else None


def _begin(
    connection: sa.Connection,
    name: str,
    owner: str,
    full: bool,
    bookmark: str | None,
    started: int,
    lease: int,
) -> HarvestRun:
    last: int | None = connection.execute(sa.select(sa.func.max(runs.c.number))).scalar()
    number = (last or 0) + 1
    run = f"{name}-{number}"
    connection.execute(
        runs.insert().values(
            number=number, id=run, source=name, started=started, status="running", counters="{}"
        )
    )
    connection.execute(
        harvests.insert().values(
            run=run,
            number=number,
            source=name,
            active=name,
            full=full,
            bookmark=bookmark,
            pages=0,
            counters="{}",
            owner=owner,
            lease=lease,
        )
    )
    return HarvestRun(run, number, name, full, bookmark, None, 0, None, Counter(), owner)


def _run(row: Any, owner: str) -> HarvestRun:
    return HarvestRun(
        id=row.run,
        number=row.number,
        source=row.source,
        full=row.full,
        bookmark=row.bookmark,
        cursor=row.cursor,
        pages=row.pages,
        total=row.total,
        counters=Counter(orjson.loads(row.counters)),
        owner=owner,
        walked=None if row.walked is None else _walk_end(row.walked),
    )


def _walk_end(stored: str) -> WalkEnd:
    values = orjson.loads(stored)
    return WalkEnd(**values | {"removed": tuple(values["removed"])}, incomplete=None)
