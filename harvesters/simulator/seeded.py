"""Draws that depend on words alone: the same seed gives the same catalogue on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def draw(*words: object) -> int:
    """Return a number below 2⁴⁸ that is always the same for the same words."""
    text = "\x1f".join(map(str, words))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest())


def share(*words: object) -> float:
    """Return a number in [0, 1) that is always the same for the same words."""
    return draw(*words) / (1 << 48)


def pick(values: Sequence[T], *words: object) -> T:
    """Return one of the values, always the same for the same words."""
    return values[draw(*words) % len(values)]
