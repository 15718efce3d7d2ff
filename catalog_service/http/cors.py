"""Reading from other sites' pages: cross-origin requests (CORS, Fetch standard).

What is public may be read by any page of any origin, without credentials. Writes may not: a page
elsewhere can neither send a token (its preflight does not allow the header) nor read the answer.
"""

from __future__ import annotations

from typing import Final

SPARQL: Final = "/sparql"
_SHARED: Final = (
    *("/api/", "/id/", "/def", "/vocab/", "/doc/", "/dataset/", "/feeds/", "/dumps/", "/ldes"),
    *("/catalog", "/.well-known/", "/reconcile"),
    *("/rule/", "/graph/", "/thesaurus", "/context.jsonld"),
)
_READING: Final = ("GET", "HEAD", "OPTIONS")
_SENT: Final = "Accept, Accept-Language, Content-Type, If-None-Match"
_SHOWN: Final = (
    "Content-Language, ETag, Link, Location, Retry-After, Times-Ahead, X-Left-Out, "
    "X-Query-Milliseconds, X-Request-Id, X-Total-Count"
)
_DAY: Final = "86400"


def methods_shared(path: str) -> tuple[str, ...]:
    """Return the methods by which any page may ask ``path``; none for the pages of this site."""
    if path == SPARQL:
        return (*_READING, "POST")
    return _READING if path.startswith(_SHARED) else ()


def sharing_headers(method: str, path: str, *, credentials: bool) -> dict[str, str]:
    """Return the headers that let any page read the answer to a request, or none."""
    if credentials or method not in methods_shared(path):
        return {}
    return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _SHOWN}


def preflight_headers(path: str) -> dict[str, str]:
    """Return what a page elsewhere may send, asked by OPTIONS; empty where nothing is shared."""
    allowed = ", ".join(methods_shared(path))
    if not allowed:
        return {}
    return {
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": _SENT,
        "Access-Control-Max-Age": _DAY,
    }
