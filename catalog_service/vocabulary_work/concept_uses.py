"""What uses a concept: records and held versions, proposals, decisions about values.

Other rooms tell theirs by their `Room.concept_uses`. All records are read before the transaction
that takes a concept away; within it only those that were changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from catalog_service.journal import Journal
from catalog_service.journal.model import StoredRecord
from catalog_service.proposals import STANDING
from catalog_service.vocabulary_work.concepts import naming
from catalog_service.vocabulary_work.tables import value_decisions

if TYPE_CHECKING:
    from catalog_service.room import ConceptUses

_AT_ONCE: Final = 400


class RecordsUsing:
    """The records that name a concept in their last good version, or in one that waits."""

    def __init__(self, journal: Journal, concept: str) -> None:
        """Read all records: it is asked only where a concept is to be taken away."""
        self._journal = journal
        self._wanted = f"<{concept}>"
        self._seq, records = journal.snapshot(public_only=False)
        self._found = set(self._naming(records))

    def count(self) -> int:
        """Return how many there are now; reads what was changed since it was asked last."""
        while changes := self._journal.changes_after(self._seq):
            self._seq = changes[-1].seq
            iris = sorted({one.iri for one in changes})
            self._found.difference_update(iris)
            self._found.update(self._naming(self._journal.get_many(iris).values()))
        return len(self._found)

    def _naming(self, records: Iterable[StoredRecord]) -> Iterator[str]:
        waiting: dict[int, str] = {}
        for one in records:
            # One that was withdrawn uses nothing: should it come again, it passes the door anew.
            if self._wanted in (one.nquads or "") and one.state != "withdrawn":
                yield one.iri
            elif one.held_seq is not None:
                waiting[one.held_seq] = one.iri
            if len(waiting) >= _AT_ONCE:
                yield from self._held(waiting)
                waiting.clear()
        yield from self._held(waiting)

    def _held(self, waiting: dict[int, str]) -> Iterator[str]:
        for number, change in self._journal.changes_by_number(sorted(waiting)).items():
            if self._wanted in (change.nquads or ""):
                yield waiting[number]


def uses_elsewhere(connection: sa.Connection, concept: str, rooms: Iterable[ConceptUses]) -> int:
    """Count what else uses a concept, within the transaction that would take it away."""
    table = value_decisions
    decided = sa.select(sa.func.count()).where(
        table.c.concept == concept, table.c.state.in_(STANDING)
    )
    count = connection.execute(decided.select_from(table)).scalar_one()
    return count + naming(connection, concept) + sum(uses(connection, concept) for uses in rooms)
