"""What pages count is said in the singular and in the plural, in both languages."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.fixtures.web import HTML, House, site
from translations import translator

__all__ = ["site"]

ONE = "/sparql?format=html&query=SELECT+%2A+%7B+VALUES+%3Fn+%7B+1+%7D+%7D"
TWO = "/sparql?format=html&query=SELECT+%2A+%7B+VALUES+%3Fn+%7B+1+2+%7D+%7D"


@pytest.mark.parametrize(
    ("address", "english", "chinese"),
    [
        ("/datasets?open_type=conditional", "1 dataset found", "找到 1 个数据集"),
        ("/datasets?sort=title", r"[2-9] datasets found", "找到 [2-9] 个数据集"),
        (ONE, r"1 row in \d+ ms", r"1 行"),
        (TWO, r"2 rows in \d+ ms", r"2 行"),
        ("/about", "from 1 source catalogue[.]", "1 个来源目录。"),
    ],
)
def test_pages_count(
    site: tuple[House, httpx.Client], address: str, english: str, chinese: str
) -> None:
    for lang, expected in (("en", english), ("zh", chinese)):
        text = site[1].get(address, headers={**HTML, "Accept-Language": lang}).text
        assert re.search(expected, text), (lang, re.findall(r".*\d.*", text)[:20])


@pytest.mark.parametrize(
    ("lang", "count", "text"),
    [
        ("en", 0, "0 days"),
        ("en", 1, "1 day"),
        ("en", 2, "2 days"),
        ("zh", 0, "0 天"),
        ("zh", 1, "1 天"),
        ("zh", 2, "2 天"),
    ],
)
def test_english_has_two_forms_and_chinese_one(lang: str, count: int, text: str) -> None:
    assert translator(lang).ngettext("{count} day", "{count} days", count) == text
