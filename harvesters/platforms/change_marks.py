"""Change marks: a short text that changes whenever a dataset does."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from harvesters.platforms.answers import json_bytes

_COUNTERS: Final = re.compile(
    r"count|num$|times|score|views?$|visits?|hits|downloads?$|tracking|rank|次数|评分|浏览|访问量"
    r"|下载量|收藏|订阅",
    re.I,
)
"""Keys whose values change with each visitor and say nothing of the dataset."""


def entry_mark(entry: Mapping[str, Any], changed: str) -> str | None:
    """Return the mark of a dataset by its date of change and the rest of its entry in a list.

    The rest counts because platforms rename and close datasets without a new date. None where
    there is no date: nothing then says that what the list leaves out is unchanged.
    """
    if not changed:
        return None
    stable = {k: v for k, v in entry.items() if _COUNTERS.search(k) is None}
    return f"{changed[:40]} {content_mark(json_bytes(stable))}"


def content_mark(content: bytes) -> str:
    """Return the mark of a dataset by its whole description."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def sorted_json(value: Any) -> bytes:
    """Return JSON whose keys are sorted, so that their order changes no mark."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str)
