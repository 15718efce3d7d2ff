"""Measures each day once, soon after midnight, and again where the catalogue moved since."""

from __future__ import annotations

from datetime import date
from threading import Event

import structlog

from catalog_service.context import Service
from catalog_service.daily_work import LOOK_EVERY, DailyWork
from catalog_service.quality.badges.kept import last_decided
from catalog_service.quality.evaluating import evaluate
from catalog_service.quality.service import last_measured
from ontology.errors import AtlasError

_log = structlog.get_logger(__name__)


def run(atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Look until ``stop`` is set."""
    work = DailyWork(atlas, _last_done, evaluate)
    while True:
        try:
            work.look()
        except AtlasError as error:
            _log.warning("quality-not-measured", error=error.code)
        if stop.wait(look_every):
            return


def _last_done(atlas: Service) -> date | None:
    """Return the last day that was measured, once its badges are decided, too."""
    measured, decided = last_measured(atlas), last_decided(atlas)
    # A process that was ended between the two measures again, and decides.
    return None if measured is None or decided is None else min(measured, decided)
