"""Searching over any index: parse and plan the query, find, rank, show.

Everything that a search means happens here and in what this calls, so that two indexes can only
differ in their arithmetic.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from search.analysis.normalization import normal
from search.analysis.sort_keys import date_key, title_key
from search.background_cache import BackgroundCache
from search.bounded_cache import BoundedCache
from search.confidence import confidence, features
from search.index.plan import Plan
from search.index.protocol import Candidate, IndexView, Question, ReadableIndex
from search.limits import CACHED_QUERIES, CACHED_SUGGESTIONS, ENOUGH
from search.model import (
    MEANING,
    Confidence,
    FacetValue,
    Hit,
    Query,
    Result,
    Suggestion,
    Understanding,
)
from search.query.model import ParsedQuery
from search.query.planner import Demand, PlannedQuery, QueryPlanner
from search.query.request import SearchRequest, check_query, next_cursor
from search.query.term_weights import exists
from search.ranking.more_like_this import more_like_this
from search.ranking.rerank import Page, Reranker, SemanticQuery, listed
from search.results.did_you_mean import did_you_mean
from search.results.facets import FacetCounter
from search.results.freshness import bands, utc_today
from search.results.hits import hit_of
from search.results.query_explanation import explain
from search.results.suggestions import Suggester
from search.thesaurus import Thesaurus, builtin

_CHECKED_TERMS: Final = 4
"""Terms by which a suggested word is looked for before it is shown."""
_WARM: Final = "数据"
"""A text whose vector is made before the first search, so that it need not start the model."""
_PART: Final = 500
"""Documents that an index is asked about at once."""
_SIMILAR: Final = 10
"""Datasets near in meaning that are offered where words found nothing."""


class SearchService:
    """Search over one index. Safe to share among threads.

    ``thesaurus`` gives the one in use at each search. ``vectors`` asks for the vector of a text
    (`search.embeddings`); without it there are only words. ``today`` gives the day from which the
    freshness of datasets counts.
    """

    def __init__(
        self,
        index: ReadableIndex,
        thesaurus: Callable[[], Thesaurus] = builtin,
        vectors: Callable[[str], SemanticQuery] | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = utc_today,
    ) -> None:
        self._index = index
        self._vectors = vectors
        self._thesaurus = thesaurus
        self._today = today
        self._planner = QueryPlanner(thesaurus, today, monotonic)
        self._facets = FacetCounter()
        self._reranker = Reranker(self._facets)
        self._suggester: BackgroundCache[Suggester] = BackgroundCache(monotonic)
        self._did_you_mean: BoundedCache[Hashable, tuple[str, ...]] = BoundedCache(CACHED_QUERIES)
        self._shown: BoundedCache[Hashable, bool] = BoundedCache(CACHED_SUGGESTIONS)
        self._explanations: BoundedCache[Hashable, Understanding] = BoundedCache(CACHED_QUERIES)

    def as_of(self, day: date) -> SearchService:
        """Return this search as it answers on another day: what 去年 means, and what is fresh."""
        return SearchService(self._index, self._thesaurus, self._vectors, today=lambda: day)

    def search(self, query: Query) -> Result:
        """Answer a query.

        Raises `AtlasError`: the kinds of `search.query.request.check_query` for one that is out of
        bounds, and those of the index.
        """
        started = time.perf_counter()
        request = check_query(query, bands(self._today()))
        filters = tuple(tuple(sorted(one.items())) for one in (query.filters, query.excluded))
        key = (query.text, filters, query.ranges, query.sort)
        view = self._index.view(Question(key, request.facets, request.facet_size))
        if view is None:
            facets = {
                name: tuple(FacetValue(value, 0) for value in request.filters.get(name, ()))
                for name in request.facets
            }
            return Result(0, (), facets, 0, _milliseconds_since(started))
        semantic = self._semantic_query(request)
        planned = self._planner.plan(request, view) if request.text else None
        parsed = planned.parsed if planned else None
        if semantic is not None and parsed is not None and (parsed.conditions or parsed.time):
            # What is excluded, a format or a time would draw near what speaks of just that.
            semantic = self._semantic_query(replace(request, text=_subject(parsed, request.text)))
        plan = _plan(request, planned.demand) if planned else request.plan(None)
        before = tuple(_plan(request, one) for one in planned.before) if planned else ()
        if semantic is not None and planned is not None:
            # Cached for what follows: the vector is made meanwhile.
            if request.facets:
                view.count(replace(plan, after=None), request.facets)
            total, first = self._reranker.by_words(plan, planned.parsed, view, before)
            self._explain(planned, request, total, first, view)
        page = self._reranker.page(
            request,
            plan,
            parsed,
            view,
            semantic,
            before,
            relaxed=planned is not None and bool(planned.relaxed),
        )
        hits = tuple(
            replace(hit_of(c, parsed), more=more, matched_by=page.matched_by(c.document.iri))
            for c, more in page.hits
        )
        last: str | int | None = None
        if page.hits and request.order != "relevance":
            document = page.hits[-1][0].document
            last = (
                date_key(document.modified, document.iri)
                if request.order == "modified"
                else title_key(document.title, document.iri)
            )
        cursor = next_cursor(request, page.rows, page.end, last, by_meaning=page.hybrid is not None)
        return Result(
            total=page.total,
            hits=hits,
            facets=self._facets.facets(request, plan, view),
            checkpoint=view.checkpoint,
            milliseconds=_milliseconds_since(started),
            understanding=(
                self._explain(planned, request, page.total, page.first, view) if planned else None
            ),
            did_you_mean=self._other_texts(request, planned, page, view),
            cursor=cursor if hits else None,
            rows=page.rows,
            by_meaning=page.brought,
            similar=self._similar(request, plan, parsed, page.total, view, semantic),
            confidence=self._confidence(request, planned, page),
        )

    def facet_counts(self, query: Query, facet: str) -> Mapping[str, int]:
        """Return how many results have each value of a facet, its own filter aside.

        All values that occur, `search.facets.NOT_STATED` among them. Raises `AtlasError` like
        `search`.
        """
        request = check_query(replace(query, facets=(facet,)), bands(self._today()))
        view = self._index.view(Question((query.text, facet)))
        if view is None:
            return {}
        planned = self._planner.plan(request, view) if request.text else None
        plan = _plan(request, planned.demand) if planned else request.plan(None)
        return view.count(replace(plan, after=None), request.facets)[facet]

    def among(self, query: Query, iris: Sequence[str]) -> frozenset[str]:
        """Return which of some documents a query finds by its words, filters and days.

        What is given up of the words is decided over all documents, as in `search`. Raises
        `AtlasError` like that.
        """
        request = check_query(replace(query, facets=False), bands(self._today()))
        view = self._index.view(Question((query.text,)))
        if view is None:
            return frozenset()
        planned = self._planner.plan(request, view) if request.text else None
        plan = _plan(request, planned.demand) if planned else request.plan(None)
        plan = replace(plan, after=None)
        parts = (iris[start : start + _PART] for start in range(0, len(iris), _PART))
        return frozenset(iri for part in parts for iri in view.among(part, plan))

    def planned(self, query: Query) -> tuple[PlannedQuery, Plan] | None:
        """Return how a text is understood and what the index is asked, None without either.

        For measurements; the order and the page are not in it.
        """
        request = check_query(query, bands(self._today()))
        view = self._index.view()
        if view is None or not request.text:
            return None
        planned = self._planner.plan(request, view)
        return planned, replace(_plan(request, planned.demand), after=None)

    def _explain(
        self,
        planned: PlannedQuery,
        request: SearchRequest,
        total: int,
        first: int,
        view: IndexView,
    ) -> Understanding:
        """Explain a text within the filters; cached for the pages and facets to come."""
        filters = (tuple(request.filters.items()), tuple(request.excluded.items()))
        key = (view.state, planned, filters, request.ranges, request.bands, total, first)
        found = self._explanations.get(key)
        if found is None:
            told = explain(planned, request, total, first, view)
            found = self._explanations.keep(key, told)
        return found

    def _confidence(
        self,
        request: SearchRequest,
        planned: PlannedQuery | None,
        page: Page,
    ) -> Confidence | None:
        """Tell whether the catalogue has what was searched for; not of a part of the catalogue."""
        narrowed = request.filters or request.ranges or request.excluded
        if planned is None or narrowed or request.order != "relevance":
            return None
        top = [self._reranker.signals_of(c.document) for c in page.top]
        cosines = page.hybrid.cosines if page.hybrid is not None else ()
        return confidence(features(planned, top, cosines))

    def _semantic_query(self, request: SearchRequest) -> SemanticQuery | None:
        """Ask for the vector of the text, where it can matter; it is made meanwhile."""
        if self._vectors is None or not request.text.strip() or request.by_words:
            return None
        if request.order != "relevance" or MEANING in request.literal:
            return None
        return self._vectors(request.text)

    def _similar(
        self,
        request: SearchRequest,
        plan: Plan,
        parsed: ParsedQuery | None,
        total: int,
        view: IndexView,
        semantic: SemanticQuery | None,
    ) -> tuple[Hit, ...]:
        if semantic is None or total or request.offset or not request.limit:
            return ()
        near = [
            candidate
            for candidate in semantic.nearest(plan, view, _SIMILAR) or ()
            if candidate.score >= semantic.least
        ]
        return tuple(
            replace(hit_of(c, parsed), more=more, matched_by="meaning")
            for c, more in listed(near, grouped=request.grouped)
        )

    def _other_texts(
        self, request: SearchRequest, planned: PlannedQuery | None, page: Page, view: IndexView
    ) -> tuple[str, ...]:
        """Return other texts worth a search, where this one found nothing or hardly anything."""
        if planned is None or "spelling" in request.literal:
            return ()
        parsed, total = planned.parsed, page.total
        if any(_is_titled(candidate, parsed.text) for candidate, _ in page.hits):
            # Whoever writes a whole title means that dataset.
            return ()
        # Of several words, what is near one of them is not what was asked for.
        subjects = sum(term.role in ("subject", "verb") for term in parsed.query_terms)
        little = total < ENOUGH or planned.relaxed == "words"
        if total and not (little and subjects == 1):
            return ()
        narrowed = request.filters or request.ranges or request.excluded
        if not total and narrowed and view.find(Plan(planned.demand.groups), 0).total:
            # The filters are in the way, not the words.
            return ()
        thesaurus = self._thesaurus() if "synonym" not in request.literal else None
        key = (view.state, thesaurus, parsed, not total)
        found = self._did_you_mean.get(key)
        if found is None:
            lexicon = (lambda: self._planner.lexicon(view)) if not total else None
            texts = did_you_mean(parsed, view, thesaurus, lexicon)
            found = self._did_you_mean.keep(key, texts)
        return found

    def more_like(self, iri: str, limit: int = 10) -> tuple[Hit, ...]:
        """Return what resembles a dataset, the nearest first; nothing for an unknown one."""
        view = self._index.view(Question((iri,)))
        document = view.get(iri) if view is not None else None
        if view is None or document is None:
            return ()
        signals = self._reranker.signals_of
        return tuple(hit_of(c, None) for c in more_like_this(document, view, signals, limit))

    def suggest(self, text: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Complete a text: Chinese, pinyin or initials; nothing for an empty one."""
        view = self._index.view(Question((text,)))
        if view is None or not normal(text).strip():
            return ()
        suggester = self._suggestions(view)
        found = suggester.suggest(text, limit)
        return tuple(one for one in found if self._may_be_shown(one, view, suggester))

    def _may_be_shown(self, one: Suggestion, view: IndexView, suggester: Suggester) -> bool:
        """Tell whether a suggestion may be shown: what was closed since it was made may not."""
        if one.count and suggester.state == view.state:
            # It was counted among these very documents.
            return True
        key = (view.state, suggester, one)
        found = self._shown.get(key)
        return self._shown.keep(key, self._leads(one, view)) if found is None else found

    def _leads(self, one: Suggestion, view: IndexView) -> bool:
        if one.kind == "dataset":
            return view.get(one.value) is not None
        if one.kind in ("publisher", "theme"):
            return view.find(Plan(filters={one.kind: (one.value,)}), 0).total > 0
        expansions = self._thesaurus().expansions(one.text)
        if not expansions or not one.count:
            # A word that no document has still leads somewhere where any has what it stands for.
            terms = [one.text, *(term for found in expansions for term in found.terms)]
            return any(exists(term, view) for term in terms[:_CHECKED_TERMS])
        # The thesaurus is no secret.
        return True

    def warm(self) -> None:
        """Make what the first searches would have to wait for: places, words, suggestions.

        Takes some seconds at ten thousands of documents; for a thread beside those that answer.
        """
        view = self._index.view()
        if view is not None:
            self._planner.gazetteer(view)
            self._planner.lexicon(view)
            self._suggestions(view)
            self._reranker.warm(view)
            if self._vectors is not None:
                # Starts the model, and reads the vectors.
                self._vectors(_WARM).nearest(Plan(), view, 1)
            # Millions of objects that stay: a full garbage collection would make some search wait
            # for a tenth of a second.
            gc.collect()
            gc.freeze()

    def _suggestions(self, view: IndexView) -> Suggester:
        thesaurus = self._thesaurus()
        return self._suggester.of(
            view, lambda v: Suggester(v.each(), thesaurus, v.state), thesaurus
        )


def _plan(request: SearchRequest, demand: Demand) -> Plan:
    return request.plan(demand.groups, demand.conditions)


def _subject(parsed: ParsedQuery, text: str) -> str:
    """Return a text in normal form without its conditions and its time."""
    rest = parsed.text
    asked = [one.text for one in parsed.conditions] + ([parsed.time.text] if parsed.time else [])
    for piece in asked:
        rest = rest.replace(piece, " ", 1)
    return rest if rest.strip() else text


def _is_titled(candidate: Candidate, text: str) -> bool:
    """Tell whether a text in its normal form is the whole title of a dataset, in any language."""
    document = candidate.document
    return text.strip() in (normal(document.title).strip(), normal(document.title_en).strip())


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
