"""Links to other datasets as portals write them: an identifier, a page's address, an object."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from harvesters.mapping.value_parsing import as_text
from harvesters.mapping.web_addresses import is_web
from harvesters.mapping.wrapped_values import unwrapped

_KEYS: Final = ("datasetId", "dataset_id", "id", "identifier", "编号", "标识", "url", "link")
_NAME_KEYS: Final = ("datasetName", "dataset_name", "title", "name", "名称")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~/-]*")


def linked(entry: Mapping[str, object]) -> str:
    """Return the identifier, address or name of the dataset that an object refers to."""
    values = (unwrapped(entry.get(key))[0] for key in _KEYS + _NAME_KEYS)
    return next(filter(None, map(as_text, values)), "")


def dataset_id(text: str) -> str | None:
    """Return the remote id given as a code or in a detail page's address (``…?type=cp&id=X``).

    None for anything else: another address, or a name, which does not identify a dataset.
    """
    if is_web(text):
        try:
            return next(iter(parse_qs(urlsplit(text).query).get("id", ())), None)
        except ValueError:
            return None
    return text if _CODE.fullmatch(text) and any(map(str.isdigit, text)) else None
