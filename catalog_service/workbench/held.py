"""Held versions: which wait for whom, since when, and which rules hold them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.accounts.service import Action, Principal, sources_of
from catalog_service.context import Service
from catalog_service.datasets.service import title_in
from catalog_service.journal.codec import to_instant
from catalog_service.journal.model import State
from catalog_service.journal.schema import changes, records
from catalog_service.journal.verdict_sets import offended, verdicts_with
from ontology.languages import Texts

Sources = frozenset[str] | None
"""Identifiers of sources; None: all there are."""


@dataclass(frozen=True, slots=True)
class HeldFilter:
    """Which held versions are wanted; what is None is any."""

    source: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """One version that waits."""

    iri: str
    source: str
    remote_id: str
    state: State
    public: bool
    """Whether an earlier version is public meanwhile."""
    hash: str
    seq: int
    since: datetime
    title: Texts
    rules: tuple[tuple[str, str], ...]
    """Rules and severities, of all that is found in it."""

    @property
    def violated(self) -> tuple[str, ...]:
        """The rules that hold it; empty where something else does (`reasons_of`)."""
        return tuple(rule for rule, severity in self.rules if severity == "Violation")


@dataclass(frozen=True, slots=True)
class HeldCount:
    """How many versions of a source wait, and since when the oldest does."""

    source: str
    count: int
    since: datetime


_TIMED: Final = records.join(changes, changes.c.seq == records.c.held_seq)


def decidable_sources(atlas: Service, principal: Principal) -> Sources:
    """Return the sources whose held versions somebody may decide about."""
    return sources_of(atlas.journal, principal, Action.HELD_DECIDE)


def readable_sources(atlas: Service, principal: Principal) -> Sources:
    """Return the sources whose held versions somebody may see."""
    return sources_of(atlas.journal, principal, Action.DATASET_READ_HELD)


def held_counts(atlas: Service, sources: Sources) -> list[HeldCount]:
    """Return by source what waits; the longest waiting first."""
    if sources is not None and not sources:
        return []
    since = sa.func.min(changes.c.time)
    query = (
        sa.select(records.c.source, sa.func.count(), since)
        .select_from(_TIMED)
        .where(*_among(sources))
        .group_by(records.c.source)
        .order_by(since)
    )
    with atlas.journal.reading_tables() as connection:
        rows = connection.execute(query).all()
    return [HeldCount(source, count, to_instant(time)) for source, count, time in rows]


def count_held(atlas: Service, sources: Sources, wanted: HeldFilter) -> int:
    """Return how many versions wait."""
    if sources is not None and not sources:
        return 0
    with atlas.journal.reading_tables() as connection:
        query = (
            sa.select(sa.func.count())
            .select_from(records)
            .where(*_conditions(connection, sources, wanted))
        )
        return connection.execute(query).scalar_one()


def held_versions(
    atlas: Service, sources: Sources, wanted: HeldFilter, *, offset: int = 0, limit: int = 25
) -> list[HeldVersion]:
    """Return versions that wait, the longest waiting first."""
    if sources is not None and not sources:
        return []
    with atlas.journal.reading_tables() as connection:
        query = (
            _selected()
            .where(*_conditions(connection, sources, wanted))
            .order_by(changes.c.time, records.c.source, records.c.remote_id)
            .offset(offset)
            .limit(limit)
        )
        return _found(atlas, connection, query)


def held_named(
    atlas: Service, names: Collection[tuple[str, str]]
) -> dict[tuple[str, str], HeldVersion]:
    """Return those of the records, by source and identifier, of which a version waits."""
    found: dict[tuple[str, str], HeldVersion] = {}
    by_source: dict[str, list[str]] = {}
    for source, remote_id in names:
        by_source.setdefault(source, []).append(remote_id)
    with atlas.journal.reading_tables() as connection:
        for source, remote_ids in by_source.items():
            query = _selected().where(
                records.c.source == source, records.c.remote_id.in_(remote_ids)
            )
            found |= {(source, one.remote_id): one for one in _found(atlas, connection, query)}
    return found


def _selected() -> sa.Select[Any]:
    return sa.select(
        records.c.iri,
        records.c.source,
        records.c.remote_id,
        records.c.state,
        records.c.public,
        records.c.held_hash,
        records.c.held_seq,
        changes.c.time,
        records.c.verdict,
    ).select_from(_TIMED)


def _found(atlas: Service, connection: sa.Connection, query: sa.Select[Any]) -> list[HeldVersion]:
    rows: Sequence[Any] = connection.execute(query).all()
    brought = atlas.journal.changes_by_number([row.held_seq for row in rows])
    rules = offended(connection, {row.verdict for row in rows})
    return [
        HeldVersion(
            iri=row.iri,
            source=row.source,
            remote_id=row.remote_id,
            state=row.state,
            public=row.public,
            hash=row.held_hash,
            seq=row.held_seq,
            since=to_instant(row.time),
            title=title_in(atlas, brought[row.held_seq]) if row.held_seq in brought else {},
            rules=rules.get(row.verdict, ()),
        )
        for row in rows
    ]


def _among(sources: Sources) -> list[sa.ColumnElement[bool]]:
    return [] if sources is None else [records.c.source.in_(sorted(sources))]


def _conditions(
    connection: sa.Connection, sources: Sources, wanted: HeldFilter
) -> list[sa.ColumnElement[bool]]:
    found = [records.c.held_seq.is_not(None), *_among(sources)]
    if wanted.source is not None:
        found.append(records.c.source == wanted.source)
    if wanted.rule is not None:
        found.append(records.c.verdict.in_(verdicts_with(connection, wanted.rule)))
    return found
