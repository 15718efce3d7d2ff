"""Whose roles reach further once a link between organizations is released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.accounts.accounts import Accounts
from catalog_service.accounts.actions import Role
from catalog_service.accounts.organization_links import Link


@dataclass(frozen=True, slots=True)
class Gain:
    """A role that comes to hold over more organizations."""

    person: str
    """What the person is called."""
    role: Role
    organization: str
    """The IRI of the organization that the role was given over."""
    over: tuple[str, ...]
    """The IRIs of the organizations that it did not hold over before."""


def gains(accounts: Accounts, links: Sequence[Link]) -> dict[int, list[Gain]]:
    """Return, by the number of each link, the roles that would hold over more organizations.

    Granted ones and those that were delegated; a role over the whole city gains nothing.
    """
    found = _roles(accounts) if links else set()
    organizations = {one[2] for one in found}
    told: dict[int, list[Gain]] = {}
    for link in links:
        more = accounts.hierarchy.gained(organizations, link)
        told[link.number] = [Gain(*one, more[one[2]]) for one in sorted(found) if more[one[2]]]
    return told


def _roles(accounts: Accounts) -> set[tuple[str, Role, str]]:
    """Return who has which role over which organization, the whole city left out."""
    names = {one.id: one.name for one in accounts.people.list() if one.disabled is None}
    found = [(one.person, one.role, one.organization) for one in accounts.grants.of_all()]
    for person in accounts.grants.delegations.receivers():
        found += [(person, one.role, one.organization) for one in accounts.grants.in_force(person)]
    return {
        (names[person], role, organization)
        for person, role, organization in found
        if organization is not None and person in names
    }
