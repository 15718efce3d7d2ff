"""How words sound: pinyin without tones, of whole words: 银行 is yinhang and 行走 xingzou."""

from __future__ import annotations

import re
from functools import lru_cache

import rjieba

_CHINESE = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=65_536)
def word_syllables(word: str) -> tuple[str, ...]:
    """Return the syllables of one word; what is not Chinese stays as it is."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - loads its dictionaries: only where needed

    return tuple(lazy_pinyin(word)) if _CHINESE.search(word) else (word,)


def syllables(text: str) -> tuple[str, ...]:
    """Return the syllables of a text in normal form, read word by word."""
    return tuple(s for word in rjieba.cut(text, False) for s in word_syllables(word))


_BLURRED = re.compile(r"^(zh|ch|sh)|^n(?=[aeiouv])|ng$")


@lru_cache(maxsize=4096)
def blurred(syllable: str) -> str:
    """Return a syllable as speakers of the south hear it: z for zh, l for n, n for ng."""
    return _BLURRED.sub(lambda m: {"n": "l", "ng": "n"}.get(m.group(), m.group()[:1]), syllable)
