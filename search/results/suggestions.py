"""Completions while typing: Chinese, pinyin, initials; datasets, departments, fields, themes."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Final

import rjieba

from ontology.vocabulary import load_vocabulary
from search.analysis.normalization import normal
from search.analysis.pinyin import word_syllables
from search.analysis.titles import title_parts
from search.index.payload import StoredDocument
from search.limits import MAX_DOCUMENTS
from search.model import Suggestion
from search.query.lexicon import phrases
from search.query.segments import CHINESE
from search.query.word_classes import FORMS, JOINTS
from search.thesaurus import Thesaurus

_MAX_KEY: Final = 24
_LOOKED_AT: Final = 4_000
"""Maximum number of entries below a prefix that are ranked at request time."""
_WEIGHED_AHEAD: Final = 3
"""Length of prefixes whose entries are ranked beforehand where they are more."""
_BEST: Final = 100
"""Entries kept for such a prefix."""
_ALIKE: Final = 6
"""Entries considered for each that is suggested: several may have one name or concept."""
_LEAST_FIELD: Final = 2
_LEAST_PHRASE: Final = 3
"""Minimum number of titles that contain a suggested phrase."""
_LONGEST_PHRASE: Final = 8
_KINDS: Final = {"term": 0, "dataset": 1, "publisher": 2, "field": 3, "theme": 4}


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    text: str
    value: str
    count: int
    concept: str = ""
    """The concept of several words, of which one is suggested. Empty: no other word has it."""


class Suggester:
    """Immutable, made from the documents of one state; safe to share among threads."""

    def __init__(self, documents: Iterable[StoredDocument], thesaurus: Thesaurus) -> None:
        self._entries = list(_entries(documents, thesaurus))
        keys: list[tuple[str, int]] = []
        for number, entry in enumerate(self._entries):
            for key in _keys(entry):
                keys.append((key, number))
        keys.sort()
        self._keys = [key for key, _ in keys]
        self._numbers = [number for _, number in keys]
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
        if not typed.isascii():
            return heapq.nsmallest(limit, numbers, key=self._rank(typed))
        entries = self._entries
        latin = {number for number in numbers if not CHINESE.search(entries[number].text)}
        others = [number for number in numbers if number not in latin]
        turns = [heapq.nsmallest(limit, each, key=self._rank(typed)) for each in (latin, others)]
        # What leads to more comes first, but nothing before just what was typed.
        turns.sort(
            key=lambda turn: [(entries[n].text != typed, -entries[n].count) for n in turn[:1]]
        )
        return [n for pair in zip_longest(*turns) for n in pair if n is not None]

    def _rank(self, typed: str) -> Callable[[int], tuple[bool, bool, bool, int, int, int, int]]:
        """Return the order of entries below what was typed: the smallest comes first."""

        def rank(number: int) -> tuple[bool, bool, bool, int, int, int, int]:
            entry = self._entries[number]
            text = "".join(entry.text.lower().split())
            return (
                text != typed,
                entry.count == 0,
                not text.startswith(typed),
                _KINDS[entry.kind],
                -entry.count,
                len(text),
                number,
            )

        return rank

    def suggest(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """Return completions, those that begin with the text and lead to most datasets first."""
        typed = "".join(normal(text).split())[:_MAX_KEY]
        if not typed or limit < 1:
            return ()
        first = bisect_left(self._keys, typed)
        last = bisect_left(self._keys, typed + "\U0010ffff")
        seen = self._best.get(typed) or dict.fromkeys(
            self._numbers[first : min(last, first + _LOOKED_AT)]
        )
        found: dict[tuple[str, str], Suggestion] = {}
        for number in self._first(typed, seen, limit * _ALIKE):
            entry = self._entries[number]
            found.setdefault(
                (entry.kind, entry.concept or entry.text),
                Suggestion(entry.kind, entry.text, entry.value, entry.count),
            )
        return tuple(found.values())[:limit]


class _Counts:
    """What the documents of a state hold, and how many of them."""

    def __init__(self, documents: Iterable[StoredDocument]) -> None:
        self.cores: Counter[str] = Counter()
        self.single: dict[str, StoredDocument] = {}
        self.publishers: Counter[tuple[str, str]] = Counter()
        self.fields: Counter[str] = Counter()
        self.themes: Counter[str] = Counter()
        self.spoken: Counter[str] = Counter()
        for document in islice(documents, MAX_DOCUMENTS):
            self._add(document)

    def _add(self, document: StoredDocument) -> None:
        core = title_parts(document.title).core
        self.cores[core] += 1
        self.single[core] = document
        self.spoken.update(
            {
                phrase
                for phrase, parts in phrases(core)
                if len(phrase) <= _LONGEST_PHRASE and JOINTS.isdisjoint((parts[0], parts[-1]))
            }
        )
        publishers = zip(document.facets.get("publisher", ()), document.publishers, strict=False)
        self.publishers.update(publishers)
        self.fields.update(set(document.fields))
        self.themes.update(document.facets.get("theme", ()))

    def titles(self, term: str) -> int:
        """Return how many titles hold a term, as far as it was counted."""
        return max(self.spoken[term], self.cores[term])


def _entries(documents: Iterable[StoredDocument], thesaurus: Thesaurus) -> Iterator[_Entry]:
    counts = _Counts(documents)
    cores, spoken = counts.cores, counts.spoken
    for core, count in cores.items():
        if count == 1:
            document = counts.single[core]
            yield _Entry("dataset", document.title, document.iri, 1)
        else:
            yield _Entry("term", core, "", max(count, spoken[core]))
    yield from (
        _Entry("term", phrase, "", count)
        for phrase, count in spoken.items()
        if count >= _LEAST_PHRASE and phrase not in cores and phrase not in FORMS
    )
    concept = load_vocabulary().concept
    for (iri, name), count in counts.publishers.items():
        known = concept(iri)
        for text in dict.fromkeys((name, known.en if known else name)):
            yield _Entry("publisher", text, iri, count)
    for name, count in counts.fields.items():
        if count >= _LEAST_FIELD:
            yield _Entry("field", name, "", count)
    for iri, count in counts.themes.items():
        known = concept(iri)
        if known is not None:
            yield _Entry("theme", known.zh, iri, count)
            yield _Entry("theme", known.en, iri, count)
    yield from (
        _Entry("term", word, "", 0)
        for word in thesaurus.words()
        if len(word) > 1
        and CHINESE.search(word)
        and word not in cores
        and spoken[word] < _LEAST_PHRASE
    )
    yield from _english(thesaurus, counts.titles)


def _english(thesaurus: Thesaurus, held: Callable[[str], int]) -> Iterator[_Entry]:
    """The thesaurus's English words, with how many titles hold what the department calls it."""
    counts: dict[str, tuple[int, str]] = {}
    for pair in thesaurus.pairs():
        if pair.word.lang == "en" and len(pair.word.text) > 1:
            count = max(held(normal(term)) for term in pair.entry.official)
            counts[pair.word.text] = max(
                counts.get(pair.word.text, (0, "")), (count, pair.entry.iri)
            )
    return (_Entry("term", word, "", count, iri) for word, (count, iri) in counts.items())


def _keys(entry: _Entry) -> set[str]:
    """The text from its beginning and from each of its words, its pinyin and its initials."""
    plain = normal(entry.text)
    if not CHINESE.search(plain):
        pieces = plain.split()
        return {"".join(pieces[index:])[:_MAX_KEY] for index in range(min(len(pieces), 6))}
    text = "".join(plain.split())
    words = rjieba.cut(text, False)
    keys: set[str] = set()
    position = 0
    for index, word in enumerate(words[:6]):
        keys.add(text[position : position + _MAX_KEY])
        syllables = [s for w in words[index : index + 8] for s in word_syllables(w)]
        keys.add("".join(syllables)[:_MAX_KEY])
        keys.add("".join(s[0] for s in syllables if s)[:_MAX_KEY])
        position += len(word)
    if entry.kind == "dataset":
        keys.add(title_parts(entry.text).core[:_MAX_KEY])
    return keys
