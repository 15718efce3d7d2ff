"""Folding texts to narrow ASCII forms, so that a number is found however it is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from ontology.texts import without_invisible

_WIDE: Final = str.maketrans(
    {chr(w): chr(w - 0xFEE0) for w in range(0xFF10, 0xFF5B) if chr(w - 0xFEE0).isalnum()}
    | {"＠": "@", "＋": "+", "．": ".", "－": "-", "\u3000": " ", "\u00a0": " "}
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
"""Full-width letters and digits, dashes and blanks, each for one character of ASCII."""

_PIECE: Final = re.compile(
    r"&#\d{1,7};|&#[xX][0-9A-Fa-f]{1,6};|&(?:nbsp|ensp|emsp|shy|zwnj|zwj);|.", re.S
)
_COMBINING: Final = frozenset({"Mn", "Me"})

Replace = Callable[[re.Match[str]], str]


def narrowed(text: str) -> str:
    """Return the text with full-width characters as narrow ones; its length stays the same."""
    return text.translate(_WIDE)


def replaced(pattern: re.Pattern[str], replace: Replace, text: str) -> str:
    """Substitute matches in the narrow form of a text; the rest keeps its original form."""
    flat = narrowed(text)
    if flat == text:
        return pattern.sub(replace, text)
    return _spliced(pattern, replace, text, flat, range(len(text) + 1))


def replaced_skeleton(pattern: re.Pattern[str], replace: Replace, text: str) -> str:
    """Substitute matches in the skeleton of a text; the rest keeps its original form.

    The skeleton has ASCII digits for those of every script, no invisible characters and no
    entities: ``①③⑧``, ``1\u200b38``, ``&#49;38`` and Arabic-Indic digits are all 138.
    """
    if _ODD.search(text) is None:
        return text
    flat: list[str] = []
    starts: list[int] = []
    for found in _PIECE.finditer(text):
        char = _skeleton(found.group())
        if char:
            flat.append(char)
            starts.append(found.start())
    starts.append(len(text))
    return _spliced(pattern, replace, text, "".join(flat), starts)


_ODD: Final = re.compile(
    r"&#|&[a-z]{3,4};|[^\x00-\x7f\u3000-\u303f\u4e00-\u9fff\uff01-\uff0f\uff1a-\uff1f]"
)


@lru_cache(maxsize=4096)
def _skeleton(piece: str) -> str:
    """Return the skeleton of one character or entity: one character or an empty text."""
    if len(piece) > 1:
        if piece[1] != "#":
            return " " if piece in ("&nbsp;", "&ensp;", "&emsp;") else ""
        code = int(piece[3:-1], 16) if piece[2] in "xX" else int(piece[2:-1])
        piece = chr(code) if 0 < code < 0x110000 else ""
        if not piece:
            return ""
    if not without_invisible(piece) or unicodedata.category(piece) in _COMBINING:
        return ""
    digit = unicodedata.digit(piece, None)
    return piece.translate(_WIDE) if digit is None else str(digit)


def _spliced(
    pattern: re.Pattern[str],
    replace: Replace,
    text: str,
    flat: str,
    starts: range | list[int],
) -> str:
    """Substitute in ``flat``, whose characters begin at ``starts`` in ``text``."""
    parts: list[str] = []
    end = 0
    for found in pattern.finditer(flat):
        new = replace(found)
        if new != found.group():
            parts += [text[end : starts[found.start()]], new]
            end = starts[found.end()]
    return "".join([*parts, text[end:]]) if parts else text
