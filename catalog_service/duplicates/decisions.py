"""What stewards decided about pairs, in the journal's database."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.clock import Clock
from catalog_service.duplicates.model import Decision, Verdict
from catalog_service.duplicates.tables import duplicate_decisions
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number

Key = frozenset[str]
"""A pair without its direction: both IRIs."""


class Decisions:
    """Reads and adds decisions; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def all(self) -> list[Decision]:
        """Return every decision ever made, the oldest first."""
        table = duplicate_decisions
        with self._journal.reading_tables() as connection:
            rows = connection.execute(sa.select(*table.c).order_by(table.c.number)).all()
        return [
            Decision(r.one, r.other, r.relation, r.reason, r.actor, to_instant(r.time))
            for r in rows
        ]

    def standing(self) -> dict[Key, Decision]:
        """Return the last decision about each pair."""
        return {frozenset((one.one, one.other)): one for one in self.all()}

    def add(self, one: str, other: str, relation: Verdict, reason: str, actor: str) -> Decision:
        """Record a decision; it holds until another is made about the same pair."""
        made = Decision(one, other, relation, reason, actor, self._clock.now())
        with self._journal.writing_tables() as connection:
            connection.execute(
                duplicate_decisions.insert().values(
                    one=made.one,
                    other=made.other,
                    relation=made.relation,
                    reason=made.reason,
                    actor=made.actor,
                    time=to_number(made.time),
                )
            )
        return made
