"""Makes the map, in a process of its own: some minutes of work that must not hold up the worker."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

import structlog

from catalog_service.atlas import Atlas
from catalog_service.catalog_map.storage import Kept
from catalog_service.catalog_map.stored_vectors import stored_vectors
from catalog_service.logs import configure_logs
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from search.catalog_map.making import make_map

_log = structlog.get_logger(__name__)


def make(atlas: Atlas) -> Kept | None:
    """Make the map of the index as it stands, and keep it; None where there is no index.

    Raises `AtlasError`: what reading index, vectors and journal does; `OSError`.
    """
    began = time.monotonic()
    view = atlas.index.view()
    if view is None:
        return None
    checkpoint = view.checkpoint
    documents = list(view.each())
    before = atlas.maps.kept()
    vectors = stored_vectors(atlas)
    found = make_map(
        documents,
        checkpoint,
        vectors=None if vectors is None else vectors.rows_of,
        before=None if before is None else before.map,
    )
    seconds = time.monotonic() - began
    kept = Kept(found, atlas.clock.now(), round(seconds, 1), atlas.journal.mark(checkpoint))
    atlas.maps.file.write(kept)
    return kept


def main() -> int:
    """Make it, and return 0, or 1 where that failed, which is logged."""
    settings = Settings()
    configure_logs(settings.log_level, "map")
    with suppress(OSError):
        os.nice(10)
    try:
        with Atlas(settings, create=False) as atlas:
            kept = make(atlas)
            if kept is not None:
                shown = len(kept.map.points)
                _log.info("map-made", datasets=shown, seconds=kept.seconds)
    except (AtlasError, OSError) as error:
        _log.warning("map-not-made", error=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
