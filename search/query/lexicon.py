"""The words that the documents themselves use, for spelling and pinyin."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import rjieba

from search.analysis.normalization import normal
from search.analysis.pinyin import blurred, word_syllables
from search.index.payload import StoredDocument
from search.limits import MAX_DOCUMENTS

MAX_WORDS: Final = 200_000
_MAX_LENGTH: Final = 10
_LONGEST_ASKED: Final = 20
AREAS: Final = ("区", "县", "市", "镇", "乡")
"""What names of places end with."""
_SHORT: Final = 3
"""Characters of a word that is not looked into for shorter ones."""
_LEAST: Final = 2
"""Minimum number of documents that contain a phrase of several words."""

_LATIN: Final = re.compile(r"(?<![a-z0-9])[a-z]{2,}(?![a-z0-9])")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Immutable; ``words`` counts documents by word or phrase of their titles, in normal form.

    ``by_sound`` and ``by_blur`` lead from joined syllables to the most frequent word that sounds
    so. ``latin`` counts the Latin words of the titles, and holds those of the thesaurus.
    """

    words: Mapping[str, int]
    by_sound: Mapping[str, str]
    by_blur: Mapping[str, str]
    latin: Mapping[str, int] = field(default_factory=dict)
    by_character: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Documents by character, and by the words with it in their titles (`words_by_character`)."""
    _having: Mapping[tuple[str, int], Sequence[str]] = field(init=False, repr=False, compare=False)
    """Words by a character and their length: `near` looks at a small part of all words."""

    def __post_init__(self) -> None:
        having: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self.words:
            for character in set(word):
                having[character, len(word)].append(word)
        object.__setattr__(self, "_having", dict(having))

    def near(self, text: str, limit: int = 3) -> tuple[tuple[str, int], ...]:
        """Return words that differ from ``text`` by little, each with its distance.

        The distance counts characters that are wrong, missing, too many, or changed places with
        their neighbour. The nearest come first, of equally near ones the most frequent.
        """
        wanted = set(text)
        if not 1 < len(text) <= _LONGEST_ASKED:
            return ()
        close = [
            (word, distance(text, word))
            for word in self._sharing(wanted, len(text))
            if len(wanted.intersection(word)) * 2 > len(wanted)
        ]
        close.sort(key=lambda found: (found[1], -self.words[found[0]], found[0]))
        return tuple(found for found in close if found[1])[:limit]

    def _sharing(self, wanted: set[str], length: int) -> set[str]:
        """Words of about a length among which are all that share more than half of ``wanted``.

        Such a word has at least one of any half of the characters; the rarest half will do.
        """
        found = {
            character: [
                words
                for near in (length - 1, length, length + 1)
                if (words := self._having.get((character, near)))
            ]
            for character in wanted
        }
        rarest = sorted(wanted, key=lambda c: (sum(map(len, found[c])), c))
        return {
            word
            for character in rarest[: (len(wanted) + 1) // 2]
            for words in found[character]
            for word in words
        }


def build_lexicon(documents: Iterable[StoredDocument], known: Iterable[str] = ()) -> Lexicon:
    """Read the words of documents; ``known`` are words that count though no title has them."""
    words: Counter[str] = Counter()
    latin: Counter[str] = Counter()
    spoken: dict[str, tuple[str, ...]] = {}
    holding: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for number, document in enumerate(documents):
        if number >= MAX_DOCUMENTS:
            break
        title = normal(document.title)
        latin.update(set(_LATIN.findall(f"{title} {document.title_en.lower()}")))
        for character, word in set(words_by_character(title)):
            holding[character][word] += 1
        for phrase, parts in set(phrases(title)):
            words[phrase] += 1
            if phrase not in spoken:
                spoken[phrase] = parts
    kept = {
        word: count for word, count in words.items() if count >= _LEAST or len(spoken[word]) == 1
    }
    if len(kept) > MAX_WORDS:
        kept = dict(sorted(kept.items(), key=lambda item: (-item[1], item[0]))[:MAX_WORDS])
    for word in known:
        latin.update(_LATIN.findall(word))
        if _CHINESE.fullmatch(word) and word not in kept and 1 < len(word) <= _MAX_LENGTH:
            kept[word] = 0
            spoken[word] = tuple(rjieba.cut(word, False))
    by_sound: dict[str, str] = {}
    by_blur: dict[str, str] = {}
    for word in sorted(kept, key=lambda word: (-kept[word], len(word), word)):
        if len(word) < 2 or not _CHINESE.fullmatch(word):
            continue
        sounds = [s for part in spoken[word] for s in word_syllables(part)]
        by_sound.setdefault("".join(sounds), word)
        by_blur.setdefault("".join(map(blurred, sounds)), word)
    return Lexicon(kept, by_sound, by_blur, latin, holding)


def distance(one: str, other: str) -> int:
    """Return the edit distance of two words, neighbours that changed places counted as one edit.

    Optimal string alignment: insertions, deletions, substitutions and transpositions.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, character in enumerate(one, 1):
        line = [row]
        for column, own in enumerate(other, 1):
            cost = min(line[-1] + 1, last[column] + 1, last[column - 1] + (character != own))
            swapped = (
                row > 1 and column > 1 and character == other[column - 2] and own == one[row - 2]
            )
            line.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, last = last, line
    return last[-1]


def words_by_character(title: str) -> Iterator[tuple[str, str]]:
    """Yield each character of a title with the word that holds it there.

    That is a word of the dictionary, the shorter one where there is one inside (厕所 in 公共厕所).
    A character that the dictionary leaves alone goes with the one beside it (井|盖), with the word
    before it where it ends a run (公路|桥), else with the word behind it (碳|排放).
    """
    for run in _CHINESE.findall(title):
        pieces = rjieba.cut(run, False)
        for at, piece in enumerate(pieces):
            if len(piece) > 1:
                inside = _inside(piece)
                for character in set(piece):
                    short = [word for word in inside if character in word]
                    yield from ((character, word) for word in short or (piece,))
                continue
            before = pieces[at - 1] if at else ""
            behind = pieces[at + 1] if at + 1 < len(pieces) else ""
            ends = not behind or behind in AREAS
            if before and (ends or (len(before) == 1 and len(behind) != 1)):
                yield piece, before + piece
            else:
                yield piece, piece + behind


@lru_cache(maxsize=65_536)
def _inside(piece: str) -> tuple[str, ...]:
    """Return the words of two and three characters in a word of the dictionary."""
    if len(piece) <= _SHORT:
        return (piece,)
    return tuple(word for word in rjieba.cut_for_search(piece, False) if 1 < len(word) <= _SHORT)


def phrases(title: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Words of a title, and what two or three of them make together."""
    return ((phrase, parts) for phrase, parts, _ in phrases_followed(title))


def phrases_followed(title: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """The same, each with the word that follows it; empty at the end of a run."""
    for run in _CHINESE.findall(title):
        pieces = [*rjieba.cut(run, False), ""]
        for start in range(len(pieces) - 1):
            phrase = ""
            for end in range(start, min(start + 3, len(pieces) - 1)):
                phrase += pieces[end]
                if len(phrase) > _MAX_LENGTH:
                    break
                if len(phrase) > 1:
                    yield phrase, tuple(pieces[start : end + 1]), pieces[end + 1]
