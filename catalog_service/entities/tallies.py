"""What the public datasets hold together: data items, publishers' names, months, use.

No index counts these: they are read from all documents, once for a state of the index, while the
last result serves. What was closed meanwhile may still be counted in it for a minute, so that
whoever shows a name or a dataset of it asks the index whether that is still there
(`still_there`).
"""

from __future__ import annotations

import heapq
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ontology.dates import read_date
from search.analysis.ngrams import term_tokens
from search.analysis.place_paths import BETWEEN
from search.background_cache import BackgroundCache
from search.index.payload import StoredDocument
from search.index.plan import Clause, Group, Plan
from search.index.protocol import IndexView, ReadableIndex
from search.relations.fields import field_key

_ALL: Final = ""
"""In the place of a place: all datasets of a publisher."""
LOOK_SECONDS: Final = 1.0
"""How long what is known is given out before the index is looked at again."""
MOST_USED: Final = 20
"""Datasets that are kept as those used most."""


@dataclass(frozen=True, slots=True)
class FieldCount:
    """A data item: its key, the spelling that most datasets have, and how many have it."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Tallies:
    """What was counted in one state of an index."""

    fields: tuple[FieldCount, ...]
    """The data items, those of most datasets first, equal ones by key."""
    publishers: Mapping[str, str]
    """What records call their publishers, by IRI."""
    apart: Mapping[str, str]
    """The places of publishers whose name others have too, by IRI (`search.analysis.place_paths`):
    where most of their datasets are of."""
    months: Mapping[tuple[int, int], int]
    """Datasets by year and month of their last update; those without a month in none."""
    used: tuple[tuple[str, int], ...]
    """IRIs of the datasets with the most views, downloads and calls that their sources tell of,
    and how many these are; empty where no source tells."""


class CatalogTallies:
    """Counts in the newest state of an index; safe to share between threads."""

    def __init__(
        self, index: ReadableIndex, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._index = index
        self._monotonic = monotonic
        self._looked = -math.inf
        self._cache: BackgroundCache[Tallies] = BackgroundCache(monotonic)

    def counted(self) -> Tallies | None:
        """Return what was counted, at first after counting; None where there is no index yet."""
        view = self._index.view()
        return None if view is None else self._cache.of(view, _count)

    def ready(self) -> Tallies | None:
        """Return what was counted; None where nothing was yet: it is counted meanwhile."""
        view = self._index.view()
        return None if view is None else self._cache.ready(view, _count)

    def known(self) -> Tallies | None:
        """Return what was counted; None where nothing was yet, and nothing is counted for it.

        The index is looked at once in `LOOK_SECONDS`: pages ask for each publisher they name.
        """
        now, last = self._monotonic(), self._cache.last
        if last is not None and now - self._looked < LOOK_SECONDS:
            return last
        self._looked = now
        view = self._index.view()
        return None if view is None else self._cache.known(view, _count)


def still_there(view: IndexView, fields: Sequence[FieldCount]) -> list[FieldCount]:
    """Return those data items of some that public datasets still have."""
    plans = [Plan(groups=(Group((_clause(field.name),)),)) for field in fields]
    return [field for field, total in zip(fields, view.totals(plans), strict=True) if total]


def _clause(name: str) -> Clause:
    return Clause(term_tokens(name) or (name,), (("fields", 1.0),))


def _count(view: IndexView) -> Tallies:
    spellings: dict[str, Counter[str]] = {}
    keys, months = Counter[str](), Counter[tuple[int, int]]()
    publishers: dict[str, str] = {}
    places: dict[str, Counter[str]] = {}
    used: list[tuple[int, str]] = []
    for document in view.each():
        own = _keys(document, spellings)
        keys.update(own.keys())
        for iri, name in zip(
            document.facets.get("publisher", ()), document.publishers, strict=False
        ):
            publishers.setdefault(iri, name)
            own_places = places.setdefault(iri, Counter())
            own_places.update(document.facets.get("place", ()))
            own_places[_ALL] += 1
        moment = read_date(document.modified)
        if moment is not None and moment.precision != "year":
            months[moment.first.year, moment.first.month] += 1
        if document.popularity > 0:
            used.append((document.popularity, document.iri))
    fields = [
        FieldCount(key, _usual(spellings[key]), count)
        for key, count in sorted(keys.items(), key=lambda item: (-item[1], item[0]))
    ]
    first = heapq.nsmallest(MOST_USED, used, key=lambda one: (-one[0], one[1]))
    return Tallies(
        tuple(fields),
        publishers,
        _apart(publishers, places),
        months,
        tuple((iri, count) for count, iri in first),
    )


def _apart(publishers: Mapping[str, str], places: Mapping[str, Counter[str]]) -> dict[str, str]:
    """Return the places of those publishers that share their name with another."""
    held = Counter(publishers.values())
    shared = [iri for iri, name in publishers.items() if held[name] > 1]
    return {iri: path for iri in shared if (path := _place_of(places[iri]))}


def _place_of(counted: Counter[str]) -> str:
    """Return the narrowest place of more than half of a publisher's datasets."""
    most = [path for path, count in counted.items() if path and 2 * count > counted[_ALL]]
    return max(most, key=lambda path: (path.count(BETWEEN), counted[path], path), default="")


def _keys(document: StoredDocument, spellings: dict[str, Counter[str]]) -> Mapping[str, str]:
    """Return the data items of a dataset by key, and note how they are spelt."""
    own: dict[str, str] = {}
    for name in document.fields:
        if key := field_key(name):
            own.setdefault(key, name)
    for key, name in own.items():
        spellings.setdefault(key, Counter())[name] += 1
    return own


def _usual(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda name: (-spellings[name], name))
