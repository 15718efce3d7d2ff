"""A search for one character: words that contain it are searched instead (桥梁, 大桥 for 桥)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from search.analysis.normalization import normal
from search.analysis.places import Gazetteer
from search.query.lexicon import AREAS, Lexicon
from search.query.model import Alternative, ParsedQuery, QueryTerm
from search.query.segments import CHINESE
from search.thesaurus import Thesaurus

MAX_WORDS: Final = 90
"""Words that are searched instead of a character: the most frequent ones in titles."""

_SHORT: Final = 2
"""Characters of most words; a longer word is more specific."""
_WORD: Final = 0.9
_LONGER: Final = 0.7
"""Weights of a word in place of one of its characters: of two characters, and of three."""


def is_character(text: str) -> bool:
    """Tell whether a text is one Chinese character."""
    return len(text) == 1 and CHINESE.match(text) is not None


def has_characters(parsed: ParsedQuery) -> bool:
    """Tell whether any piece of a search is a lone character."""
    return any(is_character(term.text) for term in parsed.query_terms)


def with_words(
    parsed: ParsedQuery, lexicon: Lexicon, thesaurus: Thesaurus | None, gazetteer: Gazetteer
) -> ParsedQuery:
    """Return the query with the words of the documents for each lone character.

    No title is cut into characters, so that one alone stands in hardly any. ``thesaurus`` (None:
    other words are not wanted) adds what it has for the character itself. A name of a place
    (埇桥) says nothing of its characters, and counts only where nothing else has one.
    """
    return replace(
        parsed,
        query_terms=tuple(
            _with_words(t, lexicon, thesaurus, gazetteer) if is_character(t.text) else t
            for t in parsed.query_terms
        ),
    )


def _with_words(
    query_term: QueryTerm, lexicon: Lexicon, thesaurus: Thesaurus | None, gazetteer: Gazetteer
) -> QueryTerm:
    found = {alternative.term: alternative.weight for alternative in query_term.alternatives}
    titles = lexicon.by_character.get(query_term.text, {})
    words = [word for word in titles if not _is_place(word, gazetteer)] or list(titles)
    words.sort(key=lambda word: (len(word), -titles[word], word))
    for word in words[:MAX_WORDS]:
        found.setdefault(word, _WORD if len(word) <= _SHORT else _LONGER)
    if thesaurus is not None:
        for expansion in thesaurus.expansions(query_term.text):
            for term in expansion.terms:
                found.setdefault(normal(term), expansion.weight)
    return replace(query_term, alternatives=tuple(Alternative(*item) for item in found.items()))


def _is_place(word: str, gazetteer: Gazetteer) -> bool:
    return any(f"{word}{end}" in gazetteer.names for end in ("", *AREAS))
