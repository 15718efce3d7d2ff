"""A node of the official client whose requests end in time, however slowly the server talks.

The client's own time-out begins again with every piece that arrives: a server that sends a byte
now and then holds a reader for as long as it likes. Here each request has one deadline, for
connecting, sending, and every read of the answer. Only a host with several addresses that all stay
silent takes longer: as often the time as it has addresses.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

import urllib3.connection
from elastic_transport import ConnectionError as NodeConnectionError
from elastic_transport import ConnectionTimeout, HttpHeaders, NodeConfig
from elastic_transport import Urllib3HttpNode as HttpNode
from elastic_transport.client_utils import DEFAULT, DefaultType

if TYPE_CHECKING:
    from elastic_transport._node import NodeApiResponse

_UNTIL: Final[ContextVar[float]] = ContextVar("_UNTIL")
"""The end of the request that this thread sends, by `time.monotonic`."""


class DeadlineNode(HttpNode):
    """A node to which ``request_timeout`` is the whole time of a request."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.pool.ConnectionCls = _Secure if config.scheme == "https" else _InTime
        # Waiting for another's connection would have no end: one more is opened instead.
        self.pool.block = False

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        """Send a request; raises `ConnectionTimeout` when its time is over."""
        if not isinstance(request_timeout, int | float):
            return super().perform_request(method, target, body, headers, request_timeout)
        until = time.monotonic() + request_timeout
        token = _UNTIL.set(until)
        try:
            return super().perform_request(method, target, body, headers, request_timeout)
        except NodeConnectionError as error:
            if time.monotonic() < until:
                raise
            # A connection that is cut at the deadline looks like one that breaks.
            raise ConnectionTimeout("the time of the request is over", errors=(error,)) from error
        finally:
            _UNTIL.reset(token)


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
