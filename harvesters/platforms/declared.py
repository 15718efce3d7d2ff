"""Numbers as platforms declare them, of which any may be absurd."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = 15
"""More have no list; and Python refuses to read some thousands of them."""


def declared_number(text: str) -> int | None:
    """Return a number that a platform declares; None where it is none that a list could have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
