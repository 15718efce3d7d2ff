"""Ends agreements whose last day is over."""

from __future__ import annotations

from catalog_service.context import Service
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import StepKind
from catalog_service.participation.periods import has_come
from catalog_service.participation.stored_cases import Wanted, cases_in
from catalog_service.participation.taking import lapse


def end_over(atlas: Service) -> int:
    """End the cases whose own last day is over; returns how many."""
    today = atlas.clock.today()
    ending: dict[str, StepKind] = {
        state: one
        for machine in MACHINES.values()
        for one in machine.steps
        if one.by_day
        for state in one.come_from
    }
    with atlas.journal.reading_tables() as connection:
        found = cases_in(connection, Wanted(states=frozenset(ending)))
    over = [one for one in found if has_come(ending[one.state], one, today)]
    return sum(lapse(atlas, one.number, one.steps[-1].number) is not None for one in over)
