"""Data items by name: the form under which two names are the same, and the keys among them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import quote

from ontology.vocabulary import Vocabulary
from search.analysis.normalization import normal

FIELD_PATH: Final = "/id/field/"
"""The path between the base and the key in the IRI of a data item."""

_UNIT: Final = re.compile(r"[(（\[【][^()（）\[\]【】]{0,12}[)）\]】]$")
_MARKS: Final = re.compile(r"[\s_\-:：,，、.]+")

COMMON: Final = frozenset(
    (
        "序号",
        "编号",
        "id",
        "名称",
        "备注",
        "说明",
        "类型",
        "类别",
        "状态",
        "年份",
        "年度",
        "统计年份",
        "日期",
        "时间",
        "更新时间",
        "创建时间",
        "数量",
        "单位",
        "合计",
        "总计",
        "内容",
        "标题",
        "姓名",
        "性别",
        "电话",
        "联系电话",
        "联系人",
        "描述",
        "简介",
        "区县",
        "地区",
        "月份",
        "数据日期",
    )
)
"""Items that tables of every kind have: sharing them says nothing about the subject."""


class KeyItems(Protocol):
    """Where the key data items are known (``vocab:key-item``)."""

    def key_item(self, name: str) -> str | None:
        """Return the IRI of the key item that a data item's name means, or None."""
        ...


class KeyItemIndex:
    """The key data items of a vocabulary, by every spelling of them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._by_key = {
            field_key(label): concept.iri
            for concept in vocabulary.concepts("key-item")
            for label in vocabulary.spellings(concept.iri)
        }

    def key_item(self, name: str) -> str | None:
        """Return the IRI of the key item that a data item's name means, or None."""
        return self._by_key.get(field_key(name))


@lru_cache(maxsize=65_536)
def field_key(name: str) -> str:
    """Return the form under which two names of data items are the same: 面积（平方米） is 面积."""
    text = normal(name).strip()
    bare = _UNIT.sub("", text)
    return _MARKS.sub("", bare or text)


def field_iri(base: str, name: str) -> str:
    """Return the IRI of a data item by its name; names that are the same have one."""
    return f"{base}{FIELD_PATH}{quote(field_key(name), safe='')}"
