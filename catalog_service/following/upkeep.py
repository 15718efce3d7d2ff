"""The worker's task: what changed is gathered, and told; what is old is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from threading import Event
from typing import Final

import structlog

from catalog_service.context import Service
from catalog_service.dataset_notes import NotesOf
from catalog_service.following.corrections import gather_corrections
from catalog_service.following.daily_looks import look
from catalog_service.following.erasing import erase_of_closed_accounts
from catalog_service.following.gathering import gather
from catalog_service.following.stored_news import forget_old_news
from catalog_service.following.telling import tell
from catalog_service.following.users import begin_for_cases, end_for_cases
from ontology.errors import AtlasError

LOOK_EVERY: Final = 30.0
"""Seconds between two looks."""

_log = structlog.get_logger(__name__)


def tell_followers_until(
    atlas: Service, stop: Event, notes: Sequence[NotesOf], *, look_every: float = LOOK_EVERY
) -> None:
    """Look until ``stop`` is set; ``notes`` as `daily_looks.look`."""
    while not stop.wait(look_every):
        try:
            follow_up(atlas, notes, stop)
        except AtlasError as error:
            # What cannot be read now is read with the next look: nothing was moved on.
            _log.warning("followers-not-told", error=error.code)


def follow_up(atlas: Service, notes: Sequence[NotesOf] = (), stop: Event | None = None) -> int:
    """Look once, step by step; return how many notices that were."""
    begin_for_cases(atlas)
    if look(atlas, notes) is not None:
        keep_tidy(atlas)
    for step in (gather, gather_corrections):
        while not (stop is not None and stop.is_set()) and step(atlas) is not None:
            pass
    told = tell(atlas)
    end_for_cases(atlas)
    if told:
        _log.info("followers-told", notices=told)
    return told


def keep_tidy(atlas: Service) -> None:
    """Forget old news, and what people follow whose accounts are closed."""
    until = atlas.clock.now() - timedelta(days=atlas.settings.follow_kept_days)
    with atlas.journal.writing_tables() as connection:
        forget_old_news(connection, until)
    erase_of_closed_accounts(atlas)
