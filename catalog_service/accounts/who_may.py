"""Who may do something over an organization: whom to tell of what waits there."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.actions import ALLOWED, Action
from catalog_service.accounts.organizations import Organizations
from catalog_service.accounts.rights_rows import in_force
from catalog_service.accounts.tables import delegations, people, role_grants
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_number

MOST: Final = 500
"""Persons that are told of one thing; those whose role is over the whole city come last."""


class WhoMay:
    """Looks persons up by what they may, in the journal's database."""

    def __init__(self, journal: Journal, clock: Clock, hierarchy: Organizations) -> None:
        self._journal = journal
        self._clock = clock
        self._hierarchy = hierarchy

    def over(self, action: Action, organization: str | None) -> list[str]:
        """Return up to `MOST` persons who may do something over an organization; None: the city.

        Those to whom a role was delegated, too, as long as who delegated it has it; nobody whose
        account is disabled.
        """
        now = to_number(self._clock.now())
        roles = [role.value for role, allowed in ALLOWED.items() if action in allowed]
        covers = self._hierarchy.covers
        with self._journal.reading_tables() as connection:
            granted = connection.execute(
                in_force(role_grants, now).where(role_grants.c.role.in_(roles))
            ).all()
            passed = connection.execute(
                in_force(delegations, now).where(delegations.c.role.in_(roles))
            ).all()
            enabled = set(
                connection.execute(sa.select(people.c.id).where(people.c.disabled.is_(None)))
                .scalars()
                .all()
            )
        found = [
            (row.organization is None, row.person)
            for row in granted
            if covers(row.organization, organization)
        ]
        held: dict[tuple[str, str], list[str | None]] = {}
        for row in granted:
            held.setdefault((row.person, row.role), []).append(row.organization)
        found += [
            (row.organization is None, row.to_person)
            for row in passed
            if covers(row.organization, organization)
            and row.from_person in enabled
            and any(
                covers(one, row.organization) for one in held.get((row.from_person, row.role), ())
            )
        ]
        persons = dict.fromkeys(person for _, person in sorted(found) if person in enabled)
        return list(persons)[:MOST]

    def somewhere(self, action: Action) -> list[str]:
        """Return all persons who may do something over some organization."""
        now = to_number(self._clock.now())
        roles = [role.value for role, allowed in ALLOWED.items() if action in allowed]
        with self._journal.reading_tables() as connection:
            granted = in_force(role_grants, now).where(role_grants.c.role.in_(roles))
            passed = in_force(delegations, now).where(delegations.c.role.in_(roles))
            found = {row.person for row in connection.execute(granted)}
            found |= {row.to_person for row in connection.execute(passed)}
            enabled = connection.execute(
                sa.select(people.c.id).where(people.c.disabled.is_(None)).order_by(people.c.id)
            ).scalars()
            return [one for one in enabled if one in found]
