"""New versions compared with the public records: for the gate, and for files that are validated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from catalog_service.catalog.batch import BatchEngine
from catalog_service.catalog.repeat_check import Repeat, finding
from catalog_service.clock import Clock
from catalog_service.duplicates.decisions import Decisions
from catalog_service.duplicates.finder import Duplicates
from catalog_service.duplicates.judging import StatedPair, decided
from catalog_service.journal import Journal
from ontology.record import Record
from ontology.vocabulary import Vocabulary
from search.index.concepts import ConceptsInForce
from search.index.from_record import document_of
from search.index.model import SearchDocument
from search.index.protocol import IndexView
from shapes.report import Report

HOLD_SCORE: Final = 0.8
"""Pairs below are flagged and not held: on the labelled pairs all from here on are right."""


class RecordComparison:
    """Compares records, in the catalogue or not, with the public ones; safe to share."""

    def __init__(
        self,
        duplicates: Duplicates,
        journal: Journal,
        clock: Clock,
        vocabulary: Callable[[], Vocabulary],
    ) -> None:
        self._duplicates = duplicates
        self._decisions = Decisions(journal, clock)
        self._concepts = ConceptsInForce(vocabulary)

    def repeats(self, records: Sequence[Record]) -> Mapping[str, tuple[Repeat, ...]]:
        """Return what records repeat surely enough to be held, by IRI.

        The first call after a start compares the whole catalogue, which takes seconds. Nothing is
        repeated while there is no index. Raises what reading the index does.
        """
        return {
            document.iri: repeats
            for document, view, pairs in self._pairs(records)
            if (
                repeats := tuple(
                    Repeat(document.title, other.iri, other.title)
                    for pair in pairs
                    if pair.score >= HOLD_SCORE and (other := view.get(pair.other)) is not None
                )
            )
        }

    def reported(self, records: Sequence[Record], reports: Sequence[Report]) -> list[Report]:
        """Return the reports of records with what R07 finds in each, as a Warning."""
        found = {
            document.iri: [
                finding(document.iri, pair.other, "Warning")
                for pair in pairs
                if view.get(pair.other) is not None
            ]
            for document, view, pairs in self._pairs(records)
        }
        return [
            Report((*report.findings, *found.get(record.iri, ())))
            for record, report in zip(records, reports, strict=True)
        ]

    def _pairs(
        self, records: Sequence[Record]
    ) -> Iterator[tuple[SearchDocument, IndexView, list[StatedPair]]]:
        found = self._duplicates.computed()
        if found is None:
            return
        view, computed = found
        standing = self._decisions.standing_about([record.iri for record in records])
        for record in records:
            document = document_of(record, self._concepts.index())
            own = {key: made for key, made in standing.items() if record.iri in key}
            pairs = [
                pair
                for pair in decided(computed.index.of(document), own)
                if pair.relation == "repeats-city" and pair.one == record.iri
            ]
            if pairs:
                yield document, view, pairs


class ComparingEngine:
    """An engine that tells, besides, what repeats the city's in the catalogue (R07)."""

    def __init__(self, engine: BatchEngine, comparison: RecordComparison) -> None:
        self.name = engine.name
        self._engine = engine
        self._comparison = comparison

    def validate(self, record: Record) -> Report:
        """Hold one record against the rules and the catalogue."""
        return self.validate_many([record])[0]

    def validate_many(self, records: Sequence[Record]) -> list[Report]:
        """Return the reports of many records, in order."""
        return self._comparison.reported(records, self._engine.validate_many(records))
