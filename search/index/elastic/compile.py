"""A plan as Elasticsearch queries, built as objects: no text of a user is ever parsed."""

from __future__ import annotations

from typing import Any, Final

from search.facets import FRESHNESS
from search.index.elastic.schema import K1, LONGEST_KEY, identifier
from search.index.field_names import (
    BY_MODIFIED,
    BY_TITLE,
    DATASET,
    KIND,
    day_field,
    facet_field,
    text_field,
)
from search.index.plan import UNKNOWN_DAY, Band, Clause, Condition, Group, Plan, Range

Json = dict[str, Any]

SORTS: Final[dict[str, list[Any]]] = {
    # Equal scores need an order of their own, or pages would repeat documents.
    "relevance": [{"_score": "desc"}, {BY_MODIFIED: "desc"}],
    "modified": [{BY_MODIFIED: "desc"}],
    "title": [{BY_TITLE: "asc"}],
}

_NOTHING: Final[Json] = {"match_none": {}}
_LUCENE: Final = K1 + 1
"""The factor of BM25 that Lucene leaves out and a plan's scores have."""


def compile_query(plan: Plan, *, without: str = "", after: bool = True) -> Json:
    """Return the query of a plan, leaving out the filter of the facet ``without``.

    ``after=False`` leaves out where the page begins.
    """
    bounds: list[Json] = [
        _fresh(plan) if name == FRESHNESS else _any_of(name, values)
        for name, values in plan.filters.items()
        if name != without
    ]
    bounds += [_days(asked) for asked in plan.ranges]
    bounds += [_condition(one) for one in plan.conditions if one.holds]
    if after and plan.after is not None:
        bounds.append(
            {"range": {BY_MODIFIED: {"lt": int(plan.after)}}}
            if plan.order == "modified"
            else {"range": {BY_TITLE: {"gt": str(plan.after)}}}
        )
    unwanted = [_any_of(name, values) for name, values in plan.excluded.items()]
    unwanted += [_condition(one) for one in plan.conditions if not one.holds]
    if plan.hidden:
        hidden = [identifier(iri) for iri in sorted(plan.hidden)]
        unwanted.append({"ids": {"values": hidden}})
    if plan.groups is None:
        found = {"filter": [*bounds, {"term": {KIND: DATASET}}], "must_not": unwanted}
        return {"bool": {name: part for name, part in found.items() if part}}
    if not plan.groups:
        return _NOTHING
    must = [_group(group) for group in plan.groups if group.required]
    should = [_group(group) for group in plan.groups if not group.required]
    query: Json = {"filter": bounds, "must": must, "should": should, "must_not": unwanted}
    if not must:
        query["minimum_should_match"] = 1
    return {"bool": {name: part for name, part in query.items() if part}}


def _any_of(facet: str, values: tuple[str, ...]) -> Json:
    """Return the query of any of some values of a facet."""
    # The server refuses longer ones, which no document has (`LONGEST_KEY`).
    return {"terms": {facet_field(facet): [v for v in values if len(v) <= LONGEST_KEY]}}


def _days(asked: Range) -> Json:
    return {"range": {day_field(asked.field): {"gte": asked.least, "lte": asked.most}}}


def _condition(condition: Condition) -> Json:
    """Return the query of what meets a condition, whether it is to hold or not."""
    ways = [_any_of(name, values) for name, values in condition.facets]
    if condition.clauses:
        ways.append(_group(Group(condition.clauses)))
    if condition.ranges:
        ways.append({"bool": {"filter": [_days(one) for one in condition.ranges]}})
    return {"bool": {"should": ways, "minimum_should_match": 1}} if ways else _NOTHING


def _fresh(plan: Plan) -> Json:
    """What was last changed on a day of any of the bands that are asked for."""
    chosen = [band_query(band) for band in plan.chosen_bands()]
    return {"bool": {"should": chosen, "minimum_should_match": 1}} if chosen else _NOTHING


def band_query(band: Band) -> Json:
    """Return the query of one value of the facet of freshness."""
    field = day_field("modified")
    if band.most == UNKNOWN_DAY:
        return {"bool": {"must_not": [{"exists": {"field": field}}]}}
    return {"range": {field: {"gte": band.least, "lte": band.most}}}


def _group(group: Group) -> Json:
    found = [
        _in_field(clause, name, boost) for clause in group.clauses for name, boost in clause.fields
    ]
    if not found:
        return _NOTHING
    return found[0] if len(found) == 1 else {"dis_max": {"queries": found}}


def _in_field(clause: Clause, name: str, boost: float) -> Json:
    field = text_field(name)
    terms: list[Json] = [
        {"term": {field: {"value": token, "boost": boost * _LUCENE}}} for token in clause.tokens
    ]
    if not terms:
        return _NOTHING
    return terms[0] if len(terms) == 1 else {"bool": {"must": terms}}
