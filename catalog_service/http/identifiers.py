"""Identifiers in paths, decoded once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from catalog_service.http.links import decode_segment


@dataclass(frozen=True, slots=True)
class DatasetRef:
    """Source and remote id of a path."""

    source: str
    remote_id: str


async def dataset_ref(source: str, remote_id: str) -> DatasetRef:
    """Decode ``{source}/{remote_id}``; raises ``illegal-path``.

    A coroutine, though it waits for nothing: else it would be run in a thread.
    """
    return DatasetRef(decode_segment(source), decode_segment(remote_id))


Ref = Annotated[DatasetRef, Depends(dataset_ref)]
"""A route's parameter of this type is the record that its path names."""
