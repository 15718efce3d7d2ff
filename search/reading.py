"""How a text is read over a view: its meaning, and the strictest plan that finds enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from itertools import chain
from typing import Final

from search.analysis.places import Gazetteer, gazetteer, vocabulary_places
from search.engine import AREA
from search.matching import Group, Plan, View
from search.plan import Request, tiers, torn
from search.remembering import Remembered
from search.thesaurus import Thesaurus
from search.understanding.lexicon import Lexicon, build_lexicon
from search.understanding.model import Meaning
from search.understanding.parse import understand
from search.understanding.spelling import respelled
from search.weighing import exists, strange, weighed

ENOUGH: Final = 10
"""Hits of a strict plan that make a looser one needless."""
PLANS: Final = 256
"""Texts whose reading is remembered."""


class Reading:
    """Reads texts with the places and words of a view's documents; safe to share among threads."""

    def __init__(
        self,
        thesaurus: Callable[[], Thesaurus],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._thesaurus = thesaurus
        self._monotonic = monotonic
        self._places: tuple[Hashable, Gazetteer] | None = None
        self._lexicon: Remembered[Lexicon] = Remembered()
        self._plans: dict[
            tuple[Hashable, Thesaurus, str, tuple[str, ...]],
            tuple[Meaning, tuple[Group, ...], str, bool],
        ] = {}

    def plan(self, request: Request, view: View) -> tuple[Meaning, Plan, str, bool]:
        """Return the meaning of the text, the strictest plan that finds enough, what was given up
        for it (`Understanding.relaxed`), and whether the spelling was put right.

        Remembered by the text: pages and facets of one search ask for the same again and again.
        """
        thesaurus = self._thesaurus()
        key = (view.state, thesaurus, request.text, request.literal)
        found = self._plans.get(key)
        if found is None:
            found = self._understood(request, thesaurus, view)
            if len(self._plans) >= PLANS:
                self._plans.clear()
            self._plans[key] = found
        meaning, groups, relaxed, corrected = found
        return meaning, request.plan(groups), relaxed, corrected

    def _understood(
        self, request: Request, thesaurus: Thesaurus, view: View
    ) -> tuple[Meaning, tuple[Group, ...], str, bool]:
        known = self.gazetteer(view)
        text, corrected = request.text, False
        meaning = understand(text, thesaurus, known, request.literal)
        if "spelling" not in request.literal and strange(meaning, view):
            right = respelled(
                text, self.words(view), known, thesaurus, lambda term: exists(term, view)
            )
            if right != meaning.text:
                text, corrected = right, True
                meaning = understand(right, thesaurus, known, request.literal)
        meaning = weighed(meaning, view)
        chosen: tuple[Group, ...] | None = None
        relaxed, reached = "", 0
        for tier in chain(tiers(meaning), torn(meaning)):
            if tier.after is not None and tier.after != (reached > 0):
                continue
            # Without the filters: a filter narrows what was found and must not change what the
            # words mean.
            total = view.find(Plan(tier.groups), 0).total
            if chosen is None or total > reached:
                chosen, relaxed, reached = tier.groups, tier.relaxed, total
            if total >= ENOUGH:
                break
        return meaning, chosen or (), relaxed if reached else "", corrected

    def gazetteer(self, view: View) -> Gazetteer:
        """Return the places that documents are of."""
        kept = self._places
        if kept is None or kept[0] != view.state:
            kept = (view.state, gazetteer(view.count(Plan(), (AREA,))[AREA], vocabulary_places()))
            self._places = kept
        return kept[1]

    def words(self, view: View) -> Lexicon:
        """Return the words of the titles."""
        thesaurus = self._thesaurus()
        return self._lexicon.of(
            view, lambda v: build_lexicon(v.each(), thesaurus.words()), self._monotonic, thesaurus
        )
