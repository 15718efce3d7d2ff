"""Where a browser goes after signing in: within this site, and nowhere else."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from translations import LANGUAGES

HOME: Final = "/account"
_MOST: Final = 2_000


def safe_next(given: str, language: str | None = None) -> str:
    """Return the address that a form was given, else `HOME`; in a language where one is chosen.

    Only a path of this site: no scheme, no host, also not by two slashes or a backslash, which
    browsers take for one, and nothing that they would leave out before they look.
    """
    address = given if _is_within(given) else HOME
    path, _, query = address.partition("?")
    items = parse_qsl(query, keep_blank_values=True)
    if language in LANGUAGES and not any(name == "lang" for name, _ in items):
        return f"{path}?{urlencode([*items, ('lang', language)])}"
    return address


def _is_within(address: str) -> bool:
    if len(address) > _MOST or not address.isprintable() or not address.isascii():
        return False
    if not address.startswith("/") or address.startswith("//") or "\\" in address or " " in address:
        return False
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.fragment:
        return False
    # Browsers take dots away, after which two slashes may begin the path.
    path = unquote(parts.path)
    segments = path.split("/")[1:]
    return "\\" not in path and all(segments[:-1]) and not {".", ".."}.intersection(segments)
