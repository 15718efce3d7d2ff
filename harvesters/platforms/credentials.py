"""Credentials of a source: what is added to its requests, and never shown.

They belong to one origin (scheme, host and port) and are sent to no other. No ``repr``, error or
log holds them. How they are kept is the service's affair.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import quote_plus, urlencode

import orjson

from harvesters.platforms.errors import CREDENTIALS_NOT_PLAIN, TOKEN_UNUSABLE
from harvesters.platforms.web_address import WebAddress, parse, shown
from ontology.errors import AtlasError

_FIELD_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SPARE: Final = 30.0
"""Seconds before its end at which a token is no longer used."""
_UNSAID: Final = 300.0
"""Seconds that a token is used whose answer says no end."""

Fetch = Callable[[str, Mapping[str, str], bytes], bytes]
"""Sends a POST (address, headers, body) without credentials and returns the answer's body."""


@dataclass(frozen=True, slots=True)
class Session:
    """What credentials need of the client that uses them."""

    fetch: Fetch
    monotonic: Callable[[], float]


class Credentials(Protocol):
    """One way to prove who asks."""

    def authorize(
        self, address: WebAddress, headers: dict[str, str], session: Session
    ) -> WebAddress:
        """Add what proves it to the headers (by lower-case name) or to the address."""
        ...

    def cleaned(self, address: WebAddress) -> WebAddress:
        """Return an address without what `authorize` adds to it, for messages and others' use."""
        ...

    def renew(self) -> bool:
        """Forget what can be had anew; False: another attempt would send the same."""
        ...


class _Fixed:
    """Credentials that stay as they are."""

    def cleaned(self, address: WebAddress) -> WebAddress:
        """Return the address as it is: nothing was added to it."""
        return address

    def renew(self) -> bool:
        """Tell that there is nothing to renew."""
        return False


@dataclass(frozen=True, slots=True)
class HeaderCredentials(_Fixed):
    """A header field of the platform's own, such as ``X-API-Key`` or ``token``.

    Raises `AtlasError` (``credentials-not-plain``) for what no header field can hold.
    """

    name: str
    value: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _FIELD_NAME.fullmatch(self.name) or not _is_plain(self.value):
            raise AtlasError(CREDENTIALS_NOT_PLAIN)

    def authorize(
        self, address: WebAddress, headers: dict[str, str], session: Session
    ) -> WebAddress:
        """Set the field."""
        headers[self.name.lower()] = self.value
        return address


@dataclass(frozen=True, slots=True)
class BasicCredentials(_Fixed):
    """User name and password (RFC 7617), in UTF-8."""

    user: str = field(repr=False)
    password: str = field(repr=False)

    def authorize(
        self, address: WebAddress, headers: dict[str, str], session: Session
    ) -> WebAddress:
        """Set ``Authorization``."""
        headers["authorization"] = _basic(self.user, self.password)
        return address


@dataclass(frozen=True, slots=True)
class QueryCredentials:
    """A parameter of the query, such as ``appkey=…``."""

    name: str
    value: str = field(repr=False)

    def authorize(
        self, address: WebAddress, headers: dict[str, str], session: Session
    ) -> WebAddress:
        """Add the parameter, once: an address that a platform gave may have it already."""
        return self.cleaned(address).with_parameters({self.name: self.value})

    def cleaned(self, address: WebAddress) -> WebAddress:
        """Cut the parameter out."""
        return address.without_parameter(self.name)

    def renew(self) -> bool:
        """Tell that there is nothing to renew."""
        return False


class OAuthCredentials:
    """A bearer token (RFC 6750) of an OAuth client (RFC 6749, 4.4), kept until it ends.

    The token is requested through the client that uses it, under the same guard, from
    ``token_url``; the OAuth client's secret goes there alone. Safe to share among threads.
    """

    def __init__(
        self, token_url: str, client_id: str, client_secret: str, *, scope: str | None = None
    ) -> None:
        """Raises `AtlasError` (``address-not-plain``)."""
        self._address = parse(token_url)
        self._client_id = client_id
        self._client_secret = client_secret
        self._scope = scope
        self._lock = threading.Lock()
        self._token: str | None = None
        self._until = 0.0

    def __repr__(self) -> str:
        return f"OAuthCredentials({self._address.shown()!r})"

    def authorize(
        self, address: WebAddress, headers: dict[str, str], session: Session
    ) -> WebAddress:
        """Set ``Authorization``; requests a token where there is none that lasts.

        Raises `AtlasError` (``token-unusable``) and what `Client.request` raises.
        """
        with self._lock:
            if self._token is None or session.monotonic() >= self._until:
                self._token, seconds = self._requested(session)
                self._until = session.monotonic() + seconds
            headers["authorization"] = f"Bearer {self._token}"
        return address

    def cleaned(self, address: WebAddress) -> WebAddress:
        """Return the address as it is: nothing was added to it."""
        return address

    def renew(self) -> bool:
        """Forget the token, which was refused."""
        with self._lock:
            self._token = None
        return True

    def _requested(self, session: Session) -> tuple[str, float]:
        form = {"grant_type": "client_credentials"}
        if self._scope:
            form["scope"] = self._scope
        headers = {
            "authorization": _basic(quote_plus(self._client_id), quote_plus(self._client_secret)),
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        body = session.fetch(str(self._address), headers, urlencode(form).encode())
        try:
            answer: Any = orjson.loads(body)
            token, kind = answer["access_token"], answer.get("token_type", "bearer")
            seconds = float(answer.get("expires_in") or _UNSAID)
        except (ValueError, TypeError, KeyError, AttributeError):
            # Not chained: the cause may quote the answer.
            raise self._unusable() from None
        if not isinstance(token, str) or not _is_plain(token) or str(kind).lower() != "bearer":
            raise self._unusable()
        return token, max(0.0, seconds - _SPARE)

    def _unusable(self) -> AtlasError:
        return AtlasError(TOKEN_UNUSABLE, url=shown(str(self._address)))


def _is_plain(value: str) -> bool:
    """Tell whether a text may stand in a header field as it is."""
    return value.isascii() and value.isprintable() and bool(value.strip())


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
