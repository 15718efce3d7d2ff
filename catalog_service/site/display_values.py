"""Values of records that are safe to show on pages, in feeds, in exports: addresses that may be
links, texts without characters that change the direction of the text around them.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from harvesters.mapping.web_addresses import has_user, is_web

_HOST: Final = re.compile(r"([A-Za-z]+://)([^/?#:]*)")


def followable(url: str) -> str | None:
    """Return an address of a record if a browser may follow it: http and https alone.

    A ``javascript:`` or ``data:`` address is shown as text, never as a link, and so is one with a
    user before its host: ``https://data.sh.gov.cn@evil.example/`` leads to evil.example. A host in
    letters beyond ASCII comes in its ASCII form.
    """
    if not is_web(url) or has_user(url) or "\\" in url:
        return None
    return quote(ascii_host(url), safe=":/?#[]@!$&'()*+,;=%")


def ascii_host(url: str) -> str:
    """Return an address with its host in ASCII, where hosts that look alike differ (RFC 3490)."""
    found = _HOST.match(url)
    if found is None or found[2].isascii():
        return url
    try:
        host = found[2].encode("idna").decode()
    except UnicodeError:
        host = quote(found[2])
    return f"{found[1]}{host}{url[found.end() :]}"
