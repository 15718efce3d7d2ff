"""What the dense places of a map are about: the words that stand out there, at three distances."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.catalog_map.features import words_of
from search.catalog_map.model import Topic
from search.index.payload import StoredDocument

LEVELS: Final = (14, 60, 240)
"""Topics that are named from far away, from nearer, and from near."""
_GRIDS: Final = (32, 64, 128)
"""Cells along a side in which points are counted, for each of them, at most."""
_FEWEST_CELLS: Final = 8
"""Cells along a side of the map of however few datasets."""
_FEWEST: Final = (40, 12, 5)
"""Datasets that a topic must have."""
_WORDS: Final = 2
_PLACES: Final = ("县", "镇", "乡", "街道")
"""How names of places end, which tell where and not what about."""
_OWN: Final = 0.12
"""Least share of a topic's datasets that have a word which names it."""


def topics(
    places: NDArray[np.uint16], documents: Sequence[StoredDocument], size: int
) -> list[Topic]:
    """Return the topics of a map, those seen from far away first, each level's largest first."""
    words = [list(dict.fromkeys(words_of(document.title))) for document in documents]
    everywhere = Counter(word for one in words for word in one)
    found: list[Topic] = []
    for level, (most, grid, fewest) in enumerate(zip(LEVELS, _GRIDS, _FEWEST, strict=True)):
        taken: set[tuple[str, ...]] = set()
        # In finer cells than there are datasets, no place would be dense but by chance.
        cells = min(grid, max(_FEWEST_CELLS, math.isqrt(len(documents))))
        for members in _dense(places, cells, size):
            if len(members) < fewest:
                break
            named = _name([words[i] for i in members], everywhere, len(documents))
            if not named or named in taken:
                continue
            taken.add(named)
            found.append(_topic(places, members, level, named))
            if len(taken) == most:
                break
    return found


def _topic(
    places: NDArray[np.uint16], members: NDArray[np.int64], level: int, words: tuple[str, ...]
) -> Topic:
    points = places[members].astype(np.float64)
    middle = np.median(points, axis=0)
    order = np.argsort(((points - middle) ** 2).sum(axis=1), kind="stable")
    near = tuple(int(i) for i in members[order])
    return Topic(int(middle[0]), int(middle[1]), level, words, near)


def _dense(places: NDArray[np.uint16], grid: int, size: int) -> list[NDArray[np.int64]]:
    """Return the members of dense places, the largest first.

    Each cell belongs to the densest of its neighbours, and with it to the peak that this leads to.
    """
    cells = np.minimum(places.astype(np.int64) * grid // (size + 1), grid - 1)
    flat = cells[:, 0] * grid + cells[:, 1]
    density = _blurred(np.bincount(flat, minlength=grid * grid).reshape(grid, grid))
    padded = np.pad(density, 1, constant_values=-1.0)
    shifts = [(i, j) for i in range(3) for j in range(3)]
    around = np.stack([padded[i : i + grid, j : j + grid] for i, j in shifts])
    best = around.argmax(axis=0)
    rows, columns = np.indices((grid, grid))
    offsets = np.array(shifts) - 1
    leads = (rows + offsets[best][..., 0]) * grid + columns + offsets[best][..., 1]
    up = leads.ravel()
    for _ in range(grid.bit_length() + 2):
        up = up[up]
    peaks = up[flat]
    order = np.argsort(peaks, kind="stable")
    bounds = np.flatnonzero(np.diff(peaks[order])) + 1
    groups = np.split(order, bounds)
    return sorted(groups, key=lambda group: (-len(group), int(group[0])))


def _blurred(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    blurred = counts.astype(np.float64)
    for axis in (0, 1):
        one, other = (np.roll(np.pad(blurred, 2), shift, axis)[2:-2, 2:-2] for shift in (-1, 1))
        blurred = blurred / 2 + (one + other) / 4
    # Equal cells lead to one of them and not to each other.
    return blurred + np.arange(blurred.size).reshape(blurred.shape) * 1e-9


def _name(members: list[list[str]], everywhere: Counter[str], total: int) -> tuple[str, ...]:
    """Return the words that many of the members have and few others do, as they follow in titles.

    Words that mostly follow each other at once are one.
    """
    here = Counter(word for one in members for word in one)
    least = max(2, _OWN * len(members))

    def standing_out(word: str) -> float:
        share, usual = here[word] / len(members), everywhere[word] / total
        return share * math.log(share / usual) if share > usual else 0.0

    scored = {word: standing_out(word) for word, n in here.items() if n >= least}
    named = [word for word, score in scored.items() if score > 0 and not word.endswith(_PLACES)]
    best = sorted(named, key=lambda word: (-scored[word], word))[:_WORDS]
    if len(best) < _WORDS:
        return tuple(best)
    first, second = best
    follows = Counter(
        one.index(second) - one.index(first) for one in members if first in one and second in one
    )
    if sum(n for distance, n in follows.items() if distance < 0) * 2 > follows.total():
        first, second = second, first
        follows = Counter({-distance: n for distance, n in follows.items()})
    joined = follows[1] * 2 > min(here[first], here[second])
    return (first + second,) if joined else (first, second)
