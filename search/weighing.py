"""How much each piece of a text counts: what is rare among the documents says the most."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from search.analysis.grams import term_tokens
from search.matching import Clause, Group, Plan, View
from search.prepared import WEIGHTS
from search.understanding.model import Meaning

LEAST_WEIGHT: Final = 0.15
"""Of a subject that every document has."""
LEAST_KNOWN: Final = 0.5
"""Of one that the thesaurus knows: it brings more terms, and is no commoner for that."""

TRUSTED: Final = 0.75
"""Trust of the alternatives by which a subject's rarity is told."""

_EVERYWHERE: Final = tuple((name, 1.0) for name in WEIGHTS)


def weighed(meaning: Meaning, view: View) -> Meaning:
    """Return the meaning with its subjects weighed by how rare they are among the documents.

    Of several subjects the rare one says what is asked for: 书屋 in 农村书屋.
    """
    strong = [wish for wish in meaning.wishes if wish.role in ("subject", "verb")]
    if len(strong) < 2:
        return meaning
    everything = max(2, view.find(Plan(), 0).total)
    wishes = []
    for wish in meaning.wishes:
        if wish.role in ("subject", "verb"):
            clauses = tuple(
                Clause(tokens, _EVERYWHERE)
                for alternative in wish.alternatives
                if alternative.weight >= TRUSTED and (tokens := term_tokens(alternative.term))
            )
            held = view.find(Plan((Group(clauses),)), 0).total if clauses else 0
            # What no document has says nothing about any.
            rare = math.log((everything + 1) / (held + 1)) / math.log(everything + 1) if held else 0
            least = LEAST_KNOWN if wish.known else LEAST_WEIGHT
            wishes.append(replace(wish, weight=wish.weight * max(least, rare)))
        else:
            wishes.append(wish)
    return replace(meaning, wishes=tuple(wishes))


def exists(term: str, view: View) -> bool:
    """Tell whether any document holds a term."""
    tokens = term_tokens(term)
    if not tokens:
        return False
    return view.find(Plan((Group((Clause(tokens, _EVERYWHERE),)),)), 0).total > 0


def strange(meaning: Meaning, view: View) -> bool:
    """Tell whether some piece of the text is held by no document at all, or is a lone character."""
    if any(len(filler) == 1 for filler in meaning.fillers):
        return True
    return any(
        len(wish.alternatives) == 1 and not exists(wish.text, view)
        for wish in meaning.wishes
        if wish.role in ("subject", "verb")
    )
