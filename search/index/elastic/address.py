"""The one address that is ever called, its credentials kept apart from what is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from ontology.errors import AtlasError, Phrase
from search.index.elastic.errors import SEARCH_ADDRESS_INVALID

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is. ``str()`` is without credentials and may be logged."""

    scheme: str
    host: str
    port: int
    path: str
    credentials: tuple[str, str] | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read an address; raises `AtlasError` (``search-address-invalid``), not repeating it."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise AtlasError(
                SEARCH_ADDRESS_INVALID, reason=Phrase("host or port is malformed")
            ) from None
        if parts.scheme not in _PORTS:
            raise AtlasError(SEARCH_ADDRESS_INVALID, reason=Phrase("neither http nor https"))
        if not host:
            raise AtlasError(SEARCH_ADDRESS_INVALID, reason=Phrase("no host"))
        if parts.query or parts.fragment:
            raise AtlasError(
                SEARCH_ADDRESS_INVALID, reason=Phrase("a query or fragment has no meaning")
            )
        credentials = None
        if parts.username is not None:
            credentials = (unquote(parts.username), unquote(parts.password or ""))
        default = _PORTS[parts.scheme]
        return cls(parts.scheme, host, port or default, parts.path.rstrip("/"), credentials)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"
