"""All records by subject: the pairs among them, and those of one record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from search.duplicates.areas import PlaceNames, areas
from search.duplicates.compare import Profile, compare, profile
from search.duplicates.model import Pair
from search.index.model import SearchDocument

HOME: Final = "上海市"
"""The place of records that name none."""

MOST_IN_BLOCK: Final = 400
"""Records of one subject that are compared, the first by IRI: the number of pairs grows with its
square, and a source may give all its records one title. The largest block of real ones has 153."""


class DuplicateIndex:
    """One state of the catalogue's records, blocked by subject.

    Records with different subjects are never compared: measured on labelled pairs, looser blocks
    (`docs/adr`) find nearly nothing more.
    """

    def __init__(self, documents: Iterable[SearchDocument], home: str = HOME) -> None:
        kept = sorted(documents, key=lambda document: document.iri)
        counts = Counter(name for one in kept for name in areas(one, home))
        self._home = home
        self._names = PlaceNames.of(counts)
        self._blocks: dict[str, list[Profile]] = defaultdict(list)
        for document in kept:
            one = self.profile(document)
            block = self._blocks[one.subject.core]
            if len(block) < MOST_IN_BLOCK:
                block.append(one)

    def profile(self, document: SearchDocument) -> Profile:
        """Return what comparing needs of a record, with the places that this index knows."""
        return profile(document, self._home, self._names)

    def pairs(self) -> Iterator[Pair]:
        """Yield every pair once, block by block."""
        for block in self._blocks.values():
            for position, one in enumerate(block):
                for other in block[position + 1 :]:
                    found = compare(one, other)
                    if found is not None:
                        yield found

    def of(self, document: SearchDocument) -> list[Pair]:
        """Return the pairs of one record, whether or not the index holds it; the surest first."""
        one = self.profile(document)
        found = (compare(one, other) for other in self._blocks.get(one.subject.core, ()))
        return sorted((p for p in found if p is not None), key=lambda p: (-p.score, p.one, p.other))
