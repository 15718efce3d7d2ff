"""Deletes sessions that ended a day ago, and tells of tokens that end soon.

Networks and browsers of people are kept no longer than that.
"""

from __future__ import annotations

from threading import Event
from typing import Final

import structlog

from catalog_service.accounts.token_ending import tell_of_ends
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
        try:
            tell_of_ends(atlas)
        except AtlasError as error:
            _log.warning("ends-of-tokens-not-told", error=error.code)
        if stop.wait(look_every):
            return
