"""Checking the writer's own database for damage, whether a process has it open or not."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyoxigraph as ox

from catalog_service.graph.damage import damage
from catalog_service.graph.embedded import LIVE_NAME, SUMS
from catalog_service.graph.errors import GRAPH_BROKEN
from ontology import file_checksums
from ontology.errors import AtlasError, Phrase

_ATTEMPTS: Final = 5


def verify_live(home: Path) -> None:
    """Check the live database below the data folder; does nothing where there is none.

    A closed database is checked byte by byte. One in use, or left by a killed process, is checked
    by its lists of files only: it shares the files with the newest snapshot.
    Raises `AtlasError` (``graph-broken``).
    """
    folder = home / "graph"
    try:
        name = (folder / "live").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return
    except ValueError as error:
        raise AtlasError(GRAPH_BROKEN, path=folder / "live", reason=error) from error
    path = folder / name
    if not LIVE_NAME.fullmatch(name) or not path.is_dir():
        raise AtlasError(
            GRAPH_BROKEN,
            path=folder / "live",
            reason=Phrase("“{name}” is no database", {"name": name}),
        )
    try:
        sums = file_checksums.read(folder / SUMS)
        wrong = next(file_checksums.differing(path, sums), None) if sums is not None else None
    except (ValueError, OSError) as error:
        wrong = str(error)
    if wrong is not None and (folder / SUMS).exists():
        raise AtlasError(GRAPH_BROKEN, path=path, reason=wrong)
    for attempt in range(_ATTEMPTS):
        try:
            with damage(path):
                next(ox.Store.read_only(str(path)).quads_for_pattern(None, None, None), None)
        except AtlasError:
            # Its writer may have taken files away between two looks.
            if attempt + 1 == _ATTEMPTS or not path.is_dir():
                raise
        else:
            return
