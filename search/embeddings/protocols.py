"""How vectors are read and copied, wherever they are: in the data folder or in Elasticsearch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import IndexView

Vector: TypeAlias = NDArray[np.float32]
"""One vector of length 1."""

VectorRows: TypeAlias = NDArray[np.float32]
"""One vector of length 1 in each row."""

Near: TypeAlias = tuple[StoredDocument, float]
"""A dataset and the cosine of its vector with the one asked for."""


class Embedder(Protocol):
    """Makes vectors: a server of the operator's, or the model of an installed package."""

    model: str
    """The name of the model; vectors of different ones have nothing in common."""
    url: str
    """Where it is, as operators are told."""

    def embed(self, texts: Sequence[str], seconds: float, *, query: bool = False) -> VectorRows:
        """Return the vectors of search texts or else of passages, in their order, in ``seconds``.

        Raises `AtlasError` of the kinds of `search.embeddings.errors`.
        """
        ...

    def waiting(self) -> bool:
        """Tell whether the last request failed too recently to try again during a search."""
        ...

    def close(self) -> None:
        """Let go of connections and processes."""
        ...


class VectorReader(Protocol):
    """Reads the vectors of one model."""

    def size(self) -> int:
        """Return how many datasets have a vector."""
        ...

    def dimension(self) -> int:
        """Return how many numbers a vector has; 0 where there is none yet."""
        ...

    def cosines(self, vector: Vector, iris: Sequence[str]) -> Mapping[str, float]:
        """Return the cosines of those datasets that have a vector."""
        ...

    def nearest(self, vector: Vector, plan: Plan, count: int, view: IndexView) -> list[Near]:
        """Return the datasets within a plan's filters that are nearest, the nearest first.

        Only the filters and ranges of the plan are used. The documents are those of ``view``:
        what was removed from it is left out, even where its vector is still here.
        """
        ...

    def close(self) -> None:
        """Close files and connections."""
        ...


class VectorCopy(Protocol):
    """A second place that vectors are written to, with the fields that searches there filter by."""

    def missing(self, documents: Sequence[StoredDocument]) -> set[str]:
        """Return those that are not there as they are now."""
        ...

    def put(self, documents: Sequence[StoredDocument], vectors: NDArray[np.float32]) -> None:
        """Put datasets with their vectors in the place of their IRIs."""
        ...

    def remove(self, iris: Sequence[str]) -> None:
        """Remove datasets; they need not be there."""
        ...

    def names(self) -> set[str]:
        """Return the IRIs of all datasets that are there."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...
