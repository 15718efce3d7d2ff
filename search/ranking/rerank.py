"""The order of what was found: the first hits by ranking, and the pages cut from them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from search.bounded_cache import BoundedCache
from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import Candidate, IndexView
from search.limits import CACHED_DOCUMENTS, CACHED_QUERIES, ENOUGH, WINDOW
from search.query.model import ParsedQuery
from search.query.request import SearchRequest
from search.ranking.score import Scorer
from search.ranking.signals import Signals, basis
from search.results.facets import FacetCounter
from search.results.hits import first_of_groups

Row = tuple[Candidate, int]
"""A hit, and how many others of its group it represents."""


class SemanticQuery(Protocol):
    """A search text on its way to a vector; waits a moment for it when first used.

    Nothing is ever raised: without a vector in time, words alone decide.
    """

    def ordered(self, ranked: Sequence[Candidate]) -> list[Candidate] | None:
        """Return the same hits in their order by words and meaning; None: only words are known."""
        ...

    def similar(
        self, plan: Plan, view: IndexView, without: Collection[str], count: int
    ) -> list[Candidate]:
        """Return what is near in meaning within the plan's filters, and not among ``without``."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """One page of hits: ``rows`` are all that can be paged through, ``end`` is where it ends."""

    total: int
    rows: int
    hits: list[Row]
    end: int
    by_meaning: bool = False
    """Vectors had their part in the order."""
    first: int = 0
    """How many results stand first because nothing, or less, had to be given up for them."""


def listed(ranked: Sequence[Candidate], *, grouped: bool) -> list[Row]:
    """Return hits as rows, of each group only the first where ``grouped``."""
    return first_of_groups(ranked) if grouped else [(candidate, 0) for candidate in ranked]


def in_blocks(ranked: list[Candidate], block: Mapping[str, int]) -> tuple[list[Candidate], int]:
    """Put first what is in ``block``, by its number, and return how many these are.

    Else the order stays. 0 where any of them is not among what was ranked: then nothing may be
    said of the order.
    """
    if not block:
        return ranked, 0
    found = sorted(ranked, key=lambda c: block.get(c.document.iri, len(block)))
    held = sum(c.document.iri in block for c in ranked)
    return found, held if held == len(block) else 0


class Reranker:
    """Orders what a view finds, and caches it for the pages to come; safe among threads.

    ``names`` learns the publishers of what was found.
    """

    def __init__(self, names: FacetCounter) -> None:
        self._names = names
        self._by_words: BoundedCache[Hashable, tuple[int, list[Candidate]]] = BoundedCache(
            CACHED_QUERIES
        )
        self._by_meaning: BoundedCache[Hashable, list[Candidate]] = BoundedCache(CACHED_QUERIES)
        self._blocks: BoundedCache[Hashable, Mapping[str, int]] = BoundedCache(CACHED_QUERIES)
        self._signals: BoundedCache[tuple[str, str], Signals] = BoundedCache(CACHED_DOCUMENTS)

    def page(
        self,
        request: SearchRequest,
        plan: Plan,
        parsed: ParsedQuery | None,
        view: IndexView,
        semantic: SemanticQuery | None,
        before: Sequence[Plan] = (),
    ) -> Page:
        """Return the page that was asked for.

        ``before`` are stricter plans that found little: what they find stands first, in turn.
        """
        start, end = request.offset, request.offset + request.limit
        if parsed is None or request.order != "relevance":
            found = view.find(plan, request.limit, start)
            total = found.total
            if plan.after is not None:
                total = view.find(replace(plan, after=None), 0).total
                end = start + request.limit if found.total > request.limit else total
            return Page(total, total, listed(found.candidates, grouped=False), end)
        key = (view.state, parsed, plan.selection())
        total, ranked = self._ranked(key, plan, parsed, view)
        reordered = self._reordered(key, ranked, semantic)
        ranked, leading = in_blocks(reordered or ranked, self._before(before, view))
        rows = listed(ranked, grouped=request.grouped)
        behind = max(0, total - WINDOW)
        count = len(rows) + behind
        page = rows[start:end]
        if end > len(rows) and behind:
            # Behind the window the index's own order goes on, one by one.
            first = max(start, len(rows))
            rest = view.find(plan, end - first, WINDOW + first - len(rows))
            page += listed(rest.candidates, grouped=False)
        return Page(total, count, page, min(end, count), reordered is not None, leading)

    def _before(self, plans: Sequence[Plan], view: IndexView) -> Mapping[str, int]:
        """Return what stricter plans find with the number of the first that does, cached."""
        if not plans:
            return {}
        key = (view.state, tuple(plan.selection() for plan in plans))
        kept = self._blocks.get(key)
        if kept is None:
            found: dict[str, int] = {}
            for number, plan in enumerate(plans):
                for candidate in view.find(replace(plan, after=None), ENOUGH).candidates:
                    found.setdefault(candidate.document.iri, number)
            kept = self._blocks.keep(key, found)
        return kept

    def _reordered(
        self, key: Hashable, ranked: list[Candidate], semantic: SemanticQuery | None
    ) -> list[Candidate] | None:
        """Return the first hits in the order of words and meaning, cached like `_ranked`."""
        if semantic is None:
            return None
        kept = self._by_meaning.get(key)
        if kept is None:
            kept = semantic.ordered(ranked)
            if kept is not None:
                self._by_meaning.keep(key, kept)
        return kept

    def _ranked(
        self, key: Hashable, plan: Plan, parsed: ParsedQuery, view: IndexView
    ) -> tuple[int, list[Candidate]]:
        """Return the total, and the first hits by rank; cached for the pages to come."""
        kept = self._by_words.get(key)
        if kept is None:
            found = view.find(plan, WINDOW)
            scorer = Scorer(parsed)
            scored = [
                Candidate(c.document, scorer.score(c.document, self.signals_of(c.document)))
                for c in found.candidates
            ]
            scored.sort(key=lambda c: (-round(c.score, 6), c.document.iri))
            self._names.learn(scored, view)
            kept = self._by_words.keep(key, (found.total, scored))
        return kept

    def signals_of(self, document: StoredDocument) -> Signals:
        """Return a document's ranking features, cached.

        An index that was built anew may hold another document for the same version of a record.
        """
        key = (document.iri, document.hash)
        found = self._signals.get(key)
        if found is None or found.basis != basis(document):
            found = self._signals.keep(key, Signals(document))
        return found
