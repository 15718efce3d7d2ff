"""Which public datasets have a field: read from the index once for each of its states."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass

from catalog_service.source_catalog.identity import department_key
from ontology.vocabulary import Vocabulary
from search.index.model import SearchDocument
from search.index.protocol import IndexView, ReadableIndex
from search.relations.fields import field_key


@dataclass(frozen=True, slots=True)
class Holder:
    """A dataset that has a field."""

    iri: str
    title: str
    publishers: tuple[str, ...]
    """Their names."""
    keys: frozenset[str]
    """Its publishers, each as `department_key` has it."""


Holders = Mapping[str, tuple[Holder, ...]]
"""Datasets by field key, those of a key by IRI."""


class FieldHolders:
    """Finds datasets by fields in the newest state of an index; safe to share between threads.

    To look for fields is to read all documents: what was found is kept for as long as the index
    does not change, and no field is asked for that was not looked for.
    """

    def __init__(self, index: ReadableIndex, vocabulary: Callable[[], Vocabulary]) -> None:
        self._index = index
        self._vocabulary = vocabulary
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, frozenset[str], Holders] | None = None

    def of(self, fields: Collection[str]) -> Holders:
        """Return the datasets that have fields, given by `field_key`; raises as the index does."""
        view = self._index.view() if fields else None
        if view is None:
            return {}
        # Who comes second waits for what the first computes.
        with self._lock:
            kept, wanted = self._kept, frozenset(fields)
            if kept is None or kept[0] != view.state or not wanted <= kept[1]:
                kept = self._kept = (view.state, wanted, self._read(view, wanted))
        return kept[2]

    def _read(self, view: IndexView, wanted: frozenset[str]) -> Holders:
        found: dict[str, list[Holder]] = defaultdict(list)
        for document in view.each():
            own = {field_key(name) for name in document.fields} & wanted
            if own:
                keys = publisher_keys(self._vocabulary(), document)
                holder = Holder(
                    document.iri, document.title, tuple(document.publishers), frozenset(keys)
                )
                for key in own:
                    found[key].append(holder)
        return {key: tuple(sorted(some, key=lambda one: one.iri)) for key, some in found.items()}


def publisher_keys(vocabulary: Vocabulary, document: SearchDocument) -> set[str]:
    """Return the publishers of a dataset, each as `department_key` has it."""
    return set(_publishers(vocabulary, document))


def _publishers(vocabulary: Vocabulary, document: SearchDocument) -> Iterator[str]:
    yield from document.facets.get("publisher", ())
    for name in document.publishers:
        yield department_key(vocabulary, name)
