"""The stored side of harvests: settings, leases, checkpoints, entries, problems.

Of several processes one runs a source: the row of a run under way names its source in the unique
column ``active``, its owner, and until when the owner's lease lasts. Every write of a run here asks
for the owner; before each page is submitted and anything removed, the run asks whether it still is.
"""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.journal.model import RunStatus
from catalog_service.journal.schema import records, runs
from catalog_service.sources.errors import (
    HARVEST_ACTIVE,
    HARVEST_LOST,
    NOT_HARVESTED,
    NOTHING_TO_DECIDE,
)
from catalog_service.sources.harvests.model import (
    HarvestRun,
    HarvestSettings,
    HarvestSource,
    Problem,
)
from catalog_service.sources.notices.outbox import Addressed, put_notices
from catalog_service.sources.tables import (
    harvest_entries,
    harvest_problems,
    harvest_sources,
    harvests,
)
from ontology.errors import AtlasError

LEASE: Final = timedelta(seconds=300)
"""How long a run belongs to its owner after its last sign of life (`heartbeat`)."""

CANCEL: Final = "cancel"
"""What may be wanted of a run under way."""

RAW_KEPT: Final = timedelta(days=7)
"""How long the raw answer of a failed record is kept for its steward."""

TOLD_GONE: Final = 0
"""What stands for the run that saw an entry last, where the platform said that it is gone; runs are
counted from 1."""

_AT_ONCE: Final = 500
"""Identifiers in one statement."""


def new_owner() -> str:
    """Return a name for one run in one process, which no other can have."""
    return f"{_machine()}:{os.getpid()}:{uuid4().hex}"


def _machine() -> str:
    """Name where numbers of processes mean the same: containers may share a host's name."""
    try:
        space = os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116 - a link that leads nowhere
    except OSError:
        space = 0
    return f"{platform.node()}/{space}"


