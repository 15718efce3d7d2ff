"""The yearly cycle of open lists (R11): its last days, and which states they ask for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, Literal

from catalog_service.context import Service
from catalog_service.open_list.calendar import working_days
from ontology.errors import AtlasError

RULE: Final = "R11"

Cycle = Literal["file-by", "open-by"]
"""Parameters of the rule: a month and a day, as ``--05-31``."""

DONE: Final[dict[Cycle, frozenset[str]]] = {
    "file-by": frozenset({"filed", "accepted", "published", "amended", "evaluated", "closed"}),
    "open-by": frozenset({"published", "amended", "evaluated", "closed"}),
}
"""States in which what was due is done."""


def due_day(
    atlas: Service, cycle: Cycle, year: int, *, before: datetime | None = None
) -> date | None:
    """Return the last day of a cycle: its parameter's, or the last working day before.

    None where the rule had no such parameter in that year. A year without a calendar has the
    parameter's day. ``before``: with what operators had set of the calendar until then.
    """
    if not date.min.year <= year <= date.max.year:
        # A list that was begun before years were bounded keeps no page and no report from others.
        return None
    try:
        text = atlas.rules.get(RULE).parameter(cycle, date(year, 12, 31))
    except KeyError:
        return None
    # xsd:gMonthDay, as --05-31.
    month, number = map(int, text.removeprefix("--").split("-"))
    told = day = date(year, month, number)
    calendar = working_days(atlas, before)
    try:
        while not calendar.is_working_day(day):
            day -= timedelta(1)
    except AtlasError:
        return told
    return day
