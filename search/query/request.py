"""A query after its bounds were checked, and the cursors that lead from page to page."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ontology.errors import AtlasError
from search.analysis.place_paths import narrowest
from search.analysis.sort_keys import day_number
from search.errors import (
    CURSOR_INVALID,
    PAGE_OUT_OF_RANGE,
    QUERY_TOO_LONG,
    RANGE_INVALID,
    TOO_MANY_FILTERS,
    UNKNOWN_FACET,
    UNKNOWN_SORT,
    UNKNOWN_UNDERSTANDING,
)
from search.facets import AREA, FACETS, GROUP, INDEXED, NESTED, RANGES
from search.index.fields import MAX_GROUP
from search.index.plan import Band, Condition, Group, Order, Plan, Range
from search.limits import (
    MAX_FACET_SIZE,
    MAX_FILTER_VALUES,
    MAX_LIMIT,
    MAX_QUERY,
    MAX_WINDOW,
)
from search.model import UNDERSTANDINGS, Query

SORTS: Final[tuple[Order, ...]] = ("relevance", "modified", "title")
_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query that is within bounds; ``filters`` holds only facets with values, in their order."""

    text: str
    filters: Mapping[str, tuple[str, ...]]
    ranges: tuple[Range, ...]
    order: Order
    after: str | int | None
    limit: int
    offset: int
    facets: tuple[str, ...]
    facet_size: int
    literal: tuple[str, ...]
    grouped: bool
    by_words: bool = False
    """The pages before were ordered by words alone, so this one is too."""
    bands: tuple[Band, ...] = ()
    """What the values of the facet of freshness mean on the day of the search."""
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unstated: bool = False

    def plan(
        self, groups: tuple[Group, ...] | None, conditions: tuple[Condition, ...] = ()
    ) -> Plan:
        """Return the plan that asks for ``groups`` within the filters of this request."""
        # Without words nothing has a score.
        order = "modified" if groups is None and self.order == "relevance" else self.order
        return Plan(
            groups,
            self.filters,
            self.ranges,
            order,
            self.after,
            bands=self.bands,
            excluded=self.excluded,
            conditions=conditions,
        )


def check_query(query: Query, bands: tuple[Band, ...] = ()) -> SearchRequest:
    """Check a query; raises `AtlasError` for one that is out of bounds.

    ``bands`` says what the values of the facet of freshness mean
    (`search.results.freshness.bands`).
    """
    if len(query.text) > MAX_QUERY:
        raise AtlasError(QUERY_TOO_LONG, length=len(query.text), limit=MAX_QUERY)
    _within("limit", query.limit, 0, MAX_LIMIT)
    _within("offset", query.offset, 0, MAX_WINDOW - query.limit)
    _within("facet_size", query.facet_size, 1, MAX_FACET_SIZE)
    if query.sort not in SORTS:
        raise AtlasError(UNKNOWN_SORT, name=query.sort, known=", ".join(SORTS))
    allowed = (*FACETS, GROUP, AREA)
    for names, known in ((query.filters, allowed), (query.excluded, INDEXED)):
        for name in names:
            if name not in known:
                shown = INDEXED if known is INDEXED else FACETS
                raise AtlasError(UNKNOWN_FACET, name=name, known=", ".join(shown))
    count = sum(map(len, (*query.filters.values(), *query.excluded.values())))
    if count > MAX_FILTER_VALUES:
        raise AtlasError(TOO_MANY_FILTERS, count=count, limit=MAX_FILTER_VALUES)
    for name in query.literal:
        if name not in UNDERSTANDINGS:
            raise AtlasError(UNKNOWN_UNDERSTANDING, name=name, known=", ".join(UNDERSTANDINGS))
    text = query.text if query.text.strip() else ""
    order: Order = "modified" if query.sort == "relevance" and not text else query.sort
    offset, after = query.offset, None
    if query.cursor is not None:
        offset, after = _cursor(query.cursor, order, query.limit)
    return SearchRequest(
        text=text,
        filters=_narrowed(_values(query.filters, allowed)),
        ranges=tuple(_range(name, *query.ranges[name]) for name in _ranges(query)),
        order=order,
        after=after,
        limit=query.limit,
        offset=offset,
        facets=_counted(query.facets),
        facet_size=query.facet_size,
        literal=query.literal,
        grouped=query.grouped and order == "relevance",
        bands=bands,
        # Otherwise the pages of one search would be of two orders, where vectors came late.
        by_words=(query.cursor or "").startswith("o"),
        excluded=_values(query.excluded, INDEXED),
        unstated=query.unstated,
    )


