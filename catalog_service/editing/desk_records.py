"""The datasets and open drafts of an organization's own source, among which rows are found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.editing.model import OPEN, DraftLine
from catalog_service.editing.stored_drafts import StoredDrafts
from catalog_service.journal.model import StoredRecord
from catalog_service.journal.schema import records
from ontology.record import mint_iri

PART: Final = 2_000
"""Datasets of one workbook: as many as are taken in again."""
_AT_ONCE: Final = 1_000
DESK_MOST: Final = 20_000
"""Datasets, and open drafts, of an organization among which a title is looked for."""


class DeskRecords:
    """What an organization describes here, by identifier; beyond `DESK_MOST` on demand alone."""

    def __init__(self, atlas: Service, desk: str, organization: str) -> None:
        """Read them; ``desk`` is the organization's own source."""
        self._atlas = atlas
        self._desk = desk
        states = atlas.journal.list_records(source=desk, limit=DESK_MOST + 1)
        self.stored = _not_withdrawn(atlas, [one.iri for one in states[:DESK_MOST]])
        with atlas.journal.reading_tables() as connection:
            store = StoredDrafts(connection, atlas.settings.base_iri)
            lines = store.lines([organization], OPEN, DESK_MOST + 1)
        self.drafts = {one.remote_id: one for one in lines[:DESK_MOST] if one.source == desk}
        self.is_cut = max(len(states), len(lines)) > DESK_MOST
        """There are more."""

    def draft(self, remote_id: str) -> DraftLine | None:
        """Return the open draft of a dataset."""
        if self.is_cut and remote_id and remote_id not in self.drafts:
            with self._atlas.journal.reading_tables() as connection:
                store = StoredDrafts(connection, self._atlas.settings.base_iri)
                line = store.line_of_record(self._desk, remote_id)
            if line is not None:
                self.drafts[remote_id] = line
        return self.drafts.get(remote_id)

    def dataset(self, remote_id: str) -> StoredRecord | None:
        """Return a dataset that was not withdrawn."""
        if self.is_cut and remote_id and remote_id not in self.stored:
            iri = mint_iri(self._atlas.settings.base_iri, self._desk, remote_id)
            self.stored |= _not_withdrawn(self._atlas, [iri])
        return self.stored.get(remote_id)


@dataclass(frozen=True, slots=True)
class DeskPart:
    """Some of the datasets of a desk, by identifier: those of one workbook."""

    number: int
    """Counted from 1."""
    parts: int
    total: int
    """Datasets of all parts."""
    per_part: int

    @property
    def first(self) -> int:
        """The place of its first dataset among all, counted from 1."""
        return (self.number - 1) * self.per_part + 1

    @property
    def last(self) -> int:
        """The place of its last dataset among all."""
        return min(self.number * self.per_part, self.total)


def part_of_desk(atlas: Service, desk: str, number: int) -> DeskPart:
    """Return a part of a desk's datasets, the nearest there is."""
    total = counts_of_desks(atlas)[desk]
    parts = max(1, -(-total // PART))
    return DeskPart(min(max(number, 1), parts), parts, total, PART)


def counts_of_desks(atlas: Service) -> Counter[str]:
    """Return how many datasets each source has that were not withdrawn."""
    found: Counter[str] = Counter()
    for one in atlas.journal.counts():
        if one.state != "withdrawn":
            found[one.source] += one.records
    return found


def newest_of_desks(atlas: Service, desks: list[str], offset: int, limit: int) -> list[str]:
    """Return the IRIs of datasets that were not withdrawn, the last changed first."""
    query = (
        sa.select(records.c.iri)
        .where(records.c.source.in_(desks), records.c.state != "withdrawn")
        .order_by(records.c.seq.desc())
        .offset(offset)
        .limit(limit)
    )
    with atlas.journal.reading_tables() as connection:
        return list(connection.execute(query).scalars())


def stored_of_part(atlas: Service, desk: str, part: DeskPart) -> dict[str, StoredRecord]:
    """Return the datasets of a part of a desk, by identifier."""
    iris: list[str] = []
    after: tuple[str, str] | None = None
    passed = 1
    while page := atlas.journal.list_records(source=desk, after=after, limit=_AT_ONCE):
        after = (page[-1].source, page[-1].remote_id)
        for one in page:
            if one.state != "withdrawn":
                if part.first <= passed <= part.last:
                    iris.append(one.iri)
                passed += 1
        if passed > part.last:
            break
    return _not_withdrawn(atlas, iris)


def _not_withdrawn(atlas: Service, iris: list[str]) -> dict[str, StoredRecord]:
    found = atlas.journal.get_many(iris)
    return {one.remote_id: one for one in found.values() if one.state != "withdrawn"}
