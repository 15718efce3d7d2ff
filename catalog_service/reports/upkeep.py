"""Counts each day for reports, and announces those whose period is over."""

from __future__ import annotations

from threading import Event

import structlog

from catalog_service.context import Service
from catalog_service.daily_work import LOOK_EVERY, DailyWork
from catalog_service.open_list.service import last_list_step
from catalog_service.reports.announcing import announce
from catalog_service.reports.service import last_counted, measure
from catalog_service.samples.service import last_sample_step
from ontology.errors import AtlasError

_log = structlog.get_logger(__name__)


def run(atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Look until ``stop`` is set."""
    work = DailyWork(atlas, last_counted, measure, moved=moved)
    while True:
        try:
            work.look()
            announce(atlas)
        except AtlasError as error:
            _log.warning("report-figures-not-counted", error=error.code)
        if stop.wait(look_every):
            return


def moved(atlas: Service) -> object:
    """Return the last change of a record, the last step of a list, and the last of a sample."""
    return atlas.journal.head(), last_list_step(atlas), last_sample_step(atlas)
