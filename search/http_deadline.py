"""One deadline for a whole request of urllib3, however slowly the server answers.

The time-outs of urllib3 and httpx begin again with every piece that arrives: a server that sends a
byte now and then holds a reader without end. Here each request has one deadline, for connecting,
sending, and every read of the answer, its status line and headers too. Only a host with several
addresses that all stay silent takes longer: the deadline for each of them.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import urllib3
import urllib3.connection

_UNTIL: Final[ContextVar[float]] = ContextVar("_UNTIL")
"""The end of the request that this thread sends, by `time.monotonic`."""


@contextmanager
def deadline(seconds: float) -> Iterator[float]:
    """Give the requests of this thread ``seconds`` from now; gives their end by `time.monotonic`.

    Raises `TimeoutError` in the thread, or the error that the library makes of it.
    """
    until = time.monotonic() + seconds
    token = _UNTIL.set(until)
    try:
        yield until
    finally:
        _UNTIL.reset(token)


def keep_in_time(pool: urllib3.HTTPConnectionPool) -> None:
    """Let the connections of a pool obey the `deadline` of the thread that uses them."""
    pool.ConnectionCls = _Secure if pool.scheme == "https" else _InTime
    # Waiting for a free connection has no deadline: one more is opened instead.
    pool.block = False


def _left() -> float | None:
    """Seconds left; raises `TimeoutError`. None outside of a request with a deadline."""
    until = _UNTIL.get(None)
    if until is None:
        return None
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time of the request is over")
    return left


class _Timed(io.RawIOBase):
    """What a socket receives, each read within what is left of the request's time."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw, self._sock = raw, sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = _left()
        if left is not None:
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer that is read in time, its status line and headers too."""

    def __init__(self, sock: socket.socket, *arguments: Any, **more: Any) -> None:
        super().__init__(sock, *arguments, **more)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock))


class _InTime(urllib3.connection.HTTPConnection):
    """A connection that connects and sends within what is left of the request's time."""

    response_class = _Response

    def connect(self) -> None:
        self.timeout = _left() or self.timeout
        super().connect()

    def send(self, data: Any) -> None:
        left = _left()
        if left is not None and self.sock is not None:
            self.sock.settimeout(left)
        super().send(data)


class _Secure(_InTime, urllib3.connection.HTTPSConnection):
    """The same over TLS; a handshake is one wait to the socket."""
