"""The order of what was found: the first hits by ranking, and the pages cut from them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from search.index.payload import Stored
from search.index.plan import WINDOW, Candidate, Plan, View
from search.query.model import Meaning
from search.query.relaxation import Request
from search.ranking.score import Scorer, Signals, basis
from search.results.facets import Faceting
from search.results.hits import collapsed

_SIGNALS: Final = 20_000
_RANKED: Final = 256


class Asked(Protocol):
    """A search text whose meaning was asked for; waits a moment for it when first used.

    Nothing is ever raised: what can't be had in time is done without.
    """

    def ordered(self, ranked: Sequence[Candidate]) -> list[Candidate] | None:
        """Return the same hits in their order by words and meaning; None: only words are known."""
        ...

    def similar(
        self, plan: Plan, view: View, without: Collection[str], count: int
    ) -> list[Candidate]:
        """Return what is near in meaning within the plan's filters, and not among ``without``."""
        ...


class Ordering:
    """Orders what a view finds, and remembers it for the pages to come; safe among threads.

    ``names`` learns the publishers of what was found.
    """

    def __init__(self, names: Faceting) -> None:
        self._names = names
        self._first: dict[Hashable, tuple[int, list[Candidate]]] = {}
        self._nearer: dict[Hashable, list[Candidate]] = {}
        self._signals: dict[tuple[str, str], Signals] = {}

    def page(
        self,
        request: Request,
        plan: Plan,
        meaning: Meaning | None,
        view: View,
        asked: Asked | None,
    ) -> tuple[int, int, list[tuple[Candidate, int]], int, bool]:
        """Return the total, the rows, the page's hits with how many stand behind each, its end, and
        whether meaning had its part in the order."""
        start, end = request.offset, request.offset + request.limit
        if meaning is None or request.order != "relevance":
            found = view.find(plan, request.limit, start)
            total = found.total
            if plan.after is not None:
                total = view.find(replace(plan, after=None), 0).total
                end = start + request.limit if found.total > request.limit else total
            return total, total, [(candidate, 0) for candidate in found.candidates], end, False
        total, ranked = self._ranked(plan, meaning, view)
        nearer = self._reordered(plan, meaning, view, ranked, asked)
        ranked = nearer or ranked
        listed = collapsed(ranked) if request.grouped else [(c, 0) for c in ranked]
        behind = max(0, total - WINDOW)
        rows = len(listed) + behind
        page = listed[start:end]
        if end > len(listed) and behind:
            # Behind the window the engine's own order goes on, one by one.
            skip = max(start, len(listed)) - len(listed)
            rest = view.find(plan, end - max(start, len(listed)), WINDOW + skip)
            page += [(candidate, 0) for candidate in rest.candidates]
        return total, rows, page, min(end, rows), nearer is not None

    def _reordered(
        self,
        plan: Plan,
        meaning: Meaning,
        view: View,
        ranked: list[Candidate],
        asked: Asked | None,
    ) -> list[Candidate] | None:
        """The first hits in the order of words and meaning, remembered like `_ranked`."""
        if asked is None:
            return None
        filters = tuple(plan.filters.items())
        key = (view.state, meaning, plan.groups, filters, plan.ranges, plan.bands)
        kept = self._nearer.get(key)
        if kept is None:
            kept = asked.ordered(ranked)
            if kept is not None:
                if len(self._nearer) >= _RANKED:
                    self._nearer.clear()
                self._nearer[key] = kept
        return kept

    def _ranked(self, plan: Plan, meaning: Meaning, view: View) -> tuple[int, list[Candidate]]:
        """The total, and the first hits in their fine order; remembered for the pages to come."""
        filters = tuple(plan.filters.items())
        key = (view.state, meaning, plan.groups, filters, plan.ranges, plan.bands)
        kept = self._first.get(key)
        if kept is None:
            found = view.find(plan, WINDOW)
            scorer = Scorer(meaning)
            scored = [
                Candidate(c.document, scorer.score(c.document, self.signals_of(c.document)))
                for c in found.candidates
            ]
            scored.sort(key=lambda c: (-round(c.score, 6), c.document.iri))
            kept = (found.total, scored)
            self._names.learn(scored, view)
            if len(self._first) >= _RANKED:
                self._first.clear()
            self._first[key] = kept
        return kept

    def signals_of(self, document: Stored) -> Signals:
        """Return what ranking looks at in a document, made once.

        An index that was built anew may hold another document for the same version of a record.
        """
        key = (document.iri, document.hash)
        found = self._signals.get(key)
        if found is None or found.basis != basis(document):
            found = Signals(document)
            if len(self._signals) >= _SIGNALS:
                self._signals.clear()
            self._signals[key] = found
        return found
