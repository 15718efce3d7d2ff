"""Facets of documents that stand in no record, and which documents they change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from catalog_service.projections.protocol import BesideRecords
from ontology.errors import AtlasError
from search.facets import INDEXED
from search.index.model import SearchDocument

_LENGTH: Final = 16

Facets = Mapping[str, tuple[str, ...]]


class BesideFacets:
    """What is known beside records, as it was looked at last; for whoever writes the index."""

    def __init__(self, sources: Sequence[BesideRecords]) -> None:
        """Ask ``sources``."""
        self._sources = sources
        self._marks: tuple[object, ...] | None = None
        self._facets: dict[str, Facets] = {}
        self.told = ""
        """What tells these facets, kept beside each checkpoint; empty: there are none."""

    def look(self, kept: str) -> list[str]:
        """Look anew; return the records whose documents may have other facets now.

        ``kept`` is what the index has beside its checkpoint: at the start nothing else is known of
        its documents. While the journal is away nothing changes.
        """
        try:
            marks = tuple(one.mark() for one in self._sources)
            if marks == self._marks:
                return []
            now = _merged([one.facets() for one in self._sources])
        except AtlasError:
            return []
        before, begun = self._facets, self._marks is None
        self._marks, self._facets, self.told = marks, now, _told(now)
        if begun:
            return [] if self.told == kept else sorted(now)
        return sorted(one for one in {*before, *now} if before.get(one, {}) != now.get(one, {}))

    def added(self, document: SearchDocument) -> SearchDocument:
        """Return a document with the facets that are known beside its record."""
        more = self._facets.get(document.iri)
        if not more:
            return document
        facets = {
            name: tuple(dict.fromkeys((*more.get(name, ()), *document.facets.get(name, ()))))
            for name in INDEXED
            if name in more or name in document.facets
        }
        return replace(document, facets=facets)


def _merged(parts: Sequence[Mapping[str, Facets]]) -> dict[str, Facets]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for part in parts:
        for iri, facets in part.items():
            own = found.setdefault(iri, {})
            for name, values in facets.items():
                own[name] = (*own.get(name, ()), *values)
    return dict(found)


def _told(facets: Mapping[str, Facets]) -> str:
    lines = [f"{iri} {sorted(own.items())}" for iri, own in sorted(facets.items()) if own]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:_LENGTH] if lines else ""
