"""Signing in and out by an OpenID provider, and the rights that its groups give.

Whose account it is: `identities`; what the groups are worth: `groups`; what is kept of a session:
`provider_sessions`; what is asked of the provider and believed: `client`, `token_checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog

from catalog_service.accounts.accounts import Accounts
from catalog_service.accounts.oidc.attempts import Attempt
from catalog_service.accounts.oidc.client import OidcClient
from catalog_service.accounts.oidc.discovery import Discovery
from catalog_service.accounts.oidc.errors import (
    ACCOUNT_ENDED,
    ACCOUNT_NOT_ALLOWED,
    LAST_WAY_IN,
    LOGOUT_TOKEN_INVALID,
)
from catalog_service.accounts.oidc.groups import GroupGrants, GroupRoles
from catalog_service.accounts.oidc.identities import Identities
from catalog_service.accounts.oidc.model import Identity, Tokens
from catalog_service.accounts.oidc.new_people import create_account
from catalog_service.accounts.oidc.provider_sessions import ProviderSessions
from catalog_service.accounts.oidc.requests import GrantRefusedError, ProviderRequests
from catalog_service.accounts.oidc.token_checks import TokenChecks
from catalog_service.accounts.sessions import NewSession
from catalog_service.accounts.sessions import Provider as ProviderSession
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.settings import Settings
from harvesters.platforms.http import Client
from ontology.errors import AtlasError, Phrase

_REST: Final = timedelta(seconds=15)
"""After the provider did not answer, this process asks it nothing for so long."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came back from the provider."""

    person: str
    identity: Identity
    tokens: Tokens
    target: str
    """Where the person wanted to go."""


