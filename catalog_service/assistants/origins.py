"""Who may ask over HTTP: requests to this server's own name, and of no other site's pages.

A page elsewhere can have its own name lead to an inner address (DNS rebinding), and would then
speak to a server that only its users reach: the Model Context Protocol demands the check.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from catalog_service.assistants.errors import HOST_REFUSED, ORIGIN_REFUSED
from ontology.errors import AtlasError

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_PORTS: Final = {"http": 80, "https": 443}
_SHOWN: Final = 80


def check_host(host: str | None, public_url: str) -> None:
    """Raise ``host-refused`` unless ``Host`` is that of the public address, or this machine."""
    own = urlsplit(public_url)
    try:
        asked = urlsplit(f"{own.scheme}://{host or ''}")
        known = asked.hostname in _LOOPBACK or _place(asked.geturl()) == _place(public_url)
    except ValueError:
        known = False
    if not known:
        raise AtlasError(HOST_REFUSED, host=(host or "")[:_SHOWN], address=public_url)


def check_origin(origin: str | None, public_url: str) -> None:
    """Raise ``origin-refused`` for a page of another site; programs send no ``Origin``."""
    if origin is None:
        return
    try:
        known = urlsplit(origin).hostname in _LOOPBACK or _place(origin) == _place(public_url)
    except ValueError:
        known = False
    if not known:
        raise AtlasError(ORIGIN_REFUSED, origin=origin[:_SHOWN])


def _place(address: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port (RFC 6454); raises ValueError for what has none."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
