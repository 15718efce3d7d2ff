"""Change marks: a short text that changes whenever a dataset does."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from harvesters.mapping.mapping_files import mapping_digest
from harvesters.platforms.answers import json_bytes
from harvesters.platforms.protocol import Connection

_COUNTERS: Final = re.compile(
    r"count|num$|times|score|views?$|visits?|hits|downloads?$|tracking|rank|次数|评分|浏览|访问量"
    r"|下载量|收藏|订阅",
    re.I,
)
"""Keys whose values change with each visitor and say nothing of the dataset."""


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
    stable = {k: v for k, v in entry.items() if _COUNTERS.search(k) is None}
    return f"{changed[:40]} {content_mark(json_bytes(stable), version)}"


def content_mark(content: bytes, version: str) -> str:
    """Return the mark of a dataset by its whole description."""
    return f"{hashlib.blake2b(content, digest_size=8).hexdigest()} {version}"
