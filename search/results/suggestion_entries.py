"""What may be suggested: subjects of titles, their phrases, departments, fields, themes, words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from ontology.vocabulary import load_vocabulary
from search.analysis.normalization import normal
from search.analysis.titles import title_parts
from search.bilingual.words import forms, rows
from search.index.payload import StoredDocument
from search.limits import MAX_DOCUMENTS
from search.query.lexicon import phrases_followed
from search.query.segments import CHINESE
from search.query.word_classes import FORMS, JOINTS
from search.thesaurus import Thesaurus
from search.thesaurus.model import PLAIN_WORD

_LEAST_FIELD: Final = 2
_LEAST_PHRASE: Final = 3
"""Minimum number of titles that contain a suggested phrase."""
_LONGEST_PHRASE: Final = 8
_NEVER_FIRST: Final = frozenset(
    ("以上", "以下", "以内", "以外", "以来", "之间", "其他", "其中", "及其", *JOINTS)
)
"""Words that go on with what stands before them: 以上工业 in 规模以上工业企业."""
_FRAGMENT: Final = 0.5
"""Margin by which one following word outvotes all others where a phrase is only its beginning."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What may be suggested; ``count`` is how many documents it leads to, as far as counted."""

    kind: str
    text: str
    value: str
    count: int
    concept: str = ""
    """The concept of several words, of which one is suggested. Empty: no other word has it."""


class _Counts:
    """What the documents of a state hold, and how many of them."""

    def __init__(self, documents: Iterable[StoredDocument]) -> None:
        self.cores: Counter[str] = Counter()
        self.single: dict[str, StoredDocument] = {}
        self.publishers: Counter[tuple[str, str]] = Counter()
        self.fields: Counter[str] = Counter()
        self.themes: Counter[str] = Counter()
        self.spoken: Counter[str] = Counter()
        self._following: dict[str, tuple[str, int]] = {}
        """The word that follows a phrase of several words most, and by how many votes it leads."""
        for document in islice(documents, MAX_DOCUMENTS):
            self._add(document)

    def _add(self, document: StoredDocument) -> None:
        core = title_parts(document.title).core
        self.cores[core] += 1
        self.single[core] = document
        spoken = {
            phrase: (following, len(parts) > 1)
            for phrase, parts, following in phrases_followed(core)
            if len(phrase) <= _LONGEST_PHRASE
            and parts[0] not in _NEVER_FIRST
            and parts[-1] not in JOINTS
        }
        self.spoken.update(spoken.keys())
        for phrase, (following, several) in spoken.items():
            if several:
                self._vote(phrase, following)
        publishers = zip(document.facets.get("publisher", ()), document.publishers, strict=False)
        self.publishers.update(publishers)
        self.fields.update(set(document.fields))
        self.themes.update(document.facets.get("theme", ()))

    def _vote(self, phrase: str, following: str) -> None:
        # Boyer and Moore's majority vote: one word and one number for each phrase.
        leading, votes = self._following.get(phrase, (following, 0))
        if leading == following:
            self._following[phrase] = (leading, votes + 1)
        else:
            self._following[phrase] = (leading, votes - 1) if votes else (following, 1)

    def is_fragment(self, phrase: str) -> bool:
        """Tell whether nearly always the same word goes on with a phrase (一般公共|预算)."""
        leading, votes = self._following.get(phrase, ("", 0))
        return bool(leading) and votes > _FRAGMENT * self.spoken[phrase]

    def titles(self, term: str) -> int:
        """Return how many titles hold a term, as far as it was counted."""
        return max(self.spoken[term], self.cores[term])


def entries(documents: Iterable[StoredDocument], thesaurus: Thesaurus) -> Iterator[Entry]:
    """Yield everything that may be suggested of some documents, and the thesaurus's words."""
    counts = _Counts(documents)
    cores, spoken = counts.cores, counts.spoken
    for core, count in cores.items():
        if count == 1:
            document = counts.single[core]
            yield Entry("dataset", document.title, document.iri, 1)
        else:
            yield Entry("term", core, "", max(count, spoken[core]))
    yield from (
        Entry("term", phrase, "", count)
        for phrase, count in spoken.items()
        if count >= _LEAST_PHRASE
        and phrase not in cores
        and phrase not in FORMS
        and not counts.is_fragment(phrase)
    )
    concept = load_vocabulary().concept
    for (iri, name), count in counts.publishers.items():
        known = concept(iri)
        for text in dict.fromkeys((name, known.en if known else name)):
            yield Entry("publisher", text, iri, count)
    for name, count in counts.fields.items():
        if count >= _LEAST_FIELD:
            yield Entry("field", name, "", count)
    for iri, count in counts.themes.items():
        known = concept(iri)
        if known is not None:
            yield Entry("theme", known.zh, iri, count)
            yield Entry("theme", known.en, iri, count)
    yield from (
        Entry("term", word, "", 0)
        for word in thesaurus.words()
        if len(word) > 1
        and CHINESE.search(word)
        and word not in cores
        and spoken[word] < _LEAST_PHRASE
    )
    yield from _english(thesaurus, counts.titles)


def _english(thesaurus: Thesaurus, held: Callable[[str], int]) -> Iterator[Entry]:
    """English words, with how many titles hold what they stand for.

    Those of the thesaurus, and the plain nouns beside it that it has not in any form.
    """
    counts: dict[str, tuple[int, str]] = {}
    for pair in thesaurus.pairs():
        if pair.word.lang == "en" and len(pair.word.text) > 1:
            count = max(held(normal(term)) for term in pair.entry.official)
            counts[pair.word.text] = max(
                counts.get(pair.word.text, (0, "")), (count, pair.entry.iri)
            )
    yield from (Entry("term", word, "", count, iri) for word, (count, iri) in counts.items())
    if thesaurus.plain:
        known = {form for word in counts for form in forms(word)}
        for row in rows():
            count = held(row.chinese)
            for name in row.names if count else ():
                if known.isdisjoint(forms(name)):
                    yield Entry("term", name, "", count, f"{PLAIN_WORD}{row.chinese}")
