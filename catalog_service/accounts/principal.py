"""Who acts: the bearer of a token, or a person who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from catalog_service.accounts.actions import ALLOWED, PERSONAL, Action, Role, named_action
from catalog_service.accounts.errors import RIGHT_MISSING, SECOND_FACTOR_NEEDED
from catalog_service.accounts.organizations import Organizations
from ontology.errors import AtlasError

PERSON: Final = "person:"
"""Begins the actor of what a person does, before the person's identifier."""


class Principal(Protocol):
    """Who acts, and may do what over what.

    Organizations are IRIs; None is the whole city.
    """

    @property
    def id(self) -> str:
        """The identifier of the token or the person."""
        ...

    @property
    def name(self) -> str:
        """What it or the person is called."""
        ...

    @property
    def actor(self) -> str:
        """What histories keep: ``person:ID``, ``token:NAME``, ``cli``."""
        ...

    def may(self, action: Action, organization: str | None) -> bool:
        """Tell whether an action is allowed over an organization."""
        ...

    def may_over(self, action: Action, source: str) -> bool:
        """Tell whether an action is allowed over a source, by the organization it belongs to."""
        ...

    def require(self, action: Action, organization: str | None) -> None:
        """Raise ``right-missing``, a token ``not-allowed``, unless `may` allows it."""
        ...

    def require_over(self, action: Action, source: str) -> None:
        """Raise ``not-allowed`` or ``right-missing`` unless an action is allowed over a source."""
        ...

    def organizations(self, action: Action) -> frozenset[str] | None:
        """Return all organizations over which an action is allowed; None: the whole city."""
        ...

    def anew(self) -> Principal:
        """Return who acts with the rights of now, not those of when the request came.

        Raises ``not-authenticated`` for whoever may not act any more.
        """
        ...


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over an organization, now in force."""

    role: Role
    organization: str | None
    until: datetime | None = None
    delegated_by: str | None = None
    """The person whose role it is, where it was delegated."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who is signed in, with the roles that are in force."""

    id: str
    login: str
    name: str
    language: str | None
    grants: tuple[Grant, ...]
    hierarchy: Organizations = field(repr=False, compare=False)
    owner_of: Callable[[str], str | None] = field(repr=False, compare=False)
    """Returns the organization that a source belongs to; None: none, so the whole city's."""
    lacks_codes: bool = False
    """Whether roles are withheld until one-time codes are set up (`Accounts.signed_in`)."""
    read_again: Callable[[], Person] | None = field(default=None, repr=False, compare=False)
    """Reads the person's roles again; None: they stay as they are."""

    @property
    def actor(self) -> str:
        """What histories keep."""
        return f"{PERSON}{self.id}"

    @property
    def roles(self) -> frozenset[Role]:
        """All roles, over whatever organization."""
        return frozenset({Role.CITIZEN, *(grant.role for grant in self.grants)})

    def may(self, action: Action, organization: str | None) -> bool:
        """Tell whether an action is allowed over an organization."""
        if action in PERSONAL:
            return any(action in ALLOWED[role] for role in self.roles)
        return any(
            action in ALLOWED[grant.role]
            and self.hierarchy.covers(grant.organization, organization)
            for grant in self.grants
        )

    def may_over(self, action: Action, source: str) -> bool:
        """Tell whether an action is allowed over a source."""
        return self.may(action, self.owner_of(source))

    def require(self, action: Action, organization: str | None) -> None:
        """Raise ``right-missing``, unless `may` allows it; ``second-factor-needed`` helps then."""
        if not self.may(action, organization):
            if self.lacks_codes:
                raise AtlasError(SECOND_FACTOR_NEEDED, name=self.name)
            raise AtlasError(RIGHT_MISSING, name=self.name, action=named_action(action))

    def require_over(self, action: Action, source: str) -> None:
        """Raise ``not-allowed`` or ``right-missing`` unless an action is allowed over a source."""
        self.require(action, self.owner_of(source))

    def organizations(self, action: Action) -> frozenset[str] | None:
        """Return all organizations over which an action is allowed; None: the whole city."""
        found: set[str] = set()
        for grant in self.grants:
            if action in ALLOWED[grant.role]:
                below = self.hierarchy.below(grant.organization)
                if below is None:
                    return None
                found |= below
        return frozenset(found)

    def anew(self) -> Person:
        """Return the person with the roles of now; raises ``not-authenticated``."""
        return self if self.read_again is None else self.read_again()
