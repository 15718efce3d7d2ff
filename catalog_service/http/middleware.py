"""What is done to every request before a route sees it, and to every response.

A pure ASGI middleware, so that streams stay streams. It gives the request an id, limits the address
and the body, routes by the undecoded path, and sets the security headers of browsers.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs, parse_qsl, unquote_to_bytes, urlsplit
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog_service.acting import ANYBODY, acting_for
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import BEARER_REQUIRED, client_address
from catalog_service.http.allowed_methods import allowed_methods
from catalog_service.http.cross_origin import shared_methods
from catalog_service.http.errors import (
    ADDRESS_TOO_LONG,
    BODY_TOO_LARGE,
    HEAD_TOO_LARGE,
    ILLEGAL_PATH,
    LENGTH_AMBIGUOUS,
    METHOD_NOT_ALLOWED,
    UNEXPECTED,
)
from catalog_service.http.head import answer_head
from catalog_service.http.metrics import Metrics
from catalog_service.http.sessions import set_headers as set_session_headers
from ontology.errors import AtlasError, Phrase
from translations import LANGUAGES

MAX_ADDRESS_BYTES: Final = 16_384
"""Path and query together."""

MAX_HEAD_BYTES: Final = 32_768
"""All headers together. uvicorn stops an unfinished head at 64 KiB; one that comes at once may
be larger, and is refused here."""

BODY_PAUSE_SECONDS: Final = 30.0
"""How long a client may pause while it sends a body."""

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_VARY: Final = ("Accept", "Accept-Language", "Authorization")
"""What any answer may depend on: an address that has one form answers errors in several, and a
steward is told more than the public."""
_SAME_FOR_ALL: Final = b"/static/"

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters but for those that lay out a query: tab and ends of lines."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SHOWN: Final = 80
_UNENCODED: Final = ("", "identity")

_log = structlog.get_logger(__name__)


class RequestMiddleware:
    """Wraps the application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body_mb: int,
        metrics: Metrics,
        on_error: Callable[[Request, AtlasError], Response],
    ) -> None:
        self.app = app
        self.on_error = on_error
        self.max_body_mb = max_body_mb
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with acting_for(ANYBODY, lambda: client_address(Request(scope))):
            if scope["method"] == "HEAD":
                await answer_head(self._handle, scope, receive, send)
            else:
                await self._handle(scope, receive, send)

    async def _handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        request_id = uuid4().hex
        status = 0
        root = scope.get("root_path", "")

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                _set_headers(scope, headers, status)
                if status == METHOD_NOT_ALLOWED.status:
                    headers["Allow"] = ", ".join(allowed_methods({**scope, "root_path": root}))
            await send(message)

        received = 0
        limit = self.max_body_mb * 1024 * 1024
        ended = False

        async def receive_bounded() -> Message:
            nonlocal received, ended
            if ended:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), BODY_PAUSE_SECONDS)
            except TimeoutError:
                # Not let out as it is: to readers of files it would be an error of their disk.
                raise HTTPException(408) from None
            received += len(message.get("body", b""))
            ended = not message.get("more_body", False)
            if received > limit:
                raise HTTPException(413)
            if received:
                _check_encoding(scope)
            return message

        scope.setdefault("state", {})["request_id"] = request_id
        try:
            response = self._answer_without_route(scope)
            if response is not None:
                await response(scope, receive, send_with_headers)
            else:
                await self.app(scope, receive_bounded, send_with_headers)
        except ClientDisconnect:
            # The sender left, or what it sent was no HTTP: nobody's fault here, and likely nobody
            # there to read the answer, which is for the counters.
            if not status:
                await Response(status_code=400)(scope, receive, send_with_headers)
        except Exception as error:
            # Handled here and not further out, so that this answer too has all headers and counts.
            _log.error("unexpected", id=request_id, path=scope["path"], exc_info=error)
            if status:
                raise
            response = self.on_error(Request(scope), AtlasError(UNEXPECTED))
            await response(scope, receive, send_with_headers)
        finally:
            self.metrics.observe(scope, status, time.perf_counter() - began)

    def _answer_without_route(self, scope: Scope) -> Response | None:
        """Return the answer that needs no route: a refusal, or what OPTIONS asks for."""
        refused = self._prepare(scope)
        if refused is not None:
            response = self.on_error(Request(scope), refused)
            response.headers["Connection"] = "close"
            return response
        if scope["method"] != "OPTIONS":
            return None
        allowed = allowed_methods(scope) or shared_methods(scope["path"])
        return Response(status_code=204, headers={"Allow": ", ".join(allowed)}) if allowed else None

    def _prepare(self, scope: Scope) -> AtlasError | None:
        """Set the path by which routes match; return why the request is refused, if it is."""
        raw = _raw_path(scope)
        if len(raw) + len(scope["query_string"]) > MAX_ADDRESS_BYTES:
            scope["path"] = ""
            return AtlasError(ADDRESS_TOO_LONG, limit=MAX_ADDRESS_BYTES)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEAD_BYTES:
            return AtlasError(HEAD_TOO_LARGE, limit=MAX_HEAD_BYTES)
        try:
            # Routes match the path as sent: a %2F inside an identifier is no separator.
            scope["path"] = raw.decode("ascii")
        except UnicodeDecodeError:
            scope["path"] = ""
            return AtlasError(ILLEGAL_PATH)
        if b"\x00" in unquote_to_bytes(raw):
            return AtlasError(ILLEGAL_PATH)
        for name, value in parse_qsl(scope["query_string"].decode("latin-1"), True):
            # No database takes them, and PostgreSQL not even in a question.
            if not (is_readable(name) and is_readable(value)):
                shown = _CONTROL.sub("\ufffd", name)[:_SHOWN]
                expected = Phrase("text without control characters")
                return AtlasError(PARAMETER_INVALID, name=shown, value="…", expected=expected)
        headers = Headers(scope=scope)
        if "content-length" in headers and "transfer-encoding" in headers:
            # RFC 9112, 6.1: one of the two may be a smuggled request's. The connection ends here.
            return AtlasError(LENGTH_AMBIGUOUS)
        length = headers.get("content-length", "0")
        if (
            not (length.isascii() and length.isdigit())
            or int(length) > self.max_body_mb * 1024 * 1024
        ):
            return AtlasError(BODY_TOO_LARGE, limit=self.max_body_mb)
        return None


