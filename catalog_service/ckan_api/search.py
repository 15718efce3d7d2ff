"""``package_search``: CKAN's parameters, answered by the search of this catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from catalog_service.ckan_api.arguments import Arguments
from catalog_service.ckan_api.errors import FILTER_INVALID, SORT_INVALID, START_TOO_FAR
from catalog_service.ckan_api.filter_query import (
    BY_FIELD,
    CONSTANT,
    DATES,
    FIELDS,
    IDENTITIES,
    Clause,
    read_filters,
    read_words,
)
from catalog_service.ckan_api.names import facet_name, facet_title, facet_value, possible_iris
from catalog_service.ckan_api.package import Json, package_of
from catalog_service.context import Service
from catalog_service.datasets.service import public_descriptions
from catalog_service.work_time import check_time
from ontology.dates import SHANGHAI, read_date
from ontology.errors import AtlasError
from search.bounded_cache import BoundedCache
from search.facets import RANGES
from search.limits import CACHED_QUERIES, MAX_FACET_SIZE, MAX_LIMIT, MAX_WINDOW
from search.model import MEANING, Query, Result
from translations import Lang

MOST_ROWS: Final = MAX_LIMIT
MOST_START: Final = 200_000
"""How far results by date or title are read."""

_FACET_LIMIT: Final = 50
_SORTS: Final = {
    "score desc": "relevance",
    "relevance asc": "relevance",
    "metadata_modified desc": "modified",
    "title_string asc": "title",
    "title asc": "title",
    "name asc": "title",
}
"""The first key of an order decides; those of CKAN's lists that this search can keep."""

_cursors: BoundedCache[Hashable, str] = BoundedCache(CACHED_QUERIES)
"""Where pages beyond `MAX_WINDOW` begin in a state of the index, as the page before ended."""


@dataclass(slots=True)
class _Filters:
    """What CKAN's filters mean here."""

    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    identities: list[str] = field(default_factory=list)
    nothing: bool = False
    """Whether a filter asks for what nothing here is."""


def package_search(atlas: Service, given: Arguments, lang: Lang) -> Json:
    """Return the packages that a search finds, with facets.

    Raises ``ckan-filter-invalid``, ``ckan-sort-invalid``, ``ckan-start-too-far``,
    ``parameter-invalid``, and what the search raises.
    """
    words, clauses = read_words(given.text("q"))
    for text in (*given.filters("fq"), *given.filters("fq_list")):
        clauses += read_filters(text)
    asked = _meant(atlas, clauses)
    rows = given.number("rows", 10, 0, MOST_ROWS, capped=True)
    start = given.number("start", 0, 0, MOST_START)
    sort = given.text("sort")
    if asked.identities or asked.nothing:
        if words or asked.filters or asked.excluded or asked.ranges:
            shown = ", ".join(IDENTITIES)
            raise AtlasError(FILTER_INVALID, value=given.text("q")[:80], known=shown)
        iris = [] if asked.nothing else asked.identities
        found = [package_of(atlas, one, lang) for one in public_descriptions(atlas, iris)]
        return _answer(len(found), found[start : start + rows], sort, {}, {})
    facets = given.strings("facet.field") if given.flag("facet", default=True) else []
    # A program holds what it gets against `count`, which is of what words find.
    query = Query(
        text=words,
        literal=(MEANING,),
        filters=asked.filters,
        excluded=asked.excluded,
        ranges=asked.ranges,
        sort=_order(sort),
        limit=rows,
        facets=tuple(dict.fromkeys(BY_FIELD[name] for name in facets if name in BY_FIELD)),
        facet_size=_facet_size(given),
    )
    result = _page(atlas, query, start)
    packages = [
        package_of(atlas, one, lang)
        for one in public_descriptions(atlas, [hit.iri for hit in result.hits])
    ]
    least = given.number("facet.mincount", 1, 0, MAX_FACET_SIZE)
    named = {name: _facet(atlas, name, result, least, lang) for name in facets}
    return _answer(
        result.total,
        packages,
        sort,
        {name: {item["name"]: item["count"] for item in items} for name, items in named.items()},
        {name: {"title": name, "items": items} for name, items in named.items()},
    )


def _answer(count: int, packages: list[Json], sort: str, facets: Json, named: Json) -> Json:
    return {
        "count": count,
        "facets": facets,
        "results": packages,
        "sort": sort or "score desc, metadata_modified desc",
        "search_facets": named,
    }


def _meant(atlas: Service, clauses: Iterable[Clause]) -> _Filters:
    asked = _Filters()
    excluded: defaultdict[str, list[str]] = defaultdict(list)
    for one in clauses:
        if one.field in IDENTITIES and not one.negative and not one.bounds:
            base = atlas.settings.base_iri
            asked.identities += [iri for name in one.values for iri in possible_iris(base, name)]
            asked.nothing = asked.nothing or not asked.identities
        elif one.field in CONSTANT and not one.bounds:
            same = CONSTANT[one.field] in [value.lower() for value in one.values]
            asked.nothing = asked.nothing or same == one.negative
        elif one.field in DATES and one.bounds and not one.negative:
            _add_range(asked, DATES[one.field], one.bounds)
        elif one.field in BY_FIELD and one.values:
            facet = BY_FIELD[one.field]
            values = tuple(facet_value(atlas, facet, value) for value in one.values)
            if one.negative:
                excluded[facet] += values
            elif asked.filters.setdefault(facet, values) != values:
                # Both must hold, and a search takes any of the values of a facet.
                raise _refused(one)
        else:
            raise _refused(one)
    asked.excluded = {facet: tuple(values) for facet, values in excluded.items()}
    return asked


