"""The map for other rooms and routes: as of now, and where on it a search leads."""

from __future__ import annotations

from typing import Final

from catalog_service.catalog_map.errors import MAP_NOT_READY
from catalog_service.catalog_map.maps import Place, ShownMap, named_in
from catalog_service.catalog_map.teaser import HEIGHT, WIDTH, Teaser
from catalog_service.context import Service
from ontology.errors import AtlasError
from search.limits import MAX_LIMIT
from search.model import Query

__all__ = [
    "HEIGHT",
    "MOST_MATCHES",
    "WIDTH",
    "Place",
    "ShownMap",
    "matches",
    "named_in",
    "shown_map",
    "teaser",
]

MOST_MATCHES: Final = MAX_LIMIT
"""Datasets of a search that are shown on the map: the first."""


def shown_map(atlas: Service) -> ShownMap:
    """Return the map as of now; raises `AtlasError` (``map-not-ready``)."""
    found = atlas.maps.shown()
    if found is None:
        raise AtlasError(MAP_NOT_READY)
    return found


def teaser(atlas: Service, lang: str) -> Teaser | None:
    """Return the map in small, with names in a language.

    None where there is none or nobody can tell what may be shown.
    """
    try:
        found = atlas.maps.shown()
    except AtlasError:
        return None
    return found.teaser(lang) if found is not None and found.points else None


def matches(atlas: Service, found: ShownMap, query: Query) -> tuple[int, list[int]]:
    """Return how many datasets a search finds, and the numbers of the first on the map.

    Raises `AtlasError`: what searching does.
    """
    result = atlas.search.search(query)
    numbers = (found.number(hit.iri) for hit in result.hits)
    return result.total, [number for number in numbers if number is not None]
