"""The datasets and open drafts of an organization's own source, among which rows are found."""

from __future__ import annotations

from typing import Final

from catalog_service.context import Service
from catalog_service.editing.model import OPEN, DraftLine
from catalog_service.editing.stored_drafts import StoredDrafts
from catalog_service.journal.model import StoredRecord
from ontology.record import mint_iri

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


def stored_of_desk(atlas: Service, desk: str) -> dict[str, StoredRecord]:
    """Return the datasets of a desk that were not withdrawn, by identifier."""
    states = atlas.journal.list_records(source=desk, limit=DESK_MOST)
    return _not_withdrawn(atlas, [one.iri for one in states])


def _not_withdrawn(atlas: Service, iris: list[str]) -> dict[str, StoredRecord]:
    found = atlas.journal.get_many(iris)
    return {one.remote_id: one for one in found.values() if one.state != "withdrawn"}
