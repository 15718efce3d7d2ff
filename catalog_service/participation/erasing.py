"""Erasing what people wrote: after its time, or when they ask for it; with proof in the audit.

Steps stay: codes, IRIs and days, from which statistics are counted. What was written, who brought
the case up and who follows it goes, and is in no backup that is made afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.service import Action, Principal, acting_person
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.participation.errors import CASE_NOT_OVER, UNKNOWN_CASE
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case
from catalog_service.participation.parties import acts_as_asker
from catalog_service.participation.sealed_texts import erase_texts
from catalog_service.participation.stored_cases import Wanted, cases_in, find_case, leave_all
from ontology.errors import AtlasError

FINAL: Final = frozenset(state for one in MACHINES.values() for state in one.final)
"""States in which a case of any kind has ended."""

_AT_ONCE: Final = 200


def erase(atlas: Service, principal: Principal, number: int, reason: str) -> int:
    """Erase what was written in a case that has ended, and who brought it up.

    By whoever brought it up, or who may assign cases; returns how many texts went. Raises
    ``unknown-case`` and ``case-not-over``.
    """
    with atlas.journal.writing_tables() as connection:
        found = find_case(connection, number)
        current = principal.anew()
        if found is None or not (
            acts_as_asker(current, found) or current.may(Action.CASE_SORT, found.organization)
        ):
            raise AtlasError(UNKNOWN_CASE, name=str(number))
        if found.state not in MACHINES[found.kind].final:
            raise AtlasError(CASE_NOT_OVER, name=found.name)
        return _erase(atlas, connection, found, reason)


def erase_of_person(atlas: Service, principal: Principal) -> int:
    """Erase all cases of somebody that have ended; returns how many."""
    principal.require(Action.REQUEST_MAKE, None)
    person = acting_person(principal)
    if person is None:
        return 0
    with atlas.journal.writing_tables() as connection:
        wanted = Wanted(asker=person.id, states=FINAL)
        found = [one for one in cases_in(connection, wanted) if _has_ended(one)]
        for one in found:
            _erase(atlas, connection, one, "asked for")
    return len(found)


def erase_old(atlas: Service) -> int:
    """Erase the cases whose time is over, some hundred at a time; returns how many."""
    until = atlas.clock.today() - timedelta(days=atlas.settings.case_kept_days)
    with atlas.journal.writing_tables() as connection:
        found = list(_due(connection, until))
        for one in found:
            _erase(atlas, connection, one, "retention")
    return len(found)


def _due(connection: sa.Connection, until: date) -> Iterator[Case]:
    wanted = Wanted(states=FINAL, named=True)
    for one in cases_in(connection, wanted, _AT_ONCE, oldest_first=True):
        if _has_ended(one) and ended_on(one) < until:
            yield one


def ended_on(case: Case) -> date:
    """Return the day on which a case came to where it stands; later remarks do not count."""
    day = case.steps[-1].day
    for one in reversed(case.steps):
        if one.state != case.state:
            break
        day = one.day
    return day


def _has_ended(case: Case) -> bool:
    return case.state in MACHINES[case.kind].final


def _erase(atlas: Service, connection: sa.Connection, case: Case, reason: str) -> int:
    count = erase_texts(connection, case.number)
    leave_all(connection, case.number)
    entry = Entry("case.erase", case.name, organization=case.organization, reason=reason)
    atlas.audit.append(connection, entry)
    return count
