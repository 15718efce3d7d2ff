"""Closes what nobody contests, ends agreements, erases what was written, each in its time.

Codes that count no longer, and keys of requests that are a day old, go too.
"""

from __future__ import annotations

from datetime import date
from threading import Event
from typing import Final

import structlog

from catalog_service.context import Service
from catalog_service.participation.erasing import erase_old
from catalog_service.participation.expiring import end_over
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case
from catalog_service.participation.repeated_posts import forget_old_keys
from catalog_service.participation.signing import forget_old_codes
from catalog_service.participation.stored_cases import Wanted, cases_in
from catalog_service.participation.taking import lapse
from catalog_service.working_calendar.service import working_days
from catalog_service.working_days import WorkingDays
from ontology.errors import AtlasError

LOOK_EVERY: Final = 3_600.0
"""Seconds between two looks."""
_AT_ONCE: Final = 500

_log = structlog.get_logger(__name__)


def run(atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Look until ``stop`` is set."""
    while True:
        try:
            lapsed = close_uncontested(atlas) + end_over(atlas)
            erased = erase_old(atlas)
            forget_old_codes(atlas)
            forget_old_keys(atlas)
            if lapsed or erased:
                _log.info("cases-kept-up", lapsed=lapsed, erased=erased)
        except AtlasError as error:
            _log.warning("cases-not-kept-up", error=error.code)
        if stop.wait(look_every):
            return


def close_uncontested(atlas: Service) -> int:
    """Close the cases whose answer nobody contested in time; returns how many.

    Raises ``no-working-calendar``.
    """
    today, calendar = atlas.clock.today(), working_days(atlas)
    states = frozenset(
        state
        for machine in MACHINES.values()
        for one in machine.steps
        if one.by == "clock" and not one.by_day
        for state in one.come_from
    )
    with atlas.journal.reading_tables() as connection:
        answered = cases_in(connection, Wanted(states=states), _AT_ONCE, oldest_first=True)
    over = [
        one for one in answered if _is_over(one, calendar, atlas.settings.case_contest_days, today)
    ]
    return sum(lapse(atlas, one.number, one.steps[-1].number) is not None for one in over)


def _is_over(case: Case, calendar: WorkingDays, days: int, today: date) -> bool:
    steps = MACHINES[case.kind].steps_from(case.state)
    if not any(one.by == "clock" and not one.by_day for one in steps):
        return False
    return calendar.working_days_between(case.steps[-1].day, today) > days
