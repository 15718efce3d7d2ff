"""A map as it is kept and served; making one is `search.catalog_map.making`, which needs NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SIZE: Final = 65_535
"""Places are whole numbers from 0 to this, both ways."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A dense place: where its middle is, what it is called, how many datasets are there.

    ``level`` is 0 for what is named from far away. ``members`` are numbers of datasets, the
    nearest to the middle first.
    """

    x: int
    y: int
    level: int
    words: tuple[str, ...]
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A dataset on the map; ``theme`` is the IRI of its first domain, empty where it has none."""

    iri: str
    title: str
    title_en: str
    theme: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class CatalogMap:
    """The map of a catalogue at one state of its index.

    ``points`` are in the order of their IRIs, ``topics`` those seen from far away first. ``total``
    is how many datasets there were, ``by_meaning`` whether vectors took part.
    """

    checkpoint: int
    total: int
    by_meaning: bool
    points: tuple[Point, ...]
    topics: tuple[Topic, ...]
