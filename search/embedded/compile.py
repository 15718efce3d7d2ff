"""A plan as tantivy queries, built as objects: no text of a user is ever parsed."""

from __future__ import annotations

from collections.abc import Mapping

import tantivy

from search.embedded.schema import DATASET, KIND, facet_field, text_field
from search.plan import TIE_BREAKER, Plan

_MUST = tantivy.Occur.Must
_SHOULD = tantivy.Occur.Should


def compile_query(plan: Plan, schema: tantivy.Schema, *, without: str = "") -> tantivy.Query:
    """Return the query of a plan, leaving out the filter of the facet ``without``."""
    filters = {name: values for name, values in plan.filters.items() if name != without}
    if plan.terms is None:
        if not filters:
            return tantivy.Query.term_query(schema, KIND, DATASET, "basic")
        return tantivy.Query.boolean_query(_filters(filters, schema))
    text = _text(plan.terms, plan.weights, schema)
    if not filters:
        return text
    return tantivy.Query.boolean_query([(_MUST, text), *_filters(filters, schema)])


def _filters(
    filters: Mapping[str, tuple[str, ...]], schema: tantivy.Schema
) -> list[tuple[tantivy.Occur, tantivy.Query]]:
    # Score 0: a filter narrows and does not rank.
    return [
        (
            _MUST,
            tantivy.Query.const_score_query(
                tantivy.Query.term_set_query(schema, facet_field(name), list(values)), 0.0
            ),
        )
        for name, values in filters.items()
    ]


def _text(
    terms: tuple[str, ...], weights: Mapping[str, float], schema: tantivy.Schema
) -> tantivy.Query:
    """Any term in any field; each counts by BM25 in its best field, and a little by the others."""
    if not terms:
        return tantivy.Query.empty_query()
    query = tantivy.Query
    clauses = [
        (
            _SHOULD,
            query.disjunction_max_query(
                [
                    query.boost_query(
                        query.term_query(schema, text_field(name), term, "freq"), weight
                    )
                    for name, weight in weights.items()
                ],
                TIE_BREAKER,
            ),
        )
        for term in terms
    ]
    return query.boolean_query(clauses)
