"""Reading from other sites' pages: cross-origin requests (CORS, Fetch standard).

What is public may be read by any page of any origin, without credentials. Writes may not: a page
elsewhere can neither send a token (its preflight does not allow the header) nor read the answer.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SPARQL: Final = "/sparql"
_SHARED: Final = (
    *("/api/", "/id/", "/def", "/vocab/", "/doc/", "/dataset/", "/feeds/", "/dumps/", "/ldes"),
    *("/catalog", "/source-catalog", "/.well-known/", "/reconcile", "/oai"),
    *("/data.json", "/sitemap", "/robots.txt", "/opensearch.xml"),
    *("/rule/", "/graph/", "/thesaurus", "/context.jsonld", "/timegate/", "/timemap/"),
)
_ASKED_BY_POST: Final = ("/api/3/action/", "/api/action/", "/oai", "/reconcile")
"""Below these a POST only asks, as it does at the endpoint."""
_SCRIPTED: Final = "X-Requested-With"
"""What libraries of scripts send with every request, and what says nothing."""
_READING: Final = ("GET", "HEAD", "OPTIONS")
_EXPOSED: Final = (
    *("Content-Language", "ETag", "Link", "Location", "Memento-Datetime", "Retry-After"),
    *("RateLimit", "RateLimit-Policy"),
    *("Times-Ahead", "X-Left-Out", "X-Query-Milliseconds", "X-Request-Id", "X-Total-Count"),
)


def shared_methods(path: str) -> tuple[str, ...]:
    """Return the methods by which any page may ask ``path``; none for the pages of this site."""
    if path == _SPARQL or path.startswith(_ASKED_BY_POST):
        return (*_READING, "POST")
    return _READING if path.startswith(_SHARED) else ()


class CrossOriginMiddleware:
    """Starlette's middleware for the paths, methods and requests that are shared; else nothing."""

    def __init__(self, app: ASGIApp) -> None:
        shared = partial(
            _Sharing,
            app,
            allow_origins=("*",),
            allow_headers=("Accept-Datetime", "Accept-Profile", "If-None-Match", _SCRIPTED),
            expose_headers=_EXPOSED,
            max_age=86_400,
        )
        self._not_shared = app
        self._shared = {
            methods: shared(allow_methods=methods)
            for methods in (shared_methods(_SPARQL), _READING)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        await self._app_for(scope)(scope, receive, send)

    def _app_for(self, scope: Scope) -> ASGIApp:
        if scope["type"] != "http" or "authorization" in Headers(scope=scope):
            return self._not_shared
        methods = shared_methods(scope["path"])
        return self._shared[methods] if scope["method"] in methods else self._not_shared


class _Sharing(CORSMiddleware):
    """Sets the headers, and leaves the answer to a preflight to the application.

    So preflights are checked, counted and answered as every OPTIONS is. None is refused: the
    browser compares what is allowed with what it was asked for.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        asked = Headers(scope=scope)

        async def send_preflight(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.preflight_headers.items():
                    headers.setdefault(name, value)
            await send(message)

        preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in asked
        await self.simple_response(scope, receive, send_preflight if preflight else send, asked)
