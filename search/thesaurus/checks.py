"""What a steward should look at again: entries that are read well enough and are still wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from search.analysis.normalization import normal
from search.thesaurus.index import words_of
from search.thesaurus.model import Entry, Kind

Problem = Literal["official-word", "twice", "same-term", "cycle", "ambiguous", "no-words"]

MEANINGS: Final = 4
"""Entries to which a word may lead as if it meant the same; beyond, it means nothing."""

_SAME: Final[frozenset[Kind]] = frozenset({"synonym", "abbreviation"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: ``entries`` are the IRIs concerned, ``word`` what it is about.

    ``official-word``: an everyday word is an official term of its own entry; ``twice``: an entry
    has a word twice; ``same-term``: two entries have the same preferred term; ``cycle``: words of
    entries are each other's official terms; ``ambiguous``: a word leads to more than `MEANINGS`
    entries as if it meant the same; ``no-words``: nothing leads to an entry.
    """

    problem: Problem
    word: str
    entries: tuple[str, ...]
    file: str


def findings(entries: Iterable[Entry]) -> list[Finding]:
    """Return what is wrong with entries, in their order."""
    known = list(entries)
    return [*_alone(known), *_together(known), *_cycles(known)]


def _alone(entries: list[Entry]) -> Iterator[Finding]:
    for entry in entries:
        official = {normal(term) for term in entry.official}
        seen: set[str] = set()
        for word in entry.words:
            key = normal(word.text)
            if key in official:
                yield Finding("official-word", word.text, (entry.iri,), entry.file)
            elif key in seen:
                yield Finding("twice", word.text, (entry.iri,), entry.file)
            seen.add(key)
        if not words_of(entry) and len(entry.official) < 2:
            yield Finding("no-words", entry.official[0], (entry.iri,), entry.file)


def _together(entries: list[Entry]) -> Iterator[Finding]:
    preferred: dict[str, Entry] = {}
    meanings: dict[str, list[Entry]] = {}
    for entry in entries:
        # The name of a data item may well be the name of a thing too.
        if not all(word.kind == "field" for word in entry.words):
            first = preferred.setdefault(normal(entry.official[0]), entry)
            if first is not entry:
                both = (first.iri, entry.iri)
                yield Finding("same-term", entry.official[0], both, entry.file)
        for word in entry.words:
            if word.kind in _SAME:
                meanings.setdefault(normal(word.text), []).append(entry)
    for key, led in meanings.items():
        if len(led) > MEANINGS:
            yield Finding("ambiguous", key, tuple(entry.iri for entry in led), led[-1].file)


def _cycles(entries: list[Entry]) -> Iterator[Finding]:
    """Find entries whose words of the same meaning lead round in a circle.

    An entry leads to another when one of its official terms is a word of the other.
    """
    by_word: dict[str, list[Entry]] = {}
    for entry in entries:
        for word in entry.words:
            if word.kind in _SAME:
                by_word.setdefault(normal(word.text), []).append(entry)
    leads: dict[str, list[tuple[str, Entry]]] = {
        entry.iri: [
            (term, other)
            for term in entry.official
            for other in by_word.get(normal(term), ())
            if other.iri != entry.iri
        ]
        for entry in entries
    }
    state: dict[str, int] = {}
    for root in entries:
        if root.iri in state:
            continue
        path: list[str] = []
        stack: list[tuple[str, Entry] | None] = [("", root)]
        while stack:
            step = stack.pop()
            if step is None:
                state[path.pop()] = 2
                continue
            term, entry = step
            if state.get(entry.iri) == 2:
                continue
            if state.get(entry.iri) == 1:
                circle = (*path[path.index(entry.iri) :], entry.iri)
                yield Finding("cycle", term, circle, entry.file)
                continue
            state[entry.iri] = 1
            path.append(entry.iri)
            stack.append(None)
            stack.extend(leads[entry.iri])
