"""The places that a record is of, and how those of two records lie to each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, Literal

from search.analysis.normalization import normal
from search.analysis.places import areas_of, gazetteer, short_place, vocabulary_places
from search.analysis.titles import title_parts
from search.index.model import SearchDocument

Position = Literal["same", "within", "around", "apart"]
"""How one record's area lies to another's: ``within`` it, or ``around`` it."""

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]{2,12}")
_PLACES: Final = re.compile(
    r"^(?:[^\x00-\u4dff省市区县]{2,4}省)?([^\x00-\u4dff省市区县]{2,4}市)?"
    r"(?:(?!市中)([^\x00-\u4dff省市区县]{1,3}(?:[区县市]|新区))|(市中区))?"
)
"""The city and the district in front of a publisher's name."""
_BRANCH: Final = re.compile(
    r"局([^\x00-\u4dff省市区县局]{1,3}(?:区|县))(?=[^\x00-\u4dff]{0,4}分局)"
)
_SUFFIX: Final = re.compile(r"[-_—]([^\x00-\u4dff省市区县]{2,3}[区县])$")
_SHORT_COUNTY: Final = re.compile(r"^([^\x00-\u4dff各分全本辖市区该我两贫国省][县])")
_ZONE: Final = re.compile(
    r"(?:^|[市_])(?:[^\x00-\u4dff省市区县_]{2,3})?(经开区|高新区|自贸区)|[-_](开发区)$"
)
"""Zones are named with and without their city: 内江经开区 is 经开区."""
_NO_AREA: Final = re.compile(
    r"^(?:国|园|景|社|小|全[省市区县]|各|本|辖|行政|自治)|^开发区$|[地社园景小]区$"
)
_SMALLER: Final = re.compile(r"(?:(?<!自治)区|县|旗|市|街道|镇|乡)$")
_DISTRICT: Final = re.compile(r"(?:(?<!自治)区|县|旗|街道|镇|乡)$")
_SHORTEST: Final = 2


class PlaceNames:
    """The names of places that records are of, whole and short (纳溪 for 纳溪区)."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._lengths = sorted({len(name) for name in names if len(name) >= _SHORTEST})[::-1]

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> PlaceNames:
        """Return the places of ``counts`` (records by place) and those of the vocabulary."""
        return cls(gazetteer(counts, vocabulary_places()).names)

    def first(self, text: str) -> str:
        """Return the place in front of a text by its whole name; empty where there is none."""
        for length in self._lengths:
            found = self._names.get(text[:length])
            if found is not None and len(text) > length:
                return found
        return ""


@lru_cache(maxsize=4)
def _of_home(home: str) -> frozenset[str]:
    """The districts of the catalogue's own city; the vocabulary of places has no others."""
    places = vocabulary_places()
    return frozenset(places) - {home} if home in places else frozenset()


@lru_cache(maxsize=65_536)
def _normal(text: str) -> str:
    return normal(text).strip()


def areas(document: SearchDocument, home: str, names: PlaceNames | None = None) -> frozenset[str]:
    """Return the places that a record is of, by name; ``home`` where it names none.

    ``names`` are the places of the whole catalogue, by which short names are known.
    """
    found = {place for p in document.places if _CHINESE.fullmatch(place := _normal(p))}
    for publisher in document.publishers:
        found |= _of_publisher(_normal(publisher))
    found |= _of_title(document.title)
    if names is not None:
        texts = (document.title, *document.publishers)
        found |= {place for text in texts if (place := names.first(_bare(text, found)))}
    for text in (document.title, *document.publishers):
        found = _with_zone(_normal(text), found)
    # 静安区 lies in the catalogue's city; 普陀区 of another city says so.
    if not any(name.endswith(("市", "省")) for name in found) and found & _of_home(home):
        found.add(home)
    shorts = {short_place(name) for name in found if short_place(name) != name}
    return frozenset(found - shorts) or frozenset((home,))


def position(one: frozenset[str], other: frozenset[str]) -> Position:
    """Return how the area of one record lies to that of another."""
    if one == other:
        return "same"
    mine, theirs = _districts(one), _districts(other)
    # 百色市 田阳区 and 田阳区 are one place, however much of the way to it is named.
    if mine and mine == theirs:
        return "same"
    # A city that publishes its province's bulletin names a larger place, not a smaller one.
    if one > other and all(map(_SMALLER.search, one - other)):
        return "within"
    if one < other and all(map(_SMALLER.search, other - one)):
        return "around"
    return "apart"


@lru_cache(maxsize=16_384)
def _of_publisher(name: str) -> frozenset[str]:
    match = _PLACES.match(name)
    found = [place for place in (match.groups() if match else ()) if place]
    found += _BRANCH.findall(name)
    return frozenset(p for p in found if not _NO_AREA.search(p)) | set(areas_of("", (), (name,)))


@lru_cache(maxsize=65_536)
def _of_title(title: str) -> frozenset[str]:
    text = _normal(title)
    found = set(areas_of(title, (), ()))
    place = title_parts(title).place
    if place and not text[len(place) :].startswith("场") and not any(map(place.endswith, found)):
        found.add(place)
    for pattern in (_SUFFIX, _SHORT_COUNTY):
        found |= {p for p in pattern.findall(text) if not _NO_AREA.search(p)}
    return frozenset(found)


def _with_zone(text: str, found: set[str]) -> set[str]:
    match = _ZONE.search(text)
    if match is None:
        return found
    zone = match.group(1) or match.group(2)
    return {name for name in found if not name.endswith(zone)} | {zone}


def _bare(text: str, places: Iterable[str]) -> str:
    bare = _normal(text)
    for place in sorted(places, key=lambda name: (-len(name), name)):
        bare = bare.removeprefix(place)
    return bare


def _districts(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in names if _DISTRICT.search(name))
