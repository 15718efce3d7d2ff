"""Datasets that are, or will be, late by the frequency that they promise themselves.

Asked of the search index: a frequency and the days of update that are due by it, so that no record
need be read. What is updated "other than regularly" has no day, and is not among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, partial
from typing import Final

from catalog_service.accounts.service import Action, Principal, sources_of
from catalog_service.context import Service
from ontology.dates import read_date
from ontology.freshness import PERIOD_DAYS
from ontology.terms import VOCAB
from search.limits import MAX_FILTER_VALUES, MAX_LIMIT, MAX_WINDOW
from search.model import Hit, Query, Result

_FREQUENCY: Final = f"{VOCAB}frequency/"
_FIRST_DAY: Final = "0001-01-01"
NAMED: Final = 2
"""Datasets of a day that are named; the others are counted."""
_ANCIENT: Final = date(2000, 1, 1).toordinal()
"""What fell due before counts as of this day."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose public datasets: ``facet`` with any of ``values``; None: all there are."""

    facet: str
    values: tuple[str, ...] | None

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """What the index is asked for."""
        return {} if self.values is None else {self.facet: self.values}


def scopes_of(atlas: Service, principal: Principal) -> tuple[Scope, ...]:
    """Return what of the public catalogue is somebody's: what their organizations publish.

    And what comes from their sources, which overlaps with it. Empty: nothing is.
    """
    organizations = principal.organizations(Action.DATASET_READ_HELD)
    if organizations is None:
        return (Scope("publisher", None),)
    sources = sources_of(atlas.journal, principal, Action.DATASET_READ_HELD) or frozenset()
    found = (
        Scope("publisher", tuple(sorted(organizations)[:MAX_FILTER_VALUES])),
        Scope("source", tuple(sorted(sources)[:MAX_FILTER_VALUES])),
    )
    return tuple(scope for scope in found if scope.values)


@dataclass(frozen=True, slots=True)
class Due:
    """A dataset and the day by which a promise of it has it updated."""

    hit: Hit
    day: date
    frequency: str
    """IRI of what it promises: a dataset may promise two, and is due by each."""


@dataclass(slots=True)
class DueDay:
    """How many datasets are to be updated by a day, and the first `NAMED` of them."""

    count: int = 0
    first: list[Hit] = field(default_factory=list)


def count_late(atlas: Service, scope: Scope) -> int:
    """Return how many public datasets of a scope are later than they promise."""
    today = atlas.clock.today()
    return sum(
        _count(atlas, scope, name, today - timedelta(days + 1))
        for name, days in _promised(atlas, scope)
    )


def late_by_frequency(atlas: Service, scope: Scope) -> dict[str, int]:
    """Return how many datasets of a scope are late, by the notation of what they promise."""
    today = atlas.clock.today()
    counts = {
        name.removeprefix(_FREQUENCY): _count(atlas, scope, name, today - timedelta(days + 1))
        for name, days in _promised(atlas, scope)
    }
    return {name: count for name, count in counts.items() if count}


def late_page(
    atlas: Service, scope: Scope, frequency: str | None, offset: int, limit: int
) -> list[Due]:
    """Return some of those that are late, the longest overdue by day first.

    ``frequency``: only those that promise it, by its notation. Which stand on a page is found by
    counting, and no more is read than stands there. A date of a month or a year stands where its
    first day would, and is overdue since its last.
    """
    promised = [
        (name, timedelta(days))
        for name, days in _promised(atlas, scope)
        if frequency in (None, name.removeprefix(_FREQUENCY))
    ]

    @cache
    def before(day: int) -> int:
        """Count what fell due on a day or before it."""
        last = date.fromordinal(day)
        return sum(_count(atlas, scope, name, last - span) for name, span in promised)

    def day_of(position: int, after: int) -> int:
        few, many = after, atlas.clock.today().toordinal() - 1
        if before(few) > position:
            return few
        while many - few > 1:
            middle = (few + many) // 2
            few, many = (few, middle) if before(middle) > position else (middle, many)
        return many

    def on(first: int, last: int, skip: int, most: int) -> Iterator[Due | None]:
        """Yield what fell due from one day to another, frequency by frequency."""
        for name, span in promised:
            if most <= 0:
                return
            found = _search(
                atlas,
                scope,
                name,
                None if first == _ANCIENT else date.fromordinal(first) - span,
                date.fromordinal(last) - span,
                limit=max(0, min(most, MAX_LIMIT, MAX_WINDOW - skip)),
                offset=min(skip, MAX_WINDOW),
            )
            skip = max(0, skip - found.total)
            most -= len(found.hits)
            yield from (_due(hit, name, span.days) for hit in found.hits)

    limit = min(limit, before(atlas.clock.today().toordinal() - 1) - offset)
    if limit <= 0:
        return []
    first = day_of(offset, _ANCIENT)
    last = day_of(offset + limit - 1, first)
    skip = offset - (before(first - 1) if first > _ANCIENT else 0)
    due = list(on(first, first, skip, limit))
    if first < last:
        due += on(first + 1, last - 1, 0, limit - len(due)) if first + 1 < last else ()
        due += on(last, last, 0, limit - len(due))
    return sorted((one for one in due if one), key=lambda one: (one.day, one.hit.title))


