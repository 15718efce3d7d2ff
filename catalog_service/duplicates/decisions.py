"""What stewards decided about pairs, in the journal's database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.duplicates.model import Decision, Verdict
from catalog_service.duplicates.tables import duplicate_decisions
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number

Key = frozenset[str]
"""A pair without its direction: both IRIs."""

_AT_ONCE: Final = 400
"""Records asked about in one query; each stands in it twice, and databases bound its values."""


class Decisions:
    """Reads and adds decisions; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def all(self) -> list[Decision]:
        """Return every decision ever made, the oldest first."""
        return self._read(sa.true())

    def standing(self) -> dict[Key, Decision]:
        """Return the last decision about each pair."""
        return _last(self.all())

    def standing_about(self, iris: Collection[str]) -> dict[Key, Decision]:
        """Return the last decision about each pair that one of these records is in."""
        table = duplicate_decisions
        found: list[Decision] = []
        names = list(iris)
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            found += self._read(sa.or_(table.c.one.in_(some), table.c.other.in_(some)))
        # A pair that was found for both of its records has the same last decision twice.
        return _last(found)

    def _read(self, which: sa.ColumnElement[bool]) -> list[Decision]:
        table = duplicate_decisions
        with self._journal.reading_tables() as connection:
            rows = connection.execute(
                sa.select(*table.c).where(which).order_by(table.c.number)
            ).all()
        return [
            Decision(r.one, r.other, r.relation, r.reason, r.actor, to_instant(r.time))
            for r in rows
        ]

    def add(
        self,
        one: str,
        other: str,
        relation: Verdict,
        *,
        reason: str,
        actor: str,
        source: str | None = None,
    ) -> Decision:
        """Record a decision; it holds until another is made about the same pair.

        ``source``: that of the first record.
        """
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
            told = {"other": other, "relation": relation}
            entry = Entry("duplicate.decide", one, source=source, reason=reason, details=told)
            Audit(self._journal).append(connection, entry)
        return made


def _last(decisions: Iterable[Decision]) -> dict[Key, Decision]:
    return {frozenset((one.one, one.other)): one for one in decisions}
