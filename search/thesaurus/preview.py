"""What an edited thesaurus does to rankings: the first hits of searches before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from search.model import Hit

SHOWN: Final = 10
"""Hits of each search that are compared, where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class RankedDataset:
    """The rank of a dataset before and after, from 1; None where it is not among the first."""

    iri: str
    title: str
    before: int | None
    after: int | None

    @property
    def change(self) -> str:
        """``same``, ``moved``, ``new`` or ``gone``."""
        if self.before == self.after:
            return "same"
        if self.before is None:
            return "new"
        return "gone" if self.after is None else "moved"


@dataclass(frozen=True, slots=True)
class SearchChange:
    """One search: the datasets among its first hits before or after, in the order of after."""

    query: str
    datasets: tuple[RankedDataset, ...]

    @property
    def changed(self) -> bool:
        """Whether any rank differs."""
        return any(one.change != "same" for one in self.datasets)

    def count(self, change: str) -> int:
        """Return how many datasets are ``same``, ``moved``, ``new`` or ``gone``."""
        return sum(one.change == change for one in self.datasets)


def compare(
    queries: Iterable[str],
    before: Callable[[str], Sequence[Hit]],
    after: Callable[[str], Sequence[Hit]],
) -> list[SearchChange]:
    """Ask each query twice and compare the hits; the two functions say how many they give."""
    return [_change(query, before(query), after(query)) for query in queries]


def _change(query: str, before: Sequence[Hit], after: Sequence[Hit]) -> SearchChange:
    first = {hit.iri: rank for rank, hit in enumerate(before, 1)}
    then = {hit.iri: rank for rank, hit in enumerate(after, 1)}
    titles = {hit.iri: hit.title for hit in (*before, *after)}
    # Those that are gone come last.
    order = [*then, *(iri for iri in first if iri not in then)]
    ranked = [RankedDataset(iri, titles[iri], first.get(iri), then.get(iri)) for iri in order]
    return SearchChange(query, tuple(ranked))