def _add_range(asked: _Filters, name: str, bounds: tuple[str, str]) -> None:
    assert name in RANGES
    first, last = (_day(bound) for bound in bounds)
    if name in asked.ranges:
        raise AtlasError(FILTER_INVALID, value=" TO ".join(bounds), known=", ".join(FIELDS))
    asked.ranges[name] = (first, last)


def _day(bound: str) -> str | None:
    """Return a bound as a day in Shanghai; None for ``*``."""
    if bound == "*":
        return None
    moment = read_date(bound)
    if moment is None:
        raise AtlasError(FILTER_INVALID, value=bound[:80], known="2026-09-01T00:00:00Z, *")
    return moment.start.astimezone(SHANGHAI).date().isoformat()


def _refused(one: Clause) -> AtlasError:
    value = f"{'-' if one.negative else ''}{one.field}:{' '.join(one.values or one.bounds or ())}"
    return AtlasError(FILTER_INVALID, value=value[:80], known=", ".join(FIELDS))


def _order(sort: str) -> str:
    first = " ".join(sort.partition(",")[0].lower().split())
    if not first:
        return "relevance"
    if " " not in first:
        first = f"{first} {'desc' if first in ('score', 'metadata_modified') else 'asc'}"
    if first not in _SORTS:
        raise AtlasError(SORT_INVALID, value=sort[:80], known=", ".join(_SORTS))
    return _SORTS[first]


def _facet_size(given: Arguments) -> int:
    size = given.number("facet.limit", _FACET_LIMIT, -1, MAX_FACET_SIZE)
    return MAX_FACET_SIZE if size < 0 else max(1, size)


def _facet(atlas: Service, name: str, result: Result, least: int, lang: Lang) -> list[Json]:
    facet = BY_FIELD.get(name)
    values = result.facets.get(facet, ()) if facet is not None else ()
    assert facet is not None or not values
    return [
        {
            "name": facet_name(atlas, facet or "", one.value),
            "display_name": facet_title(atlas, facet or "", one.value, one.label, lang),
            "count": one.count,
        }
        for one in values
        if one.count >= least
    ]


def _page(atlas: Service, query: Query, start: int) -> Result:
    """Return the results from number ``start`` on.

    An index sorts as many hits as it is asked to pass over, so that what lies beyond `MAX_WINDOW`
    is reached from the last key of a page before.
    """
    view = atlas.index.view()
    state = (atlas.settings.home, None if view is None else view.state)
    if start + query.limit <= MAX_WINDOW:
        result = atlas.search.search(replace(query, offset=start))
        return _noted(state, query, start, result)
    if query.sort == "relevance" and query.text:
        raise AtlasError(START_TOO_FAR, limit=MAX_WINDOW)
    place, cursor = _nearest(state, query, start)
    step = replace(query, offset=place if cursor is None else 0, cursor=cursor)
    while place < start:
        try:
            check_time()
        except AtlasError:
            if step.cursor is not None:
                # Who asks again goes on from here.
                _cursors.keep((state, _key(query, place)), step.cursor)
            raise
        passed = replace(step, limit=min(MAX_LIMIT, start - place), facets=False)
        result = atlas.search.search(passed)
        place += passed.limit
        if result.cursor is None:
            # Nothing follows: only the number of results and facets are left to tell.
            return replace(atlas.search.search(replace(query, limit=0)), hits=())
        step = replace(step, offset=0, cursor=result.cursor)
    return _noted(state, query, start, atlas.search.search(step))


def _nearest(state: Hashable, query: Query, start: int) -> tuple[int, str | None]:
    """Return the last place up to ``start`` that is reached already, and how to go on from it."""
    first = MAX_WINDOW - MAX_LIMIT
    for place in (start, *range(start - start % MAX_LIMIT, first, -MAX_LIMIT)):
        cursor = _cursors.get((state, _key(query, place)))
        if cursor is not None:
            return place, cursor
    return first, None


def _noted(state: Hashable, query: Query, start: int, result: Result) -> Result:
    end = start + len(result.hits)
    by_key = result.cursor is not None and result.cursor[:1] in ("m", "t")
    if result.cursor is not None and by_key and end >= MAX_WINDOW - MAX_LIMIT:
        _cursors.keep((state, _key(query, end)), result.cursor)
    return result


def _key(query: Query, start: int) -> Hashable:
    filters = (query.filters, query.excluded, query.ranges)
    return query.text, tuple(tuple(one.items()) for one in filters), query.sort, start
