"""Identifiers in paths, decoded once."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import unquote_to_bytes

from fastapi import Depends

from catalog_service.http.errors import ILLEGAL_PATH
from ontology.errors import AtlasError

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
MAX_ID_CHARACTERS: Final = 1_024


def decode_segment(segment: str) -> str:
    """Decode one path segment; raises `AtlasError` (``illegal-path``).

    Paths are routed undecoded (`catalog_service.http.middleware`), so that ``%2F`` inside an
    identifier is part of it and ``..%2F`` leads nowhere.
    """
    if _BROKEN_ESCAPE.search(segment):
        raise AtlasError(ILLEGAL_PATH)
    try:
        text = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        raise AtlasError(ILLEGAL_PATH) from None
    if not text or len(text) > MAX_ID_CHARACTERS:
        raise AtlasError(ILLEGAL_PATH)
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise AtlasError(ILLEGAL_PATH)
    return text


@dataclass(frozen=True, slots=True)
class DatasetRef:
    """Source and remote id of a path."""

    source: str
    remote_id: str


async def dataset_ref(source: str, remote_id: str) -> DatasetRef:
    """Decode ``{source}/{remote_id}``; raises ``illegal-path``.

    A coroutine, though it waits for nothing: else it would be run in a thread.
    """
    return DatasetRef(decode_segment(source), decode_segment(remote_id))


Ref = Annotated[DatasetRef, Depends(dataset_ref)]
"""A route's parameter of this type is the record that its path names."""
