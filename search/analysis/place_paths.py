"""The places that a dataset is of, from the city down: 泸州市, and below it 泸州市/合江县.

First what the record states of its space, made more exact by its publisher (内江市, published by
资中县农业局, is of 资中县); without a statement the place of the publisher's name alone. The title
decides nothing: what it begins with is too often no place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from ontology.vocabulary import load_vocabulary
from search.analysis.normalization import normal
from search.analysis.places import is_place, places_of_name, vocabulary_places

BETWEEN: Final = "/"
"""Stands in a path between a place and a part of it."""
DEEPEST: Final = 4
"""Places behind each other in a path at most; what has more, or an empty one, is no place."""

CITY: Final = "310000"
"""The notation of the city whose districts the vocabulary of places has."""
_CODE: Final = re.compile(r"310[0-9]{3}")
_PROVINCE: Final = re.compile(r"(?:省|自治区|特别行政区)$")
_CITY: Final = re.compile(r"(?:市|自治州|地区|盟)$")
_WHOLE: Final = re.compile(
    r"(?:(?P<province>[\u3400-\u9fff]{2,9}?(?:省|自治区|特别行政区)))?"
    r"(?:(?P<city>[\u3400-\u9fff]{2,9}?(?:市|自治州|地区|盟)))?"
    r"(?:(?P<county>[\u3400-\u9fff]{1,9}?(?:自治县|县|新区|区|市|旗)))?"
    r"(?:[\u3400-\u9fff]{2,9}(?:街道|镇|乡))?"
)
_LATIN: Final = re.compile(r"[A-Z][A-Za-z .'’-]{1,39}")
_OFFICE: Final = re.compile(r"^(?:中共|中国共产党)")


def ancestors(path: str) -> Iterator[str]:
    """Yield the places that a place lies in, the nearest first; none where it is no path.

    Paths come from addresses, too: one of thousands of parts has no ancestors, and costs nothing.
    """
    parts = path.split(BETWEEN, DEEPEST)
    if len(parts) > DEEPEST or not all(parts):
        return
    for count in range(len(parts) - 1, 0, -1):
        yield BETWEEN.join(parts[:count])


def narrowest(paths: Iterable[str]) -> tuple[str, ...]:
    """Return those of some places of which no part is among them, in their order."""
    found = tuple(dict.fromkeys(paths))
    around = {place for path in found for place in ancestors(path)}
    return tuple(path for path in found if path not in around)


def path_of_code(notation: str) -> str:
    """Return the path of a place of the vocabulary: a street or a town lies in its district.

    Empty for a place outside the city.
    """
    code = _CODE.match(notation)
    if code is None:
        return ""
    city, districts = _home()
    name = districts.get(code.group())
    return city if name is None else f"{city}{BETWEEN}{name}"


def place_paths(
    codes: Iterable[str], stated: Iterable[str], publishers: Iterable[str]
) -> tuple[str, ...]:
    """Return the places of a dataset, each behind the one it lies in.

    ``codes`` are notations of places of the vocabulary that the record states, ``stated`` names of
    others, ``publishers`` names of who publishes it.
    """
    paths = [path for code in codes if (path := path_of_code(code))]
    paths += [path for name in stated if (path := _path_of_text(name))]
    named = [names for name in publishers if (names := _of_publisher(name))]
    exact = [one for path in paths for one in _narrowed(path, named)]
    found: dict[str, None] = {}
    for path in exact or map(_whole, named):
        found.update(dict.fromkeys([*reversed(list(ancestors(path))), path]))
    return tuple(found)


def _narrowed(path: str, publishers: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield a stated place, and what publishers' names say of where in it."""
    yield path
    if BETWEEN in path:
        return
    for names in publishers:
        if names[0] == path:
            yield BETWEEN.join(names)
        elif _PROVINCE.search(path) and _CITY.search(names[0]):
            # A city stands for itself: nothing tells of another record which province it is in.
            yield BETWEEN.join(names)
        elif len(names) == 1 and (_PROVINCE.search(path) or _CITY.search(path)):
            # A county, or a city of that rank: 隆昌市 lies in 内江市.
            yield f"{path}{BETWEEN}{names[0]}"


@lru_cache(maxsize=4096)
def _path_of_text(text: str) -> str:
    """Return the place that a statement of space names; empty for any other text."""
    plain = normal(text).strip()
    known = _short_names().get(plain)
    if known:
        return known
    if _LATIN.fullmatch(text.strip()):
        return text.strip()
    match = _WHOLE.fullmatch(plain)
    if match is None:
        return ""
    city, county = match["city"], match["county"]
    if not city and county and county.endswith("市"):
        city, county = county, None
    named = [name for name in (city, county) if name and is_place(name)]
    if not named:
        province = match["province"] or ""
        return province if province and is_place(province) else ""
    return _whole(named)


@lru_cache(maxsize=4096)
def _of_publisher(name: str) -> tuple[str, ...]:
    return places_of_name(_OFFICE.sub("", normal(name).strip()))


def _whole(names: Sequence[str]) -> str:
    """Return names from the city down as a path; a district of our city lies in it."""
    if len(names) == 1 and (known := _short_names().get(names[0])):
        return known
    return BETWEEN.join(names)


@cache
def _home() -> tuple[str, dict[str, str]]:
    """Return our city's name, and its districts' names by their code."""
    names = {one.notation: one.zh for one in load_vocabulary().concepts("place")}
    city = names[CITY]
    districts = {code: name for code, name in names.items() if len(code) == len(CITY)}
    return city, {code: name for code, name in districts.items() if code != CITY}


@cache
def _short_names() -> dict[str, str]:
    """The paths of our city and its districts by all of their names."""
    city, districts = _home()
    others = vocabulary_places()
    found: dict[str, str] = {}
    for name in (city, *districts.values()):
        path = city if name == city else f"{city}{BETWEEN}{name}"
        found |= dict.fromkeys(map(normal, (name, *others.get(name, ()))), path)
    return found
