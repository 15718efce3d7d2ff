"""Data items that a description lists: 包含名称、地址、电话等内容; a list after a line break."""

from __future__ import annotations

import re
from typing import Final

MAX_ITEMS: Final = 60
_LEAST: Final = 2
"""Items that make a list; one alone is as often a part of a sentence."""

_LIST: Final = re.compile(
    r"(?:包含|包括|含有|含)(?:了|有)?(?:的)?(?:数据项|字段|信息项|内容)?[:：]?"
    r"([^。;；\n]{4,600}?)(?:等|属性字段|字段|[。;；\n]|$)"
)
_BREAK: Final = re.compile(r"\\n|\r?\n")
_NUMBERED: Final = re.compile(r"^\s*(?:[0-9]{1,2}[.、)）:：]|[-*•])\s*")
_PARTED: Final = re.compile(r"[、，,]|以及|及(?!时|格)|和(?!谐|平)")
_ITEM: Final = re.compile(r"[\w()（）/·.\-]{1,14}")
"""What is longer is a clause."""


def described_items(description: str) -> tuple[str, ...]:
    """Return the names of data items that a description lists, in its order; often none."""
    lines = [_NUMBERED.sub("", line).strip() for line in _BREAK.split(description)]
    below = [line for line in lines[1:] if line]
    if len(below) >= _LEAST and all(map(_is_item, below)):
        return tuple(dict.fromkeys(below[:MAX_ITEMS]))
    for match in _LIST.finditer(description):
        items = [item.strip() for item in _PARTED.split(match.group(1))]
        good = [item for item in items if _is_item(item)]
        if len(good) >= _LEAST and len(good) * 3 >= len(items) * 2:
            return tuple(dict.fromkeys(good[:MAX_ITEMS]))
    return ()


def _is_item(text: str) -> bool:
    opened, closed = text.count("(") + text.count("（"), text.count(")") + text.count("）")
    return opened == closed and "的" not in text and _ITEM.fullmatch(text) is not None
