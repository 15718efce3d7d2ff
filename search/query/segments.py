"""Words of the dictionary as a search needs them: joined, negated, and what is inside a term."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import rjieba

from search.query.model import Alternative
from search.query.word_classes import FORMS, WEAK

MAX_ALTERNATIVES: Final = 24
PART: Final = 0.5
"""Weight of a word inside a longer term."""
DROPPED_TAGS: Final = frozenset(
    ("r", "u", "uj", "ul", "uz", "ud", "p", "c", "d", "y", "e", "m", "q", "o", "zg", "f")
)
"""Kinds of words (as the dictionary tags them) that nothing is looked for by."""
CHINESE: Final = re.compile(r"[\u3400-\u9fff]")

_NEVER_JOINED: Final = DROPPED_TAGS - {"f", "m", "d"}
_NEGATIONS: Final = frozenset("不未非无")


def join_single_characters(tagged: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join lone characters that stand side by side: 后|厨 is a word that no dictionary knows."""
    found: list[tuple[str, str]] = []
    lone: list[tuple[str, str]] = []
    for word, tag in [*_negated(tagged), ("", "")]:
        if len(word) == 1 and tag not in _NEVER_JOINED:
            lone.append((word, tag))
            continue
        if len(lone) > 1 and any(t.startswith(("n", "g")) for _, t in lone):
            found.append(("".join(w for w, _ in lone), "n"))
        else:
            found += lone
        lone = []
        if word:
            found.append((word, tag))
    return found


def _negated(tagged: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Keep a negation with its word: 不合格 is not 合格."""
    before = ""
    for word, tag in tagged:
        if word in _NEGATIONS and not before:
            before = word
            continue
        yield (before + word, tag) if before else (word, tag)
        before = ""
    if before:
        yield before, "d"


def parts(term: str, *others: str) -> tuple[Alternative, ...]:
    """Return the words inside a longer term, and the telling ones inside its other names."""
    if not CHINESE.match(term):
        return ()
    words = rjieba.cut(term, False) if len(term) > 3 else []
    found = dict.fromkeys(w for w in words if len(w) > 1)
    for other in others[:MAX_ALTERNATIVES]:
        if len(other) > 4:
            found |= dict.fromkeys(w for w in rjieba.cut(other, False) if len(w) > 2)
    whole = (term, *others)
    return tuple(
        Alternative(word, PART)
        for word in found
        if word not in FORMS and word not in WEAK and word not in whole
    )[:MAX_ALTERNATIVES]


def words_inside(term: str) -> tuple[str, ...]:
    """Return the words that a term is made of, where it is of several and nothing else.

    Four characters that the dictionary knows as one are two words of two, as nearly all such are.
    """
    words = tuple(rjieba.cut(term, False)) if CHINESE.match(term) and len(term) > 3 else ()
    if len(words) == 1 and len(term) == 4:
        words = (term[:2], term[2:])
    return words if len(words) > 1 and all(len(word) > 1 for word in words) else ()


def is_nearest(word: str, term: str, terms: Iterable[str]) -> bool:
    """Tell whether a term is as near to a word as any of the terms: by its last word, by a pair.

    聋哑学校 asks for 特殊教育学校 rather than for 特殊教育, 丧葬费 for 丧葬补助金.
    """
    if any(other.endswith(word[-2:]) for other in terms):
        return term.endswith(word[-2:])
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    if any(pair in other for pair in pairs for other in terms):
        return any(pair in term for pair in pairs)
    return True
