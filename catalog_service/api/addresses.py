"""Addresses: identifiers in paths, and the IRIs and links made of them.

IRIs come from the settings alone. The ``Host`` header is never read: a client could put any
name there and have it stored in caches or in answers.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from catalog_service.api.errors import ILLEGAL_PATH
from ontology.errors import AtlasError
from ontology.record import mint_iri

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
MAX_ID_CHARACTERS: Final = 1_024


def decode_segment(segment: str) -> str:
    """Decode one path segment; raises `AtlasError` (``illegal-path``).

    Paths are routed undecoded (`catalog_service.api.gate`), so that ``%2F`` inside an identifier
    is part of it and ``..%2F`` leads nowhere.
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


def dataset_iri(base: str, source: str, remote_id: str) -> str:
    """Return the IRI of a record."""
    return mint_iri(base, source, remote_id)


def dataset_path(source: str, remote_id: str) -> str:
    """Return the path of a record's page."""
    return f"/dataset/{source}/{quote(remote_id, safe='')}"


def api_path(source: str, remote_id: str) -> str:
    """Return the path of a record in the API."""
    return f"/api/v1/datasets/{source}/{quote(remote_id, safe='')}"
