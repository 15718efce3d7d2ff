"""Reading from other sites' pages: cross-origin requests (CORS, Fetch standard).

What is public may be read by any page of any origin, without credentials. Writes may not: a page
elsewhere can neither send a token (its preflight does not allow the header) nor read the answer.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_SPARQL: Final = "/sparql"
_SHARED: Final = (
    *("/api/", "/id/", "/def", "/vocab/", "/doc/", "/dataset/", "/feeds/", "/dumps/", "/ldes"),
    *("/catalog", "/.well-known/", "/reconcile"),
    *("/rule/", "/graph/", "/thesaurus", "/context.jsonld"),
)
_READING: Final = ("GET", "HEAD", "OPTIONS")
_EXPOSED: Final = (
    *("Content-Language", "ETag", "Link", "Location", "Retry-After", "Times-Ahead", "X-Left-Out"),
    *("X-Query-Milliseconds", "X-Request-Id", "X-Total-Count"),
)


class CrossOriginMiddleware:
    """Starlette's middleware for the paths, methods and requests that are shared; else nothing."""

    def __init__(self, app: ASGIApp) -> None:
        shared = partial(
            CORSMiddleware,
            app,
            allow_origins=("*",),
            allow_headers=("If-None-Match",),
            expose_headers=_EXPOSED,
            max_age=86_400,
        )
        self._not_shared = app
        self._reading = shared(allow_methods=_READING)
        self._querying = shared(allow_methods=(*_READING, "POST"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        await self._app_for(scope)(scope, receive, send)

    def _app_for(self, scope: Scope) -> ASGIApp:
        if scope["type"] != "http" or "authorization" in Headers(scope=scope):
            return self._not_shared
        if scope["path"] == _SPARQL:
            return self._querying
        shared = scope["path"].startswith(_SHARED) and scope["method"] in _READING
        return self._reading if shared else self._not_shared
