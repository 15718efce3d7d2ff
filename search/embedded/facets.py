"""Counting facets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import tantivy

from search.embedded.compile import compile_query
from search.embedded.reader import Snapshot
from search.embedded.schema import facet_field, hit_of
from search.engine import FacetValue
from search.plan import Plan

_MOST_VALUES = 10_000
"""Different values of a facet that are counted exactly; publishers are the most, some thousands.
All are fetched, because tantivy leaves the order of equal counts open."""

_REMEMBERED = 64


def count_facets(plan: Plan, snapshot: Snapshot) -> Mapping[str, tuple[FacetValue, ...]]:
    """Count the facets of a plan, each without its own filter (see `search.engine.FacetValue`)."""
    key = (plan.terms, tuple(plan.filters.items()), plan.facets)
    counts = snapshot.counts.get(key)
    if counts is None:
        counts = _count(plan, snapshot)
        if len(snapshot.counts) >= _REMEMBERED:
            snapshot.counts.clear()
        snapshot.counts[key] = counts
    return {
        name: tuple(
            FacetValue(value, counts[name].get(value, 0), _label(name, value, snapshot))
            for value in _shown(counts[name], plan.filters.get(name, ()), plan.facet_size)
        )
        for name in plan.facets
    }


def _count(plan: Plan, snapshot: Snapshot) -> Mapping[str, Mapping[str, int]]:
    together = [name for name in plan.facets if name not in plan.filters]
    counts: dict[str, Mapping[str, int]] = {}
    if together:
        counts.update(_counts(compile_query(plan, snapshot.schema), together, snapshot))
    for name in plan.facets:
        if name in plan.filters:
            query = compile_query(plan, snapshot.schema, without=name)
            counts.update(_counts(query, [name], snapshot))
    return counts


def _shown(counts: Mapping[str, int], chosen: Iterable[str], size: int) -> list[str]:
    first = sorted(counts, key=lambda value: (-counts[value], value))[:size]
    return [*first, *(value for value in chosen if value not in first)]


def _counts(
    query: tantivy.Query, names: Iterable[str], snapshot: Snapshot
) -> dict[str, dict[str, int]]:
    sizes = {"size": _MOST_VALUES, "segment_size": _MOST_VALUES}
    request = {name: {"terms": {"field": facet_field(name), **sizes}} for name in names}
    answer: dict[str, Any] = snapshot.searcher.aggregate(query, request)
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]}
        for name in request
    }


def _label(facet: str, value: str, snapshot: Snapshot) -> str:
    """The name of a publisher, read from any one of its records, once for each commit."""
    if facet != "publisher":
        return ""
    label = snapshot.labels.get(value)
    if label is None:
        query = tantivy.Query.term_query(snapshot.schema, facet_field(facet), value, "basic")
        hits = snapshot.searcher.search(query, limit=1, count=False).hits
        label = ""
        if hits:
            hit = hit_of(snapshot.searcher.doc(hits[0][1]), 0.0)
            names = dict(zip(hit.publisher_iris, hit.publishers, strict=False))
            label = names.get(value, "")
        snapshot.labels[value] = label
    return label
