"""What steps do beside leading on: who becomes responsible, what is demanded, what is public.

Each is prepared outside the transaction that writes, and checked once more within it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.participation.errors import (
    CASE_LOOP,
    NOT_CORRECTED,
    UNKNOWN_CASE,
)
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import StepKind
from catalog_service.participation.model import Case, day_of
from catalog_service.participation.stored_cases import find_case, follow_case
from ontology.errors import AtlasError, Named
from ontology.languages import BilingualText
from translations import N_


def _nothing(_: sa.Connection) -> None:
    return


def _writes_nothing(_: sa.Connection, __: Case) -> None:
    return


@dataclass(frozen=True, slots=True)
class Transition:
    """What a step does to its case."""

    details: Mapping[str, Any]
    """What is kept of it."""
    moves: bool = False
    """Whether it changes who is responsible, to `organization`."""
    organization: str | None = None
    changed: Mapping[str, str | None] = field(default_factory=dict)
    """Columns of the case: its title, topic, subject."""
    check: Callable[[sa.Connection], None] = _nothing
    """Raises where something else stands in the way by now."""
    write: Callable[[sa.Connection, Case], None] = _writes_nothing
    """Writes what goes with it; the case is as it stood before."""


def transition(
    atlas: Service, principal: Principal, case: Case, kind: StepKind, details: Mapping[str, str]
) -> Transition:
    """Return what a step does; raises what stands in its way."""
    prepare = _PREPARED.get(kind.name)
    return Transition(details) if prepare is None else prepare(atlas, principal, case, details)


def _sort(
    _atlas: Service, _principal: Principal, _case: Case, details: Mapping[str, str]
) -> Transition:
    changed: dict[str, str | None] = {
        name: details[name] for name in ("title", "topic") if name in details
    }
    kept = {name: value for name, value in details.items() if name != "title"}
    return Transition(kept, True, details["organization"], changed)


def _reopen(
    _atlas: Service, _principal: Principal, case: Case, details: Mapping[str, str]
) -> Transition:
    return Transition(details, True, details.get("organization", case.organization))


def _pass_on(
    atlas: Service, _principal: Principal, case: Case, details: Mapping[str, str]
) -> Transition:
    """A work order (工单转交); raises ``case-loop`` where it would come back."""
    to = details["organization"]
    if to == case.organization or to in passed_by(case):
        names = atlas.accounts.hierarchy.names(to)
        raise AtlasError(
            CASE_LOOP,
            name=case.name,
            organization=Named(to, BilingualText(names["zh"], names["en"])),
        )
    return Transition({**details, "from": case.organization}, True, to)


def passed_by(case: Case) -> frozenset[str]:
    """Return who passed a case on since it was last assigned by whoever sorts."""
    found: set[str] = set()
    for step in case.steps:
        if step.step in ("sort", "reopen"):
            found.clear()
        elif step.step == "pass_on" and step.details.get("from"):
            found.add(str(step.details["from"]))
    return frozenset(found)


def _join(
    atlas: Service, principal: Principal, case: Case, details: Mapping[str, str]
) -> Transition:
    """Whoever asked follows the other one from then on; raises ``unknown-case``."""
    into = int(details["into"])

    def check(connection: sa.Connection) -> None:
        other = find_case(connection, into)
        ended = other is not None and other.state in MACHINES[other.kind].final
        if (
            other is None
            or ended
            or other.kind != case.kind
            or not principal.may(Action.CASE_SORT, other.organization)
        ):
            raise AtlasError(UNKNOWN_CASE, name=str(into))

    def write(connection: sa.Connection, before: Case) -> None:
        if before.asker is not None:
            follow_case(connection, into, before.asker, to_number(atlas.clock.now()))

    with atlas.journal.reading_tables() as connection:
        check(connection)
    return Transition({"into": into}, check=check, write=write)


_SIDES: Final[Mapping[str, str]] = {
    "correct_source": N_("the correction of the source’s data"),
    "correct_opened": N_("the correction of the opened data"),
}
"""What an objection needs before it is corrected (R22)."""


def sides_corrected(case: Case) -> frozenset[str]:
    """Return which sides of an objection were corrected since it was last confirmed."""
    done: set[str] = set()
    for step in case.steps:
        if step.step == "confirm":
            done.clear()
        elif step.step in _SIDES:
            done.add(step.step)
    return frozenset(done)


def not_corrected(case: Case) -> list[str]:
    """Return which sides of an objection were not corrected since it was last confirmed."""
    return [side for side in _SIDES if side not in sides_corrected(case)]


def corrected_on(case: Case) -> date | None:
    """Return the day on which the opened data was corrected; None: it is not answered so."""
    if case.state not in ("corrected", "closed") or not_corrected(case):
        return None
    days = [one.details.get("day") for one in case.steps if one.step == "correct_opened"]
    return day_of(str(days[-1])) if days and days[-1] else None


def _corrected(
    _atlas: Service, _principal: Principal, case: Case, details: Mapping[str, str]
) -> Transition:
    missing = not_corrected(case)
    if missing:
        raise AtlasError(NOT_CORRECTED, missing=Named(missing[0], _SIDES[missing[0]]))
    return Transition(details)


Prepare = Callable[[Service, Principal, Case, Mapping[str, str]], Transition]
"""Returns what a step does, from its fields; raises what stands in its way."""

_PREPARED: Final[Mapping[str, Prepare]] = {
    "sort": _sort,
    "reopen": _reopen,
    "pass_on": _pass_on,
    "join": _join,
    "corrected": _corrected,
}
