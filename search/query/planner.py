"""From a search text to what is asked of an index: the strictest plan that finds enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import chain

from search.analysis.places import Gazetteer, gazetteer, vocabulary_places
from search.background_cache import BackgroundCache
from search.bounded_cache import BoundedCache
from search.facets import AREA
from search.index.plan import Group, Plan
from search.index.protocol import IndexView
from search.limits import CACHED_QUERIES, ENOUGH
from search.query.lexicon import Lexicon, build_lexicon
from search.query.model import ParsedQuery
from search.query.parse import parse_query
from search.query.relaxation import split_term_tiers, tiers
from search.query.request import SearchRequest
from search.query.single_characters import has_characters, with_words
from search.query.spelling import correct_spelling
from search.query.term_weights import exists, has_unknown_words, with_term_weights
from search.thesaurus import Thesaurus


@dataclass(frozen=True, slots=True)
class PlannedQuery:
    """A parsed text, and what an index is asked for it.

    ``relaxed`` says what was given up for it (`Understanding.relaxed`); ``stricter`` is what was
    asked for before and found something, though too little. ``corrected``: a spelling mistake was
    corrected.
    """

    parsed: ParsedQuery
    groups: tuple[Group, ...]
    relaxed: str = ""
    corrected: bool = False
    stricter: tuple[Group, ...] | None = None


class QueryPlanner:
    """Plans texts by the places and words of an index's documents; safe to share among threads."""

    def __init__(
        self,
        thesaurus: Callable[[], Thesaurus],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._thesaurus = thesaurus
        self._places: tuple[Hashable, Gazetteer] | None = None
        self._lexicon: BackgroundCache[Lexicon] = BackgroundCache(monotonic)
        self._plans: BoundedCache[Hashable, PlannedQuery] = BoundedCache(CACHED_QUERIES)

    def plan(self, request: SearchRequest, view: IndexView) -> PlannedQuery:
        """Return the parsed text with the strictest groups that find enough.

        Cached by the text: pages and facets of one search ask for the same again and again.
        """
        thesaurus = self._thesaurus()
        key = (view.state, thesaurus, request.text, request.literal)
        found = self._plans.get(key)
        return found or self._plans.keep(key, self._plan(request, thesaurus, view))

    def _plan(self, request: SearchRequest, thesaurus: Thesaurus, view: IndexView) -> PlannedQuery:
        known = self.gazetteer(view)

        def parse(text: str) -> ParsedQuery:
            found = parse_query(text, thesaurus, known, request.literal)
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
        chosen: tuple[Group, ...] | None = None
        stricter: tuple[Group, ...] | None = None
        relaxed, reached = "", 0
        for tier in chain(tiers(parsed), split_term_tiers(parsed)):
            if tier.after is not None and tier.after != (reached > 0):
                continue
            # Without the filters: a filter narrows what was found and must not change what the
            # words mean.
            total = view.find(Plan(tier.groups), 0).total
            if chosen is None or total > reached:
                if reached:
                    stricter = chosen
                chosen, relaxed, reached = tier.groups, tier.relaxed, total
            if total >= ENOUGH:
                break
        return PlannedQuery(parsed, chosen or (), relaxed if reached else "", corrected, stricter)

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
