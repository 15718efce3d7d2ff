"""The stored side of harvests: checkpoints, problems, ends.

Every write of a run asks for its owner (`lease_store`); before each page is submitted and anything
removed, the run asks whether it still is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.journal.codec import to_number
from catalog_service.journal.model import RunStatus
from catalog_service.journal.schema import runs
from catalog_service.notices.service import put_messages
from catalog_service.sources.connection.source_store import CANCEL, SourceStore, put_columns
from catalog_service.sources.errors import HARVEST_LOST
from catalog_service.sources.harvests.decision_store import DecisionStore
from catalog_service.sources.harvests.entry_store import (
    EntryStore,
    keep_entries,
    keep_told,
    settle_told,
)
from catalog_service.sources.harvests.lease_store import LeaseStore, end_row
from catalog_service.sources.harvests.model import (
    SUPERSEDED,
    HarvestRun,
    Problem,
    WalkEnd,
)
from catalog_service.sources.notices.reporting import Addressed, messages_of
from catalog_service.sources.tables import harvest_problems, harvest_sources, harvests
from ontology.errors import AtlasError

RAW_KEPT: Final = timedelta(days=7)
"""How long the raw answer of a failed record is kept for its steward."""


class HarvestStore(SourceStore, LeaseStore, EntryStore, DecisionStore):
    """Reads and writes the tables of harvests.

    Sources are in `SourceStore`, who runs them in `LeaseStore`, what lists named in `EntryStore`,
    what stewards decide in `DecisionStore`; here is what runs write.
    """

    def harvested(self, among: Sequence[str]) -> set[str]:
        """Return which of some runs are harvests, and not imports."""
        with self._journal.reading_tables() as connection:
            query = sa.select(harvests.c.run).where(harvests.c.run.in_(among))
            return set(connection.execute(query).scalars())

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

    def checkpoint(
        self,
        run: HarvestRun,
        marks: Mapping[str, str | None],
        problems: Sequence[tuple[Problem, bytes | None]],
        told: Mapping[str, str | None] | None = None,
    ) -> None:
        """Store that a page is done: its entries, its problems, and where the walk goes on.

        ``told`` are the datasets of which it said that they are gone, with what is kept as marks.
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
            keep_told(connection, run, told or {})
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
            end_row(connection, run.id, status, now, counters, error)
            if status in ("done", "waiting"):
                settle_told(connection, run)
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
                put_messages(connection, messages_of(*notice), self._clock.now())

    def want(self, run: str, wish: str) -> bool:
        """Ask the owner of a run for something; False where the run is not under way."""
        with self._journal.writing_tables() as connection:
            found = connection.execute(
                harvests.update()
                .where(harvests.c.run == run, harvests.c.active.is_not(None))
                .values(wanted=wish)
            )
            # Whoever stops a run no longer wants its list believed.
            source_of = sa.select(harvests.c.source).where(harvests.c.run == run)
            connection.execute(
                harvest_sources.update()
                .where(harvest_sources.c.source == source_of.scalar_subquery())
                .values(accept_shorter=None)
            )
            if found.rowcount and wish == CANCEL:
                told = Entry(
                    "run.stop", f"run:{run}", source=connection.execute(source_of).scalar()
                )
                Audit(self._journal).append(connection, told)
            return found.rowcount > 0


def _is_wanted_to_end(connection: sa.Connection, run: HarvestRun) -> bool:
    wanted = connection.execute(sa.select(harvests.c.wanted).where(harvests.c.run == run.id))
    return wanted.scalar() is not None


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
