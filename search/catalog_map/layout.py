"""Places in the plane: what is near in many dimensions comes near, all else gives way.

The method of UMAP (McInnes, Healy, Melville 2018): a graph of nearest neighbours with weights
between 0 and 1, laid out by attraction along its edges and repulsion from chance points. All points
of a batch move at once, so that numpy does it in seconds and needs nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.catalog_map.features import Rows

Ints = NDArray[np.int32]
Plane = NDArray[np.float64]
"""x and y of each point."""

NEIGHBORS: Final = 15
_BLOCK: Final = 512
_EPOCHS: Final = 160
_BATCHES: Final = 4
_CHANCE: Final = 4
"""Points that one is pushed away from for each that it is drawn to."""
_A, _B = 0.583, 1.334
"""The curve of UMAP for points 0.5 apart at the least, which spread 1: they are told apart on a
screen, and only groups of them would be with the usual 0.1."""
_STRONGEST: Final = 4.0
_SPREAD: Final = 10.0
_WITHIN: Final = 0.9
"""Part of the map that holds all but the outermost points."""
_SAME: Final = 0.02
"""Chance distance between points that would begin at one place."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of near points, each once, with weights from 0 to 1."""

    first: Ints
    second: Ints
    weights: Rows


def nearest(rows: Rows, count: int = NEIGHBORS) -> tuple[Ints, Rows]:
    """Return for each row the nearest others by cosine, and their distances (1 − cosine)."""
    count = min(count, len(rows) - 1)
    neighbors = np.empty((len(rows), count), np.int32)
    distances = np.empty((len(rows), count), np.float32)
    for begin in range(0, len(rows), _BLOCK):
        cosines = rows[begin : begin + _BLOCK] @ rows.T
        here = np.arange(len(cosines))
        cosines[here, begin + here] = -np.inf  # nobody is a neighbour of its own
        found = np.argpartition(cosines, -count, axis=1)[:, -count:]
        near = np.take_along_axis(cosines, found, axis=1)
        order = np.argsort(-near, axis=1, kind="stable")
        neighbors[begin : begin + _BLOCK] = np.take_along_axis(found, order, axis=1)
        distances[begin : begin + _BLOCK] = 1 - np.take_along_axis(near, order, axis=1)
    return neighbors, np.maximum(distances, 0)


def edges_of(neighbors: Ints, distances: Rows) -> Edges:
    """Return the graph of near points: a weight is how sure either of a pair is of the other."""
    count = neighbors.shape[1]
    closest = distances[:, :1]
    beyond = np.maximum(distances - closest, 0)
    # The scale at which the weights of a point's neighbours add up to log2 of their number.
    low, high = np.zeros((len(beyond), 1)), np.full((len(beyond), 1), 10.0)
    for _ in range(40):
        scale = (low + high) / 2
        more = np.exp(-beyond / np.maximum(scale, 1e-6)).sum(axis=1, keepdims=True) > np.log2(
            count + 1
        )
        high, low = np.where(more, scale, high), np.where(more, low, scale)
    weights = np.exp(-beyond / np.maximum((low + high) / 2, 1e-6)).astype(np.float64)
    rows = np.repeat(np.arange(len(neighbors), dtype=np.int64), count)
    others = neighbors.astype(np.int64).ravel()
    pair = np.minimum(rows, others) * len(neighbors) + np.maximum(rows, others)
    unique, inverse = np.unique(pair, return_inverse=True)
    total = np.bincount(inverse, weights.ravel(), len(unique))
    # p + q − pq: at most two of a pair stand in the list.
    product = np.ones(len(unique))
    np.multiply.at(product, inverse, 1 - weights.ravel())
    known = np.where(total > 0, 1 - product, 0)
    first, second = np.divmod(unique, len(neighbors))
    return Edges(first.astype(np.int32), second.astype(np.int32), known.astype(np.float32))


def lay_out(
    rows: Rows,
    edges: Edges,
    *,
    before: Plane | None = None,
    epochs: int = _EPOCHS,
    seed: int = 0,
) -> Plane:
    """Return a place for each row.

    ``before`` holds the places of an earlier map, not a number where a point has none: what was
    there begins there, so that readers find it again, and moves less.
    """
    random = np.random.default_rng(seed)
    places = _beginning(rows, edges, before, random)
    rate = 1.0 if before is None else 0.25
    for epoch in range(epochs):
        chosen = np.flatnonzero(random.random(len(edges.weights)) < edges.weights)
        random.shuffle(chosen)
        for batch in np.array_split(chosen, _BATCHES):
            _step(places, edges, batch, rate * (1 - epoch / epochs), random)
    return places


def _beginning(
    rows: Rows, edges: Edges, before: Plane | None, random: np.random.Generator
) -> Plane:
    """Begin at the two strongest directions, or where points were, new ones by their neighbours."""
    centered = rows - rows.mean(axis=0)
    axes = np.linalg.svd(centered.T @ centered)[0][:, :2]
    start = np.zeros((len(rows), 2))
    start[:, : axes.shape[1]] = centered @ axes
    largest = np.abs(start).max()
    start *= _SPREAD / largest if largest > 0 else 1.0
    if before is not None:
        known = np.isfinite(before[:, 0])
        start[known] = before[known]
        for one, other in ((edges.first, edges.second), (edges.second, edges.first)):
            there = ~known[one] & known[other]
            start[one[there]] = before[other[there]]
    return start + random.normal(0, _SAME, start.shape)


def _step(
    places: Plane, edges: Edges, batch: NDArray[np.int64], rate: float, random: np.random.Generator
) -> None:
    first, second = edges.first[batch], edges.second[batch]
    apart = places[first] - places[second]
    square = (apart**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        pull = -2 * _A * _B * square ** (_B - 1) / (1 + _A * square**_B)
    pull = np.where(square > 0, pull, 0)
    drawn = np.clip(pull[:, None] * apart, -_STRONGEST, _STRONGEST)
    # Both ends are pushed away from chance points.
    ends = np.concatenate([first, second])
    chance = random.integers(0, len(places), (len(ends), _CHANCE))
    away = places[ends][:, None, :] - places[chance]
    far = (away**2).sum(axis=2)
    push = 2 * _B / ((0.001 + far) * (1 + _A * far**_B))
    pushed = np.clip(push[:, :, None] * away, -_STRONGEST, _STRONGEST).sum(axis=1)
    moved = np.concatenate([drawn, -drawn]) + pushed * 0.5
    for axis in (0, 1):
        places[:, axis] += rate * np.bincount(ends, moved[:, axis], len(places))


def square(places: Plane, size: int) -> NDArray[np.uint16]:
    """Return places as whole numbers from 0 to ``size``, at one scale, outliers drawn in."""
    low, high = np.percentile(places, 1, axis=0), np.percentile(places, 99, axis=0)
    middle, half = (low + high) / 2, max(float((high - low).max()) / 2, 1e-9)
    scaled = (places - middle) / half
    far = np.maximum(np.abs(scaled), 1)
    # What lies beyond comes into a margin, the farther the nearer to the border.
    inside = np.where(
        np.abs(scaled) <= 1, _WITHIN * scaled, np.sign(scaled) * (1 - (1 - _WITHIN) / far)
    )
    return np.rint((inside + 1) / 2 * size).astype(np.uint16)
