"""What facets count and list, held against plain counts over the documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.place_paths import ancestors
from search.facets import NOT_STATED, UNSTATED
from search.index.model import SearchDocument
from search.model import FacetValue, Query
from search.service import SearchService
from search.thesaurus import builtin
from tests.conformance.plain_view import PlainIndex, PlainView

PLACES = ("上海市/浦东新区", "上海市/静安区", "泸州市/泸县", "泸州市/合江县", "泸州市", "内江市")
PERIODS = ("2020", "2021", "2022")


def document(number: int, places: Sequence[str] = (), **facets: tuple[str, ...]) -> SearchDocument:
    held = tuple(dict.fromkeys(p for path in places for p in (*ancestors(path), path)))
    return SearchDocument(
        iri=f"https://data.example/id/dataset/s/{number}",
        source="s",
        remote_id=str(number),
        hash=f"{number:064x}",
        title=f"数据{number}",
        facets={"place": held, **facets} if held else facets,
    )


def service(documents: Sequence[SearchDocument]) -> SearchService:
    view = PlainView(documents)
    return SearchService(PlainIndex(lambda: view), builtin, today=lambda: date(2023, 6, 30))


def listed(values: Sequence[FacetValue]) -> dict[str, int]:
    return {one.value: one.count for one in values}


catalogues = st.lists(
    st.tuples(
        st.lists(st.sampled_from(PLACES), unique=True, max_size=2),
        st.lists(st.sampled_from(PERIODS), unique=True, max_size=3).map(tuple),
    ),
    max_size=12,
).map(lambda rows: [document(n, places, period=p) for n, (places, p) in enumerate(rows)])


def meets(one: SearchDocument, name: str, wanted: Sequence[str]) -> bool:
    """Tell whether a document has any of some values, by the definition."""
    held = one.facets.get(name, ()) or (NOT_STATED,)
    if name == "place":
        # A chosen part of a chosen place stands for the place.
        around = {place for value in wanted for place in ancestors(value)}
        wanted = [value for value in wanted if value not in around]
    return not wanted or bool(set(held) & set(wanted))


@settings(max_examples=150, deadline=None)
@given(
    documents=catalogues,
    places=st.lists(st.sampled_from([*PLACES, "上海市", NOT_STATED]), max_size=3, unique=True),
    periods=st.lists(st.sampled_from([*PERIODS, NOT_STATED]), max_size=2, unique=True),
    unwanted=st.sampled_from([(), (NOT_STATED,), ("2021",), ("2020", NOT_STATED)]),
)
def test_counts_are_those_of_plain_loops(
    documents: list[SearchDocument],
    places: list[str],
    periods: list[str],
    unwanted: tuple[str, ...],
) -> None:
    search = service(documents)
    chosen = {"place": tuple(places), "period": tuple(periods)}
    query = Query(filters=chosen, excluded={"period": unwanted}, facet_size=40, unstated=True)
    result = search.search(query)
    rest = [d for d in documents if not unwanted or not meets(d, "period", unwanted)]
    right = [d for d in rest if all(meets(d, name, wanted) for name, wanted in chosen.items())]
    assert result.total == len(right)
    for name, wanted in chosen.items():
        others = [d for d in rest if all(meets(d, n, w) for n, w in chosen.items() if n != name)]
        counted = search.facet_counts(query, name)
        assert sum(counted.values()) >= len(others), "each stands under something"
        shown = listed(result.facets[name])
        for value in {*shown, *counted}:
            right_count = sum(value in (d.facets.get(name, ()) or (NOT_STATED,)) for d in others)
            assert counted.get(value, 0) == right_count
            assert shown.get(value, right_count) == right_count
        assert set(wanted) <= {*shown, *(p for v in shown for p in ancestors(v))}
        if name == "period":
            assert set(shown) == set(counted) | set(wanted)


def test_parts_are_listed_behind_an_opened_place() -> None:
    search = service([document(n, [place]) for n, place in enumerate((*PLACES, *PLACES[2:4]))])

    def shown(*chosen: str, size: int = 30) -> list[str]:
        found = search.search(Query(filters={"place": chosen}, facet_size=size))
        return [one.value for one in found.facets["place"]]

    assert shown() == ["泸州市", "上海市", "内江市"]
    opened = ["泸州市", "泸州市/合江县", "泸州市/泸县", "上海市", "内江市"]
    assert shown("泸州市") == shown("泸州市/泸县") == opened
    # Whatever is chosen is listed, with what it lies in.
    assert shown("内江市/资中县", size=1) == ["泸州市", "内江市", "内江市/资中县"]
    assert shown("泸州市/泸县", size=1) == ["泸州市", "泸州市/合江县", "泸州市/泸县"]


def test_the_only_place_is_opened() -> None:
    search = service([document(n, [place]) for n, place in enumerate(PLACES[:2])])
    found = search.search(Query(unstated=True)).facets["place"]
    assert listed(found) == {"上海市": 2, "上海市/浦东新区": 1, "上海市/静安区": 1}


def test_a_chosen_part_narrows_a_chosen_place() -> None:
    search = service([document(n, [place]) for n, place in enumerate(PLACES)])

    def total(*chosen: str) -> int:
        return search.search(Query(filters={"place": chosen})).total

    assert (total("泸州市"), total("泸州市", "泸州市/泸县")) == (3, 1)
    assert total("泸州市", "泸州市/泸县", "上海市") == 3


def test_what_is_not_stated_is_listed_last_and_on_request() -> None:
    search = service([document(1, period=("2021",)), document(2), document(3)])
    plain = search.search(Query()).facets
    assert listed(plain["period"]) == {"2021": 1}
    asked = search.search(Query(unstated=True)).facets
    assert list(listed(asked["period"]).items()) == [("2021", 1), (NOT_STATED, 2)]
    assert {name for name, values in asked.items() if NOT_STATED in listed(values)} == {*UNSTATED}
    chosen = Query(filters={"period": (NOT_STATED,)})
    assert search.search(chosen).total == 2
    # What is chosen is listed always.
    assert listed(search.search(chosen).facets["period"]) == {"2021": 1, NOT_STATED: 2}
    assert search.search(Query(excluded={"period": (NOT_STATED,)})).total == 1


@pytest.mark.parametrize("facet", ["source", "quality", "sample"])
def test_facets_that_all_have_know_no_missing_value(facet: str) -> None:
    search = service([document(1, **{facet: ("x",)}), document(2)])
    assert search.search(Query(filters={facet: (NOT_STATED,)})).total == 0


@pytest.mark.parametrize(
    "asked", ["", "/", "//", "上海市//静安区", "a/" * 8_000, "上海市" + "/a" * 8_000]
)
def test_a_place_that_can_not_be_finds_nothing_and_costs_nothing(asked: str) -> None:
    search = service([document(n, [place]) for n, place in enumerate(PLACES)])
    result = search.search(Query(filters={"place": (asked,)}, facet_size=40))
    assert result.total == 0
    assert len(result.facets["place"]) <= 4
    both = search.search(Query(filters={"place": (asked, "泸州市/泸县")}, facet_size=40))
    assert both.total == 1
