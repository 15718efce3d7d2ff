"""How a text is read over a view: its meaning, and the strictest plan that finds enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import chain
from typing import Final

from search.analysis.places import Gazetteer, gazetteer, vocabulary_places
from search.background_cache import Remembered
from search.index.plan import Group, Plan, View
from search.model import AREA
from search.query.lexicon import Lexicon, build_lexicon
from search.query.model import Meaning
from search.query.parse import understand
from search.query.relaxation import Request, tiers, torn
from search.query.single_characters import has_characters, with_words
from search.query.spelling import respelled
from search.query.term_weights import exists, strange, weighed
from search.thesaurus import Thesaurus

ENOUGH: Final = 10
"""Hits of a strict plan that make a looser one needless."""
PLANS: Final = 256
"""Texts whose reading is remembered."""


@dataclass(frozen=True, slots=True)
class Read:
    """A text as it was read over a view: its meaning and what documents are asked for.

    ``relaxed`` tells what was given up for it (`Understanding.relaxed`); ``stricter`` is what was
    asked for before and found something, though too little. ``corrected``: the spelling was put
    right.
    """

    meaning: Meaning
    groups: tuple[Group, ...]
    relaxed: str = ""
    corrected: bool = False
    stricter: tuple[Group, ...] | None = None


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
            Read,
        ] = {}

    def read(self, request: Request, view: View) -> Read:
        """Return the meaning of the text and the strictest groups that find enough.

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
        return found

    def _understood(self, request: Request, thesaurus: Thesaurus, view: View) -> Read:
        known = self.gazetteer(view)

        def read(text: str) -> Meaning:
            found = understand(text, thesaurus, known, request.literal)
            if not has_characters(found):
                return found
            synonyms = thesaurus if "synonym" not in request.literal else None
            return with_words(found, self.words(view), synonyms, known)

        corrected = False
        meaning = read(request.text)
        if "spelling" not in request.literal and strange(meaning, view):
            right = respelled(
                request.text, self.words(view), known, thesaurus, lambda term: exists(term, view)
            )
            if right != meaning.text:
                corrected = True
                meaning = read(right)
        meaning = weighed(meaning, view)
        chosen: tuple[Group, ...] | None = None
        stricter: tuple[Group, ...] | None = None
        relaxed, reached = "", 0
        for tier in chain(tiers(meaning), torn(meaning)):
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
        return Read(meaning, chosen or (), relaxed if reached else "", corrected, stricter)

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
