"""Answers to requests that come again byte by byte, given before they are parsed.

Parsing, routing, negotiating and compressing cost ten times what a kept answer does. What they
come to depends on the request's bytes, on what is published, and on nothing else where a route
says so (`mark_repeatable`). So its answer is kept by those bytes, and given again for as long as
the same state is published. A request that differs from one before in one value alone may be
answered likewise: at once, where that takes no more than a look (`Circumstances.made`), else by a
thread (`Circumstances.work`). What differs each time, the request's id and what its client has
left, is made anew.
"""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop, Future
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Final
from uuid import uuid4

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog_service.http.made_answers import Circumstances, Fields, Found, Made
from catalog_service.http.request_templates import Template, split
from search.bounded_cache import BoundedCache

_log = structlog.get_logger(__name__)

SENT: Final = "atlas.sent"
"""In a request's state: its bytes, where they came as one piece."""

CONFIRMED_SECONDS: Final = 5.0
"""For how long answers are given again after a route has answered one itself: what routes check
beside the published state (`catalog_service.sparql.revocation_check`) may be so much older. A
route's own answer may take a second where the machine has too much to do."""

MOST_BYTES: Final = 16_384
"""Of a request that is kept."""

WORKING: Final = 16
"""Requests that threads answer at a time; those that come then are read."""

Work = Callable[[], list[bytes] | Found]

_REPEATABLE: Final = "atlas.repeatable"
_PART: Final = 8
"""No answer may have more than the eighth part of the room."""
_ENTRY: Final = 1_000
"""Bytes that an entry takes beside its request and its body."""
_OWN: Final = frozenset(
    (
        *(b"x-request-id", b"ratelimit", b"ratelimit-policy", b"x-query-milliseconds"),
        *(b"date", b"server", b"connection"),
    )
)
"""Fields that are made for each answer."""
_OF_ONE: Final = frozenset((b"etag", b"content-length", b"content-encoding"))
"""Fields of one answer among those that are alike."""
_TEMPLATES: Final = 256
_BARRED: Final = frozenset(
    (b"authorization", b"cookie", b"upgrade", b"expect", b"content-length", b"transfer-encoding")
)
"""Requests with one of these are always read."""


@dataclass(frozen=True, slots=True)
class _Like:
    """What the answers to requests like one have in common."""

    scope: Scope
    route: str
    head: bytes


@dataclass(frozen=True, slots=True)
class _Kept:
    state: Hashable
    scope: Scope
    """Of the request, as far as it tells who asks."""
    route: str
    head: bytes
    """Without its end, and without the fields that are made each time."""
    body: bytes
    size: int


def mark_repeatable(request: Request) -> None:
    """Say that the same bytes from anybody get this answer while the same state is published."""
    request.scope.setdefault("state", {})[_REPEATABLE] = True


