"""Typed errors for a database whose files are missing, damaged or not accessible."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog_service.errors import STORAGE_FAILED
from catalog_service.graph.errors import GRAPH_BROKEN
from ontology.disk_errors import refuses
from ontology.errors import AtlasError


@contextmanager
def damage(path: Path) -> Iterator[None]:
    """Turn what Oxigraph raises about the database in ``path`` into an `AtlasError`.

    ``storage-failed`` where the disk is full or refuses: the database is sound then. Else
    ``graph-broken``: it has to be rebuilt.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        kind = STORAGE_FAILED if refuses(error) else GRAPH_BROKEN
        raise AtlasError(kind, path=path, reason=error) from error


def clear_frames(error: BaseException) -> None:
    """Clear the local variables of the frames that an error passed through; they must have ended.

    A database closes with the last reference to it, and a traceback holds one: until then its
    deleted files take disk space, and no other process can open it.
    """
    at: BaseException | None = error
    while at is not None:
        traceback.clear_frames(at.__traceback__)
        at = at.__cause__ or at.__context__
