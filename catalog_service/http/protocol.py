"""uvicorn's HTTP protocol with addresses in raw UTF-8, time limits and errors as problems.

Requests that come again byte by byte are answered before they are parsed, where they may be, and
those that are like one before by a thread (`repeated_requests`).

An address in raw UTF-8 (``curl 'http://…/datasets?q=公交'``) is not allowed by RFC 9112 but is what
many tools send. Its bytes are percent-encoded before the parser sees them, which is what the
client meant. What is not HTTP is answered with a problem document.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import Any, Final, cast
from uuid import uuid4

import h11
import orjson
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from catalog_service.http.access import network_of
from catalog_service.http.errors import NOT_HTTP
from catalog_service.http.made_answers import FOUND, Found
from catalog_service.http.problem_forms import PROBLEM_JSON
from catalog_service.http.problems import Problem, problem_type, status_title
from catalog_service.http.repeated_requests import MOST_BYTES, SENT, RepeatedRequests
from ontology.limits import MIB
from translations import LANGUAGES

HEAD_SECONDS: Final = 30.0
"""How long the head of a request may take, from its first byte or from the connection."""

READ_SECONDS: Final = 60.0
"""How often it is looked whether a client reads its answer."""

LEAST_RATE: Final = 1024
"""Bytes in a second that it must have read on average between two looks."""

MOST_UNREAD: Final = 64 * MIB
"""Bytes of answers that may wait for one client at a look, in one process: above it the
connection that is looked at is closed, however it reads."""

MOST_AT_ONCE: Final = 4 * MOST_UNREAD
"""Bytes that may wait for it at any time: the connection whose answer is more is closed at once,
since a minute is long enough to fill the memory."""

_slow: Final[dict[str, set[Http]]] = {}
"""The connections whose answers wait, by the network that has one client's share."""

ENDLESS: Final = "endless"
"""In a request's state: its answer goes on until somebody leaves."""

_RAW: Final = re.compile(rb"[\x80-\xff]")
_END_OF_HEAD: Final = b"\r\n\r\n"


def escape_line(data: bytes) -> bytes:
    """Percent-encode the bytes above ASCII in the first line of ``data``."""
    line, end, rest = data.partition(b"\n")
    return _RAW.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest


