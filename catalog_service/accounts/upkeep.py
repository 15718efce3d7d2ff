"""Deletes sessions that ended a day ago: networks and browsers of people are kept no longer."""

from __future__ import annotations

from threading import Event
from typing import Final

import structlog

from catalog_service.context import Service
from ontology.errors import AtlasError

LOOK_EVERY: Final = 3_600.0
"""Seconds between two looks."""

_log = structlog.get_logger(__name__)


def run(atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Look until ``stop`` is set."""
    while True:
        try:
            atlas.accounts.sessions.forget_ended()
        except AtlasError as error:
            _log.warning("ended-sessions-not-deleted", error=error.code)
        if stop.wait(look_every):
            return
