"""Seeing what a page of results led to: by the ``Referer`` that browsers send within a site.

Links stay plain, and nothing is asked of the browser: no script, no cookie, no redirect, nothing
in an address (docs/adr/0038). What the header says is read and not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog_service.http.access import client_address
from catalog_service.search_log.recorder import PAGE, SearchLog

RESULTS: Final = "/datasets"
_DATASET: Final = "/dataset/"
_SEGMENTS: Final = 2
_OWN: Final = frozenset({"q", "offset", "lang"})
"""Parameters of a search by words alone. Where filters or another order were chosen, a place among
the results says nothing about the words."""
_LAST_OFFSET: Final = 180
"""Ten pages."""
_REFUSALS: Final = (("dnt", "1"), ("sec-gpc", "1"))
"""Headers by which a reader says not to be followed."""


class SearchLogMiddleware:
    """Tells the log of pages that were opened from pages of results, once they are answered."""

    def __init__(self, app: ASGIApp, *, log: SearchLog, public_url: str) -> None:
        self.app = app
        self._log = log
        self._host = urlsplit(public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        note = self._note_of(scope) if scope["type"] == "http" else None
        if note is None:
            await self.app(scope, receive, send)
            return
        shown = False

        async def watch(message: Message) -> None:
            nonlocal shown
            if message["type"] == "http.response.start":
                kinds = [v for name, v in message["headers"] if name.lower() == b"content-type"]
                shown = message["status"] == 200 and kinds[:1] == [b"text/html; charset=utf-8"]
            await send(message)

        await self.app(scope, receive, watch)
        if shown:
            note()

    def _note_of(self, scope: Scope) -> Callable[[], None] | None:
        """Return how to note what a request opens; None where it is none of the log's."""
        path: str = scope["path"]
        if scope["method"] != "GET" or not path.startswith((RESULTS, _DATASET)):
            return None
        request = Request(scope)
        before = self._search_before(request)
        if before is None:
            return None
        text, offset = before
        query = parse_qsl(scope["query_string"].decode("latin-1"))
        if path == RESULTS:
            following = dict(query).get("q", "")
            if not following:
                return None
            return lambda: self._log.note_next(text, following, client_address(request))
        segments = path.removeprefix(_DATASET).split("/")
        if len(segments) != _SEGMENTS or offset is None or {n for n, _ in query} - {"lang"}:
            return None
        return lambda: self._log.note_click(text, path, offset, client_address(request))

    def _search_before(self, request: Request) -> tuple[str, int | None] | None:
        """Return text and offset of the page of results that a request was made from.

        Without an offset where it was no search by words alone.
        """
        headers = request.headers
        referer = headers.get("referer", "")
        if not referer or any(headers.get(name) == value for name, value in _REFUSALS):
            return None
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return None
        if headers.get("sec-fetch-mode", "navigate") != "navigate":
            return None
        if "prefetch" in headers.get("sec-purpose", headers.get("purpose", "")):
            return None
        try:
            address = urlsplit(referer)
        except ValueError:
            return None
        if address.path != RESULTS or address.netloc not in (self._host, headers.get("host")):
            return None
        chosen = parse_qsl(address.query)
        text = dict(chosen).get("q", "")
        if not text:
            return None
        if any(name not in _OWN for name, _ in chosen):
            return text, None
        offset = dict(chosen).get("offset", "0")
        if not (offset.isascii() and offset.isdigit() and len(offset) < 4):
            return text, None
        start = int(offset)
        return text, start if start % PAGE == 0 and start <= _LAST_OFFSET else None
