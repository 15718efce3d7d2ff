"""What is told of how words were understood is true for the results that are shown with it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from search.index.model import SearchDocument
from search.model import Query, Result, Understanding, Understood
from search.service import SearchService
from search.thesaurus import Thesaurus, builtin
from tests.conformance.plain_view import PlainIndex, PlainView
from tests.issues.test_search_by_words import doc

DOCUMENTS: list[SearchDocument] = [
    doc(1, "停车场信息", "浦东新区", facets={"theme": ("x:a",)}),
    *(doc(n, f"停车场名录{n}", "徐汇区", facets={"theme": ("x:b",)}) for n in range(10, 25)),
    doc(30, "公共自行车站点", "徐汇区", fields=("地址",)),
    doc(31, "公共自行车（2020年）", "徐汇区"),
    doc(32, "公共自行车租赁", "徐汇区"),
]


@pytest.fixture(scope="module")
def answers() -> SearchService:
    view = PlainView(DOCUMENTS)
    return SearchService(PlainIndex(lambda: view), lambda: Thesaurus(()))


def search(answers: SearchService, text: str, **more: object) -> tuple[Result, Understanding]:
    result = answers.search(Query(text, **more))  # type: ignore[arg-type]
    assert result.understanding is not None
    return result, result.understanding


def part(told: Understanding, kind: str) -> Understood:
    return next(one for one in told.parts if one.kind == kind)


def test_a_place_with_too_few_is_said_to_have_them(answers: SearchService) -> None:
    result, told = search(answers, "停车场 浦东")
    assert result.hits[0].title == "停车场信息"
    assert (result.total, told.relaxed, told.exact) == (16, "place", 1)
    assert part(told, "place").found == 1


def test_a_place_that_has_nothing_is_said_to_have_nothing(answers: SearchService) -> None:
    result, told = search(answers, "自行车 浦东")
    assert result.total == 3
    assert (told.relaxed, told.exact, part(told, "place").found) == ("place", 0, 0)


def test_filters_that_leave_only_what_matches_leave_nothing_to_tell(answers: SearchService) -> None:
    result, told = search(answers, "停车场 浦东", filters={"theme": ("x:a",)})
    assert (result.total, told.relaxed, told.exact) == (1, "", None)
    result, told = search(answers, "停车场 浦东", filters={"theme": ("x:b",)})
    assert (result.total, told.relaxed, told.exact) == (15, "place", 0)


def test_later_pages_tell_the_same(answers: SearchService) -> None:
    first = search(answers, "停车场 浦东", limit=5)[1]
    assert search(answers, "停车场 浦东", limit=5, offset=5)[1] == first
    for sort in ("modified", "title"):
        page, told = search(answers, "停车场 浦东", limit=5, sort=sort)
        # Only by relevance do those that match more stand first.
        assert (first.first, told.first) == (1, 0)
        assert replace(told, first=first.first) == first, sort
        assert page.cursor is not None
        following = search(answers, "停车场 浦东", limit=5, sort=sort, cursor=page.cursor)
        assert following[1] == told
        assert not {h.iri for h in following[0].hits} & {h.iri for h in page.hits}


def test_years_and_data_items_tell_how_many_have_them(answers: SearchService) -> None:
    result, told = search(answers, "2020年公共自行车")
    assert (result.total, part(told, "year").found) == (3, 1)
    result, told = search(answers, "1999年公共自行车")
    assert part(told, "year").found == 0
    result, told = search(answers, "带地址的公共自行车")
    assert part(told, "field").found == 1


def test_words_of_which_none_has_all_are_said_to_match_in_part(answers: SearchService) -> None:
    result, told = search(answers, "停车场 自行车")
    assert result.total > 0
    assert (told.relaxed, told.exact) == ("words", 0)


def test_where_nothing_is_found_nothing_was_given_up(answers: SearchService) -> None:
    result, told = search(answers, "没有这样的词 浦东")
    assert (result.total, told.relaxed, told.exact) == (0, "", None)


def test_broader_terms_are_looked_for_where_the_rest_is_too_few_and_told_so() -> None:
    held = [doc(1, "面馆名单"), *(doc(n, f"餐饮服务单位{n}") for n in range(2, 6))]
    view = PlainView(held)
    answers = SearchService(PlainIndex(lambda: view), builtin)
    result, told = search(answers, "面馆")
    assert result.hits[0].title == "面馆名单"
    assert (told.relaxed, told.exact, told.first) == ("broader", 1, 1)
    assert "餐饮服务" in part(told, "synonym").broader
    many = PlainView([doc(n, f"面馆名单{n}") for n in range(12)])
    _, told = search(SearchService(PlainIndex(lambda: many), builtin), "面馆")
    assert (told.relaxed, [one.kind for one in told.parts]) == ("", ["subject"])


def test_a_negation_before_a_word_makes_another_word() -> None:
    view = PlainView([doc(1, "不动产抵押登记"), doc(2, "动产抵押登记信息"), doc(3, "非机动车登记")])
    answers = SearchService(PlainIndex(lambda: view), builtin)
    assert search(answers, "动产抵押登记")[0].hits[0].title == "动产抵押登记信息"
    assert search(answers, "不动产抵押登记")[0].hits[0].title == "不动产抵押登记"
    assert "非机动车" in {one.text for one in search(answers, "非机动车")[1].parts}


def test_brackets_split_no_term_and_towns_are_places() -> None:
    view = PlainView(
        [doc(1, "食品（药品）监督管理"), doc(2, "八角井街道低保"), doc(3, "街道道路低保")]
    )
    answers = SearchService(PlainIndex(lambda: view), builtin)
    assert search(answers, "食品监督管理")[0].hits[0].title == "食品（药品）监督管理"
    result, told = search(answers, "八角井街道 低保")
    assert (result.hits[0].title, part(told, "place").terms) == ("八角井街道低保", ("八角井街道",))


def test_two_things_that_are_asked_for_together_stand_in_turn() -> None:
    held = [
        *(doc(n, f"停车场名录{n}") for n in range(6)),
        *(doc(n, f"充电桩分布{n}") for n in range(10, 15)),
        doc(30, "停车场充电桩信息"),
    ]
    view = PlainView(held)
    answers = SearchService(PlainIndex(lambda: view), lambda: Thesaurus(()))
    result, told = search(answers, "充电桩和停车场")
    assert (result.total, told.relaxed, told.exact, told.first) == (12, "either", 1, 1)
    titles = [hit.title[:3] for hit in result.hits]
    assert result.hits[0].title == "停车场充电桩信息"
    assert all(one != other for one, other in pairwise(titles[1:11]))


def test_a_longer_word_does_not_hide_the_known_word_in_it() -> None:
    view = PlainView([doc(1, "健康证办理机构"), doc(2, "从业人员健康检查机构"), doc(3, "公园")])
    result, told = search(SearchService(PlainIndex(lambda: view), builtin), "办健康证")
    assert [hit.title for hit in result.hits] == ["从业人员健康检查机构", "健康证办理机构"]
    assert part(told, "synonym").broader == ("健康证",)
