"""How many clients follow the progress of runs in one web process."""

from __future__ import annotations

from typing import Final

from catalog_service.sources.errors import TOO_MANY_LISTENERS
from ontology.errors import AtlasError

MOST_LISTENERS: Final = 50
"""Streams at a time in one web process."""


class Listeners:
    """Counts the streams of a web process; used by its event loop alone."""

    def __init__(self, most: int = MOST_LISTENERS) -> None:
        self._most = most
        self._now = 0

    def enter(self) -> None:
        """Count one more; raises ``too-many-listeners``."""
        if self._now >= self._most:
            raise AtlasError(TOO_MANY_LISTENERS, most=self._most)
        self._now += 1

    def leave(self) -> None:
        """Count one less."""
        self._now -= 1
