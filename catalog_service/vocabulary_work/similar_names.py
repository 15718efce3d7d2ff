"""Names that are like other names, without what most of them share.

上海市财政局 and 上海市民政局 have five of six characters in common, and nothing that tells them
apart: compared is what is left without the city before and the kind of organization behind.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from ontology.concepts import Concept, Scheme
from ontology.spelling import spelling_key
from ontology.vocabulary import Vocabulary

LIKE: Final = 0.6
"""Share of equal characters from which on two names are similar."""

_BEFORE: Final = re.compile(r"(?:中共)?(?:上海市?|市(?![场民容]))?(?:委(?!员会))?(?:人民政府)?")
_BEHIND: Final = re.compile(
    r"(?:管理|监督|监管|行政|事务|工作|(?<=区)人民|(?<=县)人民)*"
    r"(?:委员会|委|总局|局|办公室|办公厅|办|厅|部|处|署|中心|总队|支队|队|总站|站|政府"
    r"|联合会|协会|有限公司|公司|集团|[(（]集团[)）])+$"
)
_AREA: Final = re.compile(r"(?<=.)(?:新区|区|县)$")
_WORDS: Final = re.compile(r"[a-z]+")
_STEM: Final = 5
"""Letters by which English words count as the same: transport, transportation."""
_COMMON: Final = re.compile(
    r"[a-z]|administration|administrative|affairs|agency|and|area|association|authority|brigade"
    r"|bureau|cent(?:er|re)|city|commission|committee|company|council|cpc|department|district"
    r"|federation|for|general|government|group|in|management|municipal|municipality|of|office"
    r"|people|regulatory|service|shanghai|supervision|the"
)
_CHINESE: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN: Final = re.compile("[a-zA-Z]")

Core = str | tuple[str, ...]
"""Characters of a Chinese name, or the beginnings of the words of an English one."""


def is_english(name: str) -> bool:
    """Tell whether a name can be an English one: in Latin letters, without Chinese characters."""
    return _CHINESE.search(name) is None and _LATIN.search(name) is not None


def core(name: str, scheme: Scheme) -> Core:
    """Return what tells a name apart: an organization's without its city and its kind."""
    if _CHINESE.search(name) is None:
        words = _WORDS.findall(name.casefold())
        own = [one for one in words if scheme != "organization" or not _COMMON.fullmatch(one)]
        return tuple(one[:_STEM] for one in own or words)
    key = spelling_key(name)
    if scheme != "organization":
        return key
    left = _BEHIND.sub("", _BEFORE.sub("", key, count=1))
    return _AREA.sub("", left) or key


def similar(
    vocabulary: Vocabulary, scheme: Scheme, names: Iterable[str], *, but: str, most: int
) -> list[Concept]:
    """Return the concepts of a scheme with names like some, the nearest first.

    ``but``: not the concept with this IRI.
    """
    best: dict[str, tuple[float, Concept]] = {}
    known = [one for one in _known(vocabulary, scheme) if one[0].iri != but]
    for wanted in {core(name, scheme) for name in names if name}:
        # It remembers what it knows of its second text, which is the same for all.
        matcher: difflib.SequenceMatcher[str] = difflib.SequenceMatcher(None, "", wanted)
        for concept, text in known:
            matcher.set_seq1(text)
            score = _score(matcher) if type(text) is type(wanted) else 0.0
            if score >= LIKE and score > best.get(concept.iri, (0.0, concept))[0]:
                best[concept.iri] = (score, concept)
    found = sorted(best.values(), key=lambda one: -one[0])
    return [concept for _, concept in found[:most]]


def _score(matcher: difflib.SequenceMatcher[str]) -> float:
    # Both are quick, and never less than the ratio.
    if matcher.real_quick_ratio() < LIKE or matcher.quick_ratio() < LIKE:
        return 0.0
    return matcher.ratio()


@lru_cache(maxsize=4)
def _known(vocabulary: Vocabulary, scheme: Scheme) -> tuple[tuple[Concept, Core], ...]:
    """Return what tells each name of a scheme apart, with its concept."""
    return tuple(
        (concept, text)
        for concept in vocabulary.concepts(scheme)
        for text in dict.fromkeys(core(name, scheme) for name in vocabulary.names(concept.iri))
    )
