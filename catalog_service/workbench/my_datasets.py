"""The datasets of somebody's organizations, with where each stands and what is found in it.

Two lists, for an organization keeps records in two ways: those of its own sources (all of them,
whatever their state), and those that it publishes through whatever source, which are public.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.datasets.service import described, title_in
from catalog_service.datasets.service import freshness as freshness_of
from catalog_service.journal.model import StoredRecord
from catalog_service.journal.schema import records
from catalog_service.journal.verdict_sets import offended, verdicts_with
from catalog_service.workbench.held import Sources
from catalog_service.workbench.stale import Scope
from ontology.freshness import Freshness, judge
from ontology.languages import Texts
from ontology.terms import VOCAB
from search.model import Hit, Query

Standing = Literal["public", "waiting", "closed", "missing", "withdrawn"]
STANDINGS: Final[tuple[Standing, ...]] = ("public", "waiting", "closed", "missing", "withdrawn")
"""``waiting``: a version is held; ``closed``: good, and not open."""

_FREQUENCY: Final = f"{VOCAB}frequency/"
_GONE: Final = ("missing", "withdrawn")


@dataclass(frozen=True, slots=True)
class OwnDataset:
    """One dataset of an organization."""

    iri: str
    source: str
    remote_id: str
    title: Texts
    standings: tuple[Standing, ...]
    """One, or ``public`` and ``waiting``."""
    fresh: Freshness | None
    """None where nothing is known of it: it has no good version."""
    rules: tuple[tuple[str, str], ...]
    """Rules and severities of what is found in its latest version."""

    def count(self, severity: str) -> int:
        """Return how many rules find something of a severity."""
        return sum(found == severity for _, found in self.rules)


@dataclass(frozen=True, slots=True)
class OwnFilter:
    """Which are wanted; what is None is any."""

    standing: Standing | None = None
    source: str | None = None
    rule: str | None = None
    text: str = ""
    """Words of the search; of what is published alone."""


def count_own(atlas: Service, sources: Sources, wanted: OwnFilter) -> int:
    """Return how many records of sources are wanted."""
    if sources is not None and not sources:
        return 0
    with atlas.journal.reading_tables() as connection:
        query = (
            sa.select(sa.func.count())
            .select_from(records)
            .where(*_conditions(connection, sources, wanted))
        )
        return connection.execute(query).scalar_one()


def own_records(
    atlas: Service, sources: Sources, wanted: OwnFilter, offset: int, limit: int
) -> list[OwnDataset]:
    """Return records of sources, by source and identifier."""
    if sources is not None and not sources:
        return []
    with atlas.journal.reading_tables() as connection:
        query = (
            _standing_columns()
            .where(*_conditions(connection, sources, wanted))
            .order_by(records.c.source, records.c.remote_id)
            .offset(offset)
            .limit(limit)
        )
        rows: Sequence[Any] = connection.execute(query).all()
        rules = offended(connection, {row.verdict for row in rows})
    stored = atlas.journal.get_many([row.iri for row in rows])
    held = atlas.journal.changes_by_number(
        [row.held_seq for row in rows if row.held_seq is not None]
    )
    found = []
    for row in rows:
        record = stored.get(row.iri)
        title: Texts = {}
        fresh: Freshness | None = None
        if record is not None and record.nquads is not None:
            title, fresh = _told(atlas, record)
        elif row.held_seq in held:
            title = title_in(atlas, held[row.held_seq])
        found.append(_dataset(row, title, fresh, rules.get(row.verdict, ())))
    return found


def published(
    atlas: Service, scope: Scope, wanted: OwnFilter, offset: int, limit: int
) -> tuple[int, list[OwnDataset]]:
    """Return how many public datasets a scope has that are wanted, and some of them."""
    filters = dict(scope.filters)
    if wanted.source is not None:
        filters["source"] = (wanted.source,)
    result = atlas.search.search(
        Query(
            text=wanted.text,
            filters=filters,
            sort="relevance" if wanted.text else "modified",
            offset=offset,
            limit=limit,
            facets=False,
            literal=("meaning",),
        )
    )
    iris = [hit.iri for hit in result.hits]
    with atlas.journal.reading_tables() as connection:
        rows = {
            row.iri: row
            for row in connection.execute(_standing_columns().where(records.c.iri.in_(iris)))
        }
        rules = offended(connection, {row.verdict for row in rows.values()})
    found = [
        _dataset(
            rows[hit.iri], _titles(hit), _fresh(atlas, hit), rules.get(rows[hit.iri].verdict, ())
        )
        for hit in result.hits
        if hit.iri in rows
    ]
    return result.total, found


def _standing_columns() -> sa.Select[Any]:
    return sa.select(
        records.c.iri,
        records.c.source,
        records.c.remote_id,
        records.c.state,
        records.c.public,
        records.c.held_seq,
        records.c.verdict,
    )


def _dataset(
    row: Any, title: Texts, fresh: Freshness | None, rules: tuple[tuple[str, str], ...]
) -> OwnDataset:
    standings: list[Standing] = []
    if row.public and row.state == "active":
        standings.append("public")
    if row.held_seq is not None:
        standings.append("waiting")
    if not standings:
        standings.append(row.state if row.state in _GONE else "closed")
    return OwnDataset(row.iri, row.source, row.remote_id, title, tuple(standings), fresh, rules)


def _told(atlas: Service, record: StoredRecord) -> tuple[Texts, Freshness]:
    said = described(atlas, record.nquads or "", record.iri, record.focus)
    return said.title, freshness_of(said, atlas.clock.today())


def _titles(hit: Hit) -> Texts:
    found = {"zh": hit.title}
    if hit.english is not None:
        found["en"] = hit.english.title
    return found


def _fresh(atlas: Service, hit: Hit) -> Freshness:
    frequency = (hit.frequency or "").removeprefix(_FREQUENCY)
    return judge(hit.modified, frequency or None, atlas.clock.today())


def _conditions(
    connection: sa.Connection, sources: Sources, wanted: OwnFilter
) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if sources is not None:
        found.append(records.c.source.in_(sorted(sources)))
    if wanted.source is not None:
        found.append(records.c.source == wanted.source)
    if wanted.rule is not None:
        found.append(records.c.verdict.in_(verdicts_with(connection, wanted.rule)))
    waits = records.c.held_seq.is_not(None)
    if wanted.standing == "public":
        found += [records.c.public.is_(True), records.c.state == "active"]
    elif wanted.standing == "waiting":
        found.append(waits)
    elif wanted.standing == "closed":
        found += [records.c.public.is_(False), records.c.state == "active", sa.not_(waits)]
    elif wanted.standing is not None:
        found += [records.c.state == wanted.standing]
    return found
