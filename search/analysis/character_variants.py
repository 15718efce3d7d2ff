"""Characters that OpenCC's conversion leaves: 著 where it is 着, and variants of one character."""

from __future__ import annotations

import re
from typing import Final

_ZHU_BEFORE: Final = "顯显名编編原土卓昭论論巨专專遗遺译譯合所拙新旧舊近撰较較"
"""Characters with which 著 is "to write" or "known": 名著, 显著."""

_ZHU_AFTER: Final = "作名称稱者录錄述书書文译譯有"
"""Characters before which it is so: 著作, 著名."""

_VERBS: Final = (
    "附沿接穿执執沉衣粘黏胶膠吸随隨向朝顺順跟带帶本凭憑对對为為味拿看走坐活开開关關挂掛放贴貼"
    "装裝写寫住站围圍绕繞伴载載背抱守靠冒闲閒连連有"
)
"""Verbs after which it is 着: 附着, 沿着."""

_COMPOUNDS: Final = "火陆陸手重色眼想落急凉涼迷装裝力床地墨笔筆实實生"
"""Characters before which it is 着: 着火, 着陆."""

_WORN: Final = re.compile(
    f"(?<=[{_VERBS}])著(?![{_ZHU_AFTER}])|(?<![{_ZHU_BEFORE}])著(?=[{_COMPOUNDS}])"
)
_CLEAR: Final = re.compile("瞭(?![望哨])")

_VARIANTS: Final = str.maketrans(
    "砲廻蔴荳厰廰鑛隣隄飜痺痲牠妳鵞輭", "炮回麻豆厂厅矿邻堤翻痹麻它你鹅软"
)
_LEFT: Final = frozenset("著瞭砲廻蔴荳厰廰鑛隣隄飜痺痲牠妳鵞輭")


def without_variants(text: str) -> str:
    """Return a text with the characters of today's standard in place of those left by OpenCC.

    In traditional texts 著 is both 着 (附著, 沿著) and 著 (著作). The characters beside it decide;
    where they do not, 著 stays. The length does not change.
    """
    if _LEFT.isdisjoint(text):
        return text
    text = _WORN.sub("着", text)
    return _CLEAR.sub("了", text).translate(_VARIANTS)
