"""Requests to the provider, through the guarded client (docs/requests.md).

The issuer is the operator's own setting, so that its host may lie inside; endpoints elsewhere that
its configuration names must be public.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

from catalog_service.accounts.oidc.errors import CLIENT_REFUSED, PROVIDER_AWAY, PROVIDER_INVALID
from catalog_service.accounts.oidc.model import LEASE_MINUTES, REQUEST_SECONDS
from catalog_service.settings import Settings
from catalog_service.user_agent import agent
from harvesters.platforms.answer_checks import PassingError
from harvesters.platforms.errors import CREDENTIALS_REFUSED, PLATFORM_REFUSED, RETRY_LATER
from harvesters.platforms.http import Client, GuardedClient
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from ontology.errors import AtlasError, Phrase
from ontology.limits import MIB

_LIMITS: Final = RequestLimits(
    seconds=REQUEST_SECONDS, connect_seconds=4.0, body=MIB, ratio=50, redirects=0
)
# People wait for these, and the provider is there for nothing else. One try: with a second one it
# could take longer than a minute until a right ends.
_POLITENESS: Final = Politeness(per_second=None, parallel=32, attempts=1, longest_wait=0.0)
_BAD_REQUEST: Final = 400


class GrantRefusedError(Exception):
    """The provider does not, or no longer, accept a code or a refresh token."""


class ProviderRequests:
    """What is asked of the provider; safe to share between threads."""

    def __init__(self, settings: Settings, client: Client | None = None) -> None:
        """``client`` is the guarded one, but in tests."""
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._in_header = settings.oidc_client_authentication == "basic"
        self._client = client or GuardedClient(
            settings.oidc_issuer,
            turns=HostTurns(),
            agent=agent(settings),
            allow=(urlsplit(settings.oidc_issuer).hostname or "",),
            politeness=_POLITENESS,
            limits=_LIMITS,
        )

    def close(self) -> None:
        """Close all connections."""
        if isinstance(self._client, GuardedClient):
            self._client.close()

    def get(self, url: str, bearer: str | None = None) -> dict[str, Any]:
        """Return the JSON object at an address, asked for with an access token where one is given.

        Raises ``provider-away``, ``provider-invalid``; `GrantRefusedError` where the access token
        is not accepted.
        """
        headers = {"Accept": "application/json"}
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        try:
            answer = self._client.request("GET", url, headers=headers)
        except AtlasError as error:
            if bearer is not None and error.kind is CREDENTIALS_REFUSED:
                raise GrantRefusedError from error
            raise self._failed(error) from error
        return self._object(answer.content)

    def post(self, url: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Return what the token endpoint answers to a form, sent as this client.

        Raises `GrantRefusedError`, ``client-refused``, ``provider-away``, ``provider-invalid``.
        """
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        fields = dict(form)
        if self._in_header:
            # Encoded before they are joined (RFC 6749, 2.3.1), which Authlib leaves out.
            pair = f"{quote_plus(self._client_id)}:{quote_plus(self._secret)}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            fields |= {"client_id": self._client_id, "client_secret": self._secret}
        try:
            # Never twice: codes, and with some providers refresh tokens, are good once.
            answer = self._client.request(
                "POST", url, headers=headers, content=urlencode(fields).encode(), repeatable=False
            )
        except AtlasError as error:
            if error.kind is CREDENTIALS_REFUSED:
                raise AtlasError(CLIENT_REFUSED) from error
            if error.kind is PLATFORM_REFUSED and error.params.get("status") == _BAD_REQUEST:
                raise GrantRefusedError from error
            raise self._failed(error) from error
        return self._object(answer.content)

    def _failed(self, error: AtlasError) -> AtlasError:
        reason = Phrase(error.kind.text, error.params)
        if isinstance(error, PassingError) or error.kind is RETRY_LATER:
            return AtlasError(PROVIDER_AWAY, reason=reason, minutes=LEASE_MINUTES)
        return AtlasError(PROVIDER_INVALID, issuer=self._issuer, reason=reason)

    def _object(self, content: bytes) -> dict[str, Any]:
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            # Nested without end, it is no object either.
            found = None
        if not isinstance(found, dict):
            reason = Phrase("its answer is no JSON object")
            raise AtlasError(PROVIDER_INVALID, issuer=self._issuer, reason=reason)
        return found
