"""From a query to a result over any engine's view: understand, ask, rank, show.

Everything that a search means happens here and in what this calls, so that two engines can only
differ in their arithmetic.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date
from typing import Final

from search.analysis.normalization import normal
from search.analysis.sort_keys import date_key, title_key
from search.background_cache import Remembered
from search.index.plan import WINDOW, Plan, View
from search.model import FacetValue, Hit, Query, Result, Suggestion, Understanding
from search.query.model import Meaning
from search.query.planner import ENOUGH, PLANS, Read, Reading
from search.query.relaxation import Request, checked, next_cursor
from search.query.term_weights import exists
from search.ranking.more_like_this import like
from search.ranking.rerank import Asked, Ordering
from search.results.did_you_mean import others
from search.results.facets import Faceting
from search.results.freshness import bands, machine_day
from search.results.hits import collapsed, hit_of
from search.results.query_explanation import explained
from search.results.suggestions import Suggester
from search.thesaurus import Thesaurus

_TRIED: Final = 4
"""Terms that a suggested word is looked for by."""
_SIMILAR: Final = 10
"""Datasets near in meaning that are offered where the words found fewer than `ENOUGH`."""


class Answers:
    """Search over the newest view that ``view`` gives (None: there is no index yet).

    ``thesaurus`` gives the one in use. ``meaning`` asks for the meaning of a text
    (`search.embeddings`); without it there are only words. ``today`` tells the day from which the
    freshness of datasets counts. Safe to share among threads.
    """

    def __init__(
        self,
        view: Callable[[], View | None],
        thesaurus: Callable[[], Thesaurus],
        monotonic: Callable[[], float] = time.monotonic,
        meaning: Callable[[str], Asked] | None = None,
        today: Callable[[], date] = machine_day,
    ) -> None:
        self._view = view
        self._meaning = meaning
        self._thesaurus = thesaurus
        self._monotonic = monotonic
        self._today = today
        self._reading = Reading(thesaurus, monotonic)
        self._faceting = Faceting()
        self._ordering = Ordering(self._faceting)
        self._suggester: Remembered[Suggester] = Remembered()
        self._offered: dict[Hashable, tuple[str, ...]] = {}
        self._told: dict[Hashable, Understanding] = {}

    # -- search ----------------------------------------------------------------------------------

    def search(self, query: Query) -> Result:
        """Answer a query; raises `AtlasError` for one that is out of bounds."""
        started = time.perf_counter()
        request = checked(query, bands(self._today()))
        view = self._view()
        if view is None:
            facets = {
                name: tuple(FacetValue(value, 0) for value in request.filters.get(name, ()))
                for name in request.facets
            }
            return Result(0, (), facets, 0, _since(started))
        asked = self._ask(request)
        read = self._reading.read(request, view) if request.text else None
        meaning = read.meaning if read else None
        plan = request.plan(read.groups if read else None)
        total, rows, candidates, end, near = self._ordering.page(
            request, plan, meaning, view, asked
        )
        hits = tuple(
            replace(hit_of(candidate, meaning), more=more) for candidate, more in candidates
        )
        last = candidates[-1][0].document if candidates else None
        key: str | int | None = None
        if last is not None and request.order != "relevance":
            key = (
                date_key(last.modified, last.iri)
                if request.order == "modified"
                else title_key(last.title, last.iri)
            )
        return Result(
            total=total,
            hits=hits,
            facets=self._faceting.facets(request, plan, view),
            checkpoint=view.checkpoint,
            milliseconds=_since(started),
            understanding=self._explained(read, request, total, view) if read else None,
            did_you_mean=self._others(request, read, total, view),
            cursor=next_cursor(request, rows, end, key, by_meaning=near) if hits else None,
            rows=rows,
            similar=self._similar(request, plan, meaning, total, view, asked),
        )

    def _explained(self, read: Read, request: Request, total: int, view: View) -> Understanding:
        """Explain a text within the filters; remembered for the pages and facets to come."""
        filters = tuple(request.filters.items())
        key = (view.state, read, filters, request.ranges, request.bands, total)
        found = self._told.get(key)
        if found is None:
            found = explained(read, request, total, view)
            if len(self._told) >= PLANS:
                self._told.clear()
            self._told[key] = found
        return found

    def _ask(self, request: Request) -> Asked | None:
        """Ask for the meaning of the text, where it can matter; the answer comes meanwhile."""
        if self._meaning is None or not request.text.strip() or request.by_words:
            return None
        if request.order != "relevance" or request.offset >= WINDOW:
            return None
        return self._meaning(request.text)

    def _similar(
        self,
        request: Request,
        plan: Plan,
        meaning: Meaning | None,
        total: int,
        view: View,
        asked: Asked | None,
    ) -> tuple[Hit, ...]:
        if asked is None or total >= ENOUGH or request.offset or not request.limit:
            return ()
        found = {c.document.iri for c in view.find(plan, ENOUGH).candidates}
        near = asked.similar(plan, view, found, _SIMILAR)
        listed = collapsed(near) if request.grouped else [(c, 0) for c in near]
        return tuple(replace(hit_of(c, meaning), more=more) for c, more in listed)

    def _others(
        self, request: Request, read: Read | None, total: int, view: View
    ) -> tuple[str, ...]:
        """Other texts worth a search, where this one found nothing or hardly anything."""
        if read is None or "spelling" in request.literal:
            return ()
        meaning = read.meaning
        # Of several words, what is near one of them is not what was asked for.
        subjects = sum(wish.role in ("subject", "verb") for wish in meaning.wishes)
        little = total < ENOUGH or read.relaxed == "words"
        if total and not (little and subjects == 1):
            return ()
        narrowed = request.filters or request.ranges
        if not total and narrowed and view.find(Plan(read.groups), 0).total:
            # The filters are in the way, not the words.
            return ()
        thesaurus = self._thesaurus() if "synonym" not in request.literal else None
        key = (view.state, thesaurus, meaning, not total)
        found = self._offered.get(key)
        if found is None:
            lexicon = (lambda: self._reading.words(view)) if not total else None
            found = others(meaning, view, thesaurus, lexicon)
            if len(self._offered) >= PLANS:
                self._offered.clear()
            self._offered[key] = found
        return found

    # -- more ------------------------------------------------------------------------------------

    def more_like(self, iri: str, limit: int = 10) -> tuple[Hit, ...]:
        """Return what resembles a dataset, the nearest first; nothing for an unknown one."""
        view = self._view()
        document = view.get(iri) if view is not None else None
        if view is None or document is None:
            return ()
        return tuple(
            hit_of(c, None) for c in like(document, view, self._ordering.signals_of, limit)
        )

    def suggest(self, text: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """Complete a text: Chinese, pinyin or initials; nothing for an empty one."""
        view = self._view()
        if view is None or not normal(text).strip():
            return ()
        found = self._suggestions(view).suggest(text, limit)
        return tuple(one for one in found if self._stands(one, view))

    def _stands(self, one: Suggestion, view: View) -> bool:
        """Tell whether a suggestion may be shown: what was closed since it was made may not."""
        if one.kind == "dataset":
            return view.get(one.value) is not None
        if one.kind in ("publisher", "theme"):
            return view.find(Plan(filters={one.kind: (one.value,)}), 0).total > 0
        expansions = self._thesaurus().expansions(one.text)
        if not expansions or not one.count:
            # A word that nobody writes leads somewhere where anybody writes what it stands for.
            terms = [one.text, *(term for found in expansions for term in found.terms)]
            return any(exists(term, view) for term in terms[:_TRIED])
        # The thesaurus is no secret.
        return True

    def warm(self) -> None:
        """Make what the first searches would have to wait for: places, words, suggestions.

        Takes some seconds at ten thousands of documents; for a thread beside those that answer.
        """
        view = self._view()
        if view is not None:
            self._reading.gazetteer(view)
            self._reading.words(view)
            self._suggestions(view)
            # Millions of objects that stay: a look of the collector at them all would make some
            # search wait for a tenth of a second.
            gc.collect()
            gc.freeze()

    def _suggestions(self, view: View) -> Suggester:
        thesaurus = self._thesaurus()
        return self._suggester.of(
            view, lambda v: Suggester(v.each(), thesaurus), self._monotonic, thesaurus
        )


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
