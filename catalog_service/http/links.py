"""Addresses: identifiers in paths, and the IRIs and links made of them.

IRIs come from the settings alone. The ``Host`` header is never read: a client could put any
name there and have it stored in caches or in answers.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote, unquote, unquote_to_bytes

from catalog_service.formats import BY_SUFFIX, HTML
from catalog_service.http.errors import ILLEGAL_PATH
from ontology.errors import AtlasError
from ontology.record import PATH

PAGE: Final = HTML.suffix
_ENDINGS: Final = frozenset({PAGE, *BY_SUFFIX})
"""Endings that are a form in the address of a record."""

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


def split_ending(remote_id: str) -> tuple[str, str]:
    """Split ``AG91.ttl`` into ``AG91`` and ``ttl``; an ending that is no form belongs to the id."""
    stem, dot, ending = remote_id.rpartition(".")
    return (stem, ending) if dot and stem and ending in _ENDINGS else (remote_id, "")


def record_path(source: str, remote_id: str) -> str:
    """Return the path below which everything of a record stands: its page and its forms."""
    return f"/dataset/{source}/{quote(remote_id, safe='')}"


def dataset_path(source: str, remote_id: str) -> str:
    """Return the path of a record's page.

    An identifier that ends as a form does takes ``.html`` behind it: ``cat.ttl`` is the Turtle of
    ``cat``, ``cat.ttl.html`` the page of ``cat.ttl``, and ``cat.ttl.ttl`` its Turtle.
    """
    path = record_path(source, remote_id)
    return f"{path}.{PAGE}" if split_ending(remote_id)[1] else path


def form_path(source: str, remote_id: str, suffix: str) -> str:
    """Return the path of a fixed form of a record."""
    return f"{record_path(source, remote_id)}.{suffix}"


def page_path(base: str, iri: str) -> str:
    """Return the path of the page of a record by its IRI, which is one of the base's."""
    source, _, quoted = iri.removeprefix(f"{base}{PATH}").partition("/")
    return dataset_path(source, unquote(quoted))


def api_path(source: str, remote_id: str) -> str:
    """Return the path of a record in the API."""
    return f"/api/v1/datasets/{source}/{quote(remote_id, safe='')}"
