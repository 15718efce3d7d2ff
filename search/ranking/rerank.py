"""The order of what was found: the first hits by ranking, and the pages cut from them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest
from typing import Final, Protocol

from search.bounded_cache import BoundedCache
from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import Candidate, IndexView
from search.limits import CACHED_DOCUMENTS, CACHED_QUERIES, ENOUGH, WINDOW
from search.model import MatchedBy
from search.query.model import ParsedQuery
from search.query.request import SearchRequest
from search.ranking.hybrid import NEAR, NEARNESS, NEARNESS_BESIDE, Hybrid, fuse
from search.ranking.score import Scorer
from search.ranking.signals import Signals, basis
from search.results.facets import FacetCounter
from search.results.hits import first_of_groups

LOOKED_AT: Final = 10
"""First hits by which it is judged whether a search is answered."""

Row = tuple[Candidate, int]
"""A hit, and how many others of its group it represents."""


class SemanticQuery(Protocol):
    """A search text on its way to a vector; waits a moment for it when first used.

    Nothing is ever raised: without a vector in time, words alone decide.
    """

    @property
    def least(self) -> float:
        """The cosine from which on a dataset may be called similar to the text."""
        ...

    def nearest(self, plan: Plan, view: IndexView, count: int) -> list[Candidate] | None:
        """Return the nearest within the plan's filters with their cosines, the nearest first.

        None: only words are known, or too few documents have a vector yet.
        """
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """One page of hits: ``rows`` are all that can be paged through, ``end`` is where it ends.

    ``total`` counts what words found.
    """

    total: int
    rows: int
    hits: list[Row]
    end: int
    first: int = 0
    """How many results stand first because nothing, or less, had to be given up for them."""
    brought: int = 0
    """How many of the rows hold nothing that words found."""
    hybrid: Hybrid | None = None
    """What vectors had to do with the order; None: nothing."""
    top: tuple[Candidate, ...] = ()
    """The first hits of the order by relevance, whichever page this is."""

    def matched_by(self, iri: str) -> MatchedBy:
        """Tell what found a hit."""
        if self.hybrid is None or iri not in self.hybrid.near:
            return "words"
        return "meaning" if iri in self.hybrid.brought else "both"


def listed(ranked: Sequence[Candidate], *, grouped: bool) -> list[Row]:
    """Return hits as rows, of each group only the first where ``grouped``."""
    return first_of_groups(ranked) if grouped else [(candidate, 0) for candidate in ranked]


def in_turn(ranked: Sequence[Candidate], halves: Sequence[int | None]) -> list[Candidate]:
    """Put first what is about both of two things, then what is about one of them, in turn."""
    pairs = list(zip(ranked, halves, strict=True))
    both = [candidate for candidate, half in pairs if half is None]
    order = dict.fromkeys(half for half in halves if half is not None)
    each = [[candidate for candidate, half in pairs if half == one] for one in order]
    return [*both, *(c for row in zip_longest(*each) for c in row if c is not None)]


def in_blocks(
    ranked: Sequence[Candidate], block: Mapping[str, int]
) -> tuple[Sequence[Candidate], int]:
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
        self._by_meaning: BoundedCache[Hashable, Hybrid] = BoundedCache(CACHED_QUERIES)
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
        *,
        relaxed: bool = False,
    ) -> Page:
        """Return the page that was asked for.

        ``before`` are stricter plans that found little: what they find stands first, in turn.
        ``relaxed``: something of the text was given up in ``plan``.
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
        hybrid = None
        if semantic is not None and ranked:
            nearness = NEARNESS if relaxed else NEARNESS_BESIDE
            hybrid = self._hybrid((key, relaxed), plan, parsed, view, semantic, nearness)
        whole: Sequence[Candidate] = hybrid.order if hybrid else ranked
        whole, leading = in_blocks(whole, self._before(before, view))
        rows = listed(whole, grouped=request.grouped)
        pulled = hybrid.pulled if hybrid else frozenset[str]()
        behind = max(0, total - WINDOW - len(pulled))
        count = len(rows) + behind
        page = rows[start:end]
        if end > len(rows) and behind:
            # Behind the window the index's own order goes on, one by one.
            first = max(start, len(rows))
            tail = replace(plan, hidden=plan.hidden | pulled) if pulled else plan
            rest = view.find(tail, end - first, WINDOW + first - len(rows))
            page += listed(rest.candidates, grouped=False)
        brought = 0
        if hybrid is not None and hybrid.brought:
            by_words = [c for c in whole if c.document.iri not in hybrid.brought]
            brought = len(rows) - len(listed(by_words, grouped=request.grouped))
        return Page(
            total, count, page, min(end, count), leading, brought, hybrid, tuple(whole[:LOOKED_AT])
        )

    def by_words(
        self, plan: Plan, parsed: ParsedQuery, view: IndexView, before: Sequence[Plan] = ()
    ) -> tuple[int, int]:
        """Return the total and how many stand first, as `page` does, where words alone decide."""
        total, ranked = self._ranked((view.state, parsed, plan.selection()), plan, parsed, view)
        return total, in_blocks(ranked, self._before(before, view))[1]

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

    def _hybrid(
        self,
        key: Hashable,
        plan: Plan,
        parsed: ParsedQuery,
        view: IndexView,
        semantic: SemanticQuery,
        nearness: float,
    ) -> Hybrid | None:
        """Return the first hits in the order of words and meaning, cached like `_ranked`."""
        kept = self._by_meaning.get(key)
        if kept is not None:
            return kept
        total, ranked = self._ranked((view.state, parsed, plan.selection()), plan, parsed, view)
        near = semantic.nearest(plan, view, NEAR)
        if near is None:
            return None
        held = {c.document.iri for c in ranked}
        others = [c.document.iri for c in near if c.document.iri not in held]
        # What words found behind the window is theirs, and counted already.
        deep = view.among(others, plan) if total > len(ranked) and others else {}
        self._names.learn(near, view)
        scorer = Scorer(parsed)
        found = fuse(
            ranked,
            near,
            frozenset(deep),
            lambda document: scorer.score(document, self.signals_of(document)),
            parsed.text,
            semantic.least,
            nearness,
        )
        return self._by_meaning.keep(key, found)

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
            if parsed.halves:
                scored = in_turn(scored, [scorer.half(self.signals_of(c.document)) for c in scored])
            self._names.learn(scored, view)
            kept = self._by_words.keep(key, (found.total, scored))
        return kept

    def warm(self, view: IndexView) -> None:
        """Read what ranking looks at of the documents that fit in the cache."""
        for document in islice(view.each(), CACHED_DOCUMENTS):
            self.signals_of(document)

    def signals_of(self, document: StoredDocument) -> Signals:
        """Return a document's ranking features, cached.

        An index that was built anew may hold another document for the same version of a record.
        """
        key = (document.iri, document.hash)
        found = self._signals.get(key)
        if found is None or found.basis != basis(document):
            found = self._signals.keep(key, Signals(document))
        return found
