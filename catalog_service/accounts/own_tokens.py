"""A person's token: what its scopes contain, and never more than its owner may now."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Self

from catalog_service.accounts.actions import PERSONAL, Action, named_action
from catalog_service.accounts.errors import RIGHT_MISSING
from catalog_service.accounts.principal import Person, Principal
from catalog_service.accounts.tokens import Token
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class OwnToken(Token):
    """A token with its owner, whose roles were read with the request."""

    person: Person = field(kw_only=True, repr=False)

    @classmethod
    def of(cls, token: Token, person: Person) -> Self:
        """Return a token as its owner's."""
        values = {one.name: getattr(token, one.name) for one in fields(Token)}
        return cls(**values, person=person)

    @property
    def actor(self) -> str:
        """What histories keep: the owner, whom four eyes take for the same person.

        The audit names the token.
        """
        return self.person.actor

    def may(self, action: Action, organization: str | None) -> bool:
        """Tell whether a scope contains an action that the owner may do over an organization."""
        return self.contains(action) and self._allows(action, organization)

    def may_over(self, action: Action, source: str) -> bool:
        """Tell whether a scope contains an action that the owner may do over a source."""
        bound = self.sources(action)
        return (bound is None or source in bound) and self._allows(
            action, self.person.owner_of(source)
        )

    def require(self, action: Action, organization: str | None) -> None:
        """Raise ``not-allowed`` where no scope contains an action, else ``right-missing``."""
        if not self.may(action, organization):
            if not self.contains(action):
                Token.require(self, action, organization)
            raise AtlasError(RIGHT_MISSING, name=self.person.name, action=named_action(action))

    def require_over(self, action: Action, source: str) -> None:
        """Raise ``not-allowed`` where no scope contains an action, else ``right-missing``."""
        if not self.may_over(action, source):
            bound = self.sources(action)
            if bound is not None and source not in bound:
                Token.require_over(self, action, source)
            raise AtlasError(RIGHT_MISSING, name=self.person.name, action=named_action(action))

    def organizations(self, action: Action) -> frozenset[str] | None:
        """Return all organizations over which an action is allowed; None: the whole city."""
        if not self.contains(action):
            return frozenset()
        own = self.person.organizations(action)
        below = self.person.hierarchy.below(self.organization)
        if own is None or below is None:
            return below if own is None else own
        return own & below

    def _allows(self, action: Action, organization: str | None) -> bool:
        within = action in PERSONAL or self.person.hierarchy.covers(self.organization, organization)
        return within and self.person.may(action, organization)


def acting_person(principal: Principal | None) -> Person | None:
    """Return the person who acts, themselves or by a token of theirs; None: nobody's own.

    Says whose something is. What may be done with it the principal alone says: a token may less.
    """
    if isinstance(principal, OwnToken):
        return principal.person
    return principal if isinstance(principal, Person) else None
