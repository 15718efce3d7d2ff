"""Analysis: one function for documents and queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from search.analysis.normalization import normal, simplified
from search.analysis.sort_keys import date_key, title_key
from search.analysis.tokens import MAX_TOKEN, prepared, tokens

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("停车场信息", ["停车", "车场", "停车场", "信息"]),
        ("養老機構名錄", ["养老", "机构", "名录"]),
        ("ＰＭ２．５", ["pm2", "pm25", "pm2", "5"]),
        ("COVID-19", ["covid", "covid19", "covid", "19"]),
        ("2020-2023年", ["20202023", "2020", "2023", "年"]),
        ("二〇二三年", ["2023", "年"]),
        ("二○一九年度", ["2019", "年度"]),
        ("学校的名录", ["学校", "名录"]),
        ("the list of schools", ["list", "schools"]),
        ("上\u200b海", ["上海"]),
        ("a\ud800b", ["b"]),
        ("", []),
        (" \t\n", []),
        ("——！？《》*", []),
        ("😀", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(ANY_TEXT)
def test_tokens_can_be_indexed(text: str) -> None:
    for token in tokens(text):
        assert 0 < len(token) <= MAX_TOKEN
        assert token.split() == [token]
        assert token.encode()
        assert any(c.isalnum() for c in token)


@given(ANY_TEXT)
def test_tokens_are_those_of_the_normal_form(text: str) -> None:
    assert tokens(normal(text)) == tokens(text)


@given(CHINESE)
def test_the_fast_path_changes_nothing(text: str) -> None:
    assert simplified(text) == OpenCC("t2s").convert(text)


@pytest.mark.parametrize("text", ["乾隆", "頭髮乾燥", "臺灣裏面", "没有繁体", "abc"])
def test_phrases_decide_characters(text: str) -> None:
    assert simplified(text) == OpenCC("t2s").convert(text)


def test_a_very_long_word_is_cut_alike_on_both_sides() -> None:
    (token,) = set(tokens("x" * 100_000))
    assert token == "x" * MAX_TOKEN


def test_prepared_joins_texts() -> None:
    assert prepared(["停车场", "", "Bus"]) == "停车 车场 停车场 bus"


def test_titles_stand_by_pinyin() -> None:
    titles = ["重庆", "Zoo", "上海", "安徽", "２０２３", "臺北", "apple"]
    assert sorted(titles, key=lambda t: title_key(t, "i")) == [
        "２０２３",
        "apple",
        "Zoo",
        "安徽",
        "上海",
        "臺北",
        "重庆",
    ]


@given(ANY_TEXT, ANY_TEXT)
def test_sort_keys_can_be_indexed_and_tell_records_apart(title: str, other: str) -> None:
    assert title_key(title, "https://x/1").encode()
    assert title_key(title, "https://x/1") != title_key(title, "https://x/2")
    assert 0 <= date_key(other, "https://x/1") < 2**63
    assert date_key(other, "https://x/1") != date_key(other, "https://x/2")


def test_days_and_instants_sort_together() -> None:
    dates = [None, "2021-05-06", "2021-05-06T07:08:09Z", "2021-05-07", "unknown"]
    keys = [date_key(d, "i") for d in dates]
    assert keys[0] == keys[4]
    assert sorted(keys[:4]) == keys[:4]
    assert len(set(keys[:4])) == 4
    assert date_key("9999-99-99T99:99:99", "i") < 2**63
