"""Roles: granted, revoked, and which are in force, delegated ones too."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from catalog_service.accounts.actions import ROLE_LABELS, Role
from catalog_service.accounts.delegations import Delegations
from catalog_service.accounts.errors import (
    LAST_ADMINISTRATOR,
    UNKNOWN_GRANT,
)
from catalog_service.accounts.organizations import Organizations
from catalog_service.accounts.principal import Grant
from catalog_service.accounts.rights_rows import count_up, in_force, person_name
from catalog_service.accounts.tables import people, role_grants
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.journal.rows import Row
from catalog_service.notices import Notice, PersonalNotices
from ontology.errors import AtlasError
from translations import in_all_languages

Origin = Literal["manual", "group"]


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """A role that was granted."""

    id: str
    person: str
    role: Role
    organization: str | None
    until: datetime | None
    granted: datetime
    granted_by: str
    reason: str
    origin: str


class Grants:
    """Who has which role, in the journal's database."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        hierarchy: Organizations,
        *,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._audit = Audit(journal)
        self._hierarchy = hierarchy
        self._entropy = entropy
        self.delegations = Delegations(journal, clock, self._holds, entropy)

    def grant(
        self,
        person: str,
        role: Role,
        organization: str | None,
        *,
        by: str,
        reason: str,
        until: datetime | None = None,
        origin: Origin = "manual",
    ) -> StoredGrant:
        """Give a person a role over an organization (None: the whole city); ``by`` is an actor.

        One that is in force already for as long is returned as it is.
        """
        for known in self.of(person):
            if (known.role, known.organization, known.until, known.origin) == (
                role,
                organization,
                until,
                origin,
            ):
                return known
        identifier = self._entropy(6).hex()
        with self._journal.writing_tables() as connection:
            connection.execute(
                role_grants.insert().values(
                    id=identifier,
                    person=person,
                    role=role.value,
                    organization=organization,
                    until=None if until is None else to_number(until),
                    granted=to_number(self._clock.now()),
                    granted_by=by,
                    reason=reason,
                    origin=origin,
                )
            )
            count_up(connection, person)
            details = {"role": role.value, "until": until and until.isoformat(), "origin": origin}
            self._audit.append(
                connection,
                Entry(
                    "role.grant",
                    f"person:{person}",
                    organization=organization,
                    reason=reason,
                    details=details,
                ),
            )
            self._tell(connection, "role.granted", person, role, organization, reason)
        return self._grant(identifier)

    def revoke(self, identifier: str, *, by: str) -> StoredGrant:
        """End a role at once; raises ``unknown-grant``, ``last-administrator``."""
        found = self._grant(identifier)
        self.check_not_last(found.person, [identifier])
        now = to_number(self._clock.now())
        with self._journal.writing_tables() as connection:
            connection.execute(
                role_grants.update()
                .where(role_grants.c.id == identifier, role_grants.c.revoked.is_(None))
                .values(revoked=now, revoked_by=by)
            )
            count_up(connection, found.person)
            self._audit.append(connection, _revoked(found))
            ended = (found.person, found.role, found.organization)
            self._tell(connection, "role.ended", *ended, reason="–")
        return found

    def _tell(
        self,
        connection: sa.Connection,
        kind: str,
        person: str,
        role: Role,
        organization: str | None,
        reason: str,
    ) -> None:
        """Tell a person of a role, in whichever language they read it."""
        over = self._hierarchy.names(organization)
        data = {"role": in_all_languages(ROLE_LABELS[role]), "organization": over, "reason": reason}
        PersonalNotices(self._journal).tell(
            connection, Notice(kind, data, path="/account"), [person]
        )

    def pass_on(self, person: str, successor: str, *, by: str, reason: str) -> list[StoredGrant]:
        """Give a successor the roles that were granted by hand to one who leaves, and end those."""
        passed = []
        for one in self.of(person):
            if one.origin == "manual":
                passed.append(
                    self.grant(
                        successor, one.role, one.organization, by=by, reason=reason, until=one.until
                    )
                )
        self.revoke_all(person, by=by)
        return passed

    def revoke_all(self, person: str, *, by: str) -> None:
        """End all roles of a person; raises ``last-administrator``."""
        found = self.of(person)
        self.check_not_last(person, [one.id for one in found])
        with self._journal.writing_tables() as connection:
            connection.execute(
                role_grants.update()
                .where(role_grants.c.id.in_([one.id for one in found]))
                .values(revoked=to_number(self._clock.now()), revoked_by=by)
            )
            count_up(connection, person)
            for one in found:
                self._audit.append(connection, _revoked(one))

    def of(self, person: str) -> list[StoredGrant]:
        """Return the roles that were granted to a person and are in force."""
        return self.of_all([person])

    def of_all(self, persons: list[str] | None = None) -> list[StoredGrant]:
        """Return the granted roles in force, of some persons or of all."""
        now = to_number(self._clock.now())
        query = in_force(role_grants, now).order_by(role_grants.c.granted, role_grants.c.id)
        if persons is not None:
            query = query.where(role_grants.c.person.in_(persons))
        with self._journal.reading_tables() as connection:
            return [_stored(row) for row in connection.execute(query)]

    def in_force(self, person: str) -> tuple[Grant, ...]:
        """Return all roles that a person may act in now: granted, and delegated by who has them."""
        passed = [one for one in self.delegations.of(person) if one.to_person == person]
        stored = self.of_all([person, *(one.from_person for one in passed)])
        enabled = self._enabled([one.from_person for one in passed])
        found = [
            Grant(one.role, one.organization, one.until) for one in stored if one.person == person
        ]
        for one in passed:
            held = any(
                other.person == one.from_person
                and other.role == one.role
                and self._hierarchy.covers(other.organization, one.organization)
                for other in stored
            )
            if held and one.from_person in enabled:
                found.append(Grant(one.role, one.organization, one.until, one.from_person))
        return tuple(found)

    def check_not_last(self, person: str, ending: list[str]) -> None:
        """Raise ``last-administrator`` where with some roles the last administrator would end."""
        own = [one for one in self.of_all() if _is_whole_administrator(one)]
        if any(one.id in ending for one in own):
            left = [one.person for one in own if one.id not in ending]
            if not self._enabled(left):
                raise AtlasError(LAST_ADMINISTRATOR, person=person_name(self._journal, person))

    def _holds(self, person: str, role: Role, organization: str | None) -> bool:
        """Tell whether a person was granted a role that covers an organization."""
        return any(
            one.role == role and self._hierarchy.covers(one.organization, organization)
            for one in self.of(person)
        )

    def _enabled(self, persons: list[str]) -> set[str]:
        if not persons:
            return set()
        query = sa.select(people.c.id).where(people.c.id.in_(persons), people.c.disabled.is_(None))
        with self._journal.reading_tables() as connection:
            return set(connection.execute(query).scalars())

    def _grant(self, identifier: str) -> StoredGrant:
        with self._journal.reading_tables() as connection:
            row = connection.execute(
                sa.select(*role_grants.c).where(role_grants.c.id == identifier)
            ).first()
        if row is None:
            raise AtlasError(UNKNOWN_GRANT, grant=identifier[:80])
        return _stored(row)


def _revoked(grant: StoredGrant) -> Entry:
    return Entry(
        "role.revoke",
        f"person:{grant.person}",
        organization=grant.organization,
        details={"role": grant.role.value, "origin": grant.origin},
    )


def _is_whole_administrator(grant: StoredGrant) -> bool:
    return grant.role is Role.ADMINISTRATOR and grant.organization is None


def _stored(row: Row) -> StoredGrant:
    return StoredGrant(
        row.id,
        row.person,
        Role(row.role),
        row.organization,
        None if row.until is None else to_instant(row.until),
        to_instant(row.granted),
        row.granted_by,
        row.reason,
        row.origin,
    )
