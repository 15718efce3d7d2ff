"""Who acts, and what they may do: what other rooms use of accounts.

A right is an action over an organization, or over a source, which belongs to one. Both a token and
a person who is signed in are a `Principal`; None is the public.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from catalog_service.accounts.actions import ROLE_LABELS, Action, Role, named_action
from catalog_service.accounts.four_eyes import FourEyes, Why
from catalog_service.accounts.gains import Gain, gains, gains_by
from catalog_service.accounts.organization_links import (
    LINK_KINDS,
    Link,
    LinkKind,
    LinksInForce,
    OrganizationLinks,
    Step,
    link_steps,
)
from catalog_service.accounts.organizations import Organizations, organization_named
from catalog_service.accounts.own_tokens import OwnToken, acting_person
from catalog_service.accounts.owners import SourceOwners
from catalog_service.accounts.principal import Grant, Person, Principal
from catalog_service.accounts.tokens import Token
from catalog_service.errors import NOT_AUTHENTICATED
from catalog_service.journal import Journal
from ontology.errors import AtlasError
from ontology.vocabulary import Vocabulary

__all__ = [
    "LINK_KINDS",
    "OPERATOR",
    "ROLE_LABELS",
    "Action",
    "Gain",
    "Grant",
    "Link",
    "LinkKind",
    "LinksInForce",
    "OrganizationLinks",
    "Organizations",
    "Person",
    "Principal",
    "Role",
    "Step",
    "Why",
    "acting_person",
    "four_eyes",
    "gains",
    "gains_by",
    "link_steps",
    "may_read",
    "named_action",
    "organization_named",
    "owner_name",
    "owner_named",
    "owner_of",
    "require",
    "require_over",
    "require_somewhere",
    "set_owner",
    "sources_of",
    "still",
]


class _Operator(Token):
    """Whoever runs commands on the machine itself."""

    __slots__ = ()

    @property
    def actor(self) -> str:
        return "cli"


OPERATOR: Final = _Operator(
    "cli", "cli", ("admin",), datetime(1970, 1, 1, tzinfo=UTC), None, None, None
)
"""Whoever runs commands on the machine itself, and reads all of the journal there."""


def may_read(principal: Principal | None, source: str) -> bool:
    """Tell whether held and closed records of ``source`` may be shown."""
    return principal is not None and principal.may_over(Action.DATASET_READ_HELD, source)


def require(principal: Principal | None, action: Action, organization: str | None) -> Principal:
    """Return who may do something over an organization; None: the whole city.

    Raises ``not-authenticated``, ``not-allowed`` (a token), ``right-missing`` (a person).
    """
    found = _somebody(principal)
    found.require(action, organization)
    return found


def require_over(principal: Principal | None, action: Action, source: str) -> Principal:
    """Return who may do something over a source; raises as `require` does."""
    found = _somebody(principal)
    found.require_over(action, source)
    return found


def require_somewhere(principal: Principal | None, action: Action) -> Principal:
    """Return who may do something over some organization or source; raises as `require` does.

    For a look before it is known over which; what is done with it is checked by `require`.
    """
    found = _somebody(principal)
    if found.organizations(action) == frozenset():
        found.require(action, None)
    return found


def still(principal: Principal, demand: Callable[[Principal], object]) -> Callable[..., None]:
    """Demand a right, and return what demands it once more, of the rights of then.

    Called within the transaction that uses the right, so that one that was revoked in between stops
    it. ``demand`` raises where somebody may not.
    """
    demand(principal)

    def again(*_: object) -> None:
        demand(principal.anew())

    return again


NO_OWNER: Final = "none"
"""Said of a source that belongs to no organization, but to the whole city."""


def owner_of(journal: Journal, source: str) -> str | None:
    """Return the IRI of the organization that a source belongs to; None: the whole city's."""
    return SourceOwners(journal).owner_of(source)


def owner_name(hierarchy: Organizations, journal: Journal, source: str) -> str:
    """Return what the organization that a source belongs to is called in Chinese; "": none."""
    owner = owner_of(journal, source)
    return "" if owner is None else hierarchy.names(owner)["zh"]


def owner_named(vocabulary: Vocabulary, text: str | None) -> str | None:
    """Return the organization that is to own a source; raises ``unknown-organization``."""
    return None if text in (None, "", NO_OWNER) else organization_named(vocabulary, text)


def set_owner(journal: Journal, vocabulary: Vocabulary, source: str, text: str) -> str | None:
    """Give a source to an organization, by IRI or name, or to none; return its IRI.

    Raises ``unknown-organization``.
    """
    organization = owner_named(vocabulary, text)
    SourceOwners(journal).set(source, organization)
    return organization


def sources_of(journal: Journal, principal: Principal, action: Action) -> frozenset[str] | None:
    """Return the sources over which somebody may do something; None: all."""
    if isinstance(principal, Token):
        bound = principal.sources(action)
        if not isinstance(principal, OwnToken):
            return bound
        if bound is not None:
            return frozenset(one for one in bound if principal.may_over(action, one))
    organizations = principal.organizations(action)
    if organizations is None:
        return None
    owners = SourceOwners(journal).all()
    return frozenset(name for name, owner in owners.items() if owner in organizations)


def four_eyes(
    journal: Journal, organization: str | None, *, opens: bool, reviews_secrecy: bool
) -> Why | None:
    """Return why somebody else must release something (`FourEyes.reason_for`); None: need not."""
    return FourEyes(journal).reason_for(organization, opens=opens, reviews_secrecy=reviews_secrecy)


def _somebody(principal: Principal | None) -> Principal:
    if principal is None:
        raise AtlasError(NOT_AUTHENTICATED)
    return principal
