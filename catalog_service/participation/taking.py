"""Taking a step with a case: in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from catalog_service.accounts.errors import RIGHT_MISSING
from catalog_service.accounts.service import Action, Principal, acting_person, named_action
from catalog_service.context import Service
from catalog_service.participation.announcing import may_act
from catalog_service.participation.errors import (
    CASE_NEEDS_ANOTHER,
    CASE_STEP,
    CASE_TOO_OFTEN,
    UNKNOWN_CASE,
)
from catalog_service.participation.fields import read_fields
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import PARTIES, StepKind, named_step
from catalog_service.participation.model import BY_ASKER, BY_CLOCK, Case, CaseStep
from catalog_service.participation.parties import has_handled, is_party, is_used_up, may_see
from catalog_service.participation.periods import has_come
from catalog_service.participation.preparing import prepared
from catalog_service.participation.recording import (
    case_there,
    made_step,
    note_step,
    tell_of,
    text_of,
)
from catalog_service.participation.sealed_texts import put_text, sealed
from catalog_service.participation.stored_cases import add_step, find_case, next_step
from catalog_service.participation.transitions import Transition
from catalog_service.secret_keys import SecretKeys
from ontology.errors import AtlasError, Named


def take_step(
    atlas: Service,
    principal: Principal,
    number: int,
    step: str,
    text: str = "",
    fields: Mapping[str, str] | None = None,
) -> Case:
    """Take a step with a case.

    Raises ``unknown-case``, ``case-step``, ``right-missing``, ``case-needs-another``,
    ``case-too-often``, ``case-text-needed``, ``case-text-too-long``, ``case-field-…``, and what the
    step's transition raises (`transitions`, `application_steps`).
    """
    before = case_for(atlas, principal, number)
    kind = _kind(before, step)
    demand_party(principal, before, kind)
    words = text_of(kind, text)
    details = read_fields(atlas, before, kind, fields or {})
    keys = SecretKeys.load(atlas.settings) if words else None
    change = prepared(atlas, principal, before, kind, details)
    # Looked up before: a transaction that writes waits for nothing else.
    after = _expected(before, kind, change)
    may_follow = may_act(atlas, after)
    with atlas.journal.writing_tables() as connection:
        there = case_there(connection, number)
        if there.steps[-1].number != before.steps[-1].number:
            # Somebody was quicker: what was decided on is not what stands there.
            raise _not_now(there)
        demand_party(principal.anew(), there, kind)
        change.check(connection)
        actor = BY_ASKER if kind.by == "asker" else principal.actor
        done = _write(atlas, connection, there, kind, actor, change)
        if keys is not None:
            last = done.steps[-1].number
            put_text(connection, number, last, sealed(keys, number, last, words))
        person = acting_person(principal)
        note_step(atlas, connection, done, kind)
        own = "" if person is None else person.id
        tell_of(atlas, connection, done, own, may_follow)
        return done


def lapse(atlas: Service, number: int, last: int | None = None) -> Case | None:
    """Take the step of the clock with a case; None where it stands otherwise by now.

    ``last``: the number of the step after which it was found to be due.
    """
    with atlas.journal.writing_tables() as connection:
        there = find_case(connection, number)
        if there is None or last not in (None, there.steps[-1].number):
            return None
        steps = [one for one in MACHINES[there.kind].steps_from(there.state) if one.by == "clock"]
        if not steps or not has_come(steps[0], there, atlas.clock.today()):
            return None
        done = _write(atlas, connection, there, steps[0], BY_CLOCK, Transition({}))
        note_step(atlas, connection, done, steps[0])
        tell_of(atlas, connection, done, "", ())
        return done


def case_for(atlas: Service, principal: Principal, number: int) -> Case:
    """Return a case for somebody who may see it; raises ``unknown-case``."""
    with atlas.journal.reading_tables() as connection:
        found = find_case(connection, number)
    if found is None or not may_see(principal, found):
        raise AtlasError(UNKNOWN_CASE, name=str(number))
    return found


def demand_party(principal: Principal, case: Case, kind: StepKind) -> None:
    """Raise unless somebody may take a step of a case now.

    ``right-missing``, ``case-needs-another``, ``case-too-often``.
    """
    if not is_party(principal, case, kind.by):
        demanded = PARTIES[kind.by] or Action.CASE_SORT
        raise AtlasError(RIGHT_MISSING, name=principal.name, action=named_action(demanded))
    if kind.other_than_handlers and has_handled(principal, case):
        raise AtlasError(CASE_NEEDS_ANOTHER, name=case.name)
    if is_used_up(case, kind):
        raise AtlasError(CASE_TOO_OFTEN, name=case.name, step=named_step(kind))


def _write(
    atlas: Service,
    connection: sa.Connection,
    there: Case,
    kind: StepKind,
    actor: str,
    change: Transition,
) -> Case:
    organization = change.organization if change.moves else there.organization
    step = made_step(
        atlas,
        next_step(connection),
        there.number,
        kind.name,
        kind.leads_to(there.state),
        actor,
        organization,
        change.details,
    )
    add_step(connection, step, **change.changed)
    change.write(connection, there)
    return case_there(connection, there.number)


def _kind(case: Case, step: str) -> StepKind:
    found = MACHINES[case.kind].step_named(step)
    if found is None or case.state not in found.come_from:
        raise _not_now(case)
    return found


def _not_now(case: Case) -> AtlasError:
    label = MACHINES[case.kind].states[case.state]
    return AtlasError(CASE_STEP, name=case.name, state=Named(case.state, label, "case state"))


def _expected(before: Case, kind: StepKind, change: Transition) -> Case:
    """Return the case as it will stand, for looking up who is to be told."""
    organization = change.organization if change.moves else before.organization
    last = before.steps[-1]
    step = CaseStep(
        last.number,
        before.number,
        kind.name,
        kind.leads_to(before.state),
        last.actor,
        last.time,
        last.day,
        organization,
    )
    return Case(
        before.number,
        before.kind,
        before.subject,
        before.part,
        before.topic,
        before.title,
        (*before.steps, step),
        before.asker,
    )
