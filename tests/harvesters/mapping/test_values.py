from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.mapping.value_parsing import (
    as_list,
    as_text,
    parse_boolean,
    parse_count,
    parse_date,
    parse_decimal,
    split_outside_brackets,
)
from ontology.texts import plain_text, tidy


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("2022-08-25", ("2022-08-25", "date")),
        ("2022-8-5", ("2022-08-05", "date")),
        ("2022/8/5", ("2022-08-05", "date")),
        ("2022.8.5", ("2022-08-05", "date")),
        ("2022年8月5日", ("2022-08-05", "date")),
        ("20220805", ("2022-08-05", "date")),
        ("2020-12-18 11:49:05", ("2020-12-18T11:49:05+08:00", "dateTime")),
        ("2020-12-18T11:49:05Z", ("2020-12-18T11:49:05+00:00", "dateTime")),
        ("2020-12-18T11:49:05.123+0800", ("2020-12-18T11:49:05+08:00", "dateTime")),
        ("2020-12-18 00:00:00", ("2020-12-18", "date")),
        (1608220800000, ("2020-12-18", "date")),
        ("1608263345000", ("2020-12-18T03:49:05+00:00", "dateTime")),
        ("1899-12-31", ("1899-12-31", "date")),
        ("2099-01-01", ("2099-01-01", "date")),
        (date(2020, 1, 2), ("2020-01-02", "date")),
        (datetime(2020, 1, 2, 3, 4, 5), ("2020-01-02T03:04:05+08:00", "dateTime")),  # noqa: DTZ001
        ("2022-13-45", None),
        ("2022-02-30", None),
        ("长期", None),
        ("2022-08", None),
        (True, None),
        ("", None),
    ],
)
def test_dates_in_every_spelling(given_value: object, expected: tuple[str, str] | None) -> None:
    assert parse_date(given_value) == expected


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("['xls','api']", ["xls", "api"]),
        ("[xml,xls,csv,json]", ["xml", "xls", "csv", "json"]),
        ("['rdf', 'rdf', 'csv']", ["rdf", "csv"]),
        ("[]", []),
        ("['']", []),
        (["xls", None, "csv "], ["xls", "csv"]),
        ("EXCEL,DOC", ["EXCEL", "DOC"]),
        ("商贸流通\r\n\t公共管理、社会保障", ["商贸流通", "公共管理", "社会保障"]),
        (None, []),
        (7, ["7"]),
    ],
)
def test_lists_in_every_disguise(given_value: object, expected: list[str]) -> None:
    assert as_list(given_value) == expected


def test_separators_inside_brackets_do_not_split() -> None:
    text = "名称、地址（省、市、区）、电话"
    assert split_outside_brackets(text, "、") == ["名称", "地址（省、市、区）", "电话"]


def test_html_becomes_text_and_what_is_none_stays() -> None:
    assert plain_text("<p>全市&nbsp;学校</p><br/><script>x()</script>名录") == "全市 学校\n名录"
    assert plain_text("R&D经费 a < b > c") == "R&D经费 a < b > c"
    assert plain_text("一&lt;二&#65;") == "一<二A"
    assert plain_text("年份_1995\\n年份,邮路") == "年份_1995\n年份,邮路"
    assert plain_text("1 < 2 <b>粗</b>") == "1 < 2 粗"


def test_numbers() -> None:
    assert [parse_count(v) for v in (15, "1,234", "15条", 3.0, "0", "-5", "约5", None)] == [
        15, 1234, 15, 3, 0, None, None, None,
    ]  # fmt: skip
    assert [parse_decimal(v) for v in ("4.5", "4.5分", 4, "高")] == ["4.5", "4.5", "4", None]
    assert [parse_boolean(v) for v in ("是", False, 1, "未知")] == [True, False, True, None]


@given(st.text())
def test_tidy_is_idempotent_and_leaves_no_outer_blank(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert once == once.strip(" \t\n")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_any_json_value_has_a_text_and_a_list(value: object) -> None:
    assert isinstance(as_text(value), str)
    assert all(isinstance(item, str) and item for item in as_list(value))
