"""The pairs of one state of the index, computed when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from search.background_cache import BackgroundCache
from search.duplicates.index import DuplicateIndex
from search.duplicates.model import Pair
from search.index.protocol import IndexView, ReadableIndex


@dataclass(frozen=True, slots=True)
class ComputedPairs:
    """All pairs of one state of the index, and the source of each record of it."""

    index: DuplicateIndex
    pairs: tuple[Pair, ...]
    sources: Mapping[str, str]


class Duplicates:
    """Finds pairs in the newest state of an index; safe to share between threads."""

    def __init__(self, index: ReadableIndex) -> None:
        self._index = index
        self._cache: BackgroundCache[ComputedPairs] = BackgroundCache()

    def computed(self) -> tuple[IndexView, ComputedPairs] | None:
        """Return the index's newest state and its pairs; None where there is no index yet.

        The pairs may be up to a minute behind the state: whoever shows them looks both records up.
        """
        view = self._index.view()
        return None if view is None else (view, self._cache.of(view, _compute))

    def ready(self) -> tuple[IndexView, ComputedPairs] | None:
        """Return the same; None, too, while the first pairs are being computed, in a thread."""
        view = self._index.view()
        if view is None:
            return None
        found = self._cache.ready(view, _compute)
        return None if found is None else (view, found)


def _compute(view: IndexView) -> ComputedPairs:
    documents = list(view.each())
    index = DuplicateIndex(documents)
    return ComputedPairs(index, tuple(index.pairs()), {one.iri: one.source for one in documents})