class OidcSignIn:
    """The provider of the settings, as its client; safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        clock: Clock,
        accounts: Accounts,
        requests_client: Client | None = None,
    ) -> None:
        """``requests_client`` is the guarded one, but in tests."""
        self.issuer = settings.oidc_issuer
        self.name = settings.oidc_name or (urlsplit(self.issuer).hostname or "")
        self.group_roles = GroupRoles(journal, self.issuer)
        self.identities = Identities(journal, clock)
        self._settings, self._clock = settings, clock
        self._accounts = accounts
        self._grants = GroupGrants(journal, clock)
        self._kept = ProviderSessions(journal, clock, settings.oidc_client_secret)
        self._requests = ProviderRequests(settings, requests_client)
        discovery = Discovery(self.issuer, self._requests, clock)
        self._checks = TokenChecks(discovery, settings.oidc_client_id, clock)
        self._client = OidcClient(settings, self._requests, discovery, self._checks)
        self._resting_until: datetime | None = None

    def close(self) -> None:
        """Close all connections."""
        self._requests.close()

    # -- signing in ------------------------------------------------------------------------------

    def address_of(self, attempt: Attempt, language: str) -> str:
        """Return where to sign in; raises ``provider-away``, ``provider-invalid``."""
        return self._client.authorization_address(attempt, language)

    def sign_in(self, attempt: Attempt, answer: Mapping[str, str]) -> SignedIn:
        """Return who signed in; their account is made, and their roles by groups given.

        Raises ``account-not-allowed``, ``account-ended``, and as `OidcClient.redeem` does.
        """
        identity, tokens = self._client.redeem(attempt, answer)
        rights = self.group_roles.rights_of(identity.groups)
        person = self.identities.person_of(identity)
        if person is None:
            allowed = self._settings.oidc_new_people
            if allowed == "none" or (allowed == "mapped" and not rights):
                raise AtlasError(ACCOUNT_NOT_ALLOWED, name=identity.login)
            person = create_account(self._accounts.people, identity).id
            self.identities.link(identity, person)
        elif self._accounts.people.get(person).disabled is not None:
            raise AtlasError(ACCOUNT_ENDED)
        self._grants.renew(person, rights)
        return SignedIn(person, identity, tokens, attempt.target)

    def link(self, attempt: Attempt, answer: Mapping[str, str], person: str) -> None:
        """Give the identity that signed in to the account of whoever is signed in here.

        Raises ``identity-linked``, and as `OidcClient.redeem` does.
        """
        identity, _ = self._client.redeem(attempt, answer)
        self.identities.link(identity, person)

    def unlink(self, person: str) -> None:
        """Take the identity from an account, with the roles that came by it and its sessions.

        Raises ``last-way-in`` for who has no password.
        """
        link = self.identities.of_person(person, self.issuer)
        if link is None:
            return
        if not self._accounts.passwords.has(person):
            raise AtlasError(LAST_WAY_IN)
        self.identities.unlink(person, self.issuer)
        self._grants.renew(person, frozenset())
        self._end(link.subject, None)

    def begin(
        self, signed_in: SignedIn, *, network: str, user_agent: str, replaces: str | None
    ) -> NewSession:
        """Begin a session that follows the provider's; as `Sessions.start`."""
        identity = signed_in.identity
        new = self._accounts.sessions.start(
            signed_in.person,
            method="oidc",
            network=network,
            user_agent=user_agent,
            provider=ProviderSession(identity.issuer, identity.subject, identity.sid),
            replaces=replaces,
        )
        self._kept.begin(new.session.id, signed_in.person, identity.subject, signed_in.tokens)
        return new

    # -- as long as a session lasts --------------------------------------------------------------

    def keep_current(self, session: str) -> bool:
        """Ask the provider again who this is, where that is due; False: the session has ended.

        Roles by groups follow its answer. Where it does not answer, they end by themselves some
        minutes later (`GroupGrants.renew`), and the session goes on without them.
        """
        now = self._clock.now()
        if self._resting_until is not None and now < self._resting_until:
            return True
        claimed = self._kept.claim(session) if self._kept.is_due(session) else None
        if claimed is None:
            return True
        person, subject, tokens = claimed
        try:
            if tokens is None:
                # The client's secret is another one since.
                raise GrantRefusedError
            identity, newer = self._client.ask_again(tokens, subject)
        except GrantRefusedError:
            self._accounts.sessions.end(person, session)
            self._kept.forget([session])
            return False
        except AtlasError as error:
            _log.warning("provider not asked", code=error.code, reason=error.message("en"))
            self._resting_until = now + _REST
            return True
        self._resting_until = None
        if newer != tokens:
            self._kept.keep(session, newer)
        self._grants.renew(person, self.group_roles.rights_of(identity.groups))
        return True

    # -- signing out -----------------------------------------------------------------------------

    def end_session_address(self, session: str) -> str | None:
        """Return where a browser signs out at the provider, too; None where that cannot be.

        The session here ends first, by whoever asks; what the provider says or not changes that
        no more.
        """
        token = self._kept.identity_token(session)
        self._kept.forget([session])
        if token is None:
            return None
        try:
            return self._client.end_session_address(token)
        except AtlasError as error:
            _log.warning("provider not asked", code=error.code, reason=error.message("en"))
            return None

    def end_by_token(self, text: str) -> int:
        """End the sessions that a logout token names (Back-Channel Logout 1.0); return how many.

        Raises ``logout-token-invalid``, ``provider-away``, ``provider-invalid``.
        """
        token = self._checks.logout_token(text)
        if not self._kept.note_logout(self.issuer, token):
            raise AtlasError(LOGOUT_TOKEN_INVALID, reason=Phrase("it came before"))
        return self._end(token.subject, token.sid)

    def end_by_name(self, issuer: str, sid: str) -> int:
        """End the session with the provider's name for it (Front-Channel Logout 1.0).

        Nobody but the provider and the browser knows that name. Returns how many ended.
        """
        return self._end(None, sid) if issuer == self.issuer and sid else 0

    def _end(self, subject: str | None, sid: str | None) -> int:
        ended = self._accounts.sessions.end_of_provider(self.issuer, subject, sid)
        self._kept.forget_ended()
        return ended
