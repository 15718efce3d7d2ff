"""What pictures drawn on the server share: texts that fit, and curves."""

from __future__ import annotations

import unicodedata


def shortened(text: str, columns: int) -> str:
    """Cut a text to a number of half-width columns, with an ellipsis where something is cut."""
    used = 0
    for place, character in enumerate(text):
        used += columns_of(character)
        if used > columns:
            return text[: max(place - 1, 1)] + "…"
    return text


def columns_of(character: str) -> int:
    """Return how many half-width columns a character takes."""
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def curve(x: float, y: float, to_x: float, to_y: float) -> str:
    """Return the path of a curve that leaves and arrives horizontally."""
    half = (x + to_x) / 2
    return f"M{x:.0f} {y:.1f}C{half:.0f} {y:.1f} {half:.0f} {to_y:.1f} {to_x:.0f} {to_y:.1f}"
