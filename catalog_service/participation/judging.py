"""Which cases break a rule on a day: terms that are over (R18, R19), corrections of one side (R22).

Judged from the steps and the calendar, so that any past day comes out the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catalog_service.context import Service
from catalog_service.participation.clocks import counted
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case
from catalog_service.participation.stored_cases import every_case
from catalog_service.participation.transitions import sides_corrected
from catalog_service.working_calendar.service import working_days
from catalog_service.working_days import WorkingDays

BOTH_SIDES = "R22"
"""The rule of corrections."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a case breaks on a day."""

    rule: str
    case: Case
    """With the steps up to the day."""
    days_over: int = 0
    """Working days over the term; 0: the rule is none of terms."""


def judged(atlas: Service, day: date | None = None) -> Iterator[Broken]:
    """Yield what breaks a rule at the end of a day, today without one, by number of the case.

    Of a term: cases for which it is over and that were not answered. Of corrections: objections of
    which one side was corrected and not the other, and those answered as corrected without both.
    Raises ``no-working-calendar``.
    """
    when, calendar = day or atlas.clock.today(), working_days(atlas)
    with atlas.journal.reading_tables() as connection:
        for case in every_case(connection, when):
            yield from broken_by(atlas, case.until(when), calendar, when)


def broken_by(atlas: Service, case: Case, calendar: WorkingDays, day: date) -> Iterator[Broken]:
    """Yield what one case breaks at the end of a day; its steps are those up to the day."""
    machine = MACHINES[case.kind]
    for run in counted(machine, case, calendar, atlas.rules, day):
        if run.late and run.reached is None:
            yield Broken(run.clock.rule, case, run.used - run.days)
    if case.kind == "objection" and _breaks_both_sides(atlas, case, day):
        yield Broken(BOTH_SIDES, case)


def _breaks_both_sides(atlas: Service, case: Case, day: date) -> bool:
    if BOTH_SIDES not in atlas.rules.in_force(day):
        return False
    done = len(sides_corrected(case))
    return done == 1 or (case.state == "corrected" and done < 2)
