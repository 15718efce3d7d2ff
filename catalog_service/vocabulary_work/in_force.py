"""The decisions in force, as the vocabulary that a source's records are mapped with."""

from __future__ import annotations

from threading import Lock

import sqlalchemy as sa

from catalog_service.journal import Journal
from catalog_service.vocabulary_work.model import FIELDS
from catalog_service.vocabulary_work.tables import value_decision_events, value_decisions
from ontology.concepts import DecidedValue
from ontology.vocabulary import Vocabulary


class VocabulariesInForce:
    """The vocabulary of each source, with its decisions; safe to share between threads.

    Asked for at the beginning of an import or a push: one query tells whether something was decided
    since, by whatever process.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = Lock()
        self._known: tuple[int, str] | None = None
        self._made: dict[str, Vocabulary] = {}
        self._values: dict[str | None, list[DecidedValue]] = {}

    def of(self, source: str, vocabulary: Vocabulary) -> Vocabulary:
        """Return what the records of a source are mapped with, on top of a vocabulary."""
        with self._lock:
            events = value_decision_events
            with self._journal.reading_tables() as connection:
                newest = connection.execute(sa.select(sa.func.max(events.c.number))).scalar() or 0
                if self._known != (newest, vocabulary.digest):
                    self._values = _read(connection)
                    self._made.clear()
                    self._known = (newest, vocabulary.digest)
            made = self._made.get(source)
            if made is None:
                # What was decided for one source holds there against what holds for all.
                values = [*self._values.get(None, ()), *self._values.get(source, ())]
                made = self._made[source] = vocabulary.with_decided(values)
            return made


def _read(connection: sa.Connection) -> dict[str | None, list[DecidedValue]]:
    table = value_decisions
    rows = connection.execute(
        sa.select(*table.c).where(table.c.state == "released").order_by(table.c.number)
    ).all()
    found: dict[str | None, list[DecidedValue]] = {}
    for row in rows:
        schemes = [scheme for scheme, _ in FIELDS[row.field].schemes]
        if row.concept is not None:
            # A concept's own scheme alone: elsewhere the text means nothing by it.
            schemes = [one for one in schemes if f"/{one}/" in row.concept]
        for scheme in schemes:
            value = DecidedValue(scheme, row.text, row.concept, row.reason)
            found.setdefault(row.source, []).append(value)
    return found
