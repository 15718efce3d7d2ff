"""Information systems and the plans of what they open (R26)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.accounts.service import Action, Principal
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.open_list.errors import SYSTEM_INCOMPLETE
from catalog_service.open_list.system_tables import open_list_systems
from ontology.errors import AtlasError
from shapes.rule import Rule

RULE: Final = "R26"
LONGEST_NAME: Final = 200
LONGEST_PLAN: Final = 4_000
_S: Final = open_list_systems.c


@dataclass(frozen=True, slots=True)
class System:
    """A system of an organization (IRI), which was ``begun`` on a day; ``plan`` may be empty."""

    organization: str
    name: str
    begun: date
    plan: str
    time: datetime

    def lacks_plan(self, rule: Rule) -> bool:
        """Tell whether the rule finds something: it was begun when the rule was in force."""
        return not self.plan and rule.in_force.contains(self.begun)


def enter(
    atlas: Service,
    principal: Principal,
    organization: str,
    name: str,
    begun: date | None,
    *,
    plan: str = "",
    reason: str = "",
    withdraw: bool = False,
) -> None:
    """Enter a system, or how it stands now: with its plan, or as withdrawn, with a reason.

    ``begun`` may be left out of one that is there. Raises ``right-missing``,
    ``system-incomplete``.
    """
    principal.require(Action.OPEN_LIST_EDIT, organization)
    name, plan, reason = _line(name), plan.strip(), reason.strip()
    with atlas.journal.writing_tables() as connection:
        principal.anew().require(Action.OPEN_LIST_EDIT, organization)
        there = _stored(connection, {organization}).get((organization, name))
        day = begun or (None if there is None else there.begun)
        fits = 0 < len(name) <= LONGEST_NAME and len(plan) <= LONGEST_PLAN
        if not fits or day is None or (withdraw and (there is None or not reason)):
            raise AtlasError(SYSTEM_INCOMPLETE, longest=LONGEST_NAME, plan=LONGEST_PLAN)
        last = connection.execute(sa.select(sa.func.max(_S.number))).scalar()
        connection.execute(
            open_list_systems.insert().values(
                number=int(last or 0) + 1,
                organization=organization,
                name=name,
                begun=day,
                plan=plan,
                withdrawn=withdraw,
                reason=reason,
                actor=principal.actor,
                time=to_number(atlas.clock.now()),
            )
        )
        details = {"name": name, "plan": bool(plan), "withdrawn": withdraw}
        atlas.audit.append(
            connection, Entry("open_list.system", organization, reason=reason, details=details)
        )


def systems(atlas: Service, organizations: Collection[str] | None = None) -> list[System]:
    """Return the systems that are there, those that need a plan first; None: of everybody."""
    with atlas.journal.reading_tables() as connection:
        found = _stored(connection, organizations).values()
    rule = atlas.rules.get(RULE)
    return sorted(
        found,
        key=lambda one: (
            not one.lacks_plan(rule),
            bool(one.plan),
            one.organization,
            one.name,
        ),
    )


def without_plan(atlas: Service, organizations: Collection[str] | None = None) -> list[System]:
    """Return the systems in which R26 finds something."""
    rule = atlas.rules.get(RULE)
    return [one for one in systems(atlas, organizations) if one.lacks_plan(rule)]


def _stored(
    connection: sa.Connection, organizations: Collection[str] | None
) -> dict[tuple[str, str], System]:
    query = sa.select(open_list_systems).order_by(_S.number)
    if organizations is not None:
        query = query.where(_S.organization.in_(sorted(organizations)))
    found: dict[tuple[str, str], System] = {}
    for row in connection.execute(query):
        key = (row.organization, row.name)
        if row.withdrawn:
            found.pop(key, None)
        else:
            found[key] = _system(row)
    return found


def _system(row: sa.Row[Any]) -> System:
    return System(row.organization, row.name, row.begun, row.plan, to_instant(row.time))


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
