"""Tokens for finding a term anywhere in a text, however a dictionary would cut it.

Chinese words are cut differently in a title and in a query (污水处理|厂, 污水|处理厂), and
a document that the cut hides is never ranked. So every two neighbouring characters are a token
(``_处理``): a term of three characters or more is found where all its pairs stand in one field.
A term of two characters would then be found across words as well (水保 in 饮用水|保护): its token
(``水保``, without the mark) is given only where it does not take one half each of two longer words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import rjieba

from search.analysis.normalization import normal
from search.analysis.tokens import MAX_TOKEN, STOP_WORDS

MARK: Final = "_"

_RUN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+|[^\W_\u3400-\u9fff]+")
# Not begun within a word, nor given back once taken: a long word without a sign would be tried
# from each of its letters.
_COMPOUND: Final = re.compile(r"(?<![a-z0-9])[a-z0-9]++(?:[.\-_&+][a-z0-9]++)++")

_BRACKET: Final = re.compile(r"[()\[\]【】《》〈〉「」『』“”\"]")
_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")


def borders(text: str) -> set[int]:
    """Return the positions in ``text`` that part two words of two characters or more."""
    found: set[int] = set()
    position, last = 0, 0
    for word in rjieba.cut(text, False):
        size = len(word)
        if last > 1 and size > 1:
            found.add(position)
        position += size
        last = size
    return found


@lru_cache(maxsize=16_384)
def grams(text: str) -> str:
    """Return the tokens of ``text`` for a document, joined by blanks, repeated as they occur."""
    text = normal(text)
    found: list[str] = []
    for match in _RUN.finditer(text):
        run = match.group()
        if run[0] < "\u3400":
            if run not in STOP_WORDS:
                found.append(run[:MAX_TOKEN])
            continue
        if len(run) == 1:
            found.append(run)
            continue
        parted = borders(run)
        if len(run) == 2:
            found += (run, MARK + run)
            continue
        for start in range(len(run) - 1):
            pair = run[start : start + 2]
            found.append(MARK + pair)
            if start + 1 not in parted:
                found.append(pair)
    for match in _COMPOUND.finditer(text):
        # PM2.5, COVID-19: also as one word without the signs.
        found.append("".join(filter(str.isalnum, match.group()))[:MAX_TOKEN])
    return " ".join(found)


def title_grams(title: str) -> str:
    """Return the tokens of a title: brackets split no term.

    食品(药品)监督 has 食品监督 and 食品药品监督, too.
    """
    found = grams(title)
    others = [t for text in unbracketed(normal(title)) for t in grams(text).split()]
    if not others:
        return found
    known = set(found.split())
    return " ".join([found, *dict.fromkeys(t for t in others if t not in known)])


def unbracketed(text: str) -> tuple[str, ...]:
    """Return a text (in normal form) as it reads without brackets, and without what is in them."""
    if not _BRACKET.search(text):
        return ()
    return tuple(dict.fromkeys((_BRACKET.sub("", text), _BRACKETED.sub("", text))))


@lru_cache(maxsize=4096)
def term_tokens(term: str) -> tuple[str, ...]:
    """Return the tokens that a document must have, all in one field, to hold ``term``."""
    term = normal(term)
    compound = _COMPOUND.fullmatch(term)
    if compound is not None:
        return ("".join(filter(str.isalnum, term))[:MAX_TOKEN],)
    found: dict[str, None] = {}
    for match in _RUN.finditer(term):
        run = match.group()
        if run[0] < "\u3400":
            if run not in STOP_WORDS:
                found[run[:MAX_TOKEN]] = None
        elif len(run) <= 2:
            found[run] = None
        else:
            for start in range(len(run) - 1):
                found[MARK + run[start : start + 2]] = None
    return tuple(found)
