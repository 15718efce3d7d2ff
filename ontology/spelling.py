"""Spellings: the normal form under which labels are compared, and lists written as strings."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Protocol

from ontology.texts import INVISIBLE

_QUOTES = "'\"`‘’‚‛“”„‟′″＇＂「」『』«»‹›"
_TRAILING = ",;、。，；"
_BRACKETS = {"[": "]", "(": ")", "{": "}", "<": ">", "【": "】", "〔": "〕", "《": "》", "〈": "〉"}
_NESTING = {"(": ")", "（": "）", "[": "]", "【": "】", "〔": "〕"}
_BLANK = re.compile(rf"[\s{INVISIBLE}\x00-\x1f\x7f-\x9f]+")
_MAX_ROUNDS = 8

STRONG_SEPARATORS = frozenset(",，;；|\r\n\t")
"""What separates the items of a list in one string, in every column."""

WEAK_SEPARATORS = frozenset("、/")
"""What may separate items or stand inside one label (文化、卫生、体育; RDF/XML)."""


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _to_simplified() -> _Converter:
    import opencc  # noqa: PLC0415 - 60 ms and 10 MB that a reader of ASCII never needs

    converter: _Converter = opencc.OpenCC("t2s")
    return converter


def spelling_key(text: str) -> str:
    """Return the form under which two spellings count as the same; idempotent.

    Width and compatibility forms (NFKC), blanks (inner ones too), case, traditional characters,
    and quotes, brackets and commas around the whole are normalized.
    """
    for _ in range(_MAX_ROUNDS):
        before = text
        text = _one_round(text)
        if text == before:
            break
    return text


def _one_round(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _BLANK.sub("", text).strip(_QUOTES + _TRAILING)
    if len(text) > 1 and _BRACKETS.get(text[0]) == text[-1]:
        text = text[1:-1]
    if not text.isascii():
        text = _to_simplified().convert(text)
    return text


def split_list(text: str) -> list[str]:
    """Split a list written as one string: ``['xls','api']``, ``[xml,xls]``, ``EXCEL,DOC``.

    Only the separators that stand in no label are used, and none within brackets. Empty items
    between separators are dropped, an item that is quoted and empty (``['']``) is kept as ``""``;
    order is kept.
    """
    text = text.strip()
    if text[:1] == "[" and text[-1:] == "]":
        text = text[1:-1]
    return [item.strip(_QUOTES).strip() for item in split_outside(text, STRONG_SEPARATORS)]


def split_outside(text: str, separators: frozenset[str]) -> list[str]:
    """Split at the separators that stand outside brackets; items are trimmed, empty ones dropped.

    A bureau with two name plates, 科学技术局（地震局、知识产权局）, stays whole. Where brackets do
    not match, they are taken as plain text.
    """
    items: list[str] = []
    expected: list[str] = []
    start = 0
    for place, character in enumerate(text):
        if character in _NESTING:
            expected.append(_NESTING[character])
        elif expected and character == expected[-1]:
            expected.pop()
        elif not expected and character in separators:
            items.append(text[start:place])
            start = place + 1
    items.append(text[start:])
    if expected:
        items = re.split("[" + re.escape("".join(sorted(separators))) + "]", text)
    return [item.strip() for item in items if item.strip()]
