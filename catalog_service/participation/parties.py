"""Who somebody is to a case, and what follows from it."""

from __future__ import annotations

from catalog_service.accounts.service import OPERATOR, Action, Person, Principal
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import PARTIES, Party, StepKind
from catalog_service.participation.model import Case


def is_asker(principal: Principal, case: Case) -> bool:
    """Tell whether somebody brought a case up."""
    return isinstance(principal, Person) and case.asker is not None and principal.id == case.asker


def is_party(principal: Principal, case: Case, party: Party) -> bool:
    """Tell whether somebody is a party of a case now."""
    if party == "asker":
        return is_asker(principal, case)
    action = PARTIES[party]
    if action is None:
        # The worker's.
        return False
    if is_asker(principal, case):
        # Nobody handles what they brought up themselves.
        return False
    return principal.may(action, case.organization)


def may_see(principal: Principal, case: Case) -> bool:
    """Tell whether somebody may see a case with what was written in it.

    Whoever brought it up, who handles it, and who sorts; all who had it before see it no longer.
    """
    return is_asker(principal, case) or any(
        principal.may(action, case.organization)
        for action in (Action.CASE_HANDLE, Action.CASE_SORT)
    )


def may_name_asker(principal: Principal, case: Case) -> bool:
    """Tell whether somebody may see who brought a case up."""
    return is_asker(principal, case) or principal.may(Action.PERSONAL_DATA_READ, case.organization)


def has_handled(principal: Principal, case: Case) -> bool:
    """Tell whether somebody has taken a step of a case as one who works here."""
    return principal is not OPERATOR and principal.actor in case.handlers()


def possible_steps(principal: Principal, case: Case) -> list[StepKind]:
    """Return the steps that somebody may take now."""
    machine = MACHINES[case.kind]
    return [
        one
        for one in machine.steps_from(case.state)
        if is_party(principal, case, one.by)
        and not (one.other_than_handlers and has_handled(principal, case))
        and not is_used_up(case, one)
    ]


def is_used_up(case: Case, kind: StepKind) -> bool:
    """Tell whether a step was taken as often as it may be."""
    taken = sum(one.step == kind.name for one in case.steps)
    return kind.most is not None and taken >= kind.most
