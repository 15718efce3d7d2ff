"""Every statement about a search is true of the documents that it found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from search.evaluation.truth import Truth
from search.index.model import SearchDocument
from search.model import Query
from search.service import SearchService
from search.thesaurus import builtin
from tests.conformance.plain_view import PlainIndex, PlainView
from tests.issues.test_search_by_words import doc

TODAY = date(2023, 6, 30)
SUBJECTS = ("停车场", "充电桩", "养老机构", "小学", "药店", "行政处罚", "空气质量", "图书馆")
PLACES = ("徐汇区", "浦东新区", "静安区")
ENDS = ("信息", "名单", "统计", "（2020年）", "2021年上半年", "接口服务", "注销情况")
FORMAT = "https://w3id.org/shdata/vocab/format/csv"
WISHES = (
    *("不要接口", "除徐汇区以外", "-统计", "csv", "2021年以来", "去年", "近三年", "2019年以前"),
    *("地址", "2020", "最新", "名单", "注销", "哪里有", "parking lots", "没有这个词", "敬老院"),
    *("停车场和充电桩", "小学、药店", "面馆"),
)

titles = st.builds(
    lambda place, subject, end: f"{place}{subject}{end}",
    st.sampled_from(("", *PLACES)),
    st.sampled_from(SUBJECTS),
    st.sampled_from(("", *ENDS)),
)
documents = st.lists(
    st.tuples(
        titles,
        st.sampled_from(PLACES),
        st.sampled_from(((), ("地址",), ("联系电话", "地址"))),
        st.sampled_from((None, "2018-05-06", "2021-03-01", "2022-11-30", "2023-06-01")),
        st.booleans(),
    ),
    max_size=40,
).map(
    lambda rows: [
        doc(
            n,
            title,
            place,
            fields=fields,
            modified=modified,
            facets={"format": (FORMAT,)} if csv else {},
        )
        for n, (title, place, fields, modified, csv) in enumerate(rows)
    ]
)
queries = st.builds(
    Query,
    text=st.lists(st.sampled_from((*SUBJECTS, *PLACES, *WISHES)), min_size=1, max_size=4).map(
        " ".join
    ),
    filters=st.sampled_from(({}, {}, {"format": (FORMAT,)})),
    sort=st.sampled_from(("relevance", "relevance", "relevance", "modified", "title")),
    limit=st.integers(0, 30),
    offset=st.sampled_from((0, 0, 0, 5)),
    grouped=st.booleans(),
    facets=st.just(value=False),
)


def service(held: Sequence[SearchDocument]) -> SearchService:
    view = PlainView(held)
    return SearchService(PlainIndex(lambda: view), builtin, today=lambda: TODAY)


@seed(12)
@settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(held=documents, asked=st.lists(queries, min_size=1, max_size=5))
def test_nothing_false_is_told(held: list[SearchDocument], asked: list[Query]) -> None:
    search, truth = service(held), Truth(held)
    for query in asked:
        planned = search.planned(query)
        if planned is not None:
            assert truth.falsehoods(query, search.search(query), *planned) == [], query.text


HELD = [
    doc(1, "徐汇区停车场信息", "徐汇区"),
    *(doc(n, f"停车场名录{n}", "静安区") for n in range(10, 25)),
    doc(30, "停车场信息（2020年）", "静安区"),
]


@pytest.mark.parametrize(
    ("text", "lie", "why"),
    [
        ("停车场 徐汇", {"exact": 0}, ""),
        ("停车场 徐汇", {"place": 0}, "place: 1 of 17 have it"),
        ("停车场 徐汇", {"place": 3}, "place: 3 told, 1 have it"),
        ("停车场 2020", {"year": 2}, "year: 2 told, 1 have it"),
        ("停车场 2020", {"year": 0}, "year: 1 of 17 have it"),
        ("停车场 浦东", {"place": None}, "place: 17 of 17 have it not"),
    ],
)
def test_what_is_false_is_found(text: str, lie: dict[str, int | None], why: str) -> None:
    search, query = service(HELD), Query(text)
    planned, result = search.planned(query), search.search(query)
    assert planned is not None
    assert result.understanding is not None
    assert Truth(HELD).falsehoods(query, result, *planned) == []
    told = result.understanding
    parts = tuple(
        replace(part, found=lie[part.kind]) if part.kind in lie else part for part in told.parts
    )
    wrong = replace(result, understanding=replace(told, parts=parts))
    found = Truth(HELD).falsehoods(query, wrong, *planned)
    assert [one for one in found if one.startswith(why)] == found
    assert bool(found) == bool(why)


def test_results_that_lack_what_is_demanded_are_found() -> None:
    search = service(HELD)
    asked, other = Query("停车场 不要名录"), Query("停车场")
    planned = search.planned(asked)
    assert planned is not None
    assert Truth(HELD).falsehoods(asked, search.search(other), *planned)[0].startswith("total:")
