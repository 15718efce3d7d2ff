"""Plans: bounds, ranges, cursors, and what is given up to find enough."""

from __future__ import annotations

import pytest

from ontology.errors import AtlasError
from search.facets import FACETS
from search.index.plan import Range
from search.limits import MAX_FILTER_VALUES, MAX_LIMIT, MAX_QUERY, MAX_WINDOW
from search.model import Query
from search.query.model import Alternative, NamedPlace, ParsedQuery, QueryTerm
from search.query.relaxation import tiers
from search.query.request import check_query, next_cursor


def query_term(text: str, role: str = "subject") -> QueryTerm:
    return QueryTerm(text, role, (Alternative(text, 1.0),), 1.0)  # type: ignore[arg-type]


def test_no_text_finds_everything_and_the_newest_lead() -> None:
    request = check_query(Query("  \u3000"))
    assert request.text == ""
    assert request.order == "modified"
    assert check_query(Query("", sort="title")).order == "title"


def test_empty_filters_are_none_and_values_count_once() -> None:
    request = check_query(Query(filters={"year": (), "format": ("b", "a", "b"), "theme": ("x",)}))
    assert request.filters == {"theme": ("x",), "format": ("b", "a")}


def test_the_limits_themselves_are_allowed() -> None:
    check_query(Query("停" * MAX_QUERY, limit=MAX_LIMIT, offset=MAX_WINDOW - MAX_LIMIT))
    check_query(Query(limit=0, offset=MAX_WINDOW))
    check_query(Query(filters={"year": tuple(map(str, range(MAX_FILTER_VALUES)))}))


def test_facets_on_request() -> None:
    assert check_query(Query()).facets == FACETS
    assert check_query(Query(facets=False)).facets == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_refusal_says_what_would_be_right(lang: str) -> None:
    with pytest.raises(AtlasError) as caught:
        check_query(Query(filters={"colour": ("red",)}))
    assert "open_type" in caught.value.message(lang)
    with pytest.raises(AtlasError) as caught:
        check_query(Query(limit=10, offset=MAX_WINDOW))
    assert str(MAX_WINDOW - 10) in caught.value.message(lang)


def day(text: str) -> int:
    (found,) = check_query(Query(ranges={"modified": (text, text)})).ranges
    assert found.least == found.most
    return found.least


def test_a_month_and_a_year_are_their_first_and_last_days() -> None:
    ranges = check_query(
        Query(ranges={"modified": ("2023", "2024-02"), "issued": (None, None)})
    ).ranges
    assert ranges == (Range("modified", day("2023-01-01"), day("2024-02-29")),)
    (half,) = check_query(Query(ranges={"issued": (None, "2020")})).ranges
    assert half.least < day("1900-01-01") < half.most == day("2020-12-31")


@pytest.mark.parametrize("text", ["2023-13", "2023-02-30", "0000", "yesterday", "2023-1-1", "²023"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(AtlasError) as caught:
        check_query(Query(ranges={"modified": (text, None)}))
    assert caught.value.code == "range-invalid"


@pytest.mark.parametrize(
    ("cursor", "sort"),
    [("", "modified"), ("m12", "title"), ("o20", "modified"), ("oo", "relevance"), ("t", "title"),
     ("o99999", "relevance"), ("m" + "9" * 40, "modified"), ("m²", "modified")],
)  # fmt: skip
def test_a_cursor_of_another_search_is_refused(cursor: str, sort: str) -> None:
    with pytest.raises(AtlasError) as caught:
        check_query(Query("停车场", sort=sort, cursor=cursor))
    assert caught.value.code == "cursor-invalid"


def test_a_cursor_leads_on_in_its_own_order() -> None:
    request = check_query(Query("停车场", limit=10))
    assert next_cursor(request, 25, 10, None) == "o10"
    assert next_cursor(request, 10, 10, None) is None
    assert check_query(Query("停车场", cursor="o10")).offset == 10
    newest = check_query(Query(limit=10))
    assert next_cursor(newest, 25, 10, 77) == "m77"
    assert check_query(Query(cursor="m77")).after == 77


def test_the_strictest_plan_comes_first() -> None:
    parsed = ParsedQuery(
        "",
        (query_term("行政复议"), query_term("办理", "verb"), query_term("信息", "form")),
        (NamedPlace("南充", "南充"),),
    )
    steps = list(tiers(parsed))
    assert [(step.relaxed, step.after) for step in steps] == [
        ("", None),
        ("words", None),
        ("place", True),
        ("words", False),
        ("place", False),
    ]
    required = [sum(group.required for group in step.groups) for step in steps]
    assert required == [3, 2, 1, 2, 1]


def test_a_text_without_a_word_asks_for_nothing() -> None:
    assert list(tiers(ParsedQuery("?!", ()))) == []
