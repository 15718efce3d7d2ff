"""A view without the documents that readers may no longer be shown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import Final

from ontology.errors import AtlasError
from search.errors import INDEX_BEHIND
from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import Found, IndexView

Hidden = Callable[[int], frozenset[str]]
"""Gives the IRIs that a view standing at a journal number must not show, mostly none."""

MAX_HIDDEN: Final = 5_000
"""IRIs that a query may carry. Each thousand costs every query of the embedded index a
millisecond (26,791 documents; a search asks several), and 35 kB of every request to a server."""

_PATIENCE: Final = 2.0
"""Seconds that a thread waits while another one asks the index what it still holds."""
_RETRY: Final = 5
_ANY: Final = Plan()


def nothing_hidden(_checkpoint: int) -> frozenset[str]:
    """Hide nothing."""
    return frozenset()


class SuppressingView:
    """A view as if some documents were not in it: hits, totals and counts alike.

    The index follows the journal, and may be behind it: what was closed since must not be found
    however long the index takes. The index leaves the documents out itself (`Plan.hidden`), so
    that pages stay whole.
    """

    def __init__(
        self, view: IndexView, hidden: AbstractSet[str], held: frozenset[str] | None = None
    ) -> None:
        """Hide ``hidden``; ``held`` are those of them that the view holds, where that is known."""
        self._view = view
        self._hidden = hidden
        self._held = frozenset(hidden) if held is None else held

    @property
    def checkpoint(self) -> int:
        """The checkpoint of the index."""
        return self._view.checkpoint

    @property
    def state(self) -> Hashable:
        """Of the view below, and what is hidden: another selection is another state."""
        return self._view.state, self._held

    def find(self, plan: Plan, limit: int, offset: int = 0) -> Found:
        """Return the documents of a plan that may be shown."""
        found = self._view.find(self._without(plan), limit, offset)
        # A server may answer from a commit that came after the look at what is held.
        open_ = tuple(c for c in found.candidates if c.document.iri not in self._hidden)
        return found if len(open_) == len(found.candidates) else replace(found, candidates=open_)

    def totals(self, plans: Sequence[Plan]) -> Sequence[int]:
        """Return how many documents that may be shown each of some plans finds."""
        return self._view.totals([self._without(plan) for plan in plans])

    def count(self, plan: Plan, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count the values of facets over the documents that may be shown."""
        return self._view.count(self._without(plan), facets)

    def get(self, iri: str) -> StoredDocument | None:
        """Return one document, or None."""
        return None if iri in self._hidden else self._view.get(iri)

    def among(self, iris: Sequence[str], plan: Plan) -> Mapping[str, StoredDocument]:
        """Return those of some documents that a plan finds and that may be shown."""
        asked = [iri for iri in iris if iri not in self._hidden]
        return self._view.among(asked, self._without(plan))

    def each(self) -> Iterator[StoredDocument]:
        """Yield all documents that may be shown."""
        return (document for document in self._view.each() if document.iri not in self._hidden)

    def _without(self, plan: Plan) -> Plan:
        return replace(plan, hidden=self._held | plan.hidden)


@dataclass(frozen=True, slots=True)
class _KnownIris:
    """What a state of the index holds of a set; None: more than may be hidden."""

    state: Hashable
    hidden: frozenset[str]
    held: frozenset[str] | None


class Suppressor:
    """Hides from the views of one index what must not be shown; safe to share among threads.

    Where that is more than queries should carry, the index is asked which of them it still has:
    while a new index is built, what was closed is long gone from the live one. If it has too many
    even so, nothing is answered until it has caught up: what would be shown, or how many, could
    not be counted correctly.
    """

    def __init__(
        self, hidden: Hidden, *, most: int = MAX_HIDDEN, patience: float = _PATIENCE
    ) -> None:
        """Ask ``hidden``; queries carry up to ``most`` IRIs."""
        self._hidden = hidden
        self._most = most
        self._patience = patience
        self._asking = Lock()
        self._known: _KnownIris | None = None

    def view(self, view: IndexView) -> IndexView:
        """Return a view without what is hidden at its checkpoint: itself where that is nothing.

        Raises `AtlasError` (``index-behind``).
        """
        hidden = self._hidden(view.checkpoint)
        if not hidden:
            return view
        if len(hidden) <= self._most:
            return SuppressingView(view, hidden)
        held = self._held(view, hidden)
        return SuppressingView(view, hidden, held) if held else view

    def _held(self, view: IndexView, hidden: frozenset[str]) -> frozenset[str]:
        known = self._known
        if not _applies(known, view, hidden):
            # One thread asks the index, the others wait for its answer.
            if not self._asking.acquire(timeout=self._patience):
                raise _behind(hidden)
            try:
                known = self._known
                if not _applies(known, view, hidden):
                    known = self._known = self._ask_index(known, view, hidden)
            finally:
                self._asking.release()
        if known is None or known.held is None:
            raise _behind(hidden)
        return known.held

    def _ask_index(
        self, known: _KnownIris | None, view: IndexView, hidden: frozenset[str]
    ) -> _KnownIris:
        if known is None or known.state != view.state:
            new, held = hidden, set[str]()
        elif known.held is None:
            if known.hidden <= hidden:
                return _KnownIris(view.state, hidden, None)
            new, held = hidden, set()
        else:
            # The same state: what it did not hold then it does not hold now.
            new, held = hidden - known.hidden, set(known.held & hidden)
        rest = iter(new)
        while len(held) <= self._most and (part := list(islice(rest, self._most))):
            held.update(view.among(part, _ANY))
        few = frozenset(held) if len(held) <= self._most else None
        return _KnownIris(view.state, hidden, few)


def _applies(known: _KnownIris | None, view: IndexView, hidden: frozenset[str]) -> bool:
    return known is not None and known.hidden == hidden and known.state == view.state


def _behind(hidden: frozenset[str]) -> AtlasError:
    return AtlasError(INDEX_BEHIND, count=len(hidden), retry_after=_RETRY)
