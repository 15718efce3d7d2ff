"""Asking the provider who somebody is: the authorization code flow with PKCE, and its refresh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from catalog_service.accounts.oidc.attempts import Attempt
from catalog_service.accounts.oidc.discovery import Discovery
from catalog_service.accounts.oidc.errors import (
    IDENTITY_INVALID,
    PROVIDER_REFUSED,
    SIGN_IN_EXPIRED,
)
from catalog_service.accounts.oidc.model import SIGN_IN_MINUTES, Identity, Tokens
from catalog_service.accounts.oidc.requests import GrantRefusedError, ProviderRequests
from catalog_service.accounts.oidc.token_checks import TokenChecks, require_same
from catalog_service.settings import Settings
from ontology.errors import AtlasError, Phrase

CALLBACK: Final = "/login/oidc/callback"
SIGNED_OUT: Final = "/login/oidc/signed-out"
_MOST_GROUPS: Final = 2_000
_LONGEST_GROUP: Final = 300
_LONGEST_NAME: Final = 200
_REASONS: Final[Mapping[str, Phrase]] = {
    "access_denied": Phrase("it was cancelled, or is not allowed to you"),
    "login_required": Phrase("nobody is signed in there"),
    "temporarily_unavailable": Phrase("it is not available now"),
    "server_error": Phrase("it met an error"),
}
"""By the codes of RFC 6749 and OpenID Connect; what else it says is not shown: anybody can write
an address with any words in it."""


class OidcClient:
    """This catalogue as a client of its provider."""

    def __init__(
        self,
        settings: Settings,
        requests: ProviderRequests,
        discovery: Discovery,
        checks: TokenChecks,
    ) -> None:
        self._settings, self._requests = settings, requests
        self._discovery, self._checks = discovery, checks

    def authorization_address(self, attempt: Attempt, language: str) -> str:
        """Return where to sign in; raises ``provider-away``, ``provider-invalid``."""
        # Who links an identity shows that it is theirs, whoever is signed in there already.
        more = {"prompt": "login"} if attempt.purpose == "link" else {}
        return str(
            prepare_grant_uri(
                self._discovery.provider().authorization_endpoint,
                client_id=self._settings.oidc_client_id,
                response_type="code",
                redirect_uri=self._settings.public_url + CALLBACK,
                scope=self._settings.oidc_scopes,
                state=attempt.state,
                nonce=attempt.nonce,
                code_challenge=create_s256_code_challenge(attempt.verifier),
                code_challenge_method="S256",
                ui_locales=language,
                **more,
            )
        )

    def redeem(self, attempt: Attempt, answer: Mapping[str, str]) -> tuple[Identity, Tokens]:
        """Return who signed in, by the parameters that the browser brought back.

        Raises ``sign-in-expired``, ``provider-refused``, ``identity-invalid``, ``clocks-differ``,
        ``client-refused``, ``provider-away``, ``provider-invalid``.
        """
        attempt.require_state(answer.get("state", ""))
        provider = self._discovery.provider()
        # From another issuer it would be a mix-up of two providers (RFC 9207).
        if "iss" in answer or provider.sends_issuer:
            require_same("iss", answer.get("iss"), provider.issuer)
        if "error" in answer:
            reason = _REASONS.get(answer["error"], Phrase("it gave no reason that is known"))
            raise AtlasError(PROVIDER_REFUSED, reason=reason)
        try:
            found = self._requests.post(
                provider.token_endpoint,
                {
                    "grant_type": "authorization_code",
                    "code": answer.get("code", ""),
                    "redirect_uri": self._settings.public_url + CALLBACK,
                    "code_verifier": attempt.verifier,
                },
            )
        except GrantRefusedError as error:
            raise AtlasError(SIGN_IN_EXPIRED, minutes=SIGN_IN_MINUTES) from error
        tokens = _tokens(found)
        if tokens.identity is None:
            raise AtlasError(IDENTITY_INVALID, reason=Phrase("there is no ID token"))
        claims = self._checks.identity_claims(
            tokens.identity, nonce=attempt.nonce, access_token=tokens.access
        )
        try:
            return self._identity(claims, tokens), tokens
        except GrantRefusedError as error:
            reason = Phrase("it does not know the access token that it gave")
            raise AtlasError(IDENTITY_INVALID, reason=reason) from error

    def ask_again(self, tokens: Tokens, subject: str) -> tuple[Identity, Tokens]:
        """Return who somebody is now, with the tokens that take the place of those given.

        By the refresh token, or else by the access token as long as that is good. Raises
        `GrantRefusedError` where the provider ended the session, and as `redeem` does.
        """
        claims: Mapping[str, Any] = {"sub": subject}
        if tokens.refresh is not None:
            newer = _tokens(
                self._requests.post(
                    self._discovery.provider().token_endpoint,
                    {"grant_type": "refresh_token", "refresh_token": tokens.refresh},
                )
            )
            if newer.identity is not None:
                claims = self._checks.identity_claims(
                    newer.identity, nonce=None, access_token=newer.access
                )
                require_same("sub", claims["sub"], subject)
            tokens = Tokens(
                newer.access, newer.identity or tokens.identity, newer.refresh or tokens.refresh
            )
        return self._identity(claims, tokens), tokens

    def end_session_address(self, identity_token: str) -> str | None:
        """Return where a browser ends its session at the provider, too; None where it cannot."""
        endpoint = self._discovery.provider().end_session_endpoint
        if endpoint is None:
            return None
        fields = {
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": self._settings.public_url + SIGNED_OUT,
            "id_token_hint": identity_token,
        }
        return str(add_params_to_uri(endpoint, list(fields.items())))

    def _identity(self, claims: Mapping[str, Any], tokens: Tokens) -> Identity:
        groups = _at(claims, self._settings.oidc_groups_claim)
        known = dict(claims)
        endpoint = self._discovery.provider().userinfo_endpoint
        # Many providers keep what is long out of the ID token.
        if endpoint is not None and (groups is None or not _first(known, "preferred_username")):
            more = self._requests.get(endpoint, bearer=tokens.access)
            require_same("sub", more.get("sub"), str(claims["sub"]))
            known = {**more, **known}
            groups = _at(claims, self._settings.oidc_groups_claim)
            if groups is None:
                groups = _at(more, self._settings.oidc_groups_claim)
        login = _first(known, "preferred_username") or str(claims["sub"])
        sid = claims.get("sid")
        return Identity(
            issuer=self._settings.oidc_issuer,
            subject=str(claims["sub"]),
            login=login,
            name=_first(known, "name", "nickname") or login,
            groups=_names(groups),
            sid=sid if isinstance(sid, str) and sid else None,
        )


def _tokens(found: Mapping[str, Any]) -> Tokens:
    access, identity, refresh = (
        found.get(name) for name in ("access_token", "id_token", "refresh_token")
    )
    if not isinstance(access, str) or str(found.get("token_type", "")).lower() != "bearer":
        raise AtlasError(IDENTITY_INVALID, reason=Phrase("there is no access token"))
    return Tokens(
        access,
        identity if isinstance(identity, str) else None,
        refresh if isinstance(refresh, str) else None,
    )


def _at(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim of this name, or else what lies at a path with dots; None: there is none."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _names(groups: object) -> frozenset[str]:
    """Return the names of groups, from a list or from one text; whatever else gives no right."""
    given = [groups] if isinstance(groups, str) else groups
    if not isinstance(given, list):
        return frozenset()
    named = (name for name in given[:_MOST_GROUPS] if isinstance(name, str))
    return frozenset(name for name in named if 0 < len(name) <= _LONGEST_GROUP)


def _first(claims: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = claims.get(name)
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value.strip()[:_LONGEST_NAME]
    return ""
