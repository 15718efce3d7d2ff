"""Bringing a case up: in one transaction, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.errors import RIGHT_MISSING
from catalog_service.accounts.service import (
    Principal,
    acting_person,
    named_action,
    require_somewhere,
)
from catalog_service.context import Service
from catalog_service.participation.announcing import may_act
from catalog_service.participation.errors import TOO_MANY_CASES
from catalog_service.participation.fields import read_fields
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import Machine
from catalog_service.participation.model import BY_ASKER, Case, CaseStep, KindName
from catalog_service.participation.recording import (
    case_there,
    made_step,
    note_step,
    tell_of,
    text_of,
)
from catalog_service.participation.sealed_texts import put_text, sealed
from catalog_service.participation.stored_cases import Wanted, add_case, count_cases, new_numbers
from catalog_service.secret_keys import SecretKeys
from ontology.errors import AtlasError

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
    text = text_of(kind, brought.text)
    details = read_fields(atlas, None, kind, brought.fields)
    keys = SecretKeys.load(atlas.settings)
    state = kind.leads_to("")
    may_follow = _who_handles(atlas, brought, state)
    with atlas.journal.writing_tables() as connection:
        _asker(principal.anew(), machine)
        _demand_few(connection, asker)
        number, step = new_numbers(connection)
        first = made_step(
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
        done = case_there(connection, number)
        note_step(atlas, connection, done, kind)
        tell_of(atlas, connection, done, asker, may_follow)
        return done


def _asker(principal: Principal, machine: Machine) -> str:
    """Return the identifier of the person who brings something up; raises ``right-missing``."""
    require_somewhere(principal, machine.brought_by)
    person = acting_person(principal)
    if person is None:
        raise AtlasError(
            RIGHT_MISSING, name=principal.name, action=named_action(machine.brought_by)
        )
    return person.id


def _demand_few(connection: sa.Connection, asker: str) -> None:
    final = frozenset(state for one in MACHINES.values() for state in one.final)
    open_ones = count_cases(connection, Wanted(asker=asker, not_in=final))
    if open_ones >= MOST_OPEN:
        raise AtlasError(TOO_MANY_CASES, open=open_ones, limit=MOST_OPEN)


def _who_handles(atlas: Service, brought: Brought, state: str) -> list[str]:
    step = CaseStep(
        0, 0, "", state, BY_ASKER, atlas.clock.now(), atlas.clock.today(), brought.organization
    )
    case = Case(0, brought.kind, brought.subject, None, None, None, (step,))
    return may_act(atlas, case)
