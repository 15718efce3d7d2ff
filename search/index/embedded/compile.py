"""A plan as tantivy queries, built as objects: no text of a user is ever parsed."""

from __future__ import annotations

from collections.abc import Callable

import tantivy

from search.facets import FRESHNESS
from search.index.field_names import (
    BY_MODIFIED,
    DATASET,
    IRI,
    KIND,
    day_field,
    facet_field,
    text_field,
)
from search.index.plan import UNKNOWN_DAY, Clause, Condition, Group, Plan

_MUST = tantivy.Occur.Must
_SHOULD = tantivy.Occur.Should
_MUST_NOT = tantivy.Occur.MustNot

_EVER = 1 << 62
"""After every day."""

Clauses = list[tuple[tantivy.Occur, tantivy.Query]]


def compile_query(
    plan: Plan,
    schema: tantivy.Schema,
    *,
    without: str = "",
    after: bool = True,
    groups: Callable[[tuple[Group, ...]], tantivy.Query] | None = None,
) -> tantivy.Query:
    """Return the query of a plan, leaving out the filter of the facet ``without``.

    ``after=False`` leaves out where the page begins. ``groups`` compiles the groups instead
    of `compile_groups`, with caches.
    """
    query = tantivy.Query
    clauses: Clauses = []
    if plan.groups is not None:
        text = groups(plan.groups) if groups else compile_groups(plan.groups, schema)
        clauses.append((_MUST, text))
    # Score 0: a filter narrows and does not rank.
    clauses += [
        (
            _MUST,
            query.const_score_query(
                _fresh(plan, schema)
                if name == FRESHNESS
                else query.term_set_query(schema, facet_field(name), list(values)),
                0.0,
            ),
        )
        for name, values in plan.filters.items()
        if name != without
    ]
    clauses += [
        (
            _MUST,
            query.const_score_query(_days(schema, asked.field, asked.least, asked.most), 0.0),
        )
        for asked in plan.ranges
    ]
    clauses += [
        (_MUST, query.const_score_query(_condition(condition, schema), 0.0))
        for condition in plan.conditions
        if condition.holds
    ]
    if after and plan.after is not None:
        clauses.append((_MUST, _after(plan, schema)))
    if not clauses:
        clauses.append((_MUST, query.term_query(schema, KIND, DATASET, "basic")))
    clauses += [
        (_MUST_NOT, query.term_set_query(schema, facet_field(name), list(values)))
        for name, values in plan.excluded.items()
    ]
    clauses += [
        (_MUST_NOT, _condition(condition, schema))
        for condition in plan.conditions
        if not condition.holds
    ]
    if plan.hidden:
        clauses.append((_MUST_NOT, query.term_set_query(schema, IRI, sorted(plan.hidden))))
    return clauses[0][1] if len(clauses) == 1 else query.boolean_query(clauses)


def _condition(condition: Condition, schema: tantivy.Schema) -> tantivy.Query:
    """What meets a condition, whether it is to hold or not."""
    query = tantivy.Query
    ways = [
        query.term_set_query(schema, facet_field(name), list(values))
        for name, values in condition.facets
    ]
    if condition.clauses:
        ways.append(compile_group(Group(condition.clauses), schema))
    if condition.ranges:
        days = [_days(schema, one.field, one.least, one.most) for one in condition.ranges]
        ways.append(query.boolean_query([(_MUST, day) for day in days]))
    return query.boolean_query([(_SHOULD, way) for way in ways]) if ways else query.empty_query()


def _fresh(plan: Plan, schema: tantivy.Schema) -> tantivy.Query:
    """What was last changed on a day of any of the bands that are asked for."""
    query, clauses = tantivy.Query, Clauses()
    for band in plan.chosen_bands():
        if band.most == UNKNOWN_DAY:
            dataset = query.term_query(schema, KIND, DATASET, "basic")
            dated = _days(schema, "modified", 1, _EVER)
            clauses.append((_SHOULD, query.boolean_query([(_MUST, dataset), (_MUST_NOT, dated)])))
        else:
            clauses.append((_SHOULD, _days(schema, "modified", band.least, band.most)))
    return query.boolean_query(clauses) if clauses else query.empty_query()


def _days(schema: tantivy.Schema, name: str, least: int, most: int) -> tantivy.Query:
    unsigned = tantivy.FieldType.Unsigned
    return tantivy.Query.range_query(schema, day_field(name), unsigned, least, most)


def _after(plan: Plan, schema: tantivy.Schema) -> tantivy.Query:
    """What follows a key by date; by title the view finds the place (no ranges over text)."""
    query, kinds = tantivy.Query, tantivy.FieldType
    key = int(plan.after or 0)
    if key == 0:
        return query.empty_query()
    return query.range_query(schema, BY_MODIFIED, kinds.Unsigned, None, key, True, False)


def compile_groups(
    groups: tuple[Group, ...],
    schema: tantivy.Schema,
    one: Callable[[Group, tantivy.Schema], tantivy.Query] | None = None,
) -> tantivy.Query:
    """Return the query of a plan's groups; ``one`` compiles a group instead of `compile_group`."""
    if not groups:
        return tantivy.Query.empty_query()
    compiled = one or compile_group
    clauses: Clauses = [
        (_MUST if group.required else _SHOULD, compiled(group, schema)) for group in groups
    ]
    return clauses[0][1] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)


def compile_group(group: Group, schema: tantivy.Schema) -> tantivy.Query:
    """Return the query of one group, whether it is required or not."""
    found = [
        _in_field(clause, name, boost, schema)
        for clause in group.clauses
        for name, boost in clause.fields
    ]
    if not found:
        return tantivy.Query.empty_query()
    return found[0] if len(found) == 1 else tantivy.Query.disjunction_max_query(found)


def _in_field(clause: Clause, name: str, boost: float, schema: tantivy.Schema) -> tantivy.Query:
    query, field = tantivy.Query, text_field(name)
    terms = [query.term_query(schema, field, token, "freq") for token in clause.tokens]
    found = terms[0] if len(terms) == 1 else query.boolean_query([(_MUST, t) for t in terms])
    return query.boost_query(found, boost)
