"""Plans: what a query means, before any engine."""

from __future__ import annotations

import pytest

from ontology.errors import AtlasError
from search.engine import FACETS, Query
from search.plan import MAX_FILTER_VALUES, MAX_LIMIT, MAX_QUERY, MAX_TERMS, MAX_WINDOW, plan


def test_text_becomes_terms_once_each() -> None:
    assert plan(Query("停车场 停車場")).terms == ("停车", "车场", "停车场")


def test_no_text_finds_everything_and_the_newest_lead() -> None:
    checked = plan(Query("  \u3000"))
    assert checked.terms is None
    assert checked.sort == "modified"
    assert plan(Query("", sort="title")).sort == "title"


def test_text_without_a_word_finds_nothing() -> None:
    assert plan(Query("？！")).terms == ()
    assert plan(Query("？！")).sort == "relevance"


def test_many_words_are_bounded() -> None:
    text = " ".join(f"w{n}" for n in range(120))[:MAX_QUERY]
    terms = plan(Query(text)).terms
    assert terms is not None
    assert len(terms) == MAX_TERMS


def test_empty_filters_are_none_and_values_count_once() -> None:
    checked = plan(Query(filters={"year": (), "format": ("b", "a", "b"), "theme": ("x",)}))
    assert checked.filters == {"theme": ("x",), "format": ("b", "a")}


def test_the_limits_themselves_are_allowed() -> None:
    plan(Query("停" * MAX_QUERY, limit=MAX_LIMIT, offset=MAX_WINDOW - MAX_LIMIT))
    plan(Query(limit=0, offset=MAX_WINDOW))
    plan(Query(filters={"year": tuple(map(str, range(MAX_FILTER_VALUES)))}))


def test_facets_on_request() -> None:
    assert plan(Query()).facets == FACETS
    assert plan(Query(facets=False)).facets == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refusal_says_what_would_be_right(lang: str) -> None:
    with pytest.raises(AtlasError) as caught:
        plan(Query(filters={"colour": ("red",)}))
    assert "open_type" in caught.value.message(lang)
    with pytest.raises(AtlasError) as caught:
        plan(Query(limit=10, offset=MAX_WINDOW))
    assert str(MAX_WINDOW - 10) in caught.value.message(lang)
