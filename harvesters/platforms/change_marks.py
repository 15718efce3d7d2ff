"""Change marks: a short text that changes whenever a dataset does."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from harvesters.mapping.mapping_files import mapping_digest
from harvesters.platforms.answers import json_bytes
from harvesters.platforms.protocol import Connection

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""The words of a key in camel case, snake case or kebab case."""
_COUNTERS: Final = re.compile(
    r"(?:.* )?(?:counts?|counter|times|scores?|hits|tracking|rank|ranking)(?: .*)?"
    r"|(?:.* )?(?:num|views?|visits?|downloads?)"
    # Written without any sign between the words.
    r"|(?:.* )?(?:view|visit|click|browse|read|hit|down|download|collect|favou?rite|share|use"
    r"|call)s?(?:count|num|times)"
)
"""Keys, as words, whose values change with each visitor and say nothing of the dataset."""
_COUNTERS_ZH: Final = re.compile("次数|评分|浏览|访问量|下载量|收藏|订阅")


def mapping_version(connection: Connection) -> str:
    """Return a text that changes with the mapping: records are then read again."""
    own = (connection.vocabulary.digest, connection.base_iri, connection.source)
    return mapping_digest("platform", *own)[:4].hex()


def entry_mark(entry: Mapping[str, Any], changed: str, version: str) -> str | None:
    """Return the mark of a dataset by its date of change and the rest of its entry in a list.

    The rest counts because platforms rename and close datasets without a new date. None where
    there is no date: nothing then says that what the list leaves out is unchanged. ``version`` is
    that of `mapping_version`.
    """
    if not changed:
        return None
    stable = {key: value for key, value in entry.items() if not _is_counter(key)}
    return f"{changed[:40]} {content_mark(json_bytes(stable), version)}"


def content_mark(content: bytes, version: str) -> str:
    """Return the mark of a dataset by its whole description."""
    return f"{hashlib.blake2b(content, digest_size=8).hexdigest()} {version}"


@lru_cache(maxsize=4_096)
def _is_counter(key: str) -> bool:
    words = " ".join(_WORDS.findall(key)).lower()
    return _COUNTERS.fullmatch(words) is not None or _COUNTERS_ZH.search(key) is not None
