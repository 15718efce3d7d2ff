"""What a dataset is about, as numbers: its words, its data items and where it belongs.

Latent semantic analysis (Deerwester et al. 1990): weighted counts of features, and their strongest
directions by a randomized singular value decomposition (Halko, Martinsson, Tropp 2011).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import rjieba
from numpy.typing import NDArray

from search.analysis.titles import title_parts
from search.index.payload import StoredDocument
from search.query.word_classes import FORMS
from search.relations.fields import COMMON, field_key

Rows = NDArray[np.float32]
"""One dataset in each row."""

DIMENSION: Final = 64
"""Directions that are kept: fewer run subjects together, more only add noise."""

_TITLE: Final = 3.0
_KEYWORD: Final = 1.5
_FIELD: Final = 1.0
_PLACE_OF: Final = 1.0
"""Weights of words, and of what datasets have in common: publisher and theme."""
_LEAST: Final = 2
"""Datasets that must have a feature: what one alone has brings it near to nothing."""
_MOST: Final = 0.5
"""Share of the datasets above which a feature tells nothing."""
_KEYWORDS, _FIELDS = 12, 40
_OVERSAMPLED: Final = 12
_TURNS: Final = 3
_AT_ONCE: Final = 4_096
"""Rows that are multiplied at once."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """Features by dataset: those of row ``i`` stand from ``starts[i]`` to ``starts[i + 1]``."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: Rows
    width: int

    @property
    def height(self) -> int:
        """How many datasets there are."""
        return len(self.starts) - 1

    def times(self, dense: Rows) -> Rows:
        """Return the product with a dense matrix of ``width`` rows."""
        product = np.zeros((self.height, dense.shape[1]), np.float32)
        for first in range(0, self.height, _AT_ONCE):
            last = min(first + _AT_ONCE, self.height)
            begin, end = self.starts[first], self.starts[last]
            if begin == end:
                continue
            weighted = dense[self.columns[begin:end]] * self.values[begin:end, None]
            filled = np.flatnonzero(np.diff(self.starts[first : last + 1]))
            offsets = self.starts[first + filled] - begin
            product[first + filled] = np.add.reduceat(weighted, offsets, axis=0)
        return product

    def turned(self) -> Sparse:
        """Return the transposed matrix."""
        order = np.argsort(self.columns, kind="stable")
        rows = np.repeat(np.arange(self.height, dtype=np.int32), np.diff(self.starts))
        counts = np.bincount(self.columns, minlength=self.width)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Sparse(starts, rows[order], self.values[order], self.height)


def words_of(title: str) -> list[str]:
    """Return the words of a title's subject, without place, year and form of delivery."""
    core = title_parts(title).core
    return [word for word in rjieba.cut(core, False) if len(word) > 1 and word not in FORMS]


def word_vectors(documents: Sequence[StoredDocument], *, seed: int = 0) -> Rows:
    """Return a vector of length 1 for each dataset (of zeros where nothing is known of it)."""
    matrix = _weighted([_features(document) for document in documents])
    if not matrix.width or not len(matrix.columns):
        return np.zeros((len(documents), 1), np.float32)
    return unit(_strongest(matrix, min(DIMENSION, matrix.width, matrix.height), seed))


def unit(rows: Rows) -> Rows:
    """Return rows scaled to length 1; zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)


def _features(document: StoredDocument) -> dict[str, float]:
    found: defaultdict[str, float] = defaultdict(float)
    for word in words_of(document.title):
        found[f"w{word}"] += _TITLE
    for keyword in document.keywords[:_KEYWORDS]:
        found[f"w{keyword.strip().lower()}"] += _KEYWORD
    for name in document.fields[:_FIELDS]:
        key = field_key(name)
        if key not in COMMON:
            found[f"f{key}"] = _FIELD
    for facet in ("theme", "publisher"):
        for value in document.facets.get(facet, ()):
            found[f"{facet} {value}"] = _PLACE_OF
    return found


def _weighted(features: Iterable[dict[str, float]]) -> Sparse:
    """Weigh features by how rare they are; those of one group share its weight."""
    held = list(features)
    frequency = Counter(name for one in held for name in one)
    most = max(_LEAST, _MOST * len(held))
    kept = sorted(name for name, n in frequency.items() if _LEAST <= n <= most)
    number = {name: i for i, name in enumerate(kept)}
    rarity = {name: math.log(len(held) / frequency[name]) for name in kept}
    starts, columns, values = [0], [], []
    for one in held:
        items = sum(name.startswith("f") for name in one)
        row = [
            # A table of forty items is not forty times as much about them.
            (number[name], weight * rarity[name] / (math.sqrt(items) if name[0] == "f" else 1))
            for name, weight in one.items()
            if name in number
        ]
        length = math.sqrt(sum(value * value for _, value in row)) or 1.0
        columns += [column for column, _ in row]
        values += [value / length for _, value in row]
        starts.append(len(columns))
    return Sparse(
        np.array(starts, np.int64),
        np.array(columns, np.int32),
        np.array(values, np.float32),
        len(kept),
    )


def _strongest(matrix: Sparse, dimension: int, seed: int) -> Rows:
    """Return the coordinates of the rows in the strongest directions."""
    random = np.random.default_rng(seed)
    turned = matrix.turned()
    size = min(dimension + _OVERSAMPLED, matrix.width, matrix.height)
    found = matrix.times(random.standard_normal((matrix.width, size), np.float32))
    for _ in range(_TURNS):
        found = np.linalg.qr(found)[0].astype(np.float32)
        found = matrix.times(np.linalg.qr(turned.times(found))[0].astype(np.float32))
    base = np.linalg.qr(found)[0].astype(np.float32)
    # Of the small matrix base' A the left vectors turn the base into the directions wanted.
    small = turned.times(base).T
    left, strengths, _ = np.linalg.svd(small @ small.T)
    return np.asarray(base @ (left * np.sqrt(strengths))[:, :dimension], np.float32)
