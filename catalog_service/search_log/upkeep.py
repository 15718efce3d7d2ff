"""Removes what has been kept for long enough, also where nothing is counted any more."""

from __future__ import annotations

from threading import Event
from typing import Final

import structlog

from catalog_service.context import Service
from catalog_service.search_log.service import remove_old
from ontology.errors import AtlasError

LOOK_EVERY: Final = 600.0
"""Seconds between two looks."""

_log = structlog.get_logger(__name__)


def run(atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Look until ``stop`` is set."""
    while True:
        try:
            remove_old(atlas)
        except AtlasError as error:
            _log.warning("search-log-not-thinned", error=error.code)
        if stop.wait(look_every):
            return
