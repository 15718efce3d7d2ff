"""Choosing among texts in several languages: one rule for index, pages, feeds, exports and API.

Order: the reader's language, Chinese, no language (mostly Chinese here), English, others by tag.
Within Chinese: ``zh``, simplified, other, traditional forms; within English ``en`` before
``en-GB``. Of several texts with one tag the first by code points is taken, so that the order in
the source has no influence. Empty texts are ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

Tagged = tuple[str, str]
"""A text and its language tag, which is empty where there is none."""

Texts = dict[str, str]
"""A text by language (``zh``, ``en``, …; empty: none given), in the order of preference."""

CHINESE: Final = "zh"
ENGLISH: Final = "en"

_SAME: Final = {
    "zho": CHINESE,
    "chi": CHINESE,
    "cmn": CHINESE,
    "eng": ENGLISH,
    "und": "",
    "mul": "",
}
"""Primary subtags that mean a language with a shorter one (ISO 639), or none."""
_SIMPLIFIED: Final = frozenset({"hans", "cn", "sg", "my"})
_TRADITIONAL: Final = frozenset({"hant", "tw", "hk", "mo"})


class Bilingual(Protocol):
    """What has a name or a text in Chinese and in English, as rules, concepts and terms do."""

    @property
    def zh(self) -> str:
        """The Chinese text."""
        ...

    @property
    def en(self) -> str:
        """The English text."""
        ...


@dataclass(frozen=True, slots=True)
class BilingualText:
    """One text in Chinese and in English."""

    zh: str
    en: str


@lru_cache(maxsize=1_024)
def language_of(tag: str) -> str:
    """Return the language of a tag (BCP 47): ``zh`` of ``zh-Hant-TW``, empty for none."""
    primary = tag.replace("_", "-").lower().partition("-")[0]
    return _SAME.get(primary, primary)


@lru_cache(maxsize=1_024)
def rank(tag: str, wanted: str = CHINESE) -> tuple[int, int, str]:
    """Return the sort key of a tag for a reader of a language, the preferred first."""
    language = language_of(tag)
    parts = frozenset(tag.replace("_", "-").lower().split("-")[1:])
    form = 0
    if parts:
        traditional = bool(parts & _TRADITIONAL) and not parts & {"hans"}
        form = 3 if traditional else 1 if parts & _SIMPLIFIED else 2
    order = list(dict.fromkeys((language_of(wanted), CHINESE, "", ENGLISH)))
    place = order.index(language) if language in order else len(order)
    return place, form, tag.lower()


def preferred(texts: Iterable[Tagged], wanted: str = CHINESE) -> list[Tagged]:
    """Return the texts that are not empty in the order of preference."""
    found = _told(texts)
    if len(found) < 2:
        return found
    return sorted(found, key=lambda pair: (rank(pair[1], wanted), pair[0]))


def grouped(texts: Iterable[Tagged], wanted: str = CHINESE) -> list[Tagged]:
    """Return a list of texts, such as keywords, by preference; those of one tag as they stand."""
    found = _told(texts)
    return found if len(found) < 2 else sorted(found, key=lambda pair: rank(pair[1], wanted))


def choose(texts: Iterable[Tagged], wanted: str = CHINESE) -> str:
    """Return the text to show; empty where there is none."""
    found = preferred(texts, wanted)
    return found[0][0] if found else ""


def pick(texts: Mapping[str, str], wanted: str = CHINESE) -> str:
    """Return the text to show of texts by their tags; empty where there is none."""
    if len(texts) == 1:
        (only,) = texts.values()
        return "" if only.isspace() else only
    return choose(((text, tag) for tag, text in texts.items()), wanted)


def _told(texts: Iterable[Tagged]) -> list[Tagged]:
    return [(text, tag) for text, tag in texts if text and not text.isspace()]


def by_language(texts: Iterable[Tagged]) -> dict[str, str]:
    """Return the text of each language, in the order of preference; of several forms the first."""
    found: dict[str, str] = {}
    for text, tag in preferred(texts):
        found.setdefault(language_of(tag), text)
    return found