def late_datasets(atlas: Service, scope: Scope, limit: int) -> list[Due]:
    """Return those that are late, the longest overdue by day first."""
    today = atlas.clock.today()
    found = []
    for name, days in _promised(atlas, scope):
        last = today - timedelta(days + 1)
        hits = _oldest(atlas, scope, name, last, limit)
        found += [due for hit in hits if (due := _due(hit, name, days)) is not None]
    found.sort(key=lambda due: (due.day, due.hit.title))
    return found[:limit]


def due_days(atlas: Service, scope: Scope, first: date, last: date) -> dict[date, DueDay]:
    """Return which datasets are to be updated by which of these days."""
    found: dict[date, DueDay] = {}
    for name, days in _promised(atlas, scope):
        span = timedelta(days)
        # A day of update may be a month or a year, which the index counts from its first day.
        for offset in range(0, MAX_WINDOW, MAX_LIMIT):
            result = _search(
                atlas, scope, name, first - span, last - span, limit=MAX_LIMIT, offset=offset
            )
            for hit in result.hits:
                due = _due(hit, name, days)
                if due is not None and first <= due.day <= last:
                    there = found.setdefault(due.day, DueDay())
                    there.count += 1
                    if len(there.first) < NAMED:
                        there.first.append(hit)
            if offset + MAX_LIMIT >= result.total:
                break
    return found


def _promised(atlas: Service, scope: Scope) -> Iterator[tuple[str, int]]:
    """Yield the frequencies that datasets of a scope promise, each with its days."""
    query = Query(filters=scope.filters, limit=0, facets=("frequency",))
    for value in atlas.search.search(query).facets.get("frequency", ()):
        days = PERIOD_DAYS.get(value.value.removeprefix(_FREQUENCY))
        if days is not None:
            yield value.value, days


def _oldest(
    atlas: Service, scope: Scope, frequency: str, last: date, limit: int
) -> tuple[Hit, ...]:
    """Return the datasets of a frequency that were updated longest before a day, or on it.

    The index gives the newest first and pages no farther than `MAX_WINDOW`: they stand at the end,
    of fewer days where these have more.
    """

    count = partial(_count, atlas, scope, frequency)
    total = count(last)
    if total > MAX_WINDOW:
        few, many = date.min, last
        while (many - few).days > 1:
            middle = few + (many - few) // 2
            few, many = (middle, many) if count(middle) <= MAX_WINDOW else (few, middle)
        last, total = few, count(few)
    offset = max(0, total - limit)
    return _search(atlas, scope, frequency, None, last, limit=limit, offset=offset).hits


def _count(atlas: Service, scope: Scope, frequency: str, last: date) -> int:
    """Count the datasets of a frequency that were updated on a day or before it."""
    return _search(atlas, scope, frequency, None, last, limit=0).total


def _search(
    atlas: Service,
    scope: Scope,
    frequency: str,
    first: date | None,
    last: date,
    *,
    limit: int,
    offset: int = 0,
) -> Result:
    return atlas.search.search(
        Query(
            filters={**scope.filters, "frequency": (frequency,)},
            ranges={"modified": (first.isoformat() if first else _FIRST_DAY, last.isoformat())},
            sort="modified",
            limit=limit,
            offset=offset,
            facets=False,
        )
    )


def _due(hit: Hit, frequency: str, days: int) -> Due | None:
    updated = read_date(hit.modified)
    # Of a month or a year the last day counts: nobody is late before it is certain.
    return None if updated is None else Due(hit, updated.last + timedelta(days), frequency)
