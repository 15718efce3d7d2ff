"""What an index is asked, the same for every index: groups of alternatives, filters, an order.

An index compiles a `Plan` and nothing else. What words mean is decided before
(`search.query`), and the fine order of the first hits after (`search.ranking.score`), both in
Python and the same for every index. An index therefore only has to find the same documents, and
about the same ones first.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from search.facets import FRESHNESS

Order = Literal["relevance", "modified", "title"]


@dataclass(frozen=True, slots=True)
class Clause:
    """All of ``tokens`` in one of ``fields``, which come with their boosts.

    Its score is the best over the fields of boost × the sum of the tokens' BM25 (k1 1.2, b 0.75,
    with the factor k1 + 1, which Lucene leaves out).
    """

    tokens: tuple[str, ...]
    fields: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One thing asked for, by any of ``clauses``; its score is that of the best of them.

    A document must match every ``required`` group; of the others it need match none, but of a plan
    without required groups at least one.
    """

    clauses: tuple[Clause, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Range:
    """``field`` (``modified`` or ``issued``, as numbers of `search.analysis.sort_keys.day_number`)
    from ``least`` to ``most``, both included."""

    field: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Condition:
    """What a search text says of every result (``holds``), or of none.

    A document meets it by any value of a facet (``facets``), by any of ``clauses``, whose boosts
    mean nothing here, or by days that lie in all of ``ranges``. It narrows and never ranks.
    """

    facets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    clauses: tuple[Clause, ...] = ()
    ranges: tuple[Range, ...] = ()
    holds: bool = True


UNKNOWN_DAY: Final = 0
"""In place of the day of a document that has none."""


@dataclass(frozen=True, slots=True)
class Band:
    """A value of the facet `search.facets.FRESHNESS`: days of ``modified`` from ``least`` to
    ``most``, both included; `UNKNOWN_DAY` for both: no day at all."""

    name: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of an index.

    ``groups``: None finds everything, an empty tuple nothing. A document's score is the sum of its
    groups' scores. ``filters`` holds values by facet (or `search.facets.GROUP`): any value of a
    facet, all facets. ``order``: by score, the best first; by ``by_modified``, the greatest first;
    by ``by_title``, the least first. ``after``: only what comes after that sort key, which no two
    documents share (never with ``relevance``). ``hidden``: IRIs that are not found or counted.
    ``bands``: what the values of `search.facets.FRESHNESS` mean; each document is of one.
    ``excluded`` holds values by indexed facet: a document with any of them is not found.
    ``conditions`` all hold, whatever the groups.
    """

    groups: tuple[Group, ...] | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: tuple[Range, ...] = ()
    order: Order = "modified"
    after: str | int | None = None
    hidden: frozenset[str] = frozenset()
    bands: tuple[Band, ...] = ()
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether anything but the groups decides what is found."""
        return bool(self.filters or self.ranges or self.excluded or self.conditions)

    def chosen_bands(self) -> tuple[Band, ...]:
        """Return the bands that the filter on freshness names."""
        names = self.filters.get(FRESHNESS, ())
        return tuple(band for band in self.bands if band.name in names)

    def selection(self) -> Hashable:
        """Return what decides which documents are found and how they score, for caches."""
        filters, excluded = tuple(self.filters.items()), tuple(self.excluded.items())
        narrowed = (filters, excluded, self.ranges, self.conditions)
        return self.groups, narrowed, self.hidden, self.bands