def is_readable(text: str) -> bool:
    """Tell whether a text has no control characters but those that lay it out."""
    return _CONTROL.search(text) is None


def _check_encoding(scope: Scope) -> None:
    """Refuse a compressed body once it comes: closed before, a connection loses its answer."""
    encoding = Headers(scope=scope).get("content-encoding", "").strip().lower()
    if encoding not in _UNENCODED:
        raise HTTPException(415)


def _keep_language(scope: Scope, headers: MutableHeaders) -> None:
    """Have a language that was chosen by hand go along where a redirect within the site leads."""
    target = headers.get("Location", "")
    chosen = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    if chosen not in LANGUAGES or not target.startswith("/") or target.startswith("//"):
        return
    path, mark, fragment = target.partition("#")
    if "lang" not in parse_qs(urlsplit(path).query):
        both = "&" if "?" in path else "?"
        headers["Location"] = f"{path}{both}lang={chosen}{mark}{fragment}"


def _set_headers(scope: Scope, headers: MutableHeaders, status: int) -> None:
    """Set the headers of every response, and those that depend on who asks."""
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if status in _REDIRECTS:
        _keep_language(scope, headers)
    if not _raw_path(scope).startswith(_SAME_FOR_ALL):
        headers["Vary"] = varying(headers.get("vary", ""))
    set_session_headers(scope, headers)
    if "authorization" in Headers(scope=scope) and scope["state"].get(BEARER_REQUIRED):
        # Caches that share answers may not keep one to a token by themselves, but with ``no-cache``
        # they may where it names nobody (RFC 9111, 3.5), and browsers keep all.
        headers["Cache-Control"] = "private, no-store"


def varying(own: str) -> str:
    """Return the value of ``Vary``: what an answer names itself, and what any may depend on."""
    named = [name.strip() for name in own.split(",") if name.strip()]
    known = {name.lower() for name in named}
    return ", ".join([*named, *(name for name in _VARY if name.lower() not in known)])


def _raw_path(scope: Scope) -> bytes:
    """Return a request's path as it was sent, undecoded."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0]
