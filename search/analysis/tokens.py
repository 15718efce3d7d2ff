"""Tokens of a text: words and the shorter words inside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import rjieba

from search.analysis.normalization import normal

MAX_TOKEN = 64
"""Characters of a token; the rest of a longer one is left away, in documents and queries alike."""

STOP_WORDS = frozenset("的了和与及或在是等之于以为对由从到并且") | {
    "the",
    "of",
    "and",
    "a",
    "an",
    "in",
    "for",
    "to",
}
"""Words without a subject of their own. What is merely frequent is left to the ranking."""

_PARTS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=8192)
def _words(text: str) -> str:
    words: list[str] = []
    for word in rjieba.cut_for_search(normal(text), True):
        if word.isalnum():
            if word not in STOP_WORDS:
                words.append(word if len(word) <= MAX_TOKEN else word[:MAX_TOKEN])
        elif len(word) > 1:
            # pm2.5, covid-19, 2020-2023, A_B: the whole, and its parts.
            parts = _PARTS.findall(word)
            if len(parts) > 1:
                words.append("".join(parts)[:MAX_TOKEN])
            words.extend(part[:MAX_TOKEN] for part in parts if part not in STOP_WORDS)
    return " ".join(words)


def tokens(text: str) -> list[str]:
    """Return the tokens of ``text`` in order: normalised words, the shorter words in them too.

    A token is never empty, holds no white space and no punctuation, and can be encoded. Words
    come from `rjieba.cut_for_search`; stop words are left out. The same call serves documents
    and queries.
    """
    return _words(text).split()


def prepared(texts: Iterable[str]) -> str:
    """Return the tokens of several texts joined by blanks, for a white-space tokenizer."""
    return " ".join([_words(text) for text in texts if text])
