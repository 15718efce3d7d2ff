"""Cases that wait for somebody, and the days on which their terms end, for the workbench."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case, KindName
from catalog_service.participation.naming import WORK
from catalog_service.participation.service import clocks_of, possible_steps, work_cases
from catalog_service.waiting import Deadline, DeadlineKind, WaitingItem, WaitingKind
from translations import N_

MOST: Final = 100
"""Cases of a kind on one page."""
_MOST_DUE: Final = 1_000


def due_day(atlas: Service, case: Case) -> date | None:
    """Return the first day on which a running clock of a case ends."""
    days = [one.due for one in clocks_of(atlas, case) if one.due is not None]
    return min(days, default=None)


def _of_kind(kind: KindName) -> Callable[[Service, Principal], Iterator[WaitingItem]]:
    def find(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
        for one in work_cases(atlas, principal, kind, MOST)[1]:
            if any(step.waits for step in possible_steps(atlas, principal, one)):
                yield WaitingItem(
                    f"{one.name} {one.title or ''}".strip(),
                    f"{WORK}/{one.name}",
                    since=one.steps[-1].time,
                    due=due_day(atlas, one),
                )

    return find


WAITING: Final = (
    WaitingKind(
        "demands",
        N_("Demands"),
        N_("Assign them, pass them on, or answer them."),
        _of_kind("demand"),
    ),
    WaitingKind(
        "objections",
        N_("Objections"),
        N_("Look at the data, and have both sides corrected."),
        _of_kind("objection"),
    ),
    WaitingKind(
        "sharing-requests",
        N_("Sharing requests"),
        N_("Assign them, confirm, and catalogue the data."),
        _of_kind("sharing"),
    ),
    WaitingKind(
        "applications",
        N_("Applications"),
        N_("Accept them, decide, and sign the agreement."),
        _of_kind("application"),
    ),
    WaitingKind(
        "results",
        N_("Results"),
        N_("Check what people made of the data, and show it."),
        _of_kind("result"),
    ),
)
"""What of cases waits for people."""


def _due(atlas: Service, principal: Principal, first: date, last: date) -> Iterator[Deadline]:
    for kind in MACHINES:
        for one in work_cases(atlas, principal, kind, _MOST_DUE)[1]:
            day = due_day(atlas, one)
            if day is not None and first <= day <= last:
                yield Deadline(day, f"{one.name} {one.title or ''}".strip(), f"{WORK}/{one.name}")


DEADLINES: Final = (DeadlineKind("cases", N_("Cases to answer"), _due),)
"""The last days of running clocks."""
