"""The register of sources: which there are, what their records count, and what is set of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.catalog.admission import check_source_id
from catalog_service.errors import SOURCE_REMOVED, UNKNOWN_SOURCE
from catalog_service.journal import Journal
from catalog_service.journal.model import Source, StateCount
from catalog_service.sources.errors import SOURCE_EXISTS
from catalog_service.sources.model import SourceSummary
from harvesters.protocols import Gate
from ontology.errors import AtlasError

_SHOWN: Final = frozenset({"type", "title", "gate", "paused", "restore", "organization"})
"""What is told of a source as it was given: the rest may hold secrets and people's addresses."""


def known_source(journal: Journal, name: str) -> Source:
    """Return a source by its identifier; raises ``unknown-source``."""
    found = journal.source(name)
    if found is None:
        raise AtlasError(UNKNOWN_SOURCE, source=name)
    return found


def summaries(journal: Journal, *, removed: bool = False) -> list[SourceSummary]:
    """Return all sources by identifier; with those that were ``removed``, or without."""
    counts = journal.counts()
    return [
        _summary(source, counts)
        for source in journal.sources()
        if removed or source.removed is None
    ]


def summary(journal: Journal, name: str) -> SourceSummary:
    """Return one source; raises ``unknown-source``."""
    return _summary(known_source(journal, name), journal.counts())


def check_new(journal: Journal, name: str) -> None:
    """Raise `AtlasError` for what cannot name a new source.

    ``illegal-source-id``, ``source-exists``, ``source-removed``.
    """
    check_source_id(name)
    known = journal.source(name)
    if known is not None:
        raise AtlasError(SOURCE_EXISTS if known.removed is None else SOURCE_REMOVED, source=name)


def put_source(
    journal: Journal,
    name: str,
    *,
    kind: str | None = None,
    title: str | None = None,
    url: str | None = None,
    gate: Gate | None = None,
    paused: bool | None = None,
    restore: bool = False,
) -> SourceSummary:
    """Add a source, or change what is given (not None) of one that is there; return it.

    Raises `AtlasError` as `Journal.put_source` does.
    """
    told = {"type": kind, "title": title, "url": url, "gate": gate, "paused": paused}
    journal.put_source(
        name,
        kind=kind,
        title=title,
        url=url,
        gate=gate,
        paused=paused,
        restore=restore,
        beside=lambda connection: tell_change(connection, journal, name, told),
    )
    return summary(journal, name)


def set_gate(journal: Journal, name: str, gate: Gate) -> Source:
    """Let a source's gate enforce the rules, or only report; raises ``unknown-source``."""
    known_source(journal, name)
    return put_source(journal, name, gate=gate).source


def tell_change(
    connection: sa.Connection, journal: Journal, name: str, given: Mapping[str, object]
) -> None:
    """Add to the audit what was given of a source; addresses and settings by name alone."""
    told = {
        key: value if key in _SHOWN else "…" for key, value in given.items() if value is not None
    }
    entry = Entry("source.write", f"source:{name}", source=name, details={"given": told})
    Audit(journal).append(connection, entry)


def _summary(source: Source, counts: list[StateCount]) -> SourceSummary:
    own = [count for count in counts if count.source == source.id]
    return SourceSummary(
        source,
        {count.state: count.records for count in own},
        sum(count.public for count in own),
        sum(count.waiting for count in own),
    )