def next_cursor(
    request: SearchRequest,
    total: int,
    end: int,
    last: str | int | None,
    *,
    by_meaning: bool = False,
) -> str | None:
    """Return where the page after ``end`` begins, or None where nothing follows.

    By relevance it is a place in the list, which ends at `MAX_WINDOW`; in the other orders the key
    of the last hit, which stays right while records come and go.
    """
    if request.order == "relevance":
        kind = "n" if by_meaning else "o"
        return f"{kind}{end}" if end < min(total, MAX_WINDOW - request.limit) else None
    if last is None or end >= total:
        return None
    return f"m{last}" if request.order == "modified" else f"t{last}"


def _cursor(cursor: str, order: Order, limit: int) -> tuple[int, str | int | None]:
    kind, value = cursor[:1], cursor[1:]
    if kind in ("o", "n") and order == "relevance" and value.isascii() and value.isdigit():
        if len(value) < 6 and int(value) <= MAX_WINDOW - limit:
            return int(value), None
    elif kind == "m" and order == "modified" and value.isascii() and value.isdigit():
        if len(value) < 20 and int(value) < 1 << 63:
            return 0, int(value)
    elif kind == "t" and order == "title" and 0 < len(value) <= MAX_GROUP * 2:
        return 0, _encodable(value)
    raise AtlasError(CURSOR_INVALID, value=cursor[:50])


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise AtlasError(PAGE_OUT_OF_RANGE, name=name, value=value, least=least, most=most)


def _counted(asked: bool | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(asked, bool):
        return FACETS if asked else ()
    for name in asked:
        if name not in FACETS:
            raise AtlasError(UNKNOWN_FACET, name=name, known=", ".join(FACETS))
    return tuple(name for name in FACETS if name in asked)


def _ranges(query: Query) -> list[str]:
    for name in query.ranges:
        if name not in RANGES:
            raise AtlasError(RANGE_INVALID, name=name, value="", known=", ".join(RANGES))
    return [name for name in RANGES if any(query.ranges.get(name, ()))]


def _range(name: str, first: str | None, last: str | None) -> Range:
    return Range(
        name,
        _day(name, first, last=False) if first else 1,
        _day(name, last, last=True) if last else day_number("9999-12-31"),
    )


def _day(name: str, text: str, *, last: bool) -> int:
    match = _DAY.fullmatch(text)
    if match is not None:
        year, month, day = (int(part) if part else 0 for part in match.groups())
        month = month or (12 if last else 1)
        if year and month <= 12 and month:
            day = day or (calendar.monthrange(year, month)[1] if last else 1)
            if 1 <= day <= calendar.monthrange(year, month)[1]:
                return day_number(f"{year:04}-{month:02}-{day:02}")
    raise AtlasError(RANGE_INVALID, name=name, value=text[:30], known=", ".join(RANGES))


def _values(
    asked: Mapping[str, tuple[str, ...]], names: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """Return the different values asked for, by facet, in the order of ``names``."""
    return {
        name: tuple(dict.fromkeys(map(_encodable, asked[name])))
        for name in names
        if asked.get(name)
    }


def _narrowed(filters: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return filters where a chosen part of a chosen place stands for the place."""
    return {
        name: narrowest(values) if name in NESTED else values for name, values in filters.items()
    }


def _encodable(value: str) -> str:
    # A lone surrogate can't be sent to an index; the value finds nothing either way.
    return value.encode("utf-8", "replace").decode()
