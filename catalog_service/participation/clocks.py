"""The clocks of a case, counted from its steps: the same for any past day.

Nothing is stored of a clock. The steps say on which day it started, stopped, went on and was
reached; the calendar says which days count; the rule says how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from catalog_service.participation.machine import Clock, Machine
from catalog_service.participation.model import Case, CaseStep
from catalog_service.working_days import WorkingClock, WorkingDays
from shapes.rules import Rules


@dataclass(frozen=True, slots=True)
class Counted:
    """One run of a clock: from its start until it was reached, or until the day that is asked."""

    clock: Clock
    started: date
    used: int
    """Working days so far."""
    days: int
    """How many there are."""
    due: date | None
    """The last day; None: it stands still, or was reached."""
    reached: date | None
    """The day on which it was."""

    @property
    def late(self) -> bool:
        """Whether more working days passed than there are."""
        return self.used > self.days


def days_of(rules: Rules, clock: Clock, day: date) -> int | None:
    """Return the working days of a clock that starts on a day; None: no rule was in force."""
    for one in rules.get(clock.rule).parameters:
        if one.name == clock.parameter and one.in_force.contains(day):
            return int(str(one.value))
    return None


def counted(
    machine: Machine, case: Case, calendar: WorkingDays, rules: Rules, day: date
) -> list[Counted]:
    """Return the runs of a case's clocks as they stood at the end of a day, in their order.

    Raises ``no-working-calendar``.
    """
    steps = [one for one in case.steps if one.day <= day]
    return [
        run
        for clock in machine.clocks
        for run in _runs(machine, clock, steps, calendar, rules, day)
    ]


def _runs(
    machine: Machine,
    clock: Clock,
    steps: Sequence[CaseStep],
    calendar: WorkingDays,
    rules: Rules,
    day: date,
) -> Iterator[Counted]:
    running: WorkingClock | None = None
    for taken in steps:
        kind = machine.step_named(taken.step)
        move = None if kind is None else kind.moves.get(clock.name)
        if move == "start" and running is None:
            days = days_of(rules, clock, taken.day)
            running = None if days is None else WorkingClock.start(calendar, taken.day, days)
        elif running is None:
            continue
        elif move == "stop" and running.runs:
            running = running.stop(taken.day)
        elif move == "resume" and not running.runs:
            running = running.resume(taken.day)
        elif move == "reach":
            yield _counted(clock, running, taken.day, reached=True)
            running = None
        elif move == "end":
            running = None
    if running is not None:
        yield _counted(clock, running, day, reached=False)


def _counted(clock: Clock, running: WorkingClock, day: date, *, reached: bool) -> Counted:
    return Counted(
        clock,
        running.started,
        running.used(day),
        running.days,
        None if reached else running.due(),
        day if reached else None,
    )


def average(runs: Iterable[Counted]) -> float | None:
    """Return the working days that reached clocks took on average; None: none was reached."""
    used = [one.used for one in runs if one.reached is not None]
    return fmean(used) if used else None
