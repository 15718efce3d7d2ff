"""By when lists are filed and opened (R11): dated parameters of the yearly cycle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.open_list.cycle import (
    DONE,
    EVALUATED_YEARLY,
    RULE,
    Cycle,
    due_day,
    evaluated_by,
)
from catalog_service.open_list.model import ListFinding, OpenList, StoredStep
from catalog_service.open_list.naming import list_path
from catalog_service.open_list.service import listed, public_versions
from catalog_service.waiting import Deadline, DeadlineKind
from translations import N_

_EVALUATED: Final = frozenset({"evaluated", "closed"})

_LATE: Final[dict[Cycle, tuple[str, str]]] = {
    "file-by": ("应于 {day} 前报备。", "It was to be filed by {day}."),
    "open-by": ("应于 {day} 前公布开放。", "It was to be opened by {day}."),
}


def is_late(atlas: Service, step: StoredStep, cycle: Cycle) -> bool:
    """Tell whether a list, as its last step left it, is past a cycle's last day."""
    due = due_day(atlas, cycle, step.year)
    return due is not None and step.state not in DONE[cycle] and due < atlas.clock.today()


def evaluation_due(atlas: Service, there: OpenList) -> date | None:
    """Return the day by which a published list is evaluated, by when it first counted.

    None where none of its versions counts, or the rule does not hold on that day.
    """
    versions = public_versions(atlas, there.year, there.organization)
    return evaluated_by(atlas, versions[0].in_force) if versions else None


def overdue(atlas: Service, there: OpenList) -> list[ListFinding]:
    """Return what the clock finds in a list: R11 on filing and opening, R23 on its evaluation."""
    found = []
    for cycle, (zh, en) in _LATE.items():
        if is_late(atlas, there.steps[-1], cycle):
            day = due_day(atlas, cycle, there.year)
            found.append(_late(RULE, zh.format(day=day), en.format(day=day)))
    due = evaluation_due(atlas, there)
    if due is not None and due < atlas.clock.today() and there.state not in _EVALUATED:
        zh, en = f"应于 {due} 前完成年度评估。", f"Its yearly evaluation was due on {due}."
        found.append(_late(EVALUATED_YEARLY, zh, en))
    return found


def _late(rule: str, zh: str, en: str) -> ListFinding:
    return ListFinding(rule, "", "", "Warning", zh, en)


def _due(atlas: Service, principal: Principal, first: date, last: date) -> Iterator[Deadline]:
    if principal.organizations(Action.OPEN_LIST_EDIT) == frozenset():
        return
    days: dict[tuple[Cycle, int], date | None] = {}
    for one in listed(atlas, principal):
        for cycle, done in DONE.items():
            if (cycle, one.year) not in days:
                days[cycle, one.year] = due_day(atlas, cycle, one.year)
            day = days[cycle, one.year]
            if day is not None and one.state not in done and first <= day <= last:
                name = atlas.accounts.hierarchy.names(one.organization)["zh"]
                path = list_path(atlas.vocabulary, one.organization, one.year)
                yield Deadline(day, f"{name} {one.year}", path)


DEADLINES: Final = (DeadlineKind("open-list", N_("Open lists to file or to open"), _due),)
"""The last days of the cycle, of lists that were begun and are behind."""
