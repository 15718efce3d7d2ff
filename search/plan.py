"""From a query to a plan: checked, analysed, and free of any engine.

An engine compiles a plan and nothing else; what a search means is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ontology.errors import AtlasError
from search.analysis.tokens import tokens
from search.engine import FACETS, Query
from search.errors import (
    PAGE_OUT_OF_RANGE,
    QUERY_TOO_LONG,
    TOO_MANY_FILTERS,
    UNKNOWN_FACET,
    UNKNOWN_SORT,
)
from search.prepared import WEIGHTS

Sort = Literal["relevance", "modified", "title"]
SORTS: Final[tuple[Sort, ...]] = ("relevance", "modified", "title")

MAX_QUERY: Final = 500
"""Characters of a search text."""
MAX_TERMS: Final = 64
"""Different tokens of a search text that are looked for; later ones are left out."""
MAX_LIMIT: Final = 1_000
MAX_WINDOW: Final = 10_000
"""``offset + limit``: every engine has to sort that many hits to answer."""
MAX_FACET_SIZE: Final = 1_000
MAX_FILTER_VALUES: Final = 500

TIE_BREAKER: Final = 0.1
"""How much a term's matches in other fields count beside the best one. A title repeated in the
description, as most are, must not count twice."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked query.

    ``terms`` are the tokens to look for, any of them; None: everything is found; empty: the text
    has nothing that can be found. A document's score is the sum over the terms of the best
    weighted BM25 among the fields, with `TIE_BREAKER` for the others. ``filters`` holds only
    facets with values, in the order of `FACETS`.
    """

    terms: tuple[str, ...] | None
    weights: Mapping[str, float]
    filters: Mapping[str, tuple[str, ...]]
    sort: Sort
    limit: int
    offset: int
    facets: tuple[str, ...]
    facet_size: int


def plan(query: Query) -> Plan:
    """Check and analyse a query; raises `AtlasError` for one that is out of bounds."""
    if len(query.text) > MAX_QUERY:
        raise AtlasError(QUERY_TOO_LONG, length=len(query.text), limit=MAX_QUERY)
    _within("limit", query.limit, 0, MAX_LIMIT)
    _within("offset", query.offset, 0, MAX_WINDOW - query.limit)
    _within("facet_size", query.facet_size, 1, MAX_FACET_SIZE)
    if query.sort not in SORTS:
        raise AtlasError(UNKNOWN_SORT, name=query.sort, known=", ".join(SORTS))
    for name in query.filters:
        if name not in FACETS:
            raise AtlasError(UNKNOWN_FACET, name=name, known=", ".join(FACETS))
    count = sum(map(len, query.filters.values()))
    if count > MAX_FILTER_VALUES:
        raise AtlasError(TOO_MANY_FILTERS, count=count, limit=MAX_FILTER_VALUES)
    terms: tuple[str, ...] | None = None
    if query.text.strip():
        terms = tuple(dict.fromkeys(tokens(query.text)))[:MAX_TERMS]
    return Plan(
        terms=terms,
        weights=WEIGHTS,
        filters={
            name: tuple(dict.fromkeys(map(_encodable, query.filters[name])))
            for name in FACETS
            if query.filters.get(name)
        },
        sort="modified" if query.sort == "relevance" and terms is None else query.sort,
        limit=query.limit,
        offset=query.offset,
        facets=FACETS if query.facets else (),
        facet_size=query.facet_size,
    )


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise AtlasError(PAGE_OUT_OF_RANGE, name=name, value=value, least=least, most=most)


def _encodable(value: str) -> str:
    # A lone surrogate can't be sent to an engine; the value finds nothing either way.
    return value.encode("utf-8", "replace").decode()
