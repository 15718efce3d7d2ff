"""The vectors of meaning that a map is made with: those in the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from search.embeddings.matrix import MatrixVectors


def stored_vectors(atlas: Atlas) -> MatrixVectors | None:
    """Return what reads them; None where vectors are off.

    They lie in the folder also where searches read a copy of them in Elasticsearch.
    """
    embedding = atlas.embedding
    if embedding is None:
        return None
    from search.embeddings.matrix import MatrixVectors  # noqa: PLC0415

    return MatrixVectors(embedding.folder, embedding.about)


def are_enough(atlas: Atlas, total: int) -> bool:
    """Tell whether a map of so many datasets would be one of meaning; raises `AtlasError`."""
    vectors = stored_vectors(atlas)
    if vectors is None:
        return False
    from search.catalog_map.making import VECTORS_NEEDED  # noqa: PLC0415

    return vectors.size() >= VECTORS_NEEDED * total
