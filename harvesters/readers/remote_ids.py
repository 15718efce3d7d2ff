"""Remote ids: a platform's identifier of a record, or a digest where it has none."""

from __future__ import annotations

import hashlib
from typing import Final

from harvesters.errors import IDENTIFIER_TOO_LONG, PERSONAL_IDENTIFIER
from harvesters.privacy.personal_data import is_personal_identifier
from ontology.errors import AtlasError, FilePosition

MAX_IDENTIFIER: Final = 400
"""Characters of a remote id; it is part of addresses and of keys in the database."""


def checked_identifier(text: str, place: FilePosition) -> str:
    """Return an identifier as given; raises `AtlasError` (``identifier-too-long``,
    ``personal-identifier``).
    """
    if len(text) > MAX_IDENTIFIER:
        raise AtlasError(IDENTIFIER_TOO_LONG, place=place, count=len(text), limit=MAX_IDENTIFIER)
    if is_personal_identifier(text):
        raise AtlasError(PERSONAL_IDENTIFIER, place=place)
    return text


def identity_digest(provider: str, title: str, place: str = "") -> str:
    """Return the remote id of a record without a stable code: a digest of provider and title.

    Sixteen hexadecimal digits of SHA-256. Titles repeat between departments and cities
    (行政处罚信息), so neither the title alone nor the row's number would do.
    """
    own = "\x1f".join(filter(None, (place, provider, title)))
    return hashlib.sha256(own.encode("utf-8", "replace")).hexdigest()[:16]
