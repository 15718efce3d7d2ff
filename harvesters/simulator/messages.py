"""Requests and responses as the shapes of the simulator see them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property
from typing import Final
from urllib.parse import parse_qs

JSON: Final = "application/json;charset=UTF-8"


@dataclass(frozen=True)
class Request:
    """One request, read whole."""

    method: str
    target: str
    """As it was sent: path and query."""
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes
    base: str
    """The server's own address, without a slash at its end."""

    @cached_property
    def path(self) -> str:
        """The path, without the query."""
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's parameters, the last of a name."""
        found = parse_qs(self.target.partition("?")[2], keep_blank_values=True)
        return {name: values[-1] for name, values in found.items()}


@dataclass(frozen=True)
class Response:
    """One whole answer. With ``dated`` or ``tagged`` the server answers conditional requests."""

    body: bytes
    content_type: str = JSON
    status: int = 200
    headers: tuple[tuple[str, str], ...] = field(default=())
    dated: datetime | None = None
    """For ``Last-Modified``."""
    tagged: bool = False
    """Whether it has an ``ETag``."""

    @cached_property
    def etag(self) -> str:
        """A strong entity tag."""
        return f'"{hashlib.blake2b(self.body, digest_size=10).hexdigest()}"'

    @cached_property
    def validators(self) -> tuple[tuple[str, str], ...]:
        """The headers for conditional requests."""
        found = []
        if self.tagged:
            found.append(("ETag", self.etag))
        if self.dated is not None:
            found.append(("Last-Modified", http_date(self.dated)))
        return tuple(found)

    def not_modified(self, request: Request) -> bool:
        """Tell whether the client has this already (RFC 9110, 13.1)."""
        if request.method not in ("GET", "HEAD") or self.status != 200:
            return False
        known = request.headers.get("if-none-match")
        if known is not None:
            return self.tagged and (known.strip() == "*" or self.etag in known)
        since = request.headers.get("if-modified-since")
        return self.dated is not None and since == http_date(self.dated)


def http_date(moment: datetime) -> str:
    """Return a time as HTTP writes it (RFC 9110, 5.6.7)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
