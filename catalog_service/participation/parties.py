"""Who somebody is to a case, and what follows from it."""

from __future__ import annotations

from catalog_service.accounts.service import OPERATOR, Action, Principal, acting_person, four_eyes
from catalog_service.context import Service
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import PARTIES, Party, StepKind
from catalog_service.participation.model import Case


def is_asker(principal: Principal, case: Case) -> bool:
    """Tell whether somebody brought a case up, who now acts themselves or by a token of theirs."""
    person = acting_person(principal)
    return person is not None and person.id == case.asker


def acts_as_asker(principal: Principal, case: Case) -> bool:
    """Tell whether somebody may act as who brought a case up: their token needs a scope for it."""
    return is_asker(principal, case) and principal.may(Action.REQUEST_MAKE, None)


def is_party(principal: Principal, case: Case, party: Party) -> bool:
    """Tell whether somebody is a party of a case now."""
    if party == "asker":
        return acts_as_asker(principal, case)
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
    return acts_as_asker(principal, case) or any(
        principal.may(action, case.organization)
        for action in (Action.CASE_HANDLE, Action.CASE_SORT)
    )


def may_name_asker(principal: Principal, case: Case) -> bool:
    """Tell whether somebody may see who brought a case up."""
    return acts_as_asker(principal, case) or principal.may(
        Action.PERSONAL_DATA_READ, case.organization
    )


def has_handled(principal: Principal, case: Case) -> bool:
    """Tell whether somebody has taken a step of a case as one who works here."""
    return principal is not OPERATOR and principal.actor in case.handlers()


def signs_both(atlas: Service, principal: Principal, case: Case) -> bool:
    """Tell whether somebody decided about a case whose organization wants another to sign it."""
    demanded = four_eyes(atlas.journal, case.organization, opens=False, reviews_secrecy=False)
    granted = [one.actor for one in case.steps if one.step == "grant"]
    return demanded is not None and granted[-1:] == [principal.actor]


def possible_steps(atlas: Service, principal: Principal, case: Case) -> list[StepKind]:
    """Return the steps that somebody may take now."""
    machine = MACHINES[case.kind]
    return [
        one
        for one in machine.steps_from(case.state)
        if is_party(principal, case, one.by)
        and not (one.other_than_handlers and has_handled(principal, case))
        and not is_used_up(case, one)
        and not (one.name == "countersign" and signs_both(atlas, principal, case))
    ]


def is_used_up(case: Case, kind: StepKind) -> bool:
    """Tell whether a step was taken as often as it may be."""
    taken = sum(one.step == kind.name for one in case.steps)
    return kind.most is not None and taken >= kind.most
