"""Completions while typing: Chinese, pinyin, initials; datasets, departments, fields, themes."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import rjieba

from search.analysis.normal import normal
from search.analysis.sound import word_syllables
from search.analysis.titles import title_parts
from search.engine import Suggestion
from search.stored import Stored
from search.thesaurus import Thesaurus
from search.understanding.lexicon import phrases
from search.understanding.words import FORMS

MAX_DOCUMENTS: Final = 200_000
_MAX_KEY: Final = 24
_LOOKED_AT: Final = 4_000
"""Entries below a prefix that are weighed; a prefix of one letter has tens of thousands."""
_WEIGHED_AHEAD: Final = 3
"""Characters of a prefix for which all entries are weighed beforehand, where they are more."""
_BEST: Final = 100
"""Entries kept for such a prefix."""
_LEAST_FIELD: Final = 2
_LEAST_PHRASE: Final = 3
"""Titles in which a phrase stands before it is suggested by itself."""
_LONGEST_PHRASE: Final = 8
_KINDS: Final = {"term": 0, "dataset": 1, "publisher": 2, "field": 3, "theme": 4}


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    text: str
    value: str
    count: int


class Suggester:
    """Immutable, made from the documents of one state; safe to share among threads."""

    def __init__(self, documents: Iterable[Stored], thesaurus: Thesaurus) -> None:
        self._entries = list(_entries(documents, thesaurus))
        keys: list[tuple[str, int]] = []
        for number, entry in enumerate(self._entries):
            for key in _keys(entry):
                keys.append((key, number))
        keys.sort()
        self._keys = [key for key, _ in keys]
        self._numbers = [number for _, number in keys]
        self._best: dict[str, list[int]] = {}
        """Entries of the short prefixes below which more stand than are weighed at each look."""
        self._weigh(0, 0, len(keys))

    def _weigh(self, length: int, first: int, last: int) -> None:
        """Weigh what stands below a prefix of a length, and below those one character longer."""
        if length and last - first > _LOOKED_AT:
            prefix = self._keys[first][:length]
            numbers = set(self._numbers[first:last])
            self._best[prefix] = heapq.nsmallest(_BEST, numbers, key=self._rank(prefix))
        while length < _WEIGHED_AHEAD and first < last:
            following = self._keys[first][: length + 1]
            if len(following) == length:  # keys that end here have none below them
                first = bisect_right(self._keys, following, first, last)
                continue
            end = bisect_left(self._keys, following + "\U0010ffff", first, last)
            if end - first > _LOOKED_AT:
                self._weigh(length + 1, first, end)
            first = end

    def _rank(self, typed: str) -> Callable[[int], tuple[bool, int, int, int, int]]:
        """Return the order of entries below what was typed: the smallest comes first."""

        def rank(number: int) -> tuple[bool, int, int, int, int]:
            entry = self._entries[number]
            begins = entry.text.startswith(typed)
            return (not begins, _KINDS[entry.kind], -entry.count, len(entry.text), number)

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
        entries = self._entries
        found: dict[tuple[str, str], Suggestion] = {}
        for number in heapq.nsmallest(limit * 2, seen, key=self._rank(typed)):
            entry = entries[number]
            found.setdefault(
                (entry.kind, entry.text),
                Suggestion(entry.kind, entry.text, entry.value, entry.count),
            )
        return tuple(found.values())[:limit]


def _entries(documents: Iterable[Stored], thesaurus: Thesaurus) -> Iterator[_Entry]:
    cores: Counter[str] = Counter()
    single: dict[str, Stored] = {}
    publishers: Counter[tuple[str, str]] = Counter()
    fields: Counter[str] = Counter()
    themes: Counter[tuple[str, str]] = Counter()
    spoken: Counter[str] = Counter()
    for number, document in enumerate(documents):
        if number >= MAX_DOCUMENTS:
            break
        core = title_parts(document.title).core
        cores[core] += 1
        spoken.update({phrase for phrase, _ in phrases(core) if len(phrase) <= _LONGEST_PHRASE})
        single[core] = document
        publishers.update(
            zip(document.facets.get("publisher", ()), document.publishers, strict=False)
        )
        fields.update(set(document.fields))
        themes.update(zip(document.facets.get("theme", ()), document.themes[::2], strict=False))
    for core, count in cores.items():
        if count == 1:
            document = single[core]
            yield _Entry("dataset", document.title, document.iri, 1)
        else:
            yield _Entry("term", core, "", max(count, spoken[core]))
    yield from (
        _Entry("term", phrase, "", count)
        for phrase, count in spoken.items()
        if count >= _LEAST_PHRASE and phrase not in cores and phrase not in FORMS
    )
    for (iri, name), count in publishers.items():
        yield _Entry("publisher", name, iri, count)
    for name, count in fields.items():
        if count >= _LEAST_FIELD:
            yield _Entry("field", name, "", count)
    for (iri, name), count in themes.items():
        yield _Entry("theme", name, iri, count)
    for word in thesaurus.words():
        if (
            word not in cores
            and spoken[word] < _LEAST_PHRASE
            and len(word) > 1
            and not word.isascii()
        ):
            yield _Entry("term", word, "", 0)


def _keys(entry: _Entry) -> set[str]:
    """The text from its beginning and from each of its words, its pinyin and its initials."""
    text = "".join(normal(entry.text).split())
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
