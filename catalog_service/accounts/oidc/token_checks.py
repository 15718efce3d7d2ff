"""Whether a token of the provider can be believed (OpenID Connect Core 3.1.3.7, Back-Channel Logout
2.6): who signed it and with what, who it is for, when it holds, and what it answers.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    ExpiredTokenError,
    InvalidClaimError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
)
from joserfc.jwk import KeySet

from catalog_service.accounts.oidc.discovery import Discovery
from catalog_service.accounts.oidc.errors import (
    CLOCKS_DIFFER,
    IDENTITY_INVALID,
    LOGOUT_TOKEN_INVALID,
)
from catalog_service.accounts.oidc.model import Provider
from catalog_service.clock import Clock
from ontology.errors import AtlasError, Phrase

LEEWAY_SECONDS: Final = 60
"""By how much the clocks of both servers may differ."""
_LONGEST_TOKEN: Final = 64 * 1024
_LONGEST_NAME: Final = 255
"""Characters of a subject (OpenID Connect Core, 2); a session's name is given as much."""
_TIMES: Final = frozenset({"iat", "nbf"})
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_LASTS: Final = timedelta(minutes=10)
"""How old a logout token may be that does not say so itself."""


@dataclass(frozen=True, slots=True)
class LogoutToken:
    """What a logout token says: which sessions end."""

    token_id: str
    subject: str | None
    sid: str | None
    until: datetime
    """From then on it is refused as expired, so that it need not be remembered any longer."""


class TokenChecks:
    """Checks tokens of one provider for one client."""

    def __init__(self, discovery: Discovery, client_id: str, clock: Clock) -> None:
        self._discovery, self._client_id, self._clock = discovery, client_id, clock

    def identity_claims(
        self, text: str, *, nonce: str | None, access_token: str
    ) -> Mapping[str, Any]:
        """Return the claims of an ID token.

        ``nonce`` is the one that was sent; None: it came by a refresh, which has none. Raises
        ``identity-invalid``, ``clocks-differ``, ``provider-away``, ``provider-invalid``.
        """
        provider = self._discovery.provider()
        try:
            token = self._decoded(text, provider)
            claims = CodeIDToken(
                token.claims,
                token.header,
                self._demanded(provider),
                {
                    "nonce": nonce or "",
                    "client_id": self._client_id,
                    "access_token": access_token,
                },
            )
            claims.validate(now=self._now(), leeway=LEEWAY_SECONDS)
        except JoseError as error:
            if isinstance(error, ExpiredTokenError) or _is_of(error, _TIMES):
                now = self._clock.now().isoformat(timespec="seconds")
                raise AtlasError(CLOCKS_DIFFER, now=now) from error
            raise AtlasError(IDENTITY_INVALID, reason=_reason(error)) from error
        if not _is_name(claims.get("sub")):
            raise AtlasError(IDENTITY_INVALID, reason=_of_claim("sub"))
        return dict(claims)

    def logout_token(self, text: str) -> LogoutToken:
        """Return what a logout token says; whether it came before is for the caller.

        Raises ``logout-token-invalid``, ``provider-away``, ``provider-invalid``.
        """
        provider = self._discovery.provider()
        now = self._clock.now()
        try:
            token = self._decoded(text, provider)
            options = {**self._demanded(provider), "iat": {"essential": True}}
            registry = jwt.JWTClaimsRegistry(self._now(), LEEWAY_SECONDS, **options)
            registry.validate(token.claims)
        except JoseError as error:
            raise AtlasError(LOGOUT_TOKEN_INVALID, reason=_reason(error)) from error
        claims = token.claims
        subject, sid, token_id = claims.get("sub"), claims.get("sid"), claims.get("jti")
        events = claims.get("events")
        if str(token.header.get("typ", "logout+jwt")).lower() not in ("logout+jwt", "jwt"):
            raise AtlasError(LOGOUT_TOKEN_INVALID, reason=Phrase("it is another kind of token"))
        if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT_EVENT), dict):
            raise AtlasError(LOGOUT_TOKEN_INVALID, reason=_of_claim("events"))
        # An ID token, which has one, must not pass for a logout token.
        if "nonce" in claims:
            raise AtlasError(LOGOUT_TOKEN_INVALID, reason=_of_claim("nonce"))
        for name, value in (("sub", subject), ("sid", sid)):
            if value is not None and not _is_name(value):
                raise AtlasError(LOGOUT_TOKEN_INVALID, reason=_of_claim(name))
        if subject is None and sid is None:
            raise AtlasError(LOGOUT_TOKEN_INVALID, reason=_of_claim("sid"))
        if not _is_name(token_id):
            raise AtlasError(LOGOUT_TOKEN_INVALID, reason=_of_claim("jti"))
        # Compared as numbers: there are some that are no time at all.
        left = claims["iat"] + _LOGOUT_LASTS.total_seconds() - self._now()
        if left <= 0:
            raise AtlasError(LOGOUT_TOKEN_INVALID, reason=_of_claim("iat"))
        return LogoutToken(str(token_id), subject, sid, now + timedelta(seconds=left))

    def _decoded(self, text: str, provider: Provider) -> jwt.Token:
        if len(text) > _LONGEST_TOKEN:
            raise InvalidClaimError("token")
        algorithms = list(provider.algorithms)
        try:
            return _decode(text, self._discovery.keys(), algorithms)
        except InvalidKeyIdError:
            # Providers change their keys: one that is not known is looked for once.
            return _decode(text, self._discovery.newer_keys(), algorithms)

    def _demanded(self, provider: Provider) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": self._client_id},
        }

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def require_same(name: str, given: object, expected: str) -> None:
    """Raise ``identity-invalid`` where two answers are about two people."""
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise AtlasError(IDENTITY_INVALID, reason=_of_claim(name))


def _decode(text: str, keys: KeySet, algorithms: list[str]) -> jwt.Token:
    try:
        return jwt.decode(text, keys, algorithms=algorithms)
    except (ValueError, TypeError, AttributeError) as error:
        if isinstance(error, JoseError):
            raise
        # Not a token at all; libraries tell it in their own ways.
        raise InvalidClaimError("token") from error


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and value.isprintable()


def _is_of(error: JoseError, names: frozenset[str]) -> bool:
    return isinstance(error, InvalidClaimError) and error.claim in names


def _of_claim(name: str) -> Phrase:
    return Phrase("the claim {name} is missing or not what it must be", {"name": name})


def _reason(error: JoseError) -> Phrase:
    if isinstance(error, InvalidClaimError | MissingClaimError):
        return _of_claim(error.claim)
    return Phrase("its signature is not one of this provider")
