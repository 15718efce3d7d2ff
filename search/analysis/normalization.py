"""Normal form of a text: width, case, traditional characters, years, invisible characters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Protocol

from ontology.texts import INVISIBLE, without_invisible
from search.analysis.character_variants import without_variants

# Characters that stand inside words without being seen are dropped; lone surrogates can't be
# encoded for an index and part words like blanks.
_SURROGATES = re.compile("[\ud800-\udfff]+")
_NEEDS_CARE = re.compile(f"[{INVISIBLE}\ud800-\udfff]")

_CHINESE_YEAR = re.compile("[一二][〇零○oO0一二三四五六七八九]{3}(?=年)")
_CHINESE_DIGITS = str.maketrans("〇零○oO一二三四五六七八九", "00000123456789")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter() -> tuple[_Converter, frozenset[str]]:
    """Return OpenCC's t2s converter, and the characters that it might change."""
    from opencc import OpenCC  # noqa: PLC0415 - loads its dictionaries: only where text is analysed

    converter: _Converter = OpenCC("t2s")
    # Every ideograph of the basic and the supplementary plane, asked once (about 50 ms). OpenCC
    # changes a text only where one of these stands, so that others skip the call.
    ideographs = [
        *range(0x3400, 0x4DC0),
        *range(0x4E00, 0xA000),
        *range(0xF900, 0xFB00),
        *range(0x20000, 0x323B0),
    ]
    before = [chr(code) for code in ideographs]
    after = converter.convert("\n".join(before)).split("\n")
    return converter, frozenset(b for b, a in zip(before, after, strict=True) if a != b)


def simplified(text: str) -> str:
    """Return ``text`` in simplified characters (OpenCC t2s, with its phrases)."""
    if text.isascii():
        return text
    converter, traditional = _converter()
    # A set is 20 times faster here than a character class of 5,000.
    return text if traditional.isdisjoint(text) else converter.convert(text)


def normal(text: str) -> str:
    """Return the normal form: NFKC (full width becomes half), lower case, simplified characters.

    Invisible characters are dropped, lone surrogates become blanks, and a year written in Chinese
    digits (二〇二三年) becomes 2023年.
    """
    if text.isascii():
        return text.lower()
    if _NEEDS_CARE.search(text):
        text = _SURROGATES.sub(" ", without_invisible(text))
    text = without_variants(simplified(unicodedata.normalize("NFKC", text).lower()))
    if "年" in text:
        text = _CHINESE_YEAR.sub(lambda m: m.group().translate(_CHINESE_DIGITS), text)
    return text
