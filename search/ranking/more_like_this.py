"""What resembles a dataset: by the words of its title, its data items and its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import rjieba

from search.analysis.ngrams import term_tokens
from search.analysis.titles import title_parts
from search.index.payload import StoredDocument
from search.index.plan import Clause, Group, Plan
from search.index.protocol import Candidate, IndexView
from search.query.word_classes import FORMS, WEAK
from search.ranking.signals import Signals

_WINDOW: Final = 100
_WORDS: Final = 12
_FIELDS: Final = (("title", 3.0), ("keywords", 1.0), ("fields", 1.0))


def more_like_this(
    document: StoredDocument,
    view: IndexView,
    signals: Callable[[StoredDocument], Signals],
    limit: int,
) -> list[Candidate]:
    """Return at most ``limit`` others, the nearest first."""
    own = signals(document)
    core = title_parts(document.title).core
    words = [w for w in rjieba.cut(core, False) if len(w) > 1 and w not in FORMS]
    strong = [word for word in words if word not in WEAK] or words or [core]
    groups = tuple(
        Group((Clause(tokens, _FIELDS),), required=False)
        for word in dict.fromkeys([core, *strong][:_WORDS])
        if (tokens := term_tokens(word))
    )
    if not groups:
        return []
    found = view.find(Plan(groups, order="relevance"), _WINDOW)
    fields = set(document.fields)
    pairs = _pairs(core)
    scored: list[Candidate] = []
    for candidate in found.candidates:
        other = candidate.document
        if other.iri == document.iri:
            continue
        theirs = signals(other)
        mine, their_pairs = pairs, _pairs(theirs.parts.core)
        likeness = 2 * len(mine & their_pairs) / ((len(mine) + len(their_pairs)) or 1)
        if fields and other.fields:
            both = set(other.fields)
            likeness += 0.5 * len(fields & both) / len(fields | both)
        likeness += 0.1 * (bool(document.places) and document.places == other.places)
        likeness += 0.1 * (bool(own.publisher) and own.publisher == theirs.publisher)
        scored.append(Candidate(other, likeness))
    scored.sort(key=lambda c: (-round(c.score, 6), c.document.iri))
    return scored[:limit]


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}
