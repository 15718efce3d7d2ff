"""Measures each day once, soon after midnight, and again where the catalogue moved since."""

from __future__ import annotations

from threading import Event

import structlog

from catalog_service.context import Service
from catalog_service.daily_work import LOOK_EVERY, DailyWork
from catalog_service.quality.evaluating import evaluate
from catalog_service.quality.service import last_measured
from ontology.errors import AtlasError

_log = structlog.get_logger(__name__)


def run(atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Look until ``stop`` is set."""
    work = DailyWork(atlas, last_measured, evaluate)
    while True:
        try:
            work.look()
        except AtlasError as error:
            _log.warning("quality-not-measured", error=error.code)
        if stop.wait(look_every):
            return
