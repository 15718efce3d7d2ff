"""The table of words: Chinese, the English that titles are glossed with, and other names of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from search.analysis.normalization import normal

TABLE: Final = Path(__file__).resolve().parent / "words.tsv"

_GLOSS_ONLY: Final = "~"
"""Before English that is too general to look for: 情况 is "situation", and no subject."""
_SPELLINGS: Final = (
    ("licence", "license"),
    ("centre", "center"),
    ("theatre", "theater"),
    ("labour", "labor"),
    ("neighbourhood", "neighborhood"),
    ("tumour", "tumor"),
    ("harbour", "harbor"),
    ("honour", "honor"),
    ("tyre", "tire"),
    ("programme", "program"),
    ("colour", "color"),
    ("organization", "organisation"),
    ("specialized", "specialised"),
    ("revitalization", "revitalisation"),
)
"""Spellings of Britain and America, either way."""
_WORD: Final = re.compile(r"[a-z]{3,}$")
_SIBILANT: Final = ("ch", "sh", "x", "ss", "z")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One row: a Chinese word, its gloss ("" for a word that a gloss leaves out), English names."""

    chinese: str
    gloss: str
    names: tuple[str, ...]
    """What the English is searched by, as it is written; none where it is too general."""


@cache
def rows() -> tuple[Bilingual, ...]:
    """Return the table, in its order."""
    return tuple(_read(TABLE.read_text(encoding="utf-8")))


def _read(text: str) -> Iterator[Bilingual]:
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        chinese, english = line.split("\t")
        general = english.startswith(_GLOSS_ONLY)
        names = tuple(filter(None, english.removeprefix(_GLOSS_ONLY).split("|")))
        gloss = names[0] if names else ""
        yield Bilingual(chinese, gloss, names[general:])


@cache
def chinese_of() -> Mapping[str, tuple[str, ...]]:
    """Return the Chinese words by English name: in normal form, singular, plural, both spellings.

    Of several words those come first whose gloss it is.
    """
    found: dict[str, dict[str, None]] = {}
    for first in (True, False):
        for row in rows():
            for number, name in enumerate(row.names):
                if first == (number == 0):
                    for form in forms(name):
                        found.setdefault(form, {})[row.chinese] = None
    return MappingProxyType({form: tuple(words) for form, words in found.items()})


def forms(name: str) -> tuple[str, ...]:
    """Return an English name in normal form as it is searched by: number and spelling vary."""
    key = normal(name)
    found = {key: None} | dict.fromkeys(_numbers(key))
    for one, other in _SPELLINGS:
        for form in tuple(found):
            if one in form:
                found[form.replace(one, other)] = None
            elif other in form:
                found[form.replace(other, one)] = None
    return tuple(found)


def _numbers(key: str) -> tuple[str, ...]:
    """Return a name with its last word in the other number."""
    match = _WORD.search(key)
    if match is None or (match.start() and key[match.start() - 1] not in " -"):
        return ()
    before, word = key[: match.start()], match.group()
    if word.endswith("ies") and len(word) > 4:
        return (f"{before}{word[:-3]}y",)
    if word.endswith("es") and word[:-2].endswith(_SIBILANT):
        return (f"{before}{word[:-2]}",)
    if word.endswith("uses"):  # buses, houses
        return (f"{before}{word[:-2]}", f"{before}{word[:-1]}")
    if word.endswith("us"):
        return (f"{before}{word}es",)
    if word.endswith("s") and not word.endswith(("ss", "is")):
        return (f"{before}{word[:-1]}",)
    if word.endswith("y") and word[-2] not in "aeiou":
        return (f"{before}{word[:-1]}ies",)
    if word.endswith(_SIBILANT):
        return (f"{before}{word}es",)
    return (f"{before}{word}s",)
