"""Correcting spelling and reading pinyin, by the sound of whole words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
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
_MIXED: Final = re.compile(r"[\u3400-\u9fff]+[a-z]{2,}|[a-z]{2,}[\u3400-\u9fff]+")
"""Characters and letters without a blank between them: 充电zhuang."""
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
    words = _Words(lexicon, gazetteer, exists)
    text = _MIXED.sub(lambda match: _correct_mixed(match.group(), words), text)
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
        correct = _correct_latin if _LATIN.fullmatch(run) else _correct_chinese
        pieces.append(correct(run, inside, words))
        end = stop
    pieces.append(text[end:])
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that a text may be corrected to."""

    lexicon: Lexicon
    gazetteer: Gazetteer
    exists: Callable[[str], bool]

    @property
    def latin(self) -> tuple[Collection[str], ...]:
        return self.lexicon.latin, self.gazetteer.latin

    def sounding(self, letters: str) -> str | None:
        return self.lexicon.by_sound.get(letters) or self.gazetteer.sounds.get(letters)


def _correct_mixed(run: str, words: _Words) -> str:
    """Read the letters beside characters as the sound of the rest of a word: 充电zhuang is 充电桩.

    Tried with the longest piece of the characters first; what documents hold stays as it is.
    """
    ahead = run[0].isascii()
    letters = re.sub(r"[^a-z]", "", run)
    characters = run[len(letters) :] if ahead else run[: -len(letters)]
    if letters in FORMS or words.exists(letters):
        return run
    for length in range(min(len(characters), _LONGEST), 0, -1):
        piece = characters[:length] if ahead else characters[-length:]
        sound = "".join(syllables(piece))
        word = words.sounding(letters + sound if ahead else sound + letters)
        if word and (word.endswith(piece) if ahead else word.startswith(piece)):
            return word + characters[length:] if ahead else characters[:-length] + word
    return run


def _correct_latin(run: str, known: list[tuple[int, int]], words: _Words) -> str:
    """Correct what is between the pieces that the thesaurus knows: as pinyin, else as English."""
    pieces: list[str] = []
    end = 0
    for a, b in [*sorted(known), (len(run), len(run))]:
        between = run[end:a]
        piece = between.strip()
        right = _from_pinyin(piece, words) if piece else piece
        if right == piece:
            right = " ".join(_correct_english(word, words) for word in piece.split())
        pieces += (between.replace(piece, right) if piece else between, run[a:b])
        end = b
    return "".join(pieces)


def _correct_english(word: str, words: _Words) -> str:
    """Return the known word that one was meant as, or the word itself.

    Hardly anybody gets the first letter wrong, and looking only there keeps this quick.
    """
    known = (FORMS, WEAK, *words.latin)
    if len(word) < _LEAST_LATIN or any(word in each for each in known) or words.exists(word):
        return word
    near = [
        other
        for latin in words.latin
        for other in latin
        if other[0] == word[0] and abs(len(other) - len(word)) < _LEAST_LATIN - 1
    ]
    found = get_close_matches(word, sorted(near), n=3, cutoff=_ALIKE)
    if not found:
        return word
    ratio = SequenceMatcher(b=word)

    def rank(other: str) -> tuple[float, int]:
        ratio.set_seq1(other)
        return ratio.ratio(), words.lexicon.latin.get(other, 0)

    return max(found, key=rank)


def _from_pinyin(run: str, words: _Words) -> str:
    parts = re.split(r"[\s']+", run)
    if all(part in FORMS or words.exists(part) for part in parts):
        return run
    found: list[str] = []
    start = 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            joined = "".join(parts[start:end])
            word = words.sounding(joined)
            pieces = [word] if word else _split(joined, words) if end - start == 1 else None
            if pieces:
                found += pieces
                start = end
                break
        else:
            return run
    return "".join(found)


def _split(joined: str, words: _Words) -> list[str] | None:
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
            word = words.sounding(piece)
            current = best[end]
            if word and (current is None or len(before) + 1 < len(current)):
                best[end] = [*before, word]
    return best[-1]


def _correct_chinese(run: str, known: list[tuple[int, int]], words: _Words) -> str:
    cut: list[tuple[int, int]] = []
    position = 0
    for word in rjieba.cut(run, True):
        cut.append((position, position + len(word)))
        position += len(word)
    fillers = [m.span() for p in (QUESTION, FRAME) for m in p.finditer(run)] + known
    odd = [
        (a, b)
        for a, b in cut
        if not any(x < b and a < y for x, y in fillers)
        and (b - a == 1 or not words.lexicon.words.get(run[a:b]))
        and run[a:b] not in words.gazetteer.names
    ]
    if not odd:
        return run
    spans = [
        (cut[i][0], cut[j][1])
        for i in range(len(cut))
        for j in range(i, min(i + 5, len(cut)))
        if 2 <= cut[j][1] - cut[i][0] <= _LONGEST
    ]
    spans.sort(key=lambda span: (span[0] - span[1], span[0]))
    for a, b in spans:
        piece = run[a:b]
        if not any(a <= x and y <= b for x, y in odd) or any(x < b and a < y for x, y in fillers):
            continue
        right = _sounding(piece, words.lexicon)
        if right is not None and not words.exists(piece):
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
