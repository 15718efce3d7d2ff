"""From a search text to what is asked of an index: the strictest plan that finds enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from search.analysis.places import Gazetteer, gazetteer, vocabulary_places
from search.background_cache import BackgroundCache
from search.bounded_cache import BoundedCache
from search.facets import AREA
from search.index.plan import Condition, Group, Plan
from search.index.protocol import IndexView
from search.limits import CACHED_QUERIES, ENOUGH
from search.query.lexicon import Lexicon, build_lexicon
from search.query.model import ParsedQuery
from search.query.parse import parse_query
from search.query.relaxation import Tier, split_term_tiers, tiers
from search.query.request import SearchRequest
from search.query.single_characters import has_characters, with_words
from search.query.spelling import correct_spelling
from search.query.term_weights import exists, has_unknown_words, with_term_weights
from search.thesaurus import Thesaurus


@dataclass(frozen=True, slots=True)
class Demand:
    """What an index is asked for: see `search.index.plan.Plan`."""

    groups: tuple[Group, ...] | None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A parsed text, and what an index is asked for it.

    ``relaxed`` says what was given up for it (`Understanding.relaxed`), ``exact`` is what asks for
    all of it. ``before``: what was asked for before and found something, though too little; each
    finds fewer than `ENOUGH`, and all of it is among the results, where it stands first.
    ``timed``: results must be of the time that is named. ``broad``: broader terms may stand for
    words. ``corrected``: a spelling mistake was corrected.
    """

    parsed: ParsedQuery
    demand: Demand
    exact: Demand
    relaxed: str = ""
    corrected: bool = False
    before: tuple[Demand, ...] = ()
    timed: bool = True
    broad: bool = True


class QueryPlanner:
    """Plans texts by the places and words of an index's documents; safe to share among threads."""

    def __init__(
        self,
        thesaurus: Callable[[], Thesaurus],
        today: Callable[[], date],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._thesaurus = thesaurus
        self._today = today
        self._places: tuple[Hashable, Gazetteer] | None = None
        self._lexicon: BackgroundCache[Lexicon] = BackgroundCache(monotonic)
        self._plans: BoundedCache[Hashable, PlannedQuery] = BoundedCache(CACHED_QUERIES)

    def plan(self, request: SearchRequest, view: IndexView) -> PlannedQuery:
        """Return the parsed text with the strictest groups that find enough.

        Cached by the text: pages and facets of one search ask for the same again and again.
        """
        thesaurus = self._thesaurus()
        today = self._today()
        key = (view.state, thesaurus, request.text, request.literal, today)
        found = self._plans.get(key)
        return found or self._plans.keep(key, self._plan(request, thesaurus, view, today))

    def _plan(
        self, request: SearchRequest, thesaurus: Thesaurus, view: IndexView, today: date
    ) -> PlannedQuery:
        known = self.gazetteer(view)

        def parse(text: str) -> ParsedQuery:
            found = parse_query(text, thesaurus, known, today, request.literal)
            if not has_characters(found):
                return found
            synonyms = thesaurus if "synonym" not in request.literal else None
            return with_words(found, self.lexicon(view), synonyms, known)

        corrected = False
        parsed = parse(request.text)
        if "spelling" not in request.literal and has_unknown_words(parsed, view):
            right = correct_spelling(
                request.text, self.lexicon(view), known, thesaurus, lambda term: exists(term, view)
            )
            if right != parsed.text:
                corrected = True
                parsed = parse(right)
        parsed = with_term_weights(parsed, view)
        # A text that says what it does not want, or in which form, is not answered with more.
        enough = 1 if parsed.conditions else ENOUGH
        found: list[tuple[Tier, Demand]] = []
        exact: Demand | None = None
        reached = 0
        for tier in chain(tiers(parsed), split_term_tiers(parsed)):
            if tier.after is not None and tier.after != (reached > 0):
                continue
            demand = Demand(tier.groups, tier.conditions(parsed))
            exact = exact or demand
            # Without the filters: a filter narrows what was found and must not change what the
            # words mean.
            total = view.find(Plan(demand.groups, conditions=demand.conditions), 0).total
            if total > reached:
                found.append((tier, demand))
                reached = total
            if total >= enough:
                break
        nothing = exact or Demand(())
        last, demand = found[-1] if found else (Tier("", (), broad=False), nothing)
        before = tuple(one for tier, one in found[:-1] if tier.relaxed != last.relaxed)
        return PlannedQuery(
            parsed, demand, nothing, last.relaxed, corrected, before, last.timed, last.broad
        )

    def gazetteer(self, view: IndexView) -> Gazetteer:
        """Return the places that documents are of."""
        kept = self._places
        if kept is None or kept[0] != view.state:
            kept = (view.state, gazetteer(view.count(Plan(), (AREA,))[AREA], vocabulary_places()))
            self._places = kept
        return kept[1]

    def lexicon(self, view: IndexView) -> Lexicon:
        """Return the words of the titles."""
        thesaurus = self._thesaurus()
        return self._lexicon.of(
            view, lambda v: build_lexicon(v.each(), thesaurus.words()), thesaurus
        )
