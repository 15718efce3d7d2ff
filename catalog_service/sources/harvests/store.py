"""The stored side of harvests: leases, checkpoints, problems, ends.

Of several processes one runs a source: the row of a run under way names its source in the unique
column ``active``, its owner, and until when the owner's lease lasts. Every write of a run here asks
for the owner; before each page is submitted and anything removed, the run asks whether it still is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog_service.journal.codec import to_number
from catalog_service.journal.model import RunStatus
from catalog_service.journal.schema import runs
from catalog_service.sources.connection.source_store import SourceStore, put_columns
from catalog_service.sources.errors import HARVEST_ACTIVE, HARVEST_LOST, RUN_DEADLY
from catalog_service.sources.harvests.decision_store import DecisionStore
from catalog_service.sources.harvests.entry_store import EntryStore, keep_entries
from catalog_service.sources.harvests.harvest_tables import (
    LEASE,
    MOST_DEATHS,
    deaths_before,
    is_dead,
    new_owner,
)
from catalog_service.sources.harvests.model import (
    SUPERSEDED,
    HarvestRun,
    Problem,
    WalkEnd,
    goes_on,
)
from catalog_service.sources.notices.outbox import Addressed, put_notices
from catalog_service.sources.tables import harvest_problems, harvest_sources, harvests
from ontology.errors import AtlasError

RAW_KEPT: Final = timedelta(days=7)
"""How long the raw answer of a failed record is kept for its steward."""


class HarvestStore(SourceStore, EntryStore, DecisionStore):
    """Reads and writes the tables of harvests.

    Sources are in `SourceStore`, what lists named in `EntryStore`, what stewards decide in
    `DecisionStore`; here are the runs.
    """

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

    def harvested(self, among: Sequence[str]) -> set[str]:
        """Return which of some runs are harvests, and not imports."""
        with self._journal.reading_tables() as connection:
            query = sa.select(harvests.c.run).where(harvests.c.run.in_(among))
            return set(connection.execute(query).scalars())

    def renew(self, run: HarvestRun) -> None:
        """Prolong the lease; raises ``harvest-lost`` where another process has taken it over."""
        with self._journal.writing_tables() as connection:
            self._update(connection, run, {})

    def wish(self, run: HarvestRun) -> str | None:
        """Return what a person wants of the run (``cancel``), if anything.

        Raises ``harvest-lost`` where another process has taken the run over.
        """
        query = sa.select(harvests.c.wanted).where(
            harvests.c.run == run.id,
            harvests.c.owner == run.owner,
            harvests.c.active.is_not(None),
        )
        with self._journal.reading_tables() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise AtlasError(HARVEST_LOST, run=run.id)
        wanted: str | None = row.wanted
        return wanted

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
            _end(connection, row.run, "failed", now, row.counters, error)
            put_columns(connection, name, {"accept_shorter": None})

    def checkpoint(
        self,
        run: HarvestRun,
        marks: Mapping[str, str | None],
        problems: Sequence[tuple[Problem, bytes | None]],
    ) -> None:
        """Store that a page is done: its entries, its problems, and where the walk goes on.

        Raises ``harvest-lost``; then nothing is stored.
        """
        first = run.counters["errors"] - len(problems)
        expires = to_number(self._clock.now() + RAW_KEPT)
        with self._journal.writing_tables() as connection:
            self._update(
                connection,
                run,
                {
                    "cursor": run.cursor,
                    "pages": run.pages,
                    "total": run.total,
                    "counters": orjson.dumps(dict(run.counters)).decode(),
                    "walked": None if run.walked is None else _walked(run.walked),
                },
            )
            keep_entries(connection, run.source, run.number, marks)
            if problems:
                connection.execute(
                    harvest_problems.insert(),
                    [
                        {
                            "run": run.id,
                            "number": first + position,
                            "remote_id": problem.remote_id,
                            "error": orjson.dumps(problem.error).decode(),
                            "raw": raw,
                            "expires": None if raw is None else expires,
                        }
                        for position, (problem, raw) in enumerate(problems)
                    ],
                )

    def finish(
        self,
        run: HarvestRun,
        status: RunStatus,
        error: Mapping[str, Any] | None,
        *,
        bookmark: str | None = None,
        listed: int | None = None,
        whole: bool = False,
        decision: Mapping[str, Any] | None = None,
        notice: Addressed | None = None,
    ) -> None:
        """End a run; ``error`` says why it failed, stopped or waits.

        ``bookmark`` and ``whole`` are stored where a walk came to its end, ``listed`` where it also
        named all that there is; none of them where the run was wanted to end, for its source may
        be another since. ``notice`` goes into the outbox in the same transaction.

        Raises ``harvest-lost``.
        """
        now = to_number(self._clock.now())
        with self._journal.writing_tables("runs") as connection:
            self._update(
                connection,
                run,
                {
                    "active": None,
                    "counters": orjson.dumps(dict(run.counters)).decode(),
                    "error": None if error is None else orjson.dumps(error).decode(),
                    "decision": None if decision is None else orjson.dumps(decision).decode(),
                },
            )
            counters = orjson.dumps(dict(run.counters)).decode()
            _end(connection, run.id, status, now, counters, error)
            ended: dict[str, Any] = {}
            # A stopped run is gone on with; what was asked for it holds until it has ended.
            if run.believes and not (status == "stopped" and run.can_go_on):
                ended |= {"accept_shorter": None}
            if not _is_wanted_to_end(connection, run):
                if bookmark is not None:
                    ended |= {"bookmark": bookmark}
                if whole:
                    ended |= {"full_walk": now}
                if listed is not None:
                    ended |= {"listed": listed}
                    _supersede(connection, run)
            if ended:
                put_columns(connection, run.source, ended)
            if notice is not None:
                put_notices(connection, *notice, self._clock.now())

    def want(self, run: str, wish: str) -> bool:
        """Ask the owner of a run for something; False where the run is not under way."""
        with self._journal.writing_tables() as connection:
            found = connection.execute(
                harvests.update()
                .where(harvests.c.run == run, harvests.c.active.is_not(None))
                .values(wanted=wish)
            )
            # Whoever stops a run no longer wants its list believed.
            source = sa.select(harvests.c.source).where(harvests.c.run == run).scalar_subquery()
            connection.execute(
                harvest_sources.update()
                .where(harvest_sources.c.source == source)
                .values(accept_shorter=None)
            )
            return found.rowcount > 0


def _active(connection: sa.Connection, name: str) -> Any:
    return connection.execute(sa.select(*harvests.c).where(harvests.c.active == name)).first()


def _is_abandoned(row: Any, now: int) -> bool:
    """Tell whether the process that ran the run of a row has died, or gives no sign of life."""
    return row.lease <= now or is_dead(row.owner)


def _is_wanted_to_end(connection: sa.Connection, run: HarvestRun) -> bool:
    wanted = connection.execute(sa.select(harvests.c.wanted).where(harvests.c.run == run.id))
    return wanted.scalar() is not None


def _end(
    connection: sa.Connection,
    run: str,
    status: RunStatus,
    now: int,
    counters: str,
    error: Mapping[str, Any] | None,
) -> None:
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


def _supersede(connection: sa.Connection, run: HarvestRun) -> None:
    """End the earlier runs of a source that wait: a newer whole walk asks anew, or need not."""
    earlier = sa.select(harvests.c.run).where(
        harvests.c.source == run.source, harvests.c.number < run.number
    )
    connection.execute(
        runs.update()
        .where(runs.c.id.in_(earlier), runs.c.status == "waiting")
        .values(status="done", message=SUPERSEDED)
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


def _walked(end: WalkEnd) -> str:
    """Return the end of a whole list as it is stored; `WalkEnd.incomplete` is None there."""
    return orjson.dumps(
        {
            "bookmark": end.bookmark,
            "unchanged": end.unchanged,
            "removed": end.removed,
            "ends_at_once": end.ends_at_once,
            "whole": end.whole,
            "unread": end.unread,
        }
    ).decode()


def _walk_end(stored: str) -> WalkEnd:
    values = orjson.loads(stored)
    return WalkEnd(**values | {"removed": tuple(values["removed"])}, incomplete=None)
