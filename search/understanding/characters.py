"""A search for one character: the words that have it stand for it (桥梁, 大桥 for 桥)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import rjieba

from search.analysis.normal import normal
from search.analysis.places import Gazetteer
from search.thesaurus import Thesaurus
from search.understanding.lexicon import Lexicon
from search.understanding.model import Alternative, Meaning, Wish
from search.understanding.pieces import CHINESE
from search.understanding.words import JOINTS

MAX_WORDS: Final = 60
"""Words that stand for a character: the most frequent ones in titles."""

AREAS: Final = ("区", "县", "市", "镇", "乡")
"""What names of places end with."""

_SHORT: Final = 2
"""Characters of most words; one more is a word that says more."""
_WORD: Final = 0.9
_LONGER: Final = 0.7
"""How far a word stands for one of its characters: of two characters, and of three."""


def is_character(text: str) -> bool:
    """Tell whether a text is one Chinese character."""
    return len(text) == 1 and CHINESE.match(text) is not None


def has_characters(meaning: Meaning) -> bool:
    """Tell whether any piece of a search is a lone character."""
    return any(is_character(wish.text) for wish in meaning.wishes)


def with_words(
    meaning: Meaning, lexicon: Lexicon, thesaurus: Thesaurus | None, gazetteer: Gazetteer
) -> Meaning:
    """Return the meaning with the words of the documents for each lone character.

    No title is cut into characters, so that one alone stands in hardly any. ``thesaurus`` (None:
    other words are not wanted) adds what it has for the character itself. A name of a place
    (埇桥) says nothing of its characters.
    """
    return replace(
        meaning,
        wishes=tuple(
            _with_words(wish, lexicon, thesaurus, gazetteer) if is_character(wish.text) else wish
            for wish in meaning.wishes
        ),
    )


def _with_words(
    wish: Wish, lexicon: Lexicon, thesaurus: Thesaurus | None, gazetteer: Gazetteer
) -> Wish:
    found = {alternative.term: alternative.weight for alternative in wish.alternatives}
    titles: Counter[str] = Counter()
    for word, count in lexicon.having(wish.text):
        for short in _short_words(word, wish.text):
            titles[short] += count
    frequent = sorted(titles, key=lambda word: (len(word), -titles[word], word))
    for word in [word for word in frequent if not _is_place(word, gazetteer)][:MAX_WORDS]:
        found.setdefault(word, _WORD if len(word) == _SHORT else _LONGER)
    if thesaurus is not None:
        for expansion in thesaurus.expansions(wish.text):
            for term in expansion.terms:
                found.setdefault(normal(term), expansion.weight)
    return replace(wish, alternatives=tuple(Alternative(*item) for item in found.items()))


def _short_words(word: str, character: str) -> Iterable[str]:
    """Return the words of two and three characters in a piece of a title that have a character.

    One is a word of the dictionary (桥梁), two lone characters (井|盖), or ends in
    the character itself (公路|桥). Others are neighbours by chance: 和|桥梁, 河|大桥, 桥|区.
    """
    if len(word) > _SHORT + 1:
        return {
            piece
            for piece in rjieba.cut_for_search(word, False)
            if character in piece and _SHORT <= len(piece) <= _SHORT + 1
        }
    pieces = rjieba.cut(word, False)
    ends = len(pieces) == 1 or pieces[-1] == character
    lone = len(word) == len(pieces) == _SHORT and pieces[-1] not in AREAS
    return [word] if (ends or lone) and JOINTS.isdisjoint(pieces) else []


def _is_place(word: str, gazetteer: Gazetteer) -> bool:
    return any(f"{word}{end}" in gazetteer.names for end in ("", *AREAS))
