"""Which search texts may be counted: not those that seem to be about a person.

People search for their own names, numbers and homes. What the privacy rule of records recognises
(`harvesters.privacy`) is never counted, however many ask it; nor is what is long, for it tells a
story, or holds more digits than years and days need. Heuristics, which refuse too much rather than
too little; that a text counts only once several networks have asked it holds for what they miss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import rjieba

from harvesters.privacy.chinese_names import is_person_name
from harvesters.privacy.latin_names import latin_names
from harvesters.privacy.personal_data import clean_contact, clean_text, is_personal_identifier
from harvesters.privacy.removed_kinds import NAME
from ontology.vocabulary import load_vocabulary
from search.analysis.normalization import normal
from search.analysis.places import short_place
from search.bilingual.words import rows

MOST_CHARACTERS: Final = 40
"""Of a text that is counted; those of `benchmarks/judged` have 18 at most."""

MOST_DIGITS: Final = 5
"""Beside years and days: a shorter one is a code or a line of the metro, a longer one may be a
number of somebody."""

_DAY: Final = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:[-./年](?:0?\d|1[0-2])(?:[-./月][0-3]?\d)?)?(?!\d)"
)
_PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][ ·.-]?"
    r"[a-z0-9]{5,6}(?![a-z0-9])"
)
_BETWEEN: Final = re.compile(r"[\s,，、;；/|·:：。！？!?（）()\"“”]+")
_NAME_TAG: Final = "nr"
"""Jieba's parts of speech begin so for names of persons."""
_LONGEST_NAME: Final = 4


def countable(text: str) -> str | None:
    """Return the text as it is counted, or None where it may not be."""
    found = " ".join(normal(text).split())
    if not found or len(found) > MOST_CHARACTERS or _is_personal(text, found):
        return None
    return found


def _is_personal(text: str, found: str) -> bool:
    if "@" in found or _PLATE.search(found):
        return True
    if sum(char.isdigit() for char in _DAY.sub("", found)) > MOST_DIGITS:
        return True
    for form in (text, found):
        kinds = {*clean_text(form).kinds, *clean_contact(form).kinds} - {NAME}
        if kinds or clean_text(form).kinds or is_personal_identifier(form):
            return True
    # Searches are typed in small letters, which names are not told by.
    if latin_names(text) or latin_names(found.title()):
        return True
    return any(is_person_name(name) and name not in _words() for name in _may_be_names(found))


def _may_be_names(text: str) -> Iterator[str]:
    """Yield each part that stands alone, and what the cutter takes for a name, with neighbours."""
    yield from (part for part in _BETWEEN.split(text) if part)
    words = rjieba.tag(text)
    for at, (word, tag) in enumerate(words):
        if tag.startswith(_NAME_TAG) and word not in _words():
            yield word
            for both in (
                "".join(w for w, _ in words[max(0, at - 1) : at + 1]),
                "".join(w for w, _ in words[at : at + 2]),
            ):
                if len(both) <= _LONGEST_NAME:
                    yield both


@cache
def _words() -> frozenset[str]:
    """Words that look like names and are none: those of our titles, places, vocabularies."""
    vocabulary = load_vocabulary()
    places = {short_place(normal(c.zh)) for c in vocabulary.concepts("place")}
    return frozenset({normal(row.chinese) for row in rows()} | places)
