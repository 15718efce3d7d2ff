"""The thesaurus in memory, and looking it up in a text: longest match first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

from search.analysis.normalization import normal
from search.thesaurus.model import (
    OFFICIAL_WEIGHT,
    PLAIN,
    PLAIN_BESIDE,
    PLAIN_WORD,
    WEIGHTS,
    Entry,
    Expansion,
    Kind,
    Match,
    Pair,
    Word,
)

_NEGATIONS: Final = frozenset("不未非")
_LATIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class Thesaurus:
    """Immutable; safe to share among threads."""

    def __init__(
        self, entries: Iterable[Entry], plain: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    ) -> None:
        """Hold ``entries``, and ``plain`` English names of no entry with their Chinese words."""
        self.entries = tuple(entries)
        self.plain = plain
        found: dict[str, list[Expansion]] = {}
        official: set[str] = set()
        for entry in self.entries:
            for term in entry.official:
                key = normal(term)
                official.add(key)
                others = tuple(other for other in entry.official if other != term)
                expansions = found.setdefault(key, [])
                if others:
                    kind: Kind = "field" if _is_field(entry) else "synonym"
                    expansions.append(Expansion(others, OFFICIAL_WEIGHT, kind, entry.iri))
            for word in words_of(entry):
                expansion = Expansion(entry.official, word.weight, word.kind, entry.iri)
                for key in _forms(word):
                    found.setdefault(key, []).append(expansion)
        for name, terms in plain.items():
            known = {term for expansion in found.get(name, ()) for term in expansion.terms}
            if new := tuple(term for term in terms if term not in known):
                weight = PLAIN_BESIDE if known else PLAIN
                expansion = Expansion(new, weight, "english", f"{PLAIN_WORD}{new[0]}")
                found.setdefault(name, []).append(expansion)
        self._official = frozenset(official)
        self._found = {
            key: tuple(sorted(expansions, key=lambda e: -e.weight))
            for key, expansions in found.items()
        }
        lengths: dict[str, set[int]] = {}
        for key in self._found:
            lengths.setdefault(key[0], set()).add(len(key))
        self._lengths = {
            first: tuple(sorted(known, reverse=True)) for first, known in lengths.items()
        }

    def knows(self, text: str) -> bool:
        """Tell whether ``text`` as a whole is an everyday word or an official term."""
        return normal(text) in self._found

    def __len__(self) -> int:
        """Return how many pairs of an everyday word and an entry there are."""
        return sum(len(words_of(entry)) for entry in self.entries)

    def pairs(self) -> Iterator[Pair]:
        """Yield every pair of an everyday word and the entry that it leads to."""
        for entry in self.entries:
            for word in words_of(entry):
                yield Pair(word, entry)

    def words(self) -> Iterator[str]:
        """Yield everything that is looked up, everyday and official, in its normal form."""
        return iter(self._found)

    def expansions(self, word: str) -> tuple[Expansion, ...]:
        """Return what a whole word leads to, the weightiest first; none for an unknown one."""
        return self._found.get(normal(word), ())

    def containing(self, piece: str) -> Iterator[str]:
        """Yield the words, in their normal form, that hold ``piece`` (in normal form)."""
        text, last = self._joined, 0
        start = text.find(piece) if piece else -1
        while start >= 0:
            first = max(last, text.rfind("\n", 0, start) + 1)
            last = text.find("\n", start)
            yield text[first:last]
            start = text.find(piece, last)

    @cached_property
    def _joined(self) -> str:
        # Searching one text takes a hundredth of the time that a look at each word would.
        return "".join(f"{word}\n" for word in self._found)

    def lookup(self, text: str) -> tuple[Match, ...]:
        """Return the words found in ``text``, in its order; spans count in its normal form.

        They don't overlap: the longest is taken first, of equal ones the first. Latin words must
        end at word borders, and a Chinese word of two characters must not take one half each of
        two words of the dictionary (牙科 in 月牙科技).
        """
        text = normal(text)
        candidates = list(self._candidates(text))
        if not candidates:
            return ()
        candidates.sort(key=lambda span: (span[0] - span[1], span[0]))
        taken: list[tuple[int, int]] = []
        borders: set[int] | None = None
        for start, end in candidates:
            if any(start < other_end and other < end for other, other_end in taken):
                continue
            if end - start == 2 and len(text) > 2 and text[start] not in _LATIN:
                if borders is None:
                    borders = _borders(text)
                if _torn(start, end, borders):
                    continue
            taken.append((start, end))
        taken.sort()
        return tuple(
            Match(start, end, key, key in self._official, self._found[key])
            for start, end in taken
            for key in (text[start:end],)
        )

    def _candidates(self, text: str) -> Iterator[tuple[int, int]]:
        lengths, found, size = self._lengths, self._found, len(text)
        for start, first in enumerate(text):
            known = lengths.get(first)
            if known is None or (start and first in _LATIN and text[start - 1] in _LATIN):
                continue
            if start and text[start - 1] in _NEGATIONS:
                # 机动车 in 非机动车 is another word.
                continue
            for length in known:
                end = start + length
                if (
                    end <= size
                    and text[start:end] in found
                    and not (end < size and text[end] in _LATIN and text[end - 1] in _LATIN)
                ):
                    yield start, end


def words_of(entry: Entry) -> tuple[Word, ...]:
    """Return the everyday words of an entry, its English name among them."""
    known = {normal(text) for text in (*entry.official, *(word.text for word in entry.words))}
    if not entry.english or normal(entry.english) in known:
        return entry.words
    kind: Kind = "field" if _is_field(entry) else "english"
    return (Word(entry.english, "en", kind, WEIGHTS[kind]), *entry.words)


def _is_field(entry: Entry) -> bool:
    """Tell whether an entry is a data item: all that leads to it names one."""
    return bool(entry.words) and all(word.kind == "field" for word in entry.words)


def _forms(word: Word) -> tuple[str, ...]:
    """Return the forms under which a word is looked up: its normal form, and English plurals."""
    key = normal(word.text)
    if word.lang != "en" or not key[-1].isalpha() or word.text.isupper():
        return (key,)
    if key.endswith("y") and key[-2] not in "aeiou":
        return (key, f"{key[:-1]}ies")
    if key.endswith(("ch", "sh", "x", "ss")):
        return (key, f"{key}es")
    if key.endswith("ies"):
        return (key, f"{key[:-3]}y")
    if key.endswith("s"):
        return (key, key[:-1]) if len(key) > 4 else (key,)
    return (key, f"{key}s")


def _torn(start: int, end: int, borders: set[int]) -> bool:
    """Tell whether two characters are a half each of two words, or the inside of one."""
    left, right = start in borders, end in borders
    return not (left and right) if start + 1 in borders else not (left or right)


def _borders(text: str) -> set[int]:
    """Return the positions between the words of the dictionary."""
    # Loading it takes longer than the rest of a command that only reads entries.
    import rjieba  # noqa: PLC0415

    borders = {0}
    position = 0
    for piece in rjieba.cut(text, False):
        position += len(piece)
        borders.add(position)
    return borders
