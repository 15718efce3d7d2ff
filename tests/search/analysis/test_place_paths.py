"""The places of a dataset: what is stated first, made more exact by who publishes it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.place_paths import BETWEEN, ancestors, narrowest, place_paths
from search.analysis.places import areas_of, gazetteer, is_place, vocabulary_places
from search.query.place_names import named_places


@pytest.mark.parametrize(
    ("codes", "stated", "publishers", "places"),
    [
        # Places of the vocabulary; a street lies in its district.
        (["310000"], [], [], ["上海市"]),
        (["310115"], [], [], ["上海市/浦东新区"]),
        (["310101002"], [], [], ["上海市/黄浦区"]),
        (["310000", "310115", "310106"], [], [], ["上海市/浦东新区", "上海市/静安区"]),
        # Names, short, whole and in English.
        ([], ["浦东"], ["市民政局"], ["上海市/浦东新区"]),
        ([], ["Pudong New Area"], [], ["上海市/浦东新区"]),
        ([], ["四川省泸州市合江县"], [], ["泸州市/合江县"]),
        ([], ["安徽省"], [], ["安徽省"]),
        ([], ["Brussels"], [], ["Brussels"]),
        # What is stated, made more exact.
        ([], ["泸州市"], ["合江县农业局"], ["泸州市/合江县"]),
        ([], ["泸州市"], ["泸县农业局"], ["泸州市/泸县"]),
        ([], ["泸州市"], ["中共泸州市委"], ["泸州市"]),
        ([], ["内江市"], ["隆昌市水务局"], ["内江市/隆昌市"]),
        ([], ["舟山市"], ["普陀区教育局"], ["舟山市/普陀区"]),
        ([], ["广西壮族自治区"], ["田东县司法局"], ["广西壮族自治区/田东县"]),
        ([], ["广西壮族自治区"], ["玉林市司法局"], ["广西壮族自治区", "玉林市"]),
        (["310000"], [], ["静安区卫生健康委员会"], ["上海市/静安区"]),
        (["310115"], [], ["静安区卫生健康委员会"], ["上海市/浦东新区"]),
        ([], ["池州市"], ["芜湖市鸠江区统计局"], ["池州市"]),
        # Nothing is stated, or nothing that is a place.
        (["310000"], [], ["上海市绿化和市容管理局"], ["上海市"]),
        ([], [], ["泰和县统计局"], ["泰和县"]),
        ([], [], ["上海市普陀区教育局"], ["上海市/普陀区"]),
        ([], [], ["普陀区教育局"], ["上海市/普陀区"]),
        ([], [], ["泸县农业局"], ["泸县"]),
        ([], ["外环线以内", "全市"], ["上海市交通委员会"], ["上海市"]),
        ([], [], ["市统计局", "跨县协调办", "自治区统计局"], []),
        ([], ["POINT (121.4 31.2)", "http://a.example/1"], [], []),
    ],
)
def test_places(
    codes: list[str], stated: list[str], publishers: list[str], places: list[str]
) -> None:
    assert list(narrowest(place_paths(codes, stated, publishers))) == places


NAMES = st.text(st.sampled_from("泸州内江普陀浦东新中共省市区县旗镇自治"), max_size=9)


# The first example reads the vocabulary, which takes longer than the others are given.
@settings(deadline=None)
@given(st.lists(NAMES, max_size=3), st.lists(NAMES, max_size=3))
def test_a_part_never_stands_without_its_whole(stated: list[str], publishers: list[str]) -> None:
    found = place_paths(["310115"], stated, publishers)
    assert len(set(found)) == len(found)
    for number, path in enumerate(found):
        assert all(path.split(BETWEEN))
        assert set(ancestors(path)) <= set(found[:number])
    kept = narrowest(found)
    assert {*kept, *(place for path in kept for place in ancestors(path))} == set(found)


@pytest.mark.parametrize("path", ["", "/", "//", "///", "a/", "/a", "a//b", "a/" * 30_000])
def test_what_is_no_path_lies_in_nothing(path: str) -> None:
    assert list(ancestors(path)) == []
    assert narrowest(["上海市", "上海市/静安区", path]) == ("上海市/静安区", path)


def test_the_nearest_comes_first() -> None:
    assert list(ancestors("广西壮族自治区/南宁市/兴宁区")) == [
        "广西壮族自治区/南宁市",
        "广西壮族自治区",
    ]


@pytest.mark.parametrize(
    "name", ["宝山区", "金山区", "浦东新区", "松江区", "崇明区", "泸县", "沛县", "合江县"]
)
def test_districts_and_counties_are_areas(name: str) -> None:
    assert areas_of("数据", (), (f"{name}卫生局",)) == (name,)
    assert is_place(name)


@pytest.mark.parametrize("name", ["各县", "跨县", "小区", "山区", "新区", "全市", "自治区", "城区"])
def test_what_is_only_called_like_one_is_none(name: str) -> None:
    assert areas_of("数据", (), (f"{name}管理局",)) == ()


def test_a_county_of_two_characters_is_known_in_english() -> None:
    places = gazetteer({"泸县": 1}, vocabulary_places())
    found = named_places("lu county car parks", places, ())
    assert [name for _, _, name in found] == ["泸县"]