class Http(H11Protocol):
    """uvicorn's protocol with what it has no settings for.

    It limits how many connections there are and how long one may be idle after an answer, but
    neither how long a head may take nor how long an answer may stay unread: a thousand such
    connections would shut everybody out.
    """

    _head_timer: asyncio.TimerHandle | None = None
    _reader_timer: asyncio.TimerHandle | None = None
    """Apart: whoever does not read may send the next head meanwhile."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        # A copy: what this connection puts there is of its own requests.
        super().__init__(config, server_state, dict(app_state), _loop)
        found = getattr(getattr(config.app, "state", None), "repeated_requests", None)
        self._repeated: RepeatedRequests | None = found
        self._at_work = False
        """Whether a thread answers a request that was not parsed; nothing is read meanwhile."""
        self._leaving = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._cancel_timers()
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Answer what came before; parse other bytes, those of a request line after `escape_line`.

        Bytes that are known as a whole request are one again where nothing was begun: neither a
        head, nor an answer, of which the parser knows.
        """
        alone = (
            self.conn.their_state is h11.IDLE
            and self.conn.our_state is h11.IDLE
            and not self.conn.trailing_data[0]
        )
        if alone and (self._repeat(data) or self._begin(data)):
            return
        self._read(data, alone=alone)

    def _read(self, data: bytes, *, alone: bool) -> None:
        """Parse bytes."""
        whole = alone and len(data) <= MOST_BYTES and data.find(_END_OF_HEAD) == len(data) - 4
        # The parser also takes lines that end otherwise: there may be several requests in it then.
        whole = whole and data.count(b"\n") == data.count(b"\r\n")
        # Copied into the request's state, so that its answer can be kept.
        self.app_state[SENT] = data if whole else b""
        began = self.conn.their_state is h11.IDLE
        if began and b"\n" not in self.conn.trailing_data[0]:
            data = escape_line(data)
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._head_came()
        elif self._head_timer is None:
            # The beginning of the next head on the same connection.
            self._await_head()

    def _repeat(self, data: bytes) -> bool:
        """Answer a request that was answered before; tell whether it was so."""
        if self._repeated is None or self.flow.write_paused or self.transport.is_closing():
            return False
        answer = self._repeated.answer(data, self.client, self.server_state.default_headers)
        if answer is None:
            return False
        self._write_answer(answer)
        return True

    def _write_answer(self, answer: list[bytes]) -> None:
        self._head_came()
        self.transport.write(b"".join(answer))
        self.on_response_complete()

    def _begin(self, data: bytes) -> bool:
        """Have a thread answer a request that is like one before; tell whether it was so."""
        if self._repeated is None or self.flow.write_paused or self.transport.is_closing():
            return False
        work = self._repeated.work(data, self.client, self.server_state.default_headers)
        if work is None or not self._repeated.begin(self.loop, work, partial(self._end, data)):
            return False
        self._head_came()
        self._unset_keepalive_if_required()
        self._at_work = True
        self.transport.pause_reading()
        return True

    def _end(self, data: bytes, found: list[bytes] | Found | None) -> None:
        """Give the answer that a thread found; have the route tell what it has words for."""
        self._at_work = False
        if self.transport.is_closing():
            return
        self.transport.resume_reading()
        if isinstance(found, list):
            self._write_answer(found)
            if self._leaving:
                self.transport.close()
            return
        self.app_state[FOUND] = found
        self._read(data, alone=True)
        del self.app_state[FOUND]
        if self._leaving:
            self.shutdown()

    def shutdown(self) -> None:
        """Let the answer under way end; one that would go on for ever is told that nobody reads."""
        if self._at_work:
            self._leaving = True
            return
        super().shutdown()
        # uvicorn declares a cycle that is always there; before the first request there is none.
        cycle = cast(RequestResponseCycle | None, self.cycle)
        if cycle is not None and cycle.scope["state"].get(ENDLESS):
            cycle.disconnected = True
            cycle.message_event.set()

    def pause_writing(self) -> None:
        """Begin to watch a client that does not read."""
        super().pause_writing()
        _slow.setdefault(self._network(), set()).add(self)
        if self._waiting() > MOST_AT_ONCE:
            self._abort()
            return
        self._check_reader()

    def resume_writing(self) -> None:
        """Stop watching: it has read nearly all."""
        self._stop_watching()
        self._forget()
        super().resume_writing()

    def _network(self) -> str:
        return network_of(self.client[0]) if self.client else ""

    def _waiting(self) -> int:
        """Return how many bytes wait for the network."""
        return sum(one.transport.get_write_buffer_size() for one in _slow.get(self._network(), ()))

    def _forget(self) -> None:
        network = self._network()
        others = _slow.get(network, set())
        others.discard(self)
        if not others:
            _slow.pop(network, None)

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._abort)

    def _head_came(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _check_reader(self, unread: int | None = None) -> None:
        """Close the connection where too little was read since ``unread`` bytes were left.

        Or where more waits for its network than may: who opens many connections and reads each a
        little would fill the memory otherwise.
        """
        left = self.transport.get_write_buffer_size()
        if unread is not None:
            is_slow = unread - left < max(1, READ_SECONDS * LEAST_RATE)
            if is_slow or self._waiting() > MOST_UNREAD:
                self._abort()
                return
        self._stop_watching()
        self._reader_timer = self.loop.call_later(READ_SECONDS, self._check_reader, left)

    def _stop_watching(self) -> None:
        if self._reader_timer is not None:
            self._reader_timer.cancel()
            self._reader_timer = None

    def _cancel_timers(self) -> None:
        self._head_came()
        self._stop_watching()

    def _abort(self) -> None:
        """Close the connection without an answer, which nobody would read."""
        self._cancel_timers()
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own sentence
        """Answer what is no HTTP, in both languages: which one the client reads is not known."""
        problem = Problem(
            type=problem_type(NOT_HTTP),
            title=" · ".join(status_title(400, lang) for lang in LANGUAGES),
            status=400,
            detail=" ".join(NOT_HTTP.message(lang, {}) for lang in LANGUAGES),
            code=NOT_HTTP.code,
            instance="",
            id=uuid4().hex,
        )
        body = orjson.dumps(problem.model_dump(exclude_none=True))
        head = h11.Response(
            status_code=400,
            headers=[
                ("Content-Type", PROBLEM_JSON),
                ("Content-Length", str(len(body))),
                ("X-Content-Type-Options", "nosniff"),
                ("Connection", "close"),
            ],
            reason=b"Bad Request",
        )
        for event in (head, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
