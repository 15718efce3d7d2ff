"""Which cases break a rule on a day: terms that are over, averages, corrections of one side.

Judged from the steps and the calendar, so that any past day comes out the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from catalog_service.context import Service
from catalog_service.participation.clocks import Counted, average, counted
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case
from catalog_service.participation.stored_cases import every_case
from catalog_service.participation.transitions import sides_corrected
from catalog_service.working_calendar.service import working_days
from catalog_service.working_days import WorkingDays

BOTH_SIDES = "R22"
"""The rule of corrections."""
AVERAGED = frozenset({"R17"})
"""Rules that speak of an average."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a case breaks on a day."""

    rule: str
    case: Case
    """With the steps up to the day."""
    days_over: int = 0
    """Working days over the term; 0: the rule is none of terms."""


@dataclass(frozen=True, slots=True)
class AverageOver:
    """An organization whose terms took longer on average than a rule allows."""

    rule: str
    organization: str | None
    average: float
    """Working days, over the terms that were met in the year of the day."""
    days: int
    """How many there may be."""
    count: int
    """Over how many terms."""


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


def averages_over(atlas: Service, day: date | None = None) -> Iterator[AverageOver]:
    """Yield the organizations whose average of the year is above what a rule allows, on a day.

    Of rules that speak of an average alone (`AVERAGED`): a single term above it breaks nothing.
    Raises ``no-working-calendar``.
    """
    when, calendar = day or atlas.clock.today(), working_days(atlas)
    runs: defaultdict[tuple[str, str | None], list[Counted]] = defaultdict(list)
    with atlas.journal.reading_tables() as connection:
        for one in every_case(connection, when):
            case = one.until(when)
            for run in counted(MACHINES[case.kind], case, calendar, atlas.rules, when):
                met = run.reached is not None and run.reached.year == when.year
                if met and run.clock.rule in AVERAGED:
                    runs[run.clock.rule, case.organization].append(run)
    for (rule, organization), found in sorted(runs.items(), key=lambda one: str(one[0])):
        # The days of the newest term are those in force.
        mean, days = average(found) or 0.0, max(found, key=lambda run: run.started).days
        if mean > days:
            yield AverageOver(rule, organization, mean, days, len(found))


def broken_by(atlas: Service, case: Case, calendar: WorkingDays, day: date) -> Iterator[Broken]:
    """Yield what one case breaks at the end of a day; its steps are those up to the day."""
    machine = MACHINES[case.kind]
    for run in counted(machine, case, calendar, atlas.rules, day):
        if run.late and run.reached is None and run.clock.rule not in AVERAGED:
            yield Broken(run.clock.rule, case, run.used - run.days)
    if case.kind == "objection" and _breaks_both_sides(atlas, case, day):
        yield Broken(BOTH_SIDES, case)


def _breaks_both_sides(atlas: Service, case: Case, day: date) -> bool:
    if BOTH_SIDES not in atlas.rules.in_force(day):
        return False
    done = len(sides_corrected(case))
    return done == 1 or (case.state == "corrected" and done < 2)