class RepeatedRequests:
    """Whole answers by the bytes of their requests; bounded in bytes.

    Those used longest ago go first.
    """

    def __init__(
        self,
        circumstances: Circumstances,
        room: int,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``room`` is in bytes; 0 keeps nothing."""
        self._circumstances = circumstances
        self._room = room
        self._monotonic = monotonic
        self._confirmed = -CONFIRMED_SECONDS
        self._lock = Lock()
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._size = 0
        self._templates: BoundedCache[Template, _Like] = BoundedCache(_TEMPLATES)
        self._threads = ThreadPoolExecutor(WORKING, "answers")
        self._working = 0

    def answer(
        self, sent: bytes, client: tuple[str, int] | None, fields: Fields
    ) -> list[bytes] | None:
        """Return the answer to a request's bytes, in pieces; None where it is to be read.

        ``client`` is whom the connection is from, ``fields`` are the server's own (``Date``).
        """
        began = self._monotonic()
        if began - self._confirmed >= CONFIRMED_SECONDS:
            return None
        kept = self._kept.get(sent)
        if kept is None or kept.state != self._circumstances.state():
            kept = self._make(sent, client)
            if kept is None:
                return None
        with self._lock:
            if sent in self._kept:
                self._kept.move_to_end(sent)
        return self._told(kept, client, fields, began)

    def work(self, sent: bytes, client: tuple[str, int] | None, fields: Fields) -> Work | None:
        """Return what answers a request in a thread, where it is like one before but for a value.

        What it returns is the answer in pieces, or what the route has to tell. None: the request
        is to be read.
        """
        began = self._monotonic()
        if began - self._confirmed >= CONFIRMED_SECONDS:
            return None
        like, value = self._like(sent)
        state = self.state()
        if like is None or state is None:
            return None
        request = Request({**like.scope, "client": client})
        answer = self._circumstances.work(request, value)
        if answer is None:
            return None

        def run() -> list[bytes] | Found:
            found = answer()
            if isinstance(found, Found):
                return found
            self._confirmed = max(self._confirmed, began)
            kept = self._keep_made(sent, state, like, found)
            return self._told(kept, client, fields, began, found.milliseconds)

        return run

    def begin(
        self, loop: AbstractEventLoop, work: Work, end: Callable[[list[bytes] | Found | None], None]
    ) -> bool:
        """Have a thread do ``work``, then ``end`` in the loop; False where there is no place now.

        ``end`` is given None where the work failed: the request is to be read.
        """
        if self._working >= WORKING:
            return False
        self._working += 1

        def ended(done: Future[list[bytes] | Found]) -> None:
            self._working -= 1
            error = None if done.cancelled() else done.exception()
            if error is not None:
                _log.error("unexpected", exc_info=error)
            end(done.result() if not done.cancelled() and error is None else None)

        loop.run_in_executor(self._threads, work).add_done_callback(ended)
        return True

    def _told(
        self,
        kept: _Kept,
        client: tuple[str, int] | None,
        fields: Fields,
        began: float,
        milliseconds: float = 0.0,
    ) -> list[bytes]:
        """Return an answer in pieces, with the fields that are made each time; count it."""
        request = Request({**kept.scope, "client": client})
        own = (*fields, *self._circumstances.fields(request, milliseconds))
        self._circumstances.note(kept.route, self._monotonic() - began)
        identity = (b"x-request-id", uuid4().hex.encode())
        return [kept.head, *map(_line, (*own, identity)), b"\r\n", kept.body]

    def _like(self, sent: bytes) -> tuple[_Like | None, str]:
        """Return what answers to requests like this one have in common, and this one's value."""
        found = split(sent, self._circumstances.parameter) if len(sent) <= MOST_BYTES else None
        return (None, "") if found is None else (self._templates.get(found[0]), found[1])

    def _make(self, sent: bytes, client: tuple[str, int] | None) -> _Kept | None:
        """Answer a request that is like one before but for a value; keep the answer."""
        like, value = self._like(sent)
        if like is None:
            return None
        state = self.state()
        request = Request({**like.scope, "client": client})
        made = None if state is None else self._circumstances.made(request, value)
        return None if made is None else self._keep_made(sent, state, like, made)

    def _keep_made(self, sent: bytes, state: Hashable, like: _Like, made: Made) -> _Kept:
        head = b"".join((like.head, *map(_line, made.fields)))
        size = len(sent) + len(head) + len(made.body) + _ENTRY
        kept = _Kept(state, like.scope, like.route, head, made.body, size)
        self._put(sent, kept)
        return kept

    def state(self) -> Hashable | None:
        """Return what names the state that is published; None: nothing is to be kept."""
        return self._circumstances.state() if self._room else None

    def now(self) -> float:
        """Return the time by which answers are confirmed."""
        return self._monotonic()

    def keep(self, state: Hashable, began: float, scope: Scope, head: Fields, body: bytes) -> None:
        """Keep an answer with status 200 that a route gave at ``began`` or later.

        ``state`` was published before that; where it still is, the answer is of that state.
        """
        self._confirmed = max(self._confirmed, began)
        sent: bytes = scope["state"][SENT]
        head = list(head)
        if not _is_plain(scope) or not any(name == b"content-length" for name, _ in head):
            return
        start = b"".join((b"HTTP/1.1 200 OK\r\n", *(_line(f) for f in head if f[0] not in _OWN)))
        size = len(sent) + len(start) + len(body) + _ENTRY
        # Neither the state, which has the bytes too, nor what the application put there.
        known = {name: scope[name] for name in ("type", "method", "path", "headers", "app")}
        route = getattr(scope.get("route"), "path", "unmatched")
        self._put(sent, _Kept(state, known, route, start, body, size))
        found = split(sent, self._circumstances.parameter)
        if found is not None and self._circumstances.is_template(scope, dict(head)):
            common = (f for f in head if f[0] not in _OWN | _OF_ONE)
            start = b"".join((b"HTTP/1.1 200 OK\r\n", *map(_line, common)))
            self._templates.keep(found[0], _Like(known, route, start))

    def _put(self, sent: bytes, kept: _Kept) -> None:
        if kept.size > self._room // _PART:
            return
        with self._lock:
            replaced = self._kept.pop(sent, None)
            self._size += kept.size - (replaced.size if replaced is not None else 0)
            self._kept[sent] = kept
            while self._size > self._room:
                self._size -= self._kept.popitem(last=False)[1].size


def _line(field: tuple[bytes, bytes]) -> bytes:
    return b"%s: %s\r\n" % field


def _is_plain(scope: Scope) -> bool:
    """Tell whether the bytes are all that an answer can depend on, and another may follow."""
    if scope["http_version"] != "1.1" or scope["method"] != "GET":
        return False
    return not any(
        name in _BARRED or (name == b"connection" and value.lower() != b"keep-alive")
        for name, value in scope["headers"]
    )


class RepeatedRequestsMiddleware:
    """Keeps the answers that a route marks. The outermost, so that it sees all their fields."""

    def __init__(self, app: ASGIApp, *, repeated: RepeatedRequests) -> None:
        self.app = app
        self._repeated = repeated

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or not scope.get("state", {}).get(SENT):
            await self.app(scope, receive, send)
            return
        # Both before the route reads the state: whatever comes meanwhile makes it another.
        began, state = self._repeated.now(), self._repeated.state()
        start: Message = {}
        bodies = 0

        async def watch(message: Message) -> None:
            nonlocal start, bodies
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                bodies += 1
                whole = bodies == 1 and not message.get("more_body", False)
                marked = scope["state"].get(_REPEATABLE)
                if state is not None and whole and marked and start["status"] == 200:
                    self._repeated.keep(
                        state, began, scope, start["headers"], message.get("body", b"")
                    )
            await send(message)

        await self.app(scope, receive, watch)
