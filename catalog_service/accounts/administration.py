"""What administrators do with accounts and roles, within the organizations that are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalog_service.accounts.accounts import Accounts
from catalog_service.accounts.actions import Action, Role
from catalog_service.accounts.delegations import Delegation
from catalog_service.accounts.errors import (
    ACCOUNT_OUT_OF_REACH,
    PASSWORD_IS_THEIRS,
    UNKNOWN_GRANT,
)
from catalog_service.accounts.grants import StoredGrant
from catalog_service.accounts.people import Account
from catalog_service.accounts.principal import Person, Principal
from catalog_service.accounts.reach import within_reach
from catalog_service.accounts.reset import BY_HAND
from catalog_service.errors import UNKNOWN_TOKEN
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made, with its first role where one is given."""

    login: str
    name: str
    email: str | None = None
    role: Role | None = None
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """An account with its roles and delegations in force."""

    account: Account
    grants: list[StoredGrant]
    delegations: list[Delegation]


class Administration:
    """An administrator at work. Each method raises ``right-missing`` for what is not theirs."""

    def __init__(self, accounts: Accounts, principal: Principal) -> None:
        self._accounts = accounts
        self._principal = principal

    def reachable(self) -> list[Listed]:
        """Return the accounts that are within reach, by name."""
        found = [self._listed(account) for account in self._accounts.people.list()]
        return [
            one
            for one in found
            if within_reach(self._accounts.grants, self._principal, one.account.id)
        ]

    def show(self, person: str) -> Listed:
        """Return one account; raises ``unknown-person``, ``account-out-of-reach``."""
        listed = self._listed(self._accounts.people.get(person))
        if not within_reach(self._accounts.grants, self._principal, person):
            raise AtlasError(ACCOUNT_OUT_OF_REACH, person=listed.account.name)
        return listed

    def create(self, new: NewAccount, reason: str) -> Account:
        """Make an account; who administrates some organizations alone gives it a role in one.

        Raises as `People.create` does.
        """
        self._principal.require(Action.USER_MANAGE, new.organization)
        if new.role is not None:
            self._principal.require(Action.ROLE_GRANT, new.organization)
        account = self._accounts.people.create(new.login, new.name, email=new.email)
        if new.role is not None:
            self._accounts.grants.grant(
                account.id, new.role, new.organization, by=self._principal.actor, reason=reason
            )
        return account

    def grant(
        self,
        person: str,
        role: Role,
        organization: str | None,
        *,
        until: datetime | None,
        reason: str,
    ) -> StoredGrant:
        """Give a role; raises ``unknown-person``."""
        self._principal.require(Action.ROLE_GRANT, organization)
        account = self._accounts.people.get(person)
        return self._accounts.grants.grant(
            account.id, role, organization, by=self._principal.actor, reason=reason, until=until
        )

    def revoke(self, person: str, grant: str) -> None:
        """End a role of a person; raises ``unknown-grant``, ``last-administrator``."""
        found = next((one for one in self._accounts.grants.of(person) if one.id == grant), None)
        if found is None:
            raise AtlasError(UNKNOWN_GRANT, grant=grant[:80])
        self._principal.require(Action.ROLE_GRANT, found.organization)
        self._accounts.grants.revoke(grant, by=self._principal.actor)

    def delegate(
        self,
        person: str,
        to_login: str,
        role: Role,
        organization: str | None,
        *,
        until: datetime | None,
        reason: str,
    ) -> Delegation:
        """Pass a role of a person to another until a day; raises as `Grants.delegate` does."""
        self._principal.require(Action.ROLE_GRANT, organization)
        to = self._accounts.people.by_login(to_login)
        return self._accounts.grants.delegations.begin(
            person, to.id, role, organization, until=until, by=self._principal.actor, reason=reason
        )

    def end_delegation(self, person: str, delegation: str) -> None:
        """End a delegation from or to a person; raises ``unknown-grant``."""
        found = self._accounts.grants.delegations.of(person)
        one = next((one for one in found if one.id == delegation), None)
        if one is None:
            raise AtlasError(UNKNOWN_GRANT, grant=delegation[:80])
        self._principal.require(Action.ROLE_GRANT, one.organization)
        self._accounts.grants.delegations.end(one.id, by=self._principal.actor)

    def disable(self, person: str, *, successor: str | None, reason: str) -> None:
        """End an account; ``successor`` is the name of the account that its roles pass to."""
        account = self.show(person).account
        heir = None if not successor else self._accounts.people.by_login(successor)
        self._accounts.disable(account, by=self._principal.actor, successor=heir, reason=reason)

    def enable(self, person: str) -> None:
        """Let an account sign in again; its roles are granted anew."""
        self._principal.require(Action.USER_MANAGE, None)
        self._accounts.people.enable(person)

    def reset(self, person: str) -> tuple[str, datetime]:
        """Return the secret of a link that sets a new password, and when it ends.

        Who administrates some organizations alone makes one for new accounts only: a role is
        easily given to anybody's account, and the link would hand it over. Raises
        ``password-is-theirs``.
        """
        account = self.show(person).account
        limited = self._principal.organizations(Action.USER_MANAGE) is not None
        if limited and self._accounts.can_sign_in(account.id):
            raise AtlasError(PASSWORD_IS_THEIRS, person=account.name)
        maker = self._principal.id if isinstance(self._principal, Person) else None
        return self._accounts.resets.make(account.id, valid=BY_HAND, maker=maker)

    def end_sessions(self, person: str) -> int:
        """End all sessions of a person; return how many."""
        return self._accounts.sessions.end_all(self.show(person).account.id)

    def revoke_token(self, person: str, token: str) -> None:
        """End a token of a person; raises ``unknown-token``."""
        tokens = self._accounts.tokens
        if token not in {one.id for one in tokens.list(self.show(person).account.id)}:
            raise AtlasError(UNKNOWN_TOKEN, token=token[:80])
        tokens.revoke(token)

    def _listed(self, account: Account) -> Listed:
        grants = self._accounts.grants
        return Listed(account, grants.of(account.id), grants.delegations.of(account.id))
