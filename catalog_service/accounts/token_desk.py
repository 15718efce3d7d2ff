"""Tokens of one's own: made within one's rights, seen and revoked by whom they concern."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from catalog_service.accounts.actions import PERSONAL, SCOPES, Action
from catalog_service.accounts.errors import (
    SCOPE_NEEDED,
    SCOPE_NOT_HELD,
    SECOND_FACTOR_NEEDED,
    TOKEN_END_NEEDED,
)
from catalog_service.accounts.own_tokens import OwnToken, acting_person
from catalog_service.accounts.principal import Person, Principal
from catalog_service.accounts.service import require_somewhere, sources_of
from catalog_service.accounts.tokens import NewToken, Token, check_scope
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.errors import UNKNOWN_TOKEN
from ontology.errors import AtlasError
from translations import N_

SCOPE_LABELS: Final = {
    "cases": N_("Ask, object, apply and follow in my name; handle the cases that I may handle"),
    "query": N_("Ask larger queries"),
    "steward": N_("See and decide what is held; judge, visit sources, edit the source catalogue"),
    "write": N_("Push records of a source"),
    "admin": N_("All that I may"),
}
"""What a person's token can be for, each within what the person may."""
FOR_ALL: Final = "cases"
"""The scope that whoever is signed in can give a token; all others need a role that makes them."""
BOUND: Final = ("steward", "write")
"""Scopes that can be for one source alone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A token that somebody wants to make."""

    name: str
    scopes: tuple[str, ...]
    """As tokens have them: ``steward``, ``write:SOURCE``."""
    organization: str | None
    """IRI; None: all that the person's roles are over."""
    last: date | None
    """The last day on which it is good, in Shanghai."""


class TokenDesk:
    """Somebody at work with tokens."""

    def __init__(self, atlas: Service, principal: Principal | None) -> None:
        """Raise ``not-authenticated``, ``not-allowed``, ``right-missing``, ``second-factor-…``."""
        self._atlas = atlas
        self._tokens = atlas.accounts.tokens
        self._principal = require_somewhere(principal, Action.TOKEN_MANAGE_OWN)
        if isinstance(principal, Person) and principal.lacks_codes:
            # A token would act by the roles that are withheld until then.
            raise AtlasError(SECOND_FACTOR_NEEDED, name=principal.name)

    @property
    def last_day(self) -> date:
        """The last day that a token may have."""
        return self._atlas.clock.today() + timedelta(days=self._atlas.settings.token_days)

    def make(self, person: Person, wanted: Wanted) -> NewToken:
        """Make a token of a person, who is told its end and its secret this once.

        Raises ``token-end-needed``, ``scope-needed``, ``scope-not-held``,
        ``illegal-token-name``, ``illegal-scope``.
        """
        last = wanted.last
        if last is None or not self._atlas.clock.today() < last <= self.last_day:
            raise AtlasError(TOKEN_END_NEEDED, days=self._atlas.settings.token_days)
        if not wanted.scopes:
            raise AtlasError(SCOPE_NEEDED)
        now = self._atlas.clock.now()
        trial = Token(
            "", wanted.name, wanted.scopes, now, None, None, None, person.id, wanted.organization
        )
        for scope in wanted.scopes:
            check_scope(scope)
            held = self._is_held(OwnToken.of(trial, person), scope)
            if not (held and _may_give(person, scope.partition(":")[0])):
                raise AtlasError(SCOPE_NOT_HELD, scope=scope)
        end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
        return self._tokens.create(
            wanted.name,
            wanted.scopes,
            expires=end,
            owner=person.id,
            organization=wanted.organization,
        )

    def scopes(self, person: Person) -> list[str]:
        """Return the scopes of which a person may something somewhere."""
        return [
            scope
            for scope in SCOPE_LABELS
            if _may_give(person, scope)
            and any(_may_somewhere(person, action) for action in SCOPES[scope])
        ]

    def organizations(self, person: Person) -> list[str] | None:
        """Return the organizations to which a person can bind a token; None: any."""
        found: set[str] = set()
        for action in SCOPES["admin"] - PERSONAL:
            over = person.organizations(action)
            if over is None:
                return None
            found |= over
        return sorted(found)

    def sources(self, person: Person) -> frozenset[str] | None:
        """Return the sources to which a person can bind a token; None: all."""
        return sources_of(self._atlas.journal, person, Action.DATASET_READ_HELD)

    def mine(self) -> list[Token]:
        """Return one's own tokens, the newest first, the ended ones too."""
        owner = acting_person(self._principal)
        return [] if owner is None else self._tokens.list(owner.id)[::-1]

    def visible(self) -> list[Token]:
        """Return all tokens for who manages all, else one's own; the newest first."""
        if self._principal.may(Action.TOKEN_MANAGE, None):
            return self._tokens.list()[::-1]
        return self.mine()

    def revoke(self, identifier: str) -> Token:
        """End a token that one may see; raises ``unknown-token``, for those of others too."""
        if identifier not in {one.id for one in self.visible()}:
            raise AtlasError(UNKNOWN_TOKEN, token=identifier[:80])
        return self._tokens.revoke(identifier)

    def revoke_mine(self, identifier: str) -> Token:
        """End a token of one's own; raises ``unknown-token``, for those of others too."""
        if identifier not in {one.id for one in self.mine()}:
            raise AtlasError(UNKNOWN_TOKEN, token=identifier[:80])
        return self._tokens.revoke(identifier)

    def _is_held(self, token: OwnToken, scope: str) -> bool:
        kind, _, source = scope.partition(":")
        if source:
            return any(token.may_over(action, source) for action in SCOPES[kind])
        return any(_may_somewhere(token, action) for action in SCOPES[scope])


def is_good(token: Token, now: datetime) -> bool:
    """Tell whether a token is neither revoked nor over."""
    return token.revoked is None and (token.expires is None or token.expires > now)


def owner_names(atlas: Service, tokens: Iterable[Token]) -> dict[str, str]:
    """Return what the owners of some tokens are called, by their identifiers."""
    owners = {one.owner for one in tokens if one.owner is not None}
    if not owners:
        return {}
    return {one.id: one.name for one in atlas.accounts.people.list() if one.id in owners}


def _may_give(person: Person, scope: str) -> bool:
    return scope == FOR_ALL or person.may(Action.TOKEN_FOR_ROLE, None)


def _may_somewhere(principal: Principal, action: Action) -> bool:
    if action in PERSONAL:
        # Over what is one's own: no organization is named for it.
        return principal.may(action, None)
    return principal.organizations(action) != frozenset()
