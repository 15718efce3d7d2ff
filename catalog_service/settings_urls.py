"""Addresses in the settings: which can be one, and how they are shown."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_NO_IRI: Final = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]")


def check_http(address: str) -> None:
    """Raise `ValueError` for what is not an absolute http(s) address without query or fragment."""
    if _NO_IRI.search(address) or "?" in address or "#" in address:
        raise ValueError("an address without spaces, query or fragment is needed")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("an absolute address is needed, http://… or https://…")


def without_user(address: str) -> str:
    """Return an address for messages and logs, without user name and password."""
    return re.sub(r"^([a-z][a-z0-9+.-]*://)[^/]*@", r"\1***@", address, flags=re.IGNORECASE)
