"""Names that differ by one character from a known organization's: most are misspelled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ontology.vocabulary import Vocabulary

_SHORTEST: Final = 4
"""Characters; shorter names of different organizations often differ by one: 市教委, 市体委."""
_NUMERALS: Final = frozenset("0123456789〇零一二三四五六七八九十百")


class NearNames:
    """Finds a known organization whose name differs by one character; indexed on first use."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._index: dict[str, set[str]] | None = None
        self._shown: dict[str, str] = {}
        """Label → the name to show: for a broken spelling, the name that is meant."""
        self._longest = 0

    def near(self, name: str) -> str | None:
        """Return the known name with one character added, left out or changed, or None.

        Names that differ by a numeral (第一, 第二) are different organizations.
        """
        if len(name) < _SHORTEST:
            return None
        if self._index is None:
            self._index = self._built()
        index = self._index
        # A key per character, each nearly as long as the text: not for a text of a megabyte.
        if len(name) > self._longest + 1:
            return None
        found = {known for key in _without_one(name) for known in index.get(key, ())}
        nearest = min((known for known in found if _one_apart(name, known)), default=None)
        return None if nearest is None else self._shown[nearest]

    def _built(self) -> dict[str, set[str]]:
        index: dict[str, set[str]] = {}
        for concept in self._vocabulary.concepts("organization"):
            names = self._vocabulary.names(concept.iri)
            for label in self._vocabulary.spellings(concept.iri):
                if len(label) >= _SHORTEST:
                    self._shown.setdefault(label, label if label in names else concept.zh)
                    self._longest = max(self._longest, len(label))
                    for key in _without_one(label):
                        index.setdefault(key, set()).add(label)
        return index


def _without_one(name: str) -> Iterator[str]:
    yield name
    for position in range(len(name)):
        yield name[:position] + name[position + 1 :]


def _one_apart(name: str, known: str) -> bool:
    shorter = min(len(name), len(known))
    if abs(len(name) - len(known)) > 1:
        return False
    start = next((n for n in range(shorter) if name[n] != known[n]), shorter)
    end = next((n for n in range(shorter - start) if name[-1 - n] != known[-1 - n]), None)
    rest = shorter - start if end is None else end
    own, other = name[start : len(name) - rest], known[start : len(known) - rest]
    return max(len(own), len(other)) == 1 and _NUMERALS.isdisjoint(own + other)
