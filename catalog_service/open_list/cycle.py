"""The yearly cycle of open lists (R11, R23): its last days, and which states they ask for."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime
from typing import Final, Literal, get_args

from catalog_service.context import Service
from catalog_service.working_calendar.service import working_days
from ontology.errors import AtlasError

RULE: Final = "R11"
EVALUATED_YEARLY: Final = "R23"

Cycle = Literal["file-by", "open-by"]
"""Parameters of the rule: a month and a day, as ``--05-31``."""

DONE: Final[dict[Cycle, frozenset[str]]] = {
    "file-by": frozenset({"filed", "accepted", "published", "amended", "evaluated", "closed"}),
    "open-by": frozenset({"published", "amended", "evaluated", "closed"}),
}
"""States in which what was due is done."""
DONE_BY: Final[dict[Cycle, str]] = {"file-by": "file", "open-by": "publish"}
"""The step that does it."""

_EVERY: Final = "every"
"""The parameter of R23: an ``xsd:duration`` of years and months."""
_DURATION: Final = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?")


def due_day(
    atlas: Service, cycle: Cycle, year: int, *, before: datetime | None = None
) -> date | None:
    """Return the last day of a cycle: its parameter's, or the first working day after it.

    A term whose last day is a day off ends with the next working day (Civil Code, art. 203). None
    where the rule had no such parameter in that year. A year without a calendar has the
    parameter's day (`lacks_calendar`). ``before``: with what operators had set of the calendar
    until then.
    """
    told = _told_day(atlas, cycle, year)
    if told is None:
        return None
    try:
        return working_days(atlas, before).add_working_days(told, 0)
    except AtlasError:
        return told


def lacks_calendar(atlas: Service, year: int) -> bool:
    """Tell whether the working days of a year are not known, on which its last days depend."""
    days = (_told_day(atlas, cycle, year) for cycle in get_args(Cycle))
    calendar = working_days(atlas)
    try:
        for day in days:
            if day is not None:
                calendar.add_working_days(day, 0)
    except AtlasError:
        return True
    return False


def evaluated_by(atlas: Service, first: date) -> date | None:
    """Return the day by which a list is evaluated that has counted since a day (R23).

    None where the rule does not hold on that day.
    """
    rule = atlas.rules.get(EVALUATED_YEARLY)
    for one in rule.parameters:
        due = _after(first, one.value) if one.name == _EVERY else None
        if due is not None and one.in_force.contains(due) and rule.in_force.contains(due):
            return due
    return None


def _told_day(atlas: Service, cycle: Cycle, year: int) -> date | None:
    if not date.min.year <= year <= date.max.year:
        # A list that was begun before years were bounded keeps no page and no report from others.
        return None
    try:
        text = atlas.rules.get(RULE).parameter(cycle, date(year, 12, 31))
    except KeyError:
        return None
    # xsd:gMonthDay, as --05-31.
    month, number = map(int, text.removeprefix("--").split("-"))
    return date(year, month, number)


def _after(day: date, duration: str) -> date | None:
    """Return the day of the same number after a duration, or the last one of a shorter month."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(duration)
    months = day.month - 1 + 12 * int(found[1] or 0) + int(found[2] or 0)
    year, month = day.year + months // 12, months % 12 + 1
    if year > date.max.year:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))
