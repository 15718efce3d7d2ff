"""Keys of pages: where the next one begins, as text that clients pass back."""

from __future__ import annotations

import base64
import binascii
import unicodedata

from catalog_service.errors import PARAMETER_INVALID
from ontology.errors import AtlasError, Phrase


def pack(place: tuple[str, str]) -> str:
    """Return the key of the page after ``(source, remote id)``."""
    return base64.urlsafe_b64encode("\n".join(place).encode()).decode().rstrip("=")


def unpack(text: str) -> tuple[str, str]:
    """Return ``(source, remote id)`` of a key; raises ``parameter-invalid``."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        plain = ""
    source, separator, remote_id = plain.partition("\n")
    if not separator or any(unicodedata.category(char) == "Cc" for char in source + remote_id):
        raise AtlasError(
            PARAMETER_INVALID,
            name="after",
            value=text[:80],
            expected=Phrase("the `next` of a page"),
        )
    return source, remote_id
