"""Place names: those that documents are of, and how they are recognized in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

import rjieba

from ontology.vocabulary import load_vocabulary
from search.analysis.normalization import normal
from search.analysis.pinyin import word_syllables
from search.analysis.titles import title_parts

_DISTRICT_DIGITS: Final = 6
"""Digits of the code of a city or a district; streets have more."""
_ASIDE: Final = re.compile(r"['’]|\s*[(].*?[)]$")
_SHORTEST: Final = 2
_LONGEST: Final = 12
_PROPER: Final = frozenset(("ns", "nr", "nrt", "nt", "nz", "j"))
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]+")
_SUFFIX: Final = re.compile(
    r"(?:壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|自治县|特别行政区|(?<!高)新区|省|市|县|区|旗)$"
)
_FROM_PUBLISHER: Final = re.compile(
    r"^(?:[^\x00-\u4dff省市区县]{2,4}省)?([^\x00-\u4dff省市区县]{2,4}市)?"
    r"((?!市中)[^\x00-\u4dff省市区县]{2,3}[区县市]|市中区|[^\x00-\u4dff省市区县]县)?"
)
_NO_PLACE: Final = re.compile(
    r"^自治区$|^(?:全|各|本|分|我|城|辖|某|两|跨|国|行业|非|上级|下级)|(?:小|社|园|景|校|库|厂|矿|片|辖|城|市|新|发|开|灾|地)区$"
    # 绿化和市容管理局 is an office for two things.
    r"|[和与及]市$"
    # 宝山区 and 房山区 are districts.
    r"|^(?:高|深|边|老|石|林|半|贫困)?山区$"
    r"|(?:城|集|小|古|强|重|中心|特色|示范|建制)镇$|(?:城|下|返|回|离|入|老|侨|民族)乡$"
)
_TOWN: Final = re.compile(
    r"(?:[^\x00-\u4dff]县)?[-_ ]*([^\x00-\u4dff省市区县乡镇]{2,5}?(?:街道|镇|乡))"
    r"(?=办事处|办|人民政府|政府|党委|$)"
)
_IN_TITLE: Final = re.compile(r"[-_ ]*([^\x00-\u4dff省市区县乡镇]{2,5}?(?:街道|镇|乡))")
"""A street, a town or a township, in the name of its office or at the head of a title."""


def short_place(name: str) -> str:
    """Return a place without its rank (营山县 → 营山), or whole where too little would be left."""
    short = _SUFFIX.sub("", name)
    return short if len(short) >= 2 else name


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """``names`` leads from a place's name, whole or short, to the name that documents are asked
    for; ``sounds`` does so from its joined syllables, ``english`` from its English names."""

    names: Mapping[str, str]
    sounds: Mapping[str, str]
    english: Mapping[str, str] = field(default_factory=dict)
    latin: frozenset[str] = field(init=False, compare=False)
    """The words of the English names, and the names by their sound: what may be misspelled."""

    def __post_init__(self) -> None:
        words = {word for name in self.english for word in name.split()}
        object.__setattr__(self, "latin", frozenset(words | set(self.sounds)))


def gazetteer(
    counts: Mapping[str, int], further: Mapping[str, Sequence[str]] | None = None
) -> Gazetteer:
    """Return the places known by the number of their documents (`areas_of`).

    ``further`` gives places with their other names (`vocabulary_places`), whether or not any
    document is of them: a search for a place without data says so, and does not look for letters.
    """
    further = further or {}
    named = _named({**dict.fromkeys(map(normal, further), 0), **counts})
    english: dict[str, str] = {}
    for place, names in further.items():
        for name in map(normal, names):
            if name.isascii():
                english.setdefault(name, normal(place))
            else:
                named.setdefault(name, name)
    sounds: dict[str, str] = {}
    for name, target in sorted(named.items()):
        sounds.setdefault("".join(word_syllables(name)), target)
    return Gazetteer(named, sounds, english)


@cache
def vocabulary_places() -> Mapping[str, tuple[str, ...]]:
    """Return the city, its districts, streets and towns, today's and former, with other names.

    These are the short name in Chinese and the English ones, without apostrophes.
    """
    vocabulary = load_vocabulary()
    found: dict[str, tuple[str, ...]] = {}
    for concept in vocabulary.concepts("place"):
        if len(concept.notation) != _DISTRICT_DIGITS:
            # A street or a town, which has no other name.
            found.setdefault(concept.zh, ())
            continue
        names = [_ASIDE.sub("", name) for name in vocabulary.spellings(concept.iri)]
        latin = [name for name in names if name.isascii() and name.replace(" ", "").isalpha()]
        short = short_place(concept.zh)
        found[concept.zh] = (*dict.fromkeys(latin), *([short] if short in names else []))
    return found


def areas_of(title: str, places: Iterable[str], publishers: Iterable[str]) -> tuple[str, ...]:
    """Return the places that a document's texts name: cities, counties, districts."""
    found = {normal(place) for place in places if _CHINESE.match(place)}
    head = title_parts(title).place
    for text in (*map(normal, publishers), head):
        match = _FROM_PUBLISHER.match(text)
        if match:
            found.update(name for name in match.groups() if name and _plausible(name))
        if town := _TOWN.match(text, match.end() if match else 0):
            found.add(town.group(1))
    plain = normal(title)
    if head and plain.startswith(head) and (town := _IN_TITLE.match(plain, len(head))):
        found.add(town.group(1))
    return tuple(sorted(filter(is_place, found)))


def places_of_name(name: str) -> tuple[str, ...]:
    """Return the city, the county or district, or both, that an office's name begins with.

    ``name`` is in normal form: 内江市资中县农业局 is of 内江市 and 资中县.
    """
    match = _FROM_PUBLISHER.match(name)
    named = match.groups() if match else ()
    return tuple(one for one in named if one and _plausible(one) and is_place(one))


def is_place(name: str) -> bool:
    """Tell whether what has the form of a place's name is none of 小区, 全市, 新区 and the like."""
    if not 1 < len(name) <= _LONGEST:
        return False
    return name in vocabulary_places() or not _NO_PLACE.search(name)


@lru_cache(maxsize=4096)
def _plausible(name: str) -> bool:
    """Whether what looks like a place is one: 网络市 is the beginning of 网络市场."""
    short = short_place(name)
    if short == name and len(name) == _SHORTEST:
        # 泸县 is a place, 跨县 is not.
        return _tag(name) == "ns"
    if short == name or not rjieba.has_word(short):
        return True
    return _tag(name) == "ns" or _tag(short) in _PROPER


def _tag(word: str) -> str:
    tagged = rjieba.tag(word, False)
    return tagged[0][1] if len(tagged) == 1 else ""


def _named(places: Mapping[str, int]) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, _ in sorted(places.items(), key=lambda item: (-item[1], item[0])):
        named.setdefault(name, name)
        short = short_place(name)
        # 南部县 is a place, 南部 is not: only what is no plain word otherwise can be short.
        if short != name and (
            not rjieba.has_word(short)
            or _tag(short) in _PROPER
            or (_tag(name) == "ns" and _tag(short) == "n")
        ):
            named.setdefault(short, short)
    return named
