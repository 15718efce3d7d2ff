"""A sign-in that was begun: what binds the provider's answer to the browser that asked.

All of it follows from one secret of 256 bits in a cookie of that browser: state, nonce and the
code verifier are different hashes of it, so that none tells another. Nothing is kept on the server,
where anybody could fill it up, and no other browser has an answer to the state. The cookie is gone
with the first answer, and codes are good once by themselves.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, get_args
from urllib.parse import quote, unquote

from catalog_service.accounts.oidc.errors import SIGN_IN_EXPIRED
from catalog_service.accounts.oidc.model import SIGN_IN_MINUTES, Purpose
from ontology.errors import AtlasError

_BYTES: Final = 32
_MOST: Final = 2_048
"""Characters of the cookie; browsers take 4,096 bytes."""
_LONGEST: Final = timedelta(minutes=SIGN_IN_MINUTES)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in under way."""

    secret: str = field(repr=False)
    """256 bits in base64url."""
    begun: int
    """Seconds since 1970."""
    purpose: Purpose
    target: str
    """Where the person wants to go then; whoever leads there checks it."""

    @classmethod
    def begin(
        cls,
        purpose: Purpose,
        target: str,
        now: datetime,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> Self:
        """Begin one; a target that no cookie could hold is left out."""
        kept = target if len(quote(target, safe="")) <= _MOST // 2 else "/"
        return cls(_encoded(entropy(_BYTES)), int(now.timestamp()), purpose, kept)

    @classmethod
    def read(cls, cookie: str, now: datetime) -> Self:
        """Read the cookie; raises ``sign-in-expired``."""
        parts = cookie.split(".") if len(cookie) <= _MOST else []
        expired = AtlasError(SIGN_IN_EXPIRED, minutes=SIGN_IN_MINUTES)
        if len(parts) != 4 or len(parts[0]) != len(_encoded(bytes(_BYTES))):
            raise expired
        secret, begun, purpose, target = parts
        known = next((known for known in get_args(Purpose) if known == purpose), None)
        if known is None or not (begun.isascii() and begun.isdigit() and len(begun) < 12):
            raise expired
        age = now.timestamp() - int(begun)
        if not -60 <= age <= _LONGEST.total_seconds():
            raise expired
        return cls(secret, int(begun), known, unquote(target))

    @property
    def cookie(self) -> str:
        """What the browser keeps."""
        target = quote(self.target, safe="").replace(".", "%2E")
        return f"{self.secret}.{self.begun}.{self.purpose}.{target}"

    @property
    def state(self) -> str:
        """What the provider sends back with its answer."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """What the ID token must hold."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """What proves to the token endpoint that the code was asked for here (RFC 7636)."""
        return self._made("verifier")

    def require_state(self, given: str) -> None:
        """Raise ``sign-in-expired`` unless an answer has this attempt's state."""
        if not hmac.compare_digest(given.encode(errors="replace"), self.state.encode()):
            raise AtlasError(SIGN_IN_EXPIRED, minutes=SIGN_IN_MINUTES)

    def _made(self, use: str) -> str:
        return _encoded(hashlib.sha256(f"{use}\n{self.secret}".encode()).digest())


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
