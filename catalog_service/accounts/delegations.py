"""Delegations: a role that one person passes to another, with an end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.actions import Role, named_role
from catalog_service.accounts.errors import ROLE_NOT_HELD, UNKNOWN_GRANT, UNTIL_NEEDED
from catalog_service.accounts.rights_rows import count_up, in_force, person_name
from catalog_service.accounts.tables import delegations
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.journal.rows import Row
from ontology.errors import AtlasError

_NOT_DELEGATED: Final = (Role.ADMINISTRATOR, Role.AUDITOR, Role.CITIZEN)
"""Roles that nobody passes on by themselves."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """A role that a person passed to another for a while."""

    id: str
    from_person: str
    to_person: str
    role: Role
    organization: str | None
    until: datetime
    granted: datetime
    granted_by: str
    reason: str


class Delegations:
    """Who acts for whom, in the journal's database."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        holds: Callable[[str, Role, str | None], bool],
        entropy: Callable[[int], bytes],
    ) -> None:
        """``holds`` tells whether a person was granted a role that covers an organization."""
        self._journal = journal
        self._clock = clock
        self._audit = Audit(journal)
        self._holds = holds
        self._entropy = entropy

    def begin(
        self,
        from_person: str,
        to_person: str,
        role: Role,
        organization: str | None,
        *,
        until: datetime | None,
        by: str,
        reason: str,
    ) -> Delegation:
        """Pass a role on until an instant; it holds as long as the first person has it.

        Raises ``until-needed``, and ``role-not-held`` also for roles that nobody passes on.
        """
        now = self._clock.now()
        if until is None or until <= now:
            raise AtlasError(UNTIL_NEEDED)
        if role in _NOT_DELEGATED or not self._holds(from_person, role, organization):
            name = person_name(self._journal, from_person)
            raise AtlasError(ROLE_NOT_HELD, person=name, role=named_role(role))
        identifier = self._entropy(6).hex()
        with self._journal.writing_tables() as connection:
            connection.execute(
                delegations.insert().values(
                    id=identifier,
                    from_person=from_person,
                    to_person=to_person,
                    role=role.value,
                    organization=organization,
                    until=to_number(until),
                    granted=to_number(now),
                    granted_by=by,
                    reason=reason,
                )
            )
            count_up(connection, to_person)
            details = {
                "role": role.value,
                "from": f"person:{from_person}",
                "until": until.isoformat(),
            }
            self._audit.append(
                connection,
                Entry(
                    "delegation.create",
                    f"person:{to_person}",
                    organization=organization,
                    reason=reason,
                    details=details,
                ),
            )
        return next(one for one in self.of(to_person) if one.id == identifier)

    def end(self, identifier: str, *, by: str) -> None:
        """End a delegation at once; raises ``unknown-grant``."""
        with self._journal.writing_tables() as connection:
            row = connection.execute(
                sa.select(*delegations.c).where(delegations.c.id == identifier)
            ).first()
            if row is None:
                raise AtlasError(UNKNOWN_GRANT, grant=identifier[:80])
            connection.execute(
                delegations.update()
                .where(delegations.c.id == identifier, delegations.c.revoked.is_(None))
                .values(revoked=to_number(self._clock.now()), revoked_by=by)
            )
            count_up(connection, row.to_person)
            self._audit.append(
                connection,
                Entry(
                    "delegation.end",
                    f"person:{row.to_person}",
                    organization=row.organization,
                    details={"role": row.role},
                ),
            )

    def receivers(self) -> list[str]:
        """Return the persons to whom some role is delegated now."""
        query = in_force(delegations, to_number(self._clock.now())).order_by(delegations.c.id)
        with self._journal.reading_tables() as connection:
            return list(dict.fromkeys(row.to_person for row in connection.execute(query)))

    def of(self, person: str) -> list[Delegation]:
        """Return the delegations to a person, and from them, that have not ended."""
        now = to_number(self._clock.now())
        query = in_force(delegations, now).where(
            sa.or_(delegations.c.to_person == person, delegations.c.from_person == person)
        )
        with self._journal.reading_tables() as connection:
            return [_delegation(row) for row in connection.execute(query)]


def _delegation(row: Row) -> Delegation:
    return Delegation(
        row.id,
        row.from_person,
        row.to_person,
        Role(row.role),
        row.organization,
        to_instant(row.until),
        to_instant(row.granted),
        row.granted_by,
        row.reason,
    )
