"""What stewards say should be found, in the journal's database."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.evaluation.model import Grade, Judgement
from catalog_service.evaluation.tables import search_judgements
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from search.analysis.normalization import normal


class Judgements:
    """Reads and adds judgements; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def all(self) -> list[Judgement]:
        """Return every judgement ever made, the oldest first."""
        table = search_judgements
        with self._journal.reading_tables() as connection:
            rows = connection.execute(sa.select(*table.c).order_by(table.c.number)).all()
        return [
            Judgement(r.query, r.dataset, r.grade, r.reason, r.actor, to_instant(r.time))
            for r in rows
        ]

    def standing(self) -> list[Judgement]:
        """Return the last judgement about each search and dataset, but those taken back."""
        last = {(normal(one.query), one.dataset): one for one in self.all()}
        return [one for one in last.values() if one.grade is not None]

    def of(self, query: str) -> list[Judgement]:
        """Return those that stand about one search, best grades first."""
        wanted = normal(query)
        found = [one for one in self.standing() if normal(one.query) == wanted]
        return sorted(found, key=lambda one: (-(one.grade or 0), one.dataset))

    def add(
        self,
        query: str,
        dataset: str,
        grade: Grade | None,
        *,
        reason: str,
        actor: str,
        source: str,
    ) -> Judgement:
        """Record a judgement; it holds until another is made about the same.

        ``source``: that of the dataset.
        """
        made = Judgement(query, dataset, grade, reason, actor, self._clock.now())
        with self._journal.writing_tables() as connection:
            connection.execute(
                search_judgements.insert().values(
                    query=made.query,
                    dataset=made.dataset,
                    grade=made.grade,
                    reason=made.reason,
                    actor=made.actor,
                    time=to_number(made.time),
                )
            )
            told = {"query": query, "grade": grade}
            entry = Entry("judgement.write", dataset, source=source, reason=reason, details=told)
            Audit(self._journal).append(connection, entry)
        return made
