"""Correcting spelling and reading pinyin, by the sound of whole words."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import SequenceMatcher, get_close_matches
from typing import Final

import rjieba

from search.analysis.normalization import normal
from search.analysis.pinyin import blurred, syllables
from search.analysis.places import Gazetteer
from search.query.lexicon import Lexicon
from search.query.word_classes import FORMS, FRAME, QUESTION, WEAK
from search.thesaurus import Thesaurus

MAX_TEXT: Final = 60
"""Maximum length of a text that is corrected, in characters."""
_LONGEST: Final = 10
_LATIN: Final = re.compile(r"[a-z]+(?:[\s']+[a-z]+)*")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]+")
_LEAST_LATIN: Final = 4
"""Minimum length of an English word that is corrected, in letters."""
_ALIKE: Final = 0.8
"""Minimum similarity (`difflib`) of a misspelled word and its correction."""
_LEAST_COUNT: Final = 3
"""Minimum number of titles that contain a word of two characters offered as a correction."""


def correct_spelling(
    text: str,
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    thesaurus: Thesaurus | None,
    exists: Callable[[str], bool],
) -> str:
    """Return ``text`` (in normal form) as it was probably meant; unchanged where it makes sense.

    ``exists`` tells whether any document holds a term. A piece is replaced only where no document
    holds it and a word of the documents or the thesaurus sounds the same.
    """
    text = normal(text)
    if len(text) > MAX_TEXT:
        return text
    known: set[tuple[int, int]] = set()
    if thesaurus is not None:
        known = {(match.start, match.end) for match in thesaurus.lookup(text)}
    pieces: list[str] = []
    end = 0
    for match in re.finditer(_LATIN.pattern + "|" + _CHINESE.pattern, text):
        start, stop = match.span()
        pieces.append(text[end:start])
        run = match.group()
        inside = [(a - start, b - start) for a, b in known if start <= a and b <= stop]
        if _LATIN.fullmatch(run):
            pieces.append(_correct_latin(run, inside, lexicon, gazetteer, exists))
        else:
            pieces.append(_correct_chinese(run, inside, lexicon, gazetteer, exists))
        end = stop
    pieces.append(text[end:])
    return "".join(pieces)


def _correct_latin(
    run: str,
    known: list[tuple[int, int]],
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    exists: Callable[[str], bool],
) -> str:
    """Correct what is between the pieces that the thesaurus knows: as pinyin, else as English."""
    pieces: list[str] = []
    end = 0
    for a, b in [*sorted(known), (len(run), len(run))]:
        between = run[end:a]
        piece = between.strip()
        right = _from_pinyin(piece, lexicon, gazetteer, exists) if piece else piece
        if right == piece:
            right = " ".join(
                _correct_english(word, lexicon, gazetteer, exists) for word in piece.split()
            )
        pieces += (between.replace(piece, right) if piece else between, run[a:b])
        end = b
    return "".join(pieces)


def _correct_english(
    word: str, lexicon: Lexicon, gazetteer: Gazetteer, exists: Callable[[str], bool]
) -> str:
    """Return the known word that one was meant as, or the word itself.

    Hardly anybody gets the first letter wrong, and looking only there keeps this quick.
    """
    if (
        len(word) < _LEAST_LATIN
        or word in FORMS
        or word in WEAK
        or word in lexicon.latin
        or word in gazetteer.latin
        or exists(word)
    ):
        return word
    near = [
        other
        for words in (lexicon.latin, gazetteer.latin)
        for other in words
        if other[0] == word[0] and abs(len(other) - len(word)) < _LEAST_LATIN - 1
    ]
    found = get_close_matches(word, sorted(near), n=3, cutoff=_ALIKE)
    if not found:
        return word
    ratio = SequenceMatcher(b=word)

    def rank(other: str) -> tuple[float, int]:
        ratio.set_seq1(other)
        return ratio.ratio(), lexicon.latin.get(other, 0)

    return max(found, key=rank)


def _from_pinyin(
    run: str, lexicon: Lexicon, gazetteer: Gazetteer, exists: Callable[[str], bool]
) -> str:
    words = re.split(r"[\s']+", run)
    if all(word in FORMS or exists(word) for word in words):
        return run
    found: list[str] = []
    start = 0
    while start < len(words):
        for end in range(len(words), start, -1):
            joined = "".join(words[start:end])
            word = lexicon.by_sound.get(joined) or gazetteer.sounds.get(joined)
            pieces = (
                [word] if word else _split(joined, lexicon, gazetteer) if end - start == 1 else None
            )
            if pieces:
                found += pieces
                start = end
                break
        else:
            return run
    return "".join(found)


def _split(joined: str, lexicon: Lexicon, gazetteer: Gazetteer) -> list[str] | None:
    """Cut letters into as few sounding words as possible; None where some are left over."""
    if len(joined) > 60:
        return None
    best: list[list[str] | None] = [[]] + [None] * len(joined)
    for end in range(1, len(joined) + 1):
        for start in range(max(0, end - 40), end):
            before = best[start]
            if before is None:
                continue
            piece = joined[start:end]
            word = lexicon.by_sound.get(piece) or gazetteer.sounds.get(piece)
            current = best[end]
            if word and (current is None or len(before) + 1 < len(current)):
                best[end] = [*before, word]
    return best[-1]


def _correct_chinese(
    run: str,
    known: list[tuple[int, int]],
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    exists: Callable[[str], bool],
) -> str:
    words: list[tuple[int, int]] = []
    position = 0
    for word in rjieba.cut(run, True):
        words.append((position, position + len(word)))
        position += len(word)
    fillers = [m.span() for p in (QUESTION, FRAME) for m in p.finditer(run)] + known
    odd = [
        (a, b)
        for a, b in words
        if not any(x < b and a < y for x, y in fillers)
        and (b - a == 1 or not lexicon.words.get(run[a:b]))
        and run[a:b] not in gazetteer.names
    ]
    if not odd:
        return run
    spans = [
        (words[i][0], words[j][1])
        for i in range(len(words))
        for j in range(i, min(i + 5, len(words)))
        if 2 <= words[j][1] - words[i][0] <= _LONGEST
    ]
    spans.sort(key=lambda span: (span[0] - span[1], span[0]))
    for a, b in spans:
        piece = run[a:b]
        if not any(a <= x and y <= b for x, y in odd) or any(x < b and a < y for x, y in fillers):
            continue
        right = _sounding(piece, lexicon)
        if right is not None and not exists(piece):
            return run[:a] + right + run[b:]
    return run


def _sounding(piece: str, lexicon: Lexicon) -> str | None:
    sounds = syllables(piece)
    right = lexicon.by_sound.get("".join(sounds))
    if right is None and len(piece) > 2:
        right = lexicon.by_blur.get("".join(map(blurred, sounds)))
    if right is None or right == piece or len(right) != len(piece):
        return None
    same = sum(a == b for a, b in zip(piece, right, strict=True))
    if same == 0 or (len(piece) == 2 and lexicon.words.get(right, 0) < _LEAST_COUNT):
        return None
    return right
