"""Completions while typing: Chinese, pinyin, initials and their mixtures; English words."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final

import rjieba

from search.analysis.normalization import normal
from search.analysis.pinyin import word_syllables
from search.analysis.titles import title_parts
from search.index.payload import StoredDocument
from search.model import Suggestion
from search.query.segments import CHINESE
from search.results.suggestion_entries import Entry, entries
from search.results.typed_sounds import fits, has_letters, initials_of, joined, units_of
from search.thesaurus import Thesaurus

_MAX_KEY: Final = 24
_LOOKED_AT: Final = 4_000
"""Maximum number of entries below a prefix that are ranked at request time."""
_WEIGHED_AHEAD: Final = 3
"""Length of prefixes whose entries are ranked beforehand where they are more."""
_BEST: Final = 100
"""Entries kept for such a prefix."""
_PAIRED: Final = 1_500
"""Entries kept for a character, or an initial, and the initial of the next: the most used ones."""
_ALIKE: Final = 6
"""Entries considered for each that is suggested: several may have one name or concept."""
_WORDS: Final = 6
"""Words of a text from whose beginning it is completed."""
_KINDS: Final = {"term": 0, "dataset": 1, "publisher": 2, "field": 3, "theme": 4}

_Rank = tuple[bool, bool, bool, int]


class Suggester:
    """Immutable, made from the documents of one state; safe to share among threads.

    ``state`` is the state of the index that the documents are of.
    """

    def __init__(
        self, documents: Iterable[StoredDocument], thesaurus: Thesaurus, state: Hashable = None
    ) -> None:
        self.state = state
        self._entries = list(entries(documents, thesaurus))
        self._texts = [_plain(entry) for entry in self._entries]
        self._sounds: list[str] = []
        """The syllables of an entry's characters, parted by blanks; empty: none is Chinese."""
        self._order = _order(self._entries, self._texts)
        """The place of each entry by what it leads to, whatever is typed."""
        keys: list[tuple[str, int]] = []
        pairs: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        syllables: set[str] = set()
        for number, entry in enumerate(self._entries):
            text = self._texts[number]
            words = list(rjieba.cut(text, False)) if CHINESE.search(text) else []
            sounds = [sound for word in words for sound in _sounds(word)] if words else []
            self._sounds.append(" ".join(sounds))
            keys += [(key, number) for key in _keys(entry, words, sounds)]
            if words:
                syllables.update(s for s, c in zip(sounds, text, strict=True) if s != c)
                for pair in _pairs(words, text, sounds):
                    pairs[pair].append(number)
        keys.sort()
        self._keys = [key for key, _ in keys]
        self._numbers = [number for _, number in keys]
        self._syllables = frozenset(syllables)
        self._pairs = {
            pair: heapq.nsmallest(_PAIRED, numbers, key=self._order.__getitem__)
            for pair, numbers in pairs.items()
        }
        """Entries by a character or its initial, and the initial of the character behind it."""
        self._best: dict[str, list[int]] = {}
        """Entries of the short prefixes that have more than are ranked at request time."""
        self._weigh(0, 0, len(keys))

    def _weigh(self, length: int, first: int, last: int) -> None:
        """Weigh what stands below a prefix of a length, and below those one character longer."""
        if length and last - first > _LOOKED_AT:
            prefix = self._keys[first][:length]
            numbers = set(self._numbers[first:last])
            self._best[prefix] = self._first(prefix, numbers, _BEST)
        while length < _WEIGHED_AHEAD and first < last:
            following = self._keys[first][: length + 1]
            if len(following) == length:  # keys that end here have none below them
                first = bisect_right(self._keys, following, first, last)
                continue
            end = bisect_left(self._keys, following + "\U0010ffff", first, last)
            if end - first > _LOOKED_AT:
                self._weigh(length + 1, first, end)
            first = end

    def _first(self, typed: str, numbers: Iterable[int], limit: int) -> list[int]:
        """Return the first ``limit`` entries below what was typed, in their order.

        Letters may be of English or of pinyin, so that both come by turns, ``limit`` of each.
        """
        rank, sounds, texts = self._rank(typed), self._sounds, self._texts
        if not typed.isascii():
            return heapq.nsmallest(limit, numbers, key=rank)
        latin = [number for number in numbers if not sounds[number]]
        others = [number for number in numbers if sounds[number]]
        turns = [
            heapq.nsmallest(limit, latin, key=rank),
            # Letters are not what a Chinese text begins with, but a few: A级景区.
            heapq.nsmallest(limit, others, key=self._order.__getitem__)
            if len(others) > _BEST
            else heapq.nsmallest(limit, others, key=rank),
        ]
        # What leads to more comes first, but nothing before just what was typed.
        turns.sort(
            key=lambda turn: [(texts[n] != typed, -self._entries[n].count) for n in turn[:1]]
        )
        return [n for pair in zip_longest(*turns) for n in pair if n is not None]

    def _rank(self, typed: str) -> Callable[[int], _Rank]:
        """Return the order of entries below what was typed: the smallest comes first."""
        texts, known, order = self._texts, self._entries, self._order

        def rank(number: int) -> _Rank:
            text = texts[number]
            return (
                text != typed,
                not known[number].count,
                not text.startswith(typed),
                order[number],
            )

        return rank

    def suggest(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """Return completions, those that begin with the text and lead to most datasets first."""
        typed = joined(text)[:_MAX_KEY]
        if not typed or limit < 1:
            return ()
        first = bisect_left(self._keys, typed)
        last = bisect_left(self._keys, typed + "\U0010ffff")
        seen = self._best.get(typed) or dict.fromkeys(
            self._numbers[first : min(last, first + _LOOKED_AT)]
        )
        numbers = self._first(typed, seen, limit * _ALIKE)
        if len(numbers) < limit:
            numbers += [n for n in self._mixed(text, limit * _ALIKE) if n not in seen]
        found: dict[tuple[str, str], Suggestion] = {}
        for number in numbers:
            entry = self._entries[number]
            found.setdefault(
                (entry.kind, entry.concept or entry.text),
                Suggestion(entry.kind, entry.text, entry.value, entry.count),
            )
        return tuple(found.values())[:limit]

    def _mixed(self, text: str, limit: int) -> list[int]:
        """Return entries that what was typed may become by its characters, sounds and initials.

        Those come first that have it at their beginning.
        """
        units = units_of(text[:_MAX_KEY])
        if not has_letters(units):
            return []
        found: dict[int, bool] = {}
        for number in self._candidates(units):
            if number in found:
                continue
            if not self._sounds[number]:
                continue
            characters, sounds = self._texts[number], self._sounds[number].split(" ")
            if fits(units, characters, sounds, 0):
                found[number] = True
            elif any(
                fits(units, characters, sounds, at)
                for at in _beginnings(units[0], characters, sounds)
            ):
                found[number] = False
        order = self._order
        return heapq.nsmallest(limit, found, key=lambda number: (not found[number], order[number]))

    def _candidates(self, units: Sequence[str]) -> Iterator[int]:
        if not units[0].isascii():
            # 停车c: what begins with the character, and the sound of the next one.
            behind = units[1]
            known = behind if behind.isascii() else self._initial(behind)
            for initial in known[:1]:
                yield from self._pairs.get((units[0], initial), ())
            return
        if any(CHINESE.match(unit) for unit in units):
            return
        for initials in initials_of(units, self._syllables):
            if len(initials) == 2:
                yield from self._pairs.get((initials[0], initials[1]), ())
            elif initials:
                first = bisect_left(self._keys, initials)
                last = bisect_left(self._keys, initials + "\U0010ffff")
                yield from self._numbers[first : min(last, first + _LOOKED_AT)]

    def _initial(self, character: str) -> str:
        return word_syllables(character)[0][:1]


def _plain(entry: Entry) -> str:
    """The text as it is compared with what is typed."""
    return "".join(normal(entry.text).split())


def _order(known: Sequence[Entry], texts: Sequence[str]) -> list[int]:
    """Return the place of each entry: what leads to most first, of the kinds words first."""

    def weight(number: int) -> tuple[bool, int, int, int]:
        entry = known[number]
        return (not entry.count, _KINDS[entry.kind], -entry.count, len(texts[number]))

    order = [0] * len(known)
    for place, number in enumerate(sorted(range(len(known)), key=weight)):
        order[number] = place
    return order


def _sounds(word: str) -> Sequence[str]:
    """The syllable of each character of a word; what is not Chinese stands for itself."""
    syllables = word_syllables(word)
    return syllables if len(syllables) == len(word) else tuple(word)


def _beginnings(unit: str, characters: str, sounds: Sequence[str]) -> Iterator[int]:
    """The places behind the first where a text may begin to be what was typed."""
    for at in range(1, min(len(characters), _MAX_KEY)):
        if characters[at] == unit or (unit.isascii() and sounds[at][:1] == unit[0]):
            yield at


def _pairs(words: Sequence[str], text: str, sounds: Sequence[str]) -> set[tuple[str, str]]:
    """The first character of each word, and its initial, with the initial of the next."""
    found: set[tuple[str, str]] = set()
    at = 0
    for word in words[:_WORDS]:
        if at + 1 < len(text) and (following := sounds[at + 1][:1]):
            found.add((text[at], following))
            found.add((sounds[at][:1], following))
        at += len(word)
    return found


def _keys(entry: Entry, words: Sequence[str], sounds: Sequence[str]) -> set[str]:
    """The text from its beginning and from each of its words, its pinyin and its initials."""
    if not words:
        pieces = normal(entry.text).split()
        return {joined("".join(pieces[at:]))[:_MAX_KEY] for at in range(min(len(pieces), _WORDS))}
    text = "".join(words)
    keys: set[str] = set()
    at = 0
    for word in words[:_WORDS]:
        if word[0].isalnum():
            keys.add(text[at : at + _MAX_KEY])
            keys.add("".join(sounds[at : at + _MAX_KEY])[:_MAX_KEY])
            keys.add("".join(sound[:1] for sound in sounds[at : at + _MAX_KEY]))
        at += len(word)
    if entry.kind == "dataset":
        keys.add(title_parts(entry.text).core[:_MAX_KEY])
    return keys
