"""Whose roles reach further once a link between organizations, or a new one, is released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.accounts.accounts import Accounts
from catalog_service.accounts.actions import Role
from catalog_service.accounts.organization_links import Link, Step


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
    return {link.number: _gains(accounts, found, [link.step]) for link in links}


def gains_by(accounts: Accounts, steps: Sequence[Step]) -> list[Gain]:
    """Return the roles that would hold over more organizations if all steps were released."""
    return _gains(accounts, _roles(accounts), steps) if steps else []


def _gains(
    accounts: Accounts, found: set[tuple[str, Role, str]], steps: Sequence[Step]
) -> list[Gain]:
    more = accounts.hierarchy.gained({one[2] for one in found}, steps)
    return [Gain(*one, more[one[2]]) for one in sorted(found) if more[one[2]]]


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
