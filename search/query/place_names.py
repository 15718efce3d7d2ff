"""Places named in a text: in Chinese, by their sound, or by their English name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import rjieba

from search.analysis.places import Gazetteer

Named = tuple[int, int, str]
"""Start and end in the text, and the name that documents are asked for."""

_LONGEST: Final = 12
_MOST_WORDS: Final = 4
_WORD: Final = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_SOUNDS: Final = {"district": "qu", "county": "xian", "city": "shi", "town": "zhen"}
"""How the last character of a name sounds whose rank is said in English."""
_RANK: Final = re.compile(
    r"\s+(district|county|city|province|new area|prefecture|municipality|autonomous region|town)"
    r"(?![a-z])"
)
"""What may follow a name in English: nothing is looked for by it."""


def named_places(
    text: str, gazetteer: Gazetteer, held: Sequence[tuple[int, int]]
) -> Iterator[Named]:
    """Yield the places of a text in normal form, no two of which overlap.

    ``held`` are spans that mean something else; a name that shares characters with one is none,
    but an English name may have one inside (``area`` in ``pudong new area``).
    """
    taken: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        return not any(a < end and start < b for a, b in taken)

    for start, end, name in [*_listed(text, gazetteer, held), *_tagged(text, held)]:
        if free(start, end):
            taken.append((start, end))
            yield start, end, name
    for start, end, name in _in_latin(text, gazetteer):
        crossed = any(a < end and start < b and not (start <= a and b <= end) for a, b in held)
        if free(start, end) and not crossed:
            taken.append((start, end))
            yield start, end, name


def _listed(text: str, gazetteer: Gazetteer, held: Sequence[tuple[int, int]]) -> Iterator[Named]:
    """Yield the longest names of the gazetteer from left to right."""
    known = gazetteer.names
    start = 0
    while start < len(text):
        for end in range(min(len(text), start + _LONGEST), start + 1, -1):
            name = text[start:end]
            if name in known:
                if any(a < end and start < b and (a, b) != (start, end) for a, b in held):
                    continue
                yield start, end, known[name]
                start = end - 1
                break
        start += 1


def _tagged(text: str, held: Sequence[tuple[int, int]]) -> Iterator[Named]:
    """Yield what the dictionary calls a place."""
    position = 0
    for word, tag in rjieba.tag(text, False):
        end = position + len(word)
        if tag == "ns" and len(word) > 1 and not any(a < end and position < b for a, b in held):
            yield position, end, word
        position = end


def _in_latin(text: str, gazetteer: Gazetteer) -> Iterator[Named]:
    words = list(_WORD.finditer(text))
    for index, first in enumerate(words):
        for last in reversed(words[index : index + _MOST_WORDS]):
            start, end = first.start(), last.end()
            written = re.sub("['’]", "", text[start:end])
            name = gazetteer.english.get(" ".join(written.split()))
            rank = _RANK.match(text, end)
            if name is None and first is last:
                name = gazetteer.sounds.get(written)
                if name is None and rank is not None:
                    # 南部县 is Nanbu County, though 南部 alone is no place.
                    name = gazetteer.sounds.get(written + _SOUNDS.get(rank.group(1), "-"))
            if name is not None:
                yield start, rank.end() if rank else end, name
                break
