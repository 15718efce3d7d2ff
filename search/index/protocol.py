"""What every search index offers: a reading side of views, and a writing side.

An index stores and finds documents. It knows plans (`search.index.plan`), not search texts: what
words mean and how hits are ranked and shown is the work of `search.service`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from search.index.model import SearchDocument
from search.index.payload import StoredDocument
from search.index.plan import Plan


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document found; ``score`` is 0 where the order is not by relevance."""

    document: StoredDocument
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """How many documents a plan finds, and those of the window asked for, in the plan's order."""

    total: int
    candidates: tuple[Candidate, ...]


class IndexView(Protocol):
    """One state of an index; all answers of one view belong together as far as the index can."""

    @property
    def checkpoint(self) -> int:
        """The journal number of the index."""
        ...

    @property
    def state(self) -> Hashable:
        """Something that is equal for two views only if nothing was written between them."""
        ...

    def find(self, plan: Plan, limit: int, offset: int = 0) -> Found:
        """Return the documents of a plan; ``limit`` may be 0, then only their number is wanted."""
        ...

    def totals(self, plans: Sequence[Plan]) -> Sequence[int]:
        """Return how many documents each of some plans finds: `find(plan, 0).total`, at once."""
        ...

    def count(self, plan: Plan, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count the values of facets over a plan's documents, every value that occurs.

        Each facet is counted without its own filter; cursors (``after``) are ignored.
        """
        ...

    def get(self, iri: str) -> StoredDocument | None:
        """Return one document, or None."""
        ...

    def among(self, iris: Sequence[str], plan: Plan) -> Mapping[str, StoredDocument]:
        """Return those of some documents that a plan finds, by IRI, in the order of ``iris``."""
        ...

    def each(self) -> Iterator[StoredDocument]:
        """Yield all documents in no particular order."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What a view is opened for, so that an index on a server can answer in few requests.

    It changes no answer, only how many requests they take.
    """

    key: tuple[object, ...] = ()
    """What the question is about. Views of equal keys are read from the same copy of the index,
    by whichever machine: the next page of a search is of the same key."""
    facets: tuple[str, ...] = ()
    """Facets that will be counted over the documents that are asked for first."""
    facet_size: int = 30
    """How many values of a facet will be shown, the most frequent first."""


NO_QUESTION = Question()


def no_mark(_checkpoint: int) -> str:
    """Keep no mark beside a checkpoint."""
    return ""


class ReadableIndex(Protocol):
    """What a search needs of an index."""

    def view(self, question: Question = NO_QUESTION) -> IndexView | None:
        """Return the newest state for reading; None: there is no index yet."""
        ...


class SearchIndex(ReadableIndex, Protocol):
    """One index. Writers hold a lock of the projection; readers see the last commit."""

    def write(
        self,
        add: Iterable[SearchDocument],
        remove: Iterable[str],
        checkpoint: int,
        *,
        mark: str = "",
    ) -> None:
        """Replace documents by IRI, remove others, and move the checkpoint, in one commit.

        ``mark`` is kept beside the checkpoint and given back by `mark`: it tells which journal's
        change the number is. The index does not look into it.
        """
        ...

    def withdraw(self, iris: Iterable[str]) -> None:
        """Remove documents from what readers see, in one commit; checkpoint and mark stay.

        May be called by another thread while `rebuild` runs, and then removes them from the live
        index; what is being built is not touched. Nothing happens where there is no index.
        """
        ...

    def rebuild(
        self,
        documents: Iterable[SearchDocument],
        checkpoint: Callable[[], int],
        *,
        mark: Callable[[int], str] = no_mark,
    ) -> None:
        """Build a new index beside the live one, then switch to it; each IRI occurs once.

        ``checkpoint`` is asked when ``documents`` is exhausted, for it may grow meanwhile;
        ``mark`` then gives what is kept beside it.

        Readers see the old index until the switch, and the old one stays when building fails.
        """
        ...

    def checkpoint(self) -> int:
        """Return the journal number of the last commit; 0 for an empty index."""
        ...

    def mark(self) -> str:
        """Return the mark beside the checkpoint; empty where there is none."""
        ...

    def hashes(self) -> Iterable[tuple[str, str]]:
        """Yield ``(iri, record hash)`` of every document, for comparison with the journal."""
        ...

    def size(self) -> int:
        """Return how many documents the last commit holds."""
        ...

    def close(self) -> None:
        """Let go of files, locks and connections; the index is not used afterwards."""
        ...
