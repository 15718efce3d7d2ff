"""What a database of triples raises when its files are gone, damaged or not ours to touch."""

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
    """Give what Oxigraph raises over the database in ``path`` its typed error.

    ``storage-failed`` where the disk refuses: nothing is broken then. Else ``graph-broken``: the
    database has to be built anew.
    """
    try:
        yield
    except (OSError, RuntimeError) as error:
        kind = STORAGE_FAILED if refuses(error) else GRAPH_BROKEN
        raise AtlasError(kind, path=path, reason=error) from error


def let_go(error: BaseException) -> None:
    """Clear what the frames that an error went through hold; they must have ended.

    A database closes with the last reference to it, and a traceback is one: until then its files
    take room though they are deleted, and nobody else can open it.
    """
    at: BaseException | None = error
    while at is not None:
        traceback.clear_frames(at.__traceback__)
        at = at.__cause__ or at.__context__
