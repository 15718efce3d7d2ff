"""Removing a source: its records are withdrawn, what is kept of it for visits is forgotten.

The source itself stays, as removed: the IRIs of its records begin with its identifier, and their
tombstones, histories and runs name it. First it is noted as removed, in the transaction that
forgets its settings, so that no writer brings anything new; then its records are withdrawn. A
process that dies between the two leaves the rest to the next call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.errors import SOURCE_REMOVED
from catalog_service.journal.model import Source
from catalog_service.journal.schema import records, runs
from catalog_service.notices.service import forget_messages
from catalog_service.sources.connection.source_store import disconnect
from catalog_service.sources.errors import SOURCE_BUSY, SOURCE_HAS_RECORDS
from catalog_service.sources.harvests.model import REMOVED
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.notices.model import KIND as NOTICES
from catalog_service.sources.registry import known_source
from catalog_service.sources.service import end_lost_runs
from catalog_service.sources.tables import (
    harvest_entries,
    harvest_problems,
    harvests,
)
from catalog_service.stored_errors import stored_error
from harvesters.protocols import Submission
from ontology.errors import AtlasError

DEFAULT_REASON: Final = "source removed"
"""Stands in the records' histories where no other is given."""


@dataclass(frozen=True, slots=True)
class RemovedSource:
    """A source that was removed, and what that changed."""

    source: Source
    withdrawn: int
    """Records that were withdrawn by it, public or not."""
    seq: int | None
    """The last change, None where there was nothing to withdraw."""
    already: bool
    """Whether it had been removed before, at the time that ``source`` tells."""


def remove_source(
    atlas: Service, name: str, *, withdraw: bool, actor: str, reason: str | None = None
) -> RemovedSource:
    """Remove a source; with ``withdraw`` also one that has records, which are withdrawn.

    Its schedule, settings, credentials, notices, and the kept answers of its platform are deleted.
    Runs that wait for a decision are settled. A source that was removed already is looked through
    for records that are left.

    Raises `AtlasError`: ``unknown-source``, ``source-busy``, ``source-has-records``.
    """
    already = known_source(atlas.journal, name).removed is not None
    end_lost_runs(atlas, name)
    store = HarvestStore(atlas.journal, atlas.clock)
    if name in store.abandoned():
        store.end_abandoned(name, stored_error(AtlasError(SOURCE_REMOVED, source=name)))

    def forget(connection: sa.Connection) -> None:
        _check_idle(connection, name)
        if not withdraw:
            _check_empty(connection, name)
        _forget(connection, name)
        if not already:
            told = Entry("source.remove", f"source:{name}", source=name, reason=reason)
            atlas.audit.append(connection, told)

    source = atlas.journal.remove_source(name, beside=forget)
    withdrawn, seq = 0, None
    for outcome in atlas.catalog.withdraw_all(
        Submission(name, actor, reason=reason or DEFAULT_REASON)
    ):
        if outcome.seq is not None:
            withdrawn, seq = withdrawn + 1, outcome.seq
    return RemovedSource(source, withdrawn, seq, already)


def _check_idle(connection: sa.Connection, name: str) -> None:
    query = sa.select(runs.c.id).where(runs.c.source == name, runs.c.status == "running")
    run = connection.execute(query).scalar()
    if run is not None:
        raise AtlasError(SOURCE_BUSY, source=name, run=run)


def _check_empty(connection: sa.Connection, name: str) -> None:
    query = sa.select(sa.func.count(), sa.func.count().filter(records.c.public)).where(
        records.c.source == name, records.c.state != "withdrawn"
    )
    left, public = connection.execute(query).one()
    if left:
        raise AtlasError(SOURCE_HAS_RECORDS, source=name, records=left, public=public)


def _forget(connection: sa.Connection, name: str) -> None:
    own = sa.select(harvests.c.run).where(harvests.c.source == name)
    disconnect(connection, name)
    connection.execute(harvest_entries.delete().where(harvest_entries.c.source == name))
    connection.execute(
        harvest_problems.update()
        .where(harvest_problems.c.run.in_(own))
        .values(raw=None, expires=None)
    )
    # They name people to tell, and the key that signs them is gone.
    forget_messages(connection, NOTICES, name)
    connection.execute(
        runs.update()
        .where(runs.c.id.in_(own), runs.c.status == "waiting")
        .values(status="done", message=REMOVED)
    )
