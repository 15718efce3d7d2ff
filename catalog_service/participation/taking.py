"""Bringing a case up, and taking a step with it: in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.accounts.errors import RIGHT_MISSING
from catalog_service.accounts.service import (
    Action,
    Person,
    Principal,
    named_action,
    require_somewhere,
)
from catalog_service.acting import ASKER
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.notices.service import tell_all
from catalog_service.participation.announcing import may_act, notices_of
from catalog_service.participation.errors import (
    CASE_NEEDS_ANOTHER,
    CASE_STEP,
    CASE_TOO_OFTEN,
    TEXT_NEEDED,
    TOO_MANY_CASES,
    UNKNOWN_CASE,
)
from catalog_service.participation.fields import read_fields
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import PARTIES, Machine, StepKind, named_step
from catalog_service.participation.model import (
    BY_ASKER,
    BY_CLOCK,
    Case,
    CaseStep,
    KindName,
)
from catalog_service.participation.parties import (
    has_handled,
    is_party,
    is_used_up,
    may_see,
)
from catalog_service.participation.periods import has_come
from catalog_service.participation.preparing import prepared
from catalog_service.participation.sealed_texts import demand_length, put_text, sealed
from catalog_service.participation.stored_cases import (
    Wanted,
    add_case,
    add_step,
    count_cases,
    find_case,
    followers_of,
    new_numbers,
    next_step,
)
from catalog_service.participation.transitions import Transition
from catalog_service.secret_keys import SecretKeys
from ontology.errors import AtlasError, Named

MOST_OPEN: Final = 50
"""Open cases of one person."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a case is about, as its first step says it."""

    kind: KindName
    text: str = field(repr=False)
    fields: Mapping[str, str] = field(default_factory=dict)
    subject: str | None = None
    part: str | None = None
    topic: str | None = None
    organization: str | None = None
    """Who is responsible from the start; None: whoever sorts decides."""
    write: Callable[[sa.Connection, int], None] = lambda _, __: None
    """Writes what goes with it, in the same transaction; told its number."""


def bring_up(atlas: Service, principal: Principal, brought: Brought) -> Case:
    """Bring a case up.

    Raises ``right-missing``, ``case-text-needed``, ``case-text-too-long``, ``case-field-…``,
    ``too-many-cases`` and, without keys to encrypt with, ``secret-file-needed``.
    """
    machine = MACHINES[brought.kind]
    asker = _asker(principal, machine)
    kind = machine.begins
    text = _text(kind, brought.text)
    details = read_fields(atlas, None, kind, brought.fields)
    keys = SecretKeys.load(atlas.settings)
    state = kind.leads_to("")
    may_follow = _who_handles(atlas, brought, state)
    with atlas.journal.writing_tables() as connection:
        _asker(principal.anew(), machine)
        _demand_few(connection, asker)
        number, step = new_numbers(connection)
        first = _step(
            atlas, step, number, kind.name, state, BY_ASKER, brought.organization, details
        )
        add_case(
            connection,
            first,
            kind=brought.kind,
            subject=brought.subject,
            part=brought.part,
            topic=brought.topic,
            title=None,
            asker=asker,
        )
        put_text(connection, number, step, sealed(keys, number, step, text))
        brought.write(connection, number)
        done = _there(connection, number)
        _audit(atlas, connection, done, kind)
        _tell(atlas, connection, done, asker, may_follow)
        return done


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
    words = _text(kind, text)
    details = read_fields(atlas, before, kind, fields or {})
    keys = SecretKeys.load(atlas.settings) if words else None
    change = prepared(atlas, principal, before, kind, details)
    # Looked up before: a transaction that writes waits for nothing else.
    after = _expected(before, kind, change)
    may_follow = may_act(atlas, after)
    with atlas.journal.writing_tables() as connection:
        there = _there(connection, number)
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
        own = principal.id if isinstance(principal, Person) else ""
        _audit(atlas, connection, done, kind)
        _tell(atlas, connection, done, own, may_follow)
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
        _audit(atlas, connection, done, steps[0])
        _tell(atlas, connection, done, "", ())
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
    step = _step(
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
    return _there(connection, there.number)


def _step(
    atlas: Service,
    number: int,
    case: int,
    step: str,
    state: str,
    actor: str,
    organization: str | None,
    details: Mapping[str, Any],
) -> CaseStep:
    return CaseStep(
        number,
        case,
        step,
        state,
        actor,
        atlas.clock.now(),
        atlas.clock.today(),
        organization,
        details,
    )


def _asker(principal: Principal, machine: Machine) -> str:
    """Return the identifier of the person who brings something up; raises ``right-missing``."""
    require_somewhere(principal, machine.brought_by)
    if not isinstance(principal, Person):
        raise AtlasError(
            RIGHT_MISSING, name=principal.name, action=named_action(machine.brought_by)
        )
    return principal.id


def _demand_few(connection: sa.Connection, asker: str) -> None:
    final = frozenset(state for one in MACHINES.values() for state in one.final)
    open_ones = count_cases(connection, Wanted(asker=asker, not_in=final))
    if open_ones >= MOST_OPEN:
        raise AtlasError(TOO_MANY_CASES, open=open_ones, limit=MOST_OPEN)


def _kind(case: Case, step: str) -> StepKind:
    found = MACHINES[case.kind].step_named(step)
    if found is None or case.state not in found.come_from:
        raise _not_now(case)
    return found


def _not_now(case: Case) -> AtlasError:
    label = MACHINES[case.kind].states[case.state]
    return AtlasError(CASE_STEP, name=case.name, state=Named(case.state, label, "case state"))


def _text(kind: StepKind, text: str) -> str:
    found = demand_length(text)
    if kind.needs_text and not found:
        raise AtlasError(TEXT_NEEDED, step=named_step(kind))
    return found


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


def _who_handles(atlas: Service, brought: Brought, state: str) -> list[str]:
    step = CaseStep(
        0, 0, "", state, BY_ASKER, atlas.clock.now(), atlas.clock.today(), brought.organization
    )
    case = Case(0, brought.kind, brought.subject, None, None, None, (step,))
    return may_act(atlas, case)


def _there(connection: sa.Connection, number: int) -> Case:
    found = find_case(connection, number)
    if found is None:
        raise AtlasError(UNKNOWN_CASE, name=str(number))
    return found


def _audit(atlas: Service, connection: sa.Connection, case: Case, kind: StepKind) -> None:
    """Note a step; who brought a case up is named nowhere but in the case, where it is erased."""
    details = {"step": kind.name, **case.steps[-1].details}
    details.pop("title", None)
    entry = Entry("case.step", case.name, organization=case.organization, details=details)
    if kind.by == "asker":
        entry = replace(entry, actor=ASKER, network=None)
    atlas.audit.append(connection, entry)


def _tell(
    atlas: Service,
    connection: sa.Connection,
    case: Case,
    own: str,
    may_follow: Sequence[str],
) -> None:
    followers = followers_of(connection, case.number)
    for told in notices_of(case, own, may_follow, followers):
        tell_all(atlas, connection, told.notice, told.persons)
