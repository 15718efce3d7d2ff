"""Which groups of the provider are which roles here, and the rights that follow for a person."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.actions import Role
from catalog_service.accounts.oidc.errors import GROUP_INVALID, GROUP_ROLE_UNKNOWN
from catalog_service.accounts.oidc.model import LEASE_MINUTES, GroupRole
from catalog_service.accounts.tables import group_roles, people, role_grants
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_number
from ontology.errors import AtlasError

GROUP: Final = "group"
"""The origin of a role that came from a group."""
ACTOR: Final = "oidc"
"""Who grants and revokes such roles, in histories."""
MAX_GROUP: Final = 300
_LEASE: Final = timedelta(minutes=LEASE_MINUTES)
Right = tuple[str, str | None]
"""A role and the organization it is over."""


class GroupRoles:
    """The table of one issuer's groups, in the journal's database."""

    def __init__(self, journal: Journal, issuer: str) -> None:
        self._journal, self._issuer = journal, issuer
        self._audit = Audit(journal)

    def all(self) -> list[GroupRole]:
        """Return what is mapped, by group and role."""
        with self._journal.reading_tables() as connection:
            rows = connection.execute(
                sa.select(*group_roles.c)
                .where(group_roles.c.issuer == self._issuer)
                .order_by(group_roles.c.group_name, group_roles.c.role, group_roles.c.organization)
            ).all()
        return [GroupRole(row.group_name, Role(row.role), row.organization) for row in rows]

    def add(self, mapped: GroupRole) -> bool:
        """Give members of a group a role; tell whether that is new. Raises ``illegal-group``.

        Who is in the group has it with the next answer of the provider, within a minute.
        """
        name = mapped.group
        if not 1 <= len(name) <= MAX_GROUP or not name.isprintable():
            raise AtlasError(GROUP_INVALID, group=ascii(name[:80]), limit=MAX_GROUP)
        with self._journal.writing_tables() as connection:
            if connection.execute(sa.select(group_roles.c.id).where(*self._same(mapped))).first():
                return False
            connection.execute(
                group_roles.insert().values(
                    id=secrets.token_hex(8),
                    issuer=self._issuer,
                    group_name=name,
                    role=mapped.role.value,
                    organization=mapped.organization,
                )
            )
            self._tell(connection, mapped, "add")
        return True

    def remove(self, mapped: GroupRole) -> None:
        """Take a role from members of a group; raises ``unknown-group-role``."""
        with self._journal.writing_tables() as connection:
            done = connection.execute(group_roles.delete().where(*self._same(mapped)))
            if not done.rowcount:
                raise AtlasError(GROUP_ROLE_UNKNOWN, group=mapped.group)
            self._tell(connection, mapped, "remove")

    def rights_of(self, groups: Iterable[str]) -> frozenset[Right]:
        """Return the roles that membership of groups gives."""
        found = frozenset(groups)
        return frozenset((g.role.value, g.organization) for g in self.all() if g.group in found)

    def _tell(self, connection: sa.Connection, mapped: GroupRole, what: str) -> None:
        details = {"what": what, "role": mapped.role.value}
        told = Entry(
            "role.map_group",
            f"group:{mapped.group}",
            organization=mapped.organization,
            details=details,
        )
        self._audit.append(connection, told)

    def _same(self, mapped: GroupRole) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            group_roles.c.issuer == self._issuer,
            group_roles.c.group_name == mapped.group,
            group_roles.c.role == mapped.role.value,
            group_roles.c.organization.is_not_distinct_from(mapped.organization),
        )


class GroupGrants:
    """The roles that people have by their groups: leased, until the provider is asked again."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        *,
        identifier: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._journal, self._clock, self._identifier = journal, clock, identifier
        self._audit = Audit(journal)

    def renew(self, person: str, rights: frozenset[Right]) -> bool:
        """Have a person hold these roles by groups and no others; tell whether that changed any.

        They end by themselves `LEASE_MINUTES` after the last call: a provider that does not answer
        keeps nobody's rights alive.
        """
        now = self._clock.now()
        until = to_number(now + _LEASE)
        with self._journal.writing_tables() as connection:
            rows = connection.execute(
                sa.select(role_grants.c.id, role_grants.c.role, role_grants.c.organization).where(
                    role_grants.c.person == person,
                    role_grants.c.origin == GROUP,
                    role_grants.c.revoked.is_(None),
                    role_grants.c.until > to_number(now),
                )
            ).all()
            held = {(row.role, row.organization): row.id for row in rows}
            kept = [identifier for right, identifier in held.items() if right in rights]
            lost = {right: identifier for right, identifier in held.items() if right not in rights}
            new = rights - held.keys()
            if kept:
                connection.execute(
                    role_grants.update().where(role_grants.c.id.in_(kept)).values(until=until)
                )
            if lost:
                connection.execute(
                    role_grants.update()
                    .where(role_grants.c.id.in_(lost.values()))
                    .values(revoked=to_number(now), revoked_by=ACTOR)
                )
            for role, organization in sorted(new, key=_order):
                connection.execute(
                    role_grants.insert().values(
                        id=self._identifier(),
                        person=person,
                        role=role,
                        organization=organization,
                        until=until,
                        granted=to_number(now),
                        granted_by=ACTOR,
                        reason=GROUP,
                        origin=GROUP,
                    )
                )
            for name, changed in (("role.revoke", lost.keys()), ("role.grant", new)):
                for role, organization in sorted(changed, key=_order):
                    self._audit.append(
                        connection,
                        Entry(
                            name,
                            f"person:{person}",
                            organization=organization,
                            details={"role": role, "origin": GROUP},
                            actor=ACTOR,
                        ),
                    )
            if lost or new:
                # Sessions are rotated where rights change.
                connection.execute(
                    people.update().where(people.c.id == person).values(rights=people.c.rights + 1)
                )
        return bool(lost or new)


def _order(right: Right) -> tuple[str, str]:
    return right[0], right[1] or ""
