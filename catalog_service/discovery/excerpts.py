"""What matched in the texts of a hit: pieces of them, marked, and excerpts around matches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from search.model import Span

WHY: Final = 140
"""Characters of a description that are shown, taken from around the first match."""

BEFORE: Final = 24
_PAUSE: Final = "，。；、,.; "


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; ``marked`` where it matched."""

    text: str
    marked: bool = False


def pieces(text: str, spans: Iterable[Span]) -> list[Piece]:
    """Cut a text at its spans, which are in order and do not overlap."""
    found: list[Piece] = []
    at = 0
    for start, end in spans:
        if start > at:
            found.append(Piece(text[at:start]))
        if end > start:
            found.append(Piece(text[start:end], marked=True))
        at = max(at, end)
    if at < len(text):
        found.append(Piece(text[at:]))
    return found


def excerpt(text: str, spans: Iterable[Span]) -> list[Piece]:
    """Return at most `WHY` characters of a text, with the first match among them."""
    marked = tuple(spans)
    first = marked[0][0] if marked else 0
    start = 0 if first < WHY - BEFORE else _after_pause(text, first - BEFORE, first)
    end = min(len(text), start + WHY)
    within = [(max(a, start) - start, min(b, end) - start) for a, b in marked if a < end]
    found = pieces(text[start:end], [(a, b) for a, b in within if b > a])
    if start and found:
        found.insert(0, Piece("…"))
    if end < len(text):
        found.append(Piece("…"))
    return found


def _after_pause(text: str, start: int, latest: int) -> int:
    """Return where a clause begins, if one does within reach; else ``start``."""
    for at in range(start, latest):
        if text[at] in _PAUSE:
            return at + 1
    return start
