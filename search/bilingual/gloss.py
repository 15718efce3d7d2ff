"""What a Chinese title or the name of a data item says in English, word by word.

A gloss is no translation: it lets a reader of English tell one dataset from another. It is made
from the table of words and the vocabularies' names alone, and belongs on pages, marked as
automatic: nothing of it is ever stored, indexed, or given out as what a publisher said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

from ontology.vocabulary import load_vocabulary
from search.analysis.normalization import normal
from search.analysis.pinyin import word_syllables
from search.bilingual.words import rows

LONGEST: Final = 200
"""Characters of a text that is glossed; longer ones are no titles."""
_KNOWN: Final = 0.75
"""Least share of Chinese characters that must have English, else nothing is said."""

_SCHEMES: Final = ("place", "organization", "key-item")
"""Vocabularies whose concepts are called so in titles and names of data items."""
_RUN: Final = re.compile(r"[\u3400-\u9fff]+")
_AREA: Final = re.compile(
    r"(?![各全本该市省县区乡镇])[\u3400-\u9fff]{1,4}?(?:自治区|自治县|自治州|街道|[省市县区镇乡])"
)
"""A name of an area, where a text begins with it."""
_SUFFIXES: Final = (
    ("壮族自治区", " Zhuang Autonomous Region"),
    ("回族自治区", " Hui Autonomous Region"),
    ("维吾尔自治区", " Uygur Autonomous Region"),
    ("新区", " New Area"),
    ("自治区", " Autonomous Region"),
    ("自治县", " Autonomous County"),
    ("自治州", " Autonomous Prefecture"),
    ("街道", " Subdistrict"),
    ("省", ""),
    ("市", ""),
    ("县", " County"),
    ("区", " District"),
    ("镇", " Town"),
    ("乡", " Township"),
)
_SPELLED: Final = {"陕西省": "Shaanxi", "内蒙古自治区": "Inner Mongolia"}
"""Areas whose usual English is not how they sound."""
_LONG_WORD: Final = 16
_UNKNOWN: Final = 10.0
"""Cost of a character without English; that of a word is 1, of a name of a place some words'."""
_PLACE: Final = 2.5
_SINGLE: Final = 1.2
_SIGNS: Final = str.maketrans(
    {
        "（": " (",
        "）": ") ",
        "、": ", ",
        "，": ", ",
        "：": ": ",
        "；": "; ",
        "《": "“",
        "》": "”",
        "_": " ",
    }
)
_BLANKS: Final = re.compile(r"\s+")
_BEFORE_SIGN: Final = re.compile(r"\s+([,:;)”.])|([(“])\s+")


@lru_cache(maxsize=16_384)
def gloss(text: str) -> str:
    """Return a text in English, word by word; empty where too little of it is known, or Chinese."""
    if len(text) > LONGEST or _RUN.search(text) is None:
        return ""
    plain = normal(text)
    found: list[str] = []
    known = whole = end = 0
    for run in _RUN.finditer(plain):
        found.append(plain[end : run.start()])
        for piece, english in _pieces(run.group(), begins=not plain[: run.start()].strip()):
            whole += len(piece)
            known += len(piece) if english is not None else 0
            # Characters without English stay as they are, side by side.
            found.append(piece if english is None else f" {english} ")
        end = run.end()
    if known < _KNOWN * whole:
        return ""
    joined = "".join((*found, plain[end:])).translate(_SIGNS)
    said = _BEFORE_SIGN.sub(r"\1\2", _BLANKS.sub(" ", joined)).strip()
    return said[:1].upper() + said[1:]


def _pieces(run: str, *, begins: bool) -> Iterator[tuple[str, str | None]]:
    """Cut Chinese characters into words with their English, as few and as long as possible."""
    words, size = _words(), len(run)
    areas = dict(_areas(run)) if begins else {}
    best: list[tuple[float, int, str | None]] = [(0.0, 0, None)]
    for end in range(1, size + 1):
        cost, start, english = best[end - 1][0] + _UNKNOWN, end - 1, None
        for begin in range(max(0, end - _LONG_WORD), end):
            word = words.get(run[begin:end])
            if word is not None:
                total = best[begin][0] + (1.0 if end - begin > 1 else _SINGLE)
                if total < cost:
                    cost, start, english = total, begin, word
        if end in areas and best[areas[end]][0] + _PLACE < cost:
            start = areas[end]
            cost, english = best[start][0] + _PLACE, _named(run[start:end])
        best.append((cost, start, english))
    cut: list[tuple[str, str | None]] = []
    end = size
    while end:
        _, start, english = best[end]
        cut.append((run[start:end], english))
        end = start
    return reversed(cut)


def _areas(run: str) -> Iterator[tuple[int, int]]:
    """Yield the areas that a text begins with, one in another: where each ends and begins."""
    start = 0
    while (area := _AREA.match(run, start)) is not None:
        yield area.end(), start
        start = area.end()


def romanized(area: str) -> str:
    """Return the name of an area in letters: 威远县 is Weiyuan County.

    What is not called like an area stays as it is.
    """
    if _RUN.fullmatch(area) is None or not any(area.endswith(end) for end, _ in _SUFFIXES):
        return area
    return _named(area)


def _named(area: str) -> str:
    if area in _SPELLED:
        return _SPELLED[area]
    suffix = next(suffix for suffix in _SUFFIXES if area.endswith(suffix[0]))
    name, letters = area.removesuffix(suffix[0]), ""
    for syllable in word_syllables(name):
        letters += f"'{syllable}" if letters and syllable[0] in "aeo" else syllable
    return letters.capitalize() + suffix[1]


@cache
def _words() -> Mapping[str, str]:
    vocabulary = load_vocabulary()
    words: dict[str, str] = {}
    for scheme in _SCHEMES:
        for concept in vocabulary.concepts(scheme):
            words[normal(concept.zh)] = concept.en
    words |= {row.chinese: row.gloss for row in rows()}
    return words
