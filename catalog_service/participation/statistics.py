"""How many cases there are, how fast they are answered, and how: for everybody.

Counted from the steps alone, so that any past day comes out the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog_service.answers import Shown
from catalog_service.context import Service
from catalog_service.participation.clocks import average, counted
from catalog_service.participation.counting import (
    Group,
    Key,
    groups_of,
    groups_of_today,
    standing_of,
)
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case, KindName
from catalog_service.participation.stored_cases import every_case
from catalog_service.working_calendar.service import working_days


class GroupAnswer(Shown):
    """Cases of a kind that came in a month to an organization."""

    kind: KindName
    month: str
    organization: str | None
    opened: int
    ended: int
    answered: int
    late: int
    average_working_days: float | None
    states: dict[str, int]


class StatisticsAnswer(Shown):
    """All groups, by kind, month and organization."""

    day: date
    groups: list[GroupAnswer]


def statistics(atlas: Service, day: date) -> dict[Key, Group]:
    """Return the groups as they stood at the end of a day; raises ``no-working-calendar``.

    Those of today come from what the process keeps, those of another day from all cases.
    """
    if day == atlas.clock.today():
        return groups_of_today(atlas)
    calendar = working_days(atlas)
    with atlas.journal.reading_tables() as connection:
        found = (
            standing_of(case, calendar, atlas.rules, day) for case in every_case(connection, day)
        )
        return groups_of(one for one in found if one is not None)


def statistics_answer(atlas: Service, day: date | None = None) -> StatisticsAnswer:
    """Return the answer for a day, today without one."""
    when = day or atlas.clock.today()
    found = statistics(atlas, when)
    return StatisticsAnswer(
        day=when,
        groups=[
            GroupAnswer(
                kind=kind,
                month=month,
                organization=organization,
                opened=one.opened,
                ended=one.ended,
                answered=len(one.answered),
                late=one.late,
                average_working_days=average(one.answered),
                states=dict(sorted(one.states.items())),
            )
            for (kind, month, organization), one in sorted(
                found.items(), key=lambda each: (each[0][0], each[0][1], each[0][2] or "")
            )
        ],
    )


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the year that was met, or is over."""

    rule: str
    organization: str | None
    """Who was responsible as it was met, or is while it is over."""
    in_time: bool


def terms_of_year(atlas: Service, day: date) -> list[Term]:
    """Return the terms that were met from the beginning of the year up to a day, or are over on it.

    One that runs, or stands still, within its days is not among them. Raises
    ``no-working-calendar``.
    """
    calendar, found = working_days(atlas), []
    with atlas.journal.reading_tables() as connection:
        for one in every_case(connection, day):
            case = one.until(day)
            for run in counted(MACHINES[case.kind], case, calendar, atlas.rules, day):
                if run.reached is None and not run.late:
                    continue
                ended = run.reached or day
                if ended.year == day.year:
                    found.append(Term(run.clock.rule, _then(case, ended), not run.late))
    return found


def _then(case: Case, day: date) -> str | None:
    """Return who was responsible for a case at the end of a day."""
    steps = [one for one in case.steps if one.day <= day]
    return steps[-1].organization if steps else case.organization
