"""Searches about persons are not counted; what people look for in a catalogue is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from catalog_service.search_log.personal_texts import MOST_CHARACTERS, countable

JUDGED = Path(__file__).resolve().parents[3] / "benchmarks" / "judged"


@pytest.mark.parametrize(
    "text",
    [
        "张伟",
        "王小明",
        "欧阳娜娜",
        "张伟 电话",
        "张伟的房产",
        "王小明社保",
        "李四身份证",
        "欧阳娜娜身份证",
        "查询赵敏住址",
        "ZHANG Wei",
        "zhang wei",
        "Wang Xiaoming",
        "13812345678",
        "138 1234 5678",
        "1 3 8 1 2 3 4 5 6 7 8",
        "１３８１２３４５６７８",
        "一三八一二三四五六七八",
        "021-64000000",
        "310104199001011234",
        "zhangsan@qq.com",
        "沪A12345",
        "沪AD12345",
        "家住中山路12号3室",
        "微信 abc123",
        "停" * (MOST_CHARACTERS + 1),
        "",
        "   ",
    ],
)
def test_what_is_about_somebody_is_not_counted(text: str) -> None:
    assert countable(text) is None


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("停车场", "停车场"),
        ("  停車場　名單 ", "停车场 名单"),
        ("Parking  LOTS", "parking lots"),
        ("金山", "金山"),
        ("徐汇 母婴保健", "徐汇 母婴保健"),
        ("11号线", "11号线"),
        ("12345热线", "12345热线"),
        ("2021年1月至2022年12月 空气", "2021年1月至2022年12月 空气"),
        ("空气质量 2019-2021", "空气质量 2019-2021"),
        ("施工许可证", "施工许可证"),
    ],
)
def test_others_are_counted_in_one_spelling(text: str, counted: str) -> None:
    assert countable(text) == counted


def test_few_of_the_judged_searches_are_taken_for_persons() -> None:
    texts = []
    for path in JUDGED.glob("*.tsv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            texts += [row["query"] for row in rows if "query" in row]
    refused = [text for text in texts if countable(text) is None]
    assert len(texts) > 200
    assert len(refused) <= len(texts) // 50, refused
