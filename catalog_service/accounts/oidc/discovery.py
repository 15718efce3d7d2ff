"""The provider's configuration and keys: read when they are needed, kept for an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, Generic, NoReturn, TypeVar
from urllib.parse import urlsplit

from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from catalog_service.accounts.oidc.errors import PROVIDER_AWAY, PROVIDER_INVALID
from catalog_service.accounts.oidc.model import Provider
from catalog_service.accounts.oidc.requests import ProviderRequests
from catalog_service.clock import Clock
from ontology.errors import AtlasError, Phrase

ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
)
"""Signatures that are accepted: with public keys, so that nobody can pass one of these keys off as
a shared secret; never ``none``."""
_FRESH: Final = timedelta(hours=1)
_STALE: Final = timedelta(hours=24)
"""So long it is used on where the provider does not answer."""
_RENEWED: Final = timedelta(seconds=30)
"""No more often keys are read again because a token names one that is not known."""
T = TypeVar("T")


class _Kept(Generic[T]):
    """Something read from the provider, with when that was."""

    def __init__(self, read: Callable[[], T], clock: Clock) -> None:
        self._read, self._clock = read, clock
        self._lock = Lock()
        self._found: tuple[T, datetime] | None = None

    def get(self, fresh: timedelta = _FRESH) -> T:
        with self._lock:
            now = self._clock.now()
            if self._found is not None and now - self._found[1] < fresh:
                return self._found[0]
            try:
                self._found = (self._read(), now)
            except AtlasError as error:
                usable = self._found is not None and now - self._found[1] < _STALE
                if error.kind is not PROVIDER_AWAY or not usable or self._found is None:
                    raise
            return self._found[0]


class Discovery:
    """What is known of one issuer; safe to share between threads."""

    def __init__(self, issuer: str, requests: ProviderRequests, clock: Clock) -> None:
        self._issuer, self._requests = issuer, requests
        self._provider = _Kept(self._read_provider, clock)
        self._keys = _Kept(self._read_keys, clock)

    def provider(self) -> Provider:
        """Return its configuration; raises ``provider-away``, ``provider-invalid``."""
        return self._provider.get()

    def keys(self) -> KeySet:
        """Return its public keys; raises as `provider` does."""
        return self._keys.get()

    def newer_keys(self) -> KeySet:
        """Return its public keys, read again unless that was done just now."""
        return self._keys.get(_RENEWED)

    def _read_provider(self) -> Provider:
        # Below the issuer's path, where one stands (OpenID Connect Discovery, 4.1).
        found = OpenIDProviderMetadata(
            self._requests.get(get_well_known_url(self._issuer, external=True))
        )
        if found.get("issuer") != self._issuer:
            self._refuse(Phrase("its configuration names another issuer"))
        named = found.get("id_token_signing_alg_values_supported") or ("RS256",)
        algorithms = tuple(name for name in ALGORITHMS if name in named)
        if not algorithms:
            self._refuse(Phrase("it signs with no algorithm that is accepted"))
        challenges = found.get("code_challenge_methods_supported")
        if challenges is not None and "S256" not in challenges:
            self._refuse(Phrase("it does not take part in PKCE with S256"))
        return Provider(
            issuer=self._issuer,
            authorization_endpoint=self._address(found, "authorization_endpoint"),
            token_endpoint=self._address(found, "token_endpoint"),
            jwks_uri=self._address(found, "jwks_uri"),
            userinfo_endpoint=self._optional(found, "userinfo_endpoint"),
            end_session_endpoint=self._optional(found, "end_session_endpoint"),
            sends_issuer=found.get("authorization_response_iss_parameter_supported") is True,
            algorithms=algorithms,
        )

    def _read_keys(self) -> KeySet:
        found = self._requests.get(self.provider().jwks_uri)
        keys = found.get("keys")
        if not isinstance(keys, list):
            self._refuse(Phrase("it publishes no keys"))
        # Of a kind that is not known, or for another use: not ours to fail for.
        usable = [key for key in keys if isinstance(key, dict) and key.get("use", "sig") == "sig"]
        read = []
        for key in usable:
            try:
                read += KeySet.import_key_set({"keys": [key]}).keys
            except (JoseError, ValueError, KeyError):
                continue
        if not read:
            self._refuse(Phrase("it publishes no keys"))
        return KeySet(read)

    def _optional(self, found: dict[str, Any], name: str) -> str | None:
        return self._address(found, name) if found.get(name) else None

    def _address(self, found: dict[str, Any], name: str) -> str:
        value = found.get(name)
        here = urlsplit(self._issuer).scheme
        # As safe as the issuer itself: nothing of it may go over the network unencrypted.
        if not isinstance(value, str) or urlsplit(value).scheme not in {"https", here}:
            self._refuse(Phrase("its configuration has no usable {name}", {"name": name}))
        return str(value)

    def _refuse(self, reason: Phrase) -> NoReturn:
        raise AtlasError(PROVIDER_INVALID, issuer=self._issuer, reason=reason)
