"""Truncating long names for display."""

from __future__ import annotations

from typing import Final

MAX_NAME: Final = 300
"""Characters of a title or another name where it is shown; real ones have up to a hundred."""

ELLIPSIS: Final = "…"


def clip(text: str, most: int = MAX_NAME) -> str:
    """Return a text of at most ``most`` characters; what was cut ends with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + ELLIPSIS
