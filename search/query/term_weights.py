"""The weight of each term of a query: terms that are rare among the documents weigh most."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from search.analysis.ngrams import term_tokens
from search.index.fields import CANDIDATE_WEIGHTS
from search.index.plan import Clause, Group, Plan
from search.index.protocol import IndexView
from search.query.model import ParsedQuery, QueryTerm

LEAST_WEIGHT: Final = 0.15
"""Lowest factor of a term: that of one in every document."""
LEAST_KNOWN: Final = 0.5
"""Lowest factor of a term of the thesaurus: its synonyms are found in more documents, which
makes the term itself no commoner."""

TRUSTED: Final = 0.75
"""Minimum weight of the alternatives whose documents are counted."""

_EVERYWHERE: Final = tuple((name, 1.0) for name in CANDIDATE_WEIGHTS if name != "about")


def with_term_weights(parsed: ParsedQuery, view: IndexView) -> ParsedQuery:
    """Return the query with its terms weighted by how rare they are among the documents.

    Of several subjects the rare one says what is asked for: 书屋 in 农村书屋.
    """
    strong = [term for term in parsed.query_terms if term.role in ("subject", "verb")]
    if len(strong) < 2:
        return parsed
    # All numbers at once: to a server each would be a request.
    asked = [_trusted(term) for term in strong]
    everything, *totals = view.totals([Plan(), *(plan for plan in asked if plan is not None)])
    everything = max(2, everything)
    counts = iter(totals)
    numbers = iter([next(counts) if plan is not None else 0 for plan in asked])
    query_terms = []
    for term in parsed.query_terms:
        if term.role in ("subject", "verb"):
            held = next(numbers)
            # What no document has says nothing about any.
            rare = math.log((everything + 1) / (held + 1)) / math.log(everything + 1) if held else 0
            least = LEAST_KNOWN if term.known else LEAST_WEIGHT
            weight = term.weight * max(least, rare)
            rarity = rare if held else 1.0
            query_terms.append(replace(term, weight=weight, rarity=rarity, held=held))
        else:
            query_terms.append(term)
    return replace(parsed, query_terms=tuple(query_terms))


def _trusted(term: QueryTerm) -> Plan | None:
    """What holds a subject, by any of the names that are trusted; None: it has no such name."""
    clauses = tuple(
        Clause(tokens, _EVERYWHERE)
        for alternative in term.alternatives
        if alternative.weight >= TRUSTED and (tokens := term_tokens(alternative.term))
    )
    return Plan((Group(clauses),)) if clauses else None


def exists(term: str, view: IndexView) -> bool:
    """Tell whether any document holds a term."""
    plan = _holding(term)
    return plan is not None and view.find(plan, 0).total > 0


def _holding(term: str) -> Plan | None:
    tokens = term_tokens(term)
    return Plan((Group((Clause(tokens, _EVERYWHERE),)),)) if tokens else None


def has_unknown_words(parsed: ParsedQuery, view: IndexView) -> bool:
    """Tell whether some piece of the text is held by no document at all, or is a lone character."""
    if any(len(filler) == 1 for filler in parsed.fillers):
        return True
    plans = [
        _holding(term.text)
        for term in parsed.query_terms
        if term.role in ("subject", "verb") and len(term.alternatives) == 1
    ]
    asked = [plan for plan in plans if plan is not None]
    return len(asked) < len(plans) or not all(view.totals(asked))
