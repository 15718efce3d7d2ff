"""The vectors of searching by meaning, made outside the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog_service.projections.errors import PROJECTIONS_LOCKED
from catalog_service.projections.lock import ProjectionLock
from ontology.errors import AtlasError
from search.embeddings.errors import EMBEDDING_NOT_SET

if TYPE_CHECKING:
    from collections.abc import Callable

    from catalog_service.atlas import Atlas


def fill_vectors(atlas: Atlas, told: Callable[[int, int], None] = lambda _made, _left: None) -> int:
    """Give every record of the index its vector, and return how many had none.

    ``told`` hears after each batch how many were made, and how many are left.

    Raises `AtlasError`: ``embedding-not-set``, ``projections-locked`` where another process
    does it, and what keeps the service of embeddings from it; what was reached is kept.
    """
    if atlas.embedding is None:
        raise AtlasError(EMBEDDING_NOT_SET)
    lock = ProjectionLock(atlas.settings.home)
    if not lock.acquire():
        raise AtlasError(PROJECTIONS_LOCKED, home=atlas.settings.home)
    try:
        with atlas.embedding.indexer(atlas.index.view) as indexer:
            return indexer.fill(told)
    finally:
        lock.release()
