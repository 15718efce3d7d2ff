"""A view without the documents that readers may no longer be shown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace

from search.matching import Found, Plan, View
from search.stored import Stored

Hidden = Callable[[int], frozenset[str]]
"""Gives the IRIs that a view standing at a journal number must not show, mostly none."""


def nothing_hidden(_checkpoint: int) -> frozenset[str]:
    """Hide nothing."""
    return frozenset()


class Hiding:
    """A view as if some documents were not in it: hits, totals and counts alike.

    The index follows the journal, and may be behind it: what was closed since must not be found
    however long the index takes. The engine leaves the documents out itself (`Plan.hidden`), so
    that pages stay whole.
    """

    def __init__(self, view: View, hidden: frozenset[str]) -> None:
        self._view = view
        self._hidden = hidden

    @property
    def checkpoint(self) -> int:
        """The journal number that the index stands at."""
        return self._view.checkpoint

    @property
    def state(self) -> Hashable:
        """Of the view below, and what is hidden: another selection is another state."""
        return self._view.state, self._hidden

    def find(self, plan: Plan, limit: int, offset: int = 0) -> Found:
        """Return the documents of a plan that may be shown."""
        return self._view.find(self._without(plan), limit, offset)

    def count(self, plan: Plan, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count the values of facets over the documents that may be shown."""
        return self._view.count(self._without(plan), facets)

    def get(self, iri: str) -> Stored | None:
        """Return one document, or None."""
        return None if iri in self._hidden else self._view.get(iri)

    def among(self, iris: Sequence[str], plan: Plan) -> Mapping[str, Stored]:
        """Return those of some documents that a plan finds and that may be shown."""
        return self._view.among(iris, self._without(plan))

    def each(self) -> Iterator[Stored]:
        """Yield all documents that may be shown."""
        return (document for document in self._view.each() if document.iri not in self._hidden)

    def _without(self, plan: Plan) -> Plan:
        return replace(plan, hidden=self._hidden)


def hiding(view: View, hidden: Hidden) -> View:
    """Return a view without what is ``hidden`` at its checkpoint: itself where that is nothing."""
    found = hidden(view.checkpoint)
    return Hiding(view, found) if found else view
