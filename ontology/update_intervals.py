"""Update intervals in words (每 2 日, 每三个月, 5年一次) → a frequency, or an ISO 8601 duration."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_UNIT = "(?P<unit>年|季度|季|个月|月|周|星期|个?工作日|日|天|个?小时|分钟)"
_NUMBER = "(?P<number>[0-9]{1,4}|[一二两三四五六七八九十]{1,3})"
_INTERVAL = re.compile(
    f"(?P<every>每|按每)?{_NUMBER}个?{_UNIT}(?P<once>更新一次|更新1次|一次|1次|更新)?"
)

_ISO: Final = {
    "年": ("P", 1, "Y"),
    "季度": ("P", 3, "M"),
    "季": ("P", 3, "M"),
    "个月": ("P", 1, "M"),
    "月": ("P", 1, "M"),
    # xsd:duration knows no weeks
    "周": ("P", 7, "D"),
    "星期": ("P", 7, "D"),
    "日": ("P", 1, "D"),
    "天": ("P", 1, "D"),
    "小时": ("PT", 1, "H"),
    "个小时": ("PT", 1, "H"),
    "分钟": ("PT", 1, "M"),
}

FREQUENCIES: Final = {
    "PT1H": "hourly",
    "P1D": "daily",
    "P7D": "weekly",
    "P14D": "biweekly",
    "P1M": "monthly",
    "P2M": "bimonthly",
    "P3M": "quarterly",
    "P6M": "semiannual",
    "P12M": "annual",
    "P1Y": "annual",
    "P24M": "biennial",
    "P2Y": "biennial",
    "P3Y": "triennial",
    "P36M": "triennial",
    "P5Y": "quinquennial",
    "P60M": "quinquennial",
    "P10Y": "decennial",
    "P120M": "decennial",
}
"""Durations that equal a concept of the frequency scheme → its notation."""


def read_interval(key: str) -> str | None:
    """Read an interval in its `spelling_key` form; returns an ``xsd:duration`` such as ``P2D``.

    ``3月`` could be a date, ``每0天`` has no length: both give None, and so does a text without a
    number. A number and a unit are an interval only where 每 or 一次 stands beside them.
    """
    found = _INTERVAL.fullmatch(key)
    if found is None or not (found["every"] or found["once"]):
        return None
    number = _number(found["number"])
    unit = _ISO.get(found["unit"])
    if not number or unit is None:
        return None
    lead, factor, letter = unit
    return f"{lead}{number * factor}{letter}"


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[text] if len(text) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
