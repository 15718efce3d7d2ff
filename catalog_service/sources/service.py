"""The sources of records, the numbers of their records, and the versions that wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from catalog_service.catalog.admission import check_source_id
from catalog_service.catalog.openness_review import unreviewed_doubts
from catalog_service.errors import RECORD_NOT_FOUND, UNKNOWN_SOURCE
from catalog_service.journal import Journal
from catalog_service.journal.model import RecordState, Source, StateCount, StoredRecord, version_of
from catalog_service.sources.errors import SOURCE_EXISTS
from harvesters.protocols import Gate
from ontology.access_wording import Doubt
from ontology.errors import AtlasError

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A source and the number of its records."""

    source: Source
    states: Mapping[str, int]
    """Records by state."""
    public: int
    waiting: int
    """Records of which a version waits for a steward."""


def known_source(journal: Journal, name: str) -> Source:
    """Return a source by its identifier; raises ``unknown-source``."""
    found = journal.source(name)
    if found is None:
        raise AtlasError(UNKNOWN_SOURCE, source=name)
    return found


def summaries(journal: Journal) -> list[SourceSummary]:
    """Return all sources by identifier."""
    counts = journal.counts()
    return [_summary(source, counts) for source in journal.sources()]


def summary(journal: Journal, name: str) -> SourceSummary:
    """Return one source; raises ``unknown-source``."""
    return _summary(known_source(journal, name), journal.counts())


def check_new(journal: Journal, name: str) -> None:
    """Raise ``illegal-source-id`` or ``source-exists`` for what cannot name a new source."""
    check_source_id(name)
    if journal.source(name) is not None:
        raise AtlasError(SOURCE_EXISTS, source=name)


def set_gate(journal: Journal, name: str, gate: Gate) -> Source:
    """Let a source's gate enforce the rules, or only report; raises ``unknown-source``."""
    known_source(journal, name)
    return journal.put_source(name, gate=gate)


def titles(journal: Journal) -> Mapping[str, str]:
    """Return the sources' titles by identifier; none where the journal cannot be read now.

    Searching goes on without the journal: pages show the identifier instead.
    """
    found: dict[str, str] = {}
    with suppress(AtlasError):
        found = {source.id: source.title for source in journal.sources()}
    return found


def known_record(journal: Journal, iri: str) -> StoredRecord:
    """Return a record by its IRI; raises ``record-not-found``."""
    found = journal.get(iri)
    if found is None:
        raise AtlasError(RECORD_NOT_FOUND, iri=iri)
    return found


def waiting_records(journal: Journal, source: str | None) -> Iterator[RecordState]:
    """Yield the records with a held version, of one source or of all."""
    after: tuple[str, str] | None = None
    while page := journal.list_records(source=source, waiting=True, after=after, limit=_PAGE):
        yield from page
        after = (page[-1].source, page[-1].remote_id)


def doubts_of(journal: Journal, record: RecordState | StoredRecord) -> tuple[Doubt, ...]:
    """Return the values in a record's held version that may mean 非开放."""
    change = journal.waiting(record)
    version = None if change is None else version_of(change)
    return () if version is None else unreviewed_doubts(journal, version)


def _summary(source: Source, counts: list[StateCount]) -> SourceSummary:
    own = [count for count in counts if count.source == source.id]
    return SourceSummary(
        source,
        {count.state: count.records for count in own},
        sum(count.public for count in own),
        sum(count.waiting for count in own),
    )
