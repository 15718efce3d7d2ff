"""The lock of the projections: one process of a data folder derives things from the journal."""

from __future__ import annotations

import os
from pathlib import Path

from catalog_service.graph.files import lock_exclusively


class ProjectionLock:
    """An advisory lock on ``{home}/projections.lock`` that dies with the process, however."""

    def __init__(self, home: Path) -> None:
        self._path = home / "projections.lock"
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False where another process or object holds it."""
        if self._descriptor is None:
            self._descriptor = lock_exclusively(self._path)
        return self._descriptor is not None

    def release(self) -> None:
        """Give the lock up; harmless without it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