class HarvestStore:
    """Reads and writes the tables of harvests; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    # -- sources ---------------------------------------------------------------------------------

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
        self, name: str, settings: HarvestSettings, due: datetime | None, *, moved: bool = False
    ) -> None:
        """Store how a source is visited, and when it is next.

        ``moved``: it is visited elsewhere or otherwise now, so that what is known of its list is
        forgotten, and no run goes on where an earlier one stood.
        """
        values: dict[str, Any] = {
            "settings": settings.model_dump_json(),
            "due": None if due is None else to_number(due),
        }
        if moved:
            values |= {"bookmark": None, "full_walk": None, "listed": None}
        with self._journal.writing_tables() as connection:
            _put(connection, name, values)
            if moved:
                connection.execute(
                    harvest_entries.update()
                    .where(harvest_entries.c.source == name)
                    .values(mark=None)
                )
                # A stopped run is not gone on with; one under way stops.
                connection.execute(
                    harvests.update()
                    .where(harvests.c.source == name, harvests.c.cursor.is_not(None))
                    .values(wanted=CANCEL, cursor=None)
                )

    def set_due(self, name: str, due: datetime | None) -> None:
        """Store when a source is visited next."""
        with self._journal.writing_tables() as connection:
            _put(connection, name, {"due": None if due is None else to_number(due)})

    def replace_due(self, name: str, before: datetime, due: datetime | None) -> None:
        """Store when a source is visited next, unless somebody has set another time meanwhile."""
        with self._journal.writing_tables() as connection:
            connection.execute(
                harvest_sources.update()
                .where(harvest_sources.c.source == name, harvest_sources.c.due == to_number(before))
                .values(due=None if due is None else to_number(due))
            )

    def ask(self, name: str, *, full: bool) -> datetime:
        """Have a source visited as soon as the worker looks; return the time from which it is due.

        ``full``: the whole list is walked, not only what changed. The wish stands until a whole
        walk has ended well. Raises ``not-harvested``.
        """
        self.source(name)
        now = self._clock.now()
        values: dict[str, Any] = {"due": to_number(now)}
        with self._journal.writing_tables() as connection:
            _put(connection, name, values | ({"full_walk": None} if full else {}))
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

    # -- runs ------------------------------------------------------------------------------------

    def begin(self, name: str, *, full: bool, bookmark: str | None) -> HarvestRun:
        """Begin a run of a source, or take over the one whose owner has died.

        Raises ``harvest-active`` while another process runs it.
        """
        now, owner = self._clock.now(), new_owner()
        lease = to_number(now + LEASE)
        # By it the changes of the run are found again.
        started = to_number(self._journal.next_time())
        try:
            with self._journal.writing_tables("runs") as connection:
                row = connection.execute(
                    sa.select(*harvests.c).where(harvests.c.active == name)
                ).first()
                if row is None:
                    row = _stopped(connection, name, full)
                elif row.lease > to_number(now) and not _is_dead(row.owner):
                    raise AtlasError(HARVEST_ACTIVE, source=name, run=row.run)
                if row is None:
                    return _begin(connection, name, owner, full, bookmark, started, lease)
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
                return _run(row, owner, resumed=True)
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
            return [
                row.source
                for row in connection.execute(query)
                if row.lease <= now or _is_dead(row.owner)
            ]

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
        if name in self.abandoned():
            self.finish(self.begin(name, full=False, bookmark=None), "failed", error)

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
                },
            )
            _keep_entries(connection, run.source, run.number, marks)
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
        named all that there is. ``notice`` goes into the outbox in the same transaction.

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
            connection.execute(
                runs.update()
                .where(runs.c.id == run.id)
                .values(
                    status=status,
                    finished=now,
                    counters=orjson.dumps(dict(run.counters)).decode(),
                    message=None if error is None else f"{error['code']}: {error['message']['en']}",
                )
            )
            ended: dict[str, Any] = {} if bookmark is None else {"bookmark": bookmark}
            if whole:
                ended |= {"full_walk": now}
            if listed is not None:
                ended |= {"listed": listed}
                _supersede(connection, run)
            if ended:
                _put(connection, run.source, ended)
            if notice is not None:
                put_notices(connection, *notice, self._clock.now())
            connection.execute(
                harvest_problems.update()
                .where(harvest_problems.c.expires < now)
                .values(raw=None, expires=None)
            )

    def want(self, run: str, wish: str) -> bool:
        """Ask the owner of a run for something; False where the run is not under way."""
        with self._journal.writing_tables() as connection:
            found = connection.execute(
                harvests.update()
                .where(harvests.c.run == run, harvests.c.active.is_not(None))
                .values(wanted=wish)
            )
            return found.rowcount > 0

    def decision(self, run: str) -> Mapping[str, Any] | None:
        """Return what a run waits for, None where it waits for nothing."""
        with self._journal.reading_tables() as connection:
            text = connection.execute(
                sa.select(harvests.c.decision)
                .join(runs, runs.c.id == harvests.c.run)
                .where(harvests.c.run == run, runs.c.status == "waiting")
            ).scalar()
        return None if text is None else orjson.loads(text)

    def error(self, run: str) -> Mapping[str, Any] | None:
        """Return why a run failed, stopped or waits: code, and message in both languages."""
        with self._journal.reading_tables() as connection:
            text = connection.execute(
                sa.select(harvests.c.error).where(harvests.c.run == run)
            ).scalar()
        return None if text is None else orjson.loads(text)

    def claim(self, run: str) -> datetime:
        """Take the decision of a run that waits, which nobody else can take then.

        Returns when the run ended; raises ``nothing-to-decide``. A process that dies before
        `settle` leaves the rest to the next whole walk, which asks anew.
        """
        with self._journal.writing_tables("runs") as connection:
            taken = connection.execute(
                runs.update()
                .where(runs.c.id == run, runs.c.status == "waiting")
                .values(status="done", message="being decided")
            )
            if not taken.rowcount:
                raise AtlasError(NOTHING_TO_DECIDE, run=run)
            finished = connection.execute(
                sa.select(runs.c.finished).where(runs.c.id == run)
            ).scalar_one()
        return to_instant(finished)

    def settle(
        self, run: str, counters: Mapping[str, int], decision: Mapping[str, Any], message: str
    ) -> None:
        """End a run that waited, after its decision, which is kept with the question."""
        with self._journal.writing_tables("runs") as connection:
            connection.execute(
                harvests.update()
                .where(harvests.c.run == run)
                .values(decision=orjson.dumps(decision).decode())
            )
            connection.execute(
                runs.update()
                .where(runs.c.id == run)
                .values(
                    status="done",
                    counters=orjson.dumps(dict(counters)).decode(),
                    message=message,
                )
            )

    def problems(self, run: str, limit: int = 1_000) -> list[Problem]:
        """Return what went wrong with single datasets of a run, in order."""
        query = (
            sa.select(harvest_problems.c.remote_id, harvest_problems.c.error)
            .where(harvest_problems.c.run == run)
            .order_by(harvest_problems.c.number)
            .limit(limit)
        )
        with self._journal.reading_tables() as connection:
            return [
                Problem(remote_id, orjson.loads(error))
                for remote_id, error in connection.execute(query)
            ]

    # -- entries ---------------------------------------------------------------------------------

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
                _keep_entries(connection, run.source, TOLD_GONE, told)
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

    def _update(
        self, connection: sa.Connection, run: HarvestRun, values: Mapping[str, Any]
    ) -> None:
        lease = to_number(self._clock.now() + LEASE)
        found = connection.execute(
            harvests.update()
            .where(
                harvests.c.run == run.id,
                harvests.c.owner == run.owner,
                harvests.c.active.is_not(None),
            )
            .values(lease=lease, **values)
        )
        if not found.rowcount:
            raise AtlasError(HARVEST_LOST, run=run.id)


def _supersede(connection: sa.Connection, run: HarvestRun) -> None:
    """End the earlier runs of a source that wait: a newer whole walk asks anew, or need not."""
    earlier = sa.select(harvests.c.run).where(
        harvests.c.source == run.source, harvests.c.number < run.number
    )
    connection.execute(
        runs.update()
        .where(runs.c.id.in_(earlier), runs.c.status == "waiting")
        .values(status="done", message=f"superseded by run {run.id}")
    )


def _is_dead(owner: str) -> bool:
    """Tell whether the owner of a run was a process of this machine that is gone."""
    host, process, _ = owner.split(":")
    if host != _machine():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


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
    if row is None or row.status != "stopped" or row.cursor is None or row.wanted is not None:
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


def _put(connection: sa.Connection, name: str, values: Mapping[str, Any]) -> None:
    changed = connection.execute(
        harvest_sources.update().where(harvest_sources.c.source == name).values(**values)
    )
    if not changed.rowcount and "settings" in values:
        connection.execute(harvest_sources.insert().values(source=name, **values))


def _keep_entries(
    connection: sa.Connection, source: str, seen: int, marks: Mapping[str, str | None]
) -> None:
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


def _run(row: Any, owner: str, *, resumed: bool) -> HarvestRun:
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
        resumed=resumed,
    )


def _source(row: Any) -> HarvestSource:
    return HarvestSource(
        source=row.source,
        settings=HarvestSettings.model_validate_json(row.settings),
        bookmark=row.bookmark,
        full_walk=None if row.full_walk is None else to_instant(row.full_walk),
        listed=row.listed,
        due=None if row.due is None else to_instant(row.due),
        has_credentials=row.credentials is not None,
    )
