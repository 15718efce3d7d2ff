"""By when lists are filed and opened (R11): dated parameters of the yearly cycle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.open_list.calendar import working_days
from catalog_service.open_list.model import StoredStep
from catalog_service.open_list.naming import list_path
from catalog_service.open_list.service import listed
from catalog_service.waiting import Deadline, DeadlineKind
from ontology.errors import AtlasError
from translations import N_

RULE: Final = "R11"

Cycle = Literal["file-by", "open-by"]
"""Parameters of the rule: a month and a day, as ``--05-31``."""

_DONE: Final[dict[Cycle, frozenset[str]]] = {
    "file-by": frozenset({"filed", "accepted", "published", "amended", "evaluated", "closed"}),
    "open-by": frozenset({"published", "amended", "evaluated", "closed"}),
}
"""States in which what was due is done."""


def due_day(atlas: Service, cycle: Cycle, year: int) -> date | None:
    """Return the last day of a cycle: its parameter's, or the last working day before.

    None where the rule had no such parameter in that year. A year without a calendar has the
    parameter's day.
    """
    try:
        text = atlas.rules.get(RULE).parameter(cycle, date(year, 12, 31))
    except KeyError:
        return None
    day = date.fromisoformat(f"{year}-{text.removeprefix('--')}")
    calendar = working_days(atlas)
    try:
        while not calendar.is_working_day(day):
            day -= timedelta(1)
    except AtlasError:
        return date.fromisoformat(f"{year}-{text.removeprefix('--')}")
    return day


def is_late(atlas: Service, step: StoredStep, cycle: Cycle) -> bool:
    """Tell whether a list, as its last step left it, is past a cycle's last day."""
    due = due_day(atlas, cycle, step.year)
    return due is not None and step.state not in _DONE[cycle] and due < atlas.clock.today()


def _due(atlas: Service, principal: Principal, first: date, last: date) -> Iterator[Deadline]:
    if principal.organizations(Action.OPEN_LIST_EDIT) == frozenset():
        return
    days: dict[tuple[Cycle, int], date | None] = {}
    for one in listed(atlas, principal):
        for cycle, done in _DONE.items():
            if (cycle, one.year) not in days:
                days[cycle, one.year] = due_day(atlas, cycle, one.year)
            day = days[cycle, one.year]
            if day is not None and one.state not in done and first <= day <= last:
                name = atlas.accounts.hierarchy.names(one.organization)["zh"]
                path = list_path(atlas.vocabulary, one.organization, one.year)
                yield Deadline(day, f"{name} {one.year}", path)


DEADLINES: Final = (DeadlineKind("open-list", N_("Open lists to file or to open"), _due),)
"""The last days of the cycle, of lists that were begun and are behind."""
