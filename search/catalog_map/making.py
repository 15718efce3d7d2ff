"""A map made from the documents of an index: places, domains, topics, as it is kept and served."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from search.catalog_map.features import Rows, unit, word_vectors
from search.catalog_map.layout import Plane, edges_of, lay_out, nearest, square
from search.catalog_map.model import SIZE, CatalogMap, Point
from search.catalog_map.topics import topics
from search.index.payload import StoredDocument

MOST_POINTS: Final = 100_000
"""Datasets on a map: the time grows with their square."""
VECTORS_NEEDED: Final = 0.95
"""Share of the datasets that must have a vector for the map to be one of meaning."""
_BY_WORDS: Final = 0.5
"""How much words and common data items count beside vectors of meaning."""

Vectors = Callable[[Sequence[str]], Mapping[str, Rows]]
"""Returns the vectors of those datasets that have one, by IRI."""


def make_map(
    documents: Sequence[StoredDocument],
    checkpoint: int,
    *,
    total: int | None = None,
    vectors: Vectors | None = None,
    before: CatalogMap | None = None,
) -> CatalogMap:
    """Return the map of some documents, like an earlier one where it can be.

    Takes memory for `MOST_POINTS` at most: of more, those with the first IRIs are laid out.
    """
    chosen = sorted(documents, key=lambda document: document.iri)[:MOST_POINTS]
    total = len(documents) if total is None else total
    if len(chosen) < 3:
        points = tuple(_point(d, SIZE // 2, SIZE // 2) for d in chosen)
        return CatalogMap(checkpoint, total, by_meaning=False, points=points, topics=())
    rows, by_meaning = _rows(chosen, vectors)
    edges = edges_of(*nearest(rows))
    placed = square(lay_out(rows, edges, before=_places(chosen, before)), SIZE)
    points = tuple(
        _point(document, int(x), int(y)) for document, (x, y) in zip(chosen, placed, strict=True)
    )
    found = tuple(topics(placed, chosen, SIZE))
    return CatalogMap(checkpoint, total, by_meaning, points, found)


def _rows(documents: Sequence[StoredDocument], vectors: Vectors | None) -> tuple[Rows, bool]:
    """Return what tells how near datasets are, and whether their meaning takes part."""
    words = word_vectors(documents)
    known = vectors([d.iri for d in documents]) if vectors is not None else {}
    if len(known) < VECTORS_NEEDED * len(documents):
        return words, False
    width = len(next(iter(known.values())))
    nothing = np.zeros(width, np.float32)
    meaning = np.array([known.get(d.iri, nothing) for d in documents], np.float32)
    # Vectors of a model point much the same way: what all have in common tells nothing.
    meaning = unit(meaning - meaning.mean(axis=0))
    return unit(np.concatenate([meaning, words * _BY_WORDS], axis=1)), True


def _places(documents: Sequence[StoredDocument], before: CatalogMap | None) -> Plane | None:
    """Return where documents were on an earlier map, in the units of a layout."""
    if before is None:
        return None
    were = {point.iri: (point.x, point.y) for point in before.points}
    if sum(d.iri in were for d in documents) < len(documents) / 2:
        return None
    away = (np.nan, np.nan)
    found = np.array([were.get(d.iri, away) for d in documents], np.float64)
    return (found / SIZE - 0.5) * 24


def _point(document: StoredDocument, x: int, y: int) -> Point:
    theme = next(iter(document.facets.get("theme", ())), "")
    return Point(document.iri, document.title, document.title_en, theme, x, y)
