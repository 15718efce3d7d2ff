"""A client that keeps eight connections busy and costs little itself: for measurements only.

Each connection comes from a loopback address of its own (127.0.0.2 …), sends one GET after the
other and reads its answer to the end, by one thread that waits for all of them (epoll). What it
does not need it does not do: of an answer it reads the status, the length and the body's size.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

_END = b"\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"


@dataclass(slots=True)
class Load:
    """What came of one run."""

    seconds: float = 0.0
    answers: int = 0
    bytes: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    """Seconds of each answer."""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    body_at: int = 0
    """Where the body begins; 0 while the head is not there."""
    length: int | None = None
    """Bytes of the body; None: in chunks."""

    def is_whole(self) -> bool:
        """Tell whether the answer is there to its end."""
        if not self.body_at:
            end = self.received.find(_END)
            if end < 0:
                return False
            self.body_at = end + len(_END)
            _, named, rest = bytes(self.received[:end]).lower().partition(b"content-length:")
            self.length = int(rest.partition(b"\r\n")[0]) if named else None
        if self.length is None:
            return self.received.endswith(_LAST_CHUNK)
        return len(self.received) >= self.body_at + self.length


def requests_for(
    base: str, path: str, queries: Sequence[str], headers: str = ""
) -> tuple[str, int, list[bytes]]:
    """Return host, port and the bytes of a GET for each query."""
    parts = urlsplit(base)
    assert parts.hostname is not None
    assert parts.port is not None
    lines = "Accept: application/sparql-results+json, text/turtle;q=0.9\r\n" + headers
    return (
        parts.hostname,
        parts.port,
        [
            f"GET {path}?{urlencode({'query': query})} HTTP/1.1\r\n"
            f"Host: {parts.netloc}\r\n{lines}\r\n".encode("ascii")
            for query in queries
        ],
    )


def load(target: tuple[str, int, Sequence[bytes]], *, clients: int = 8) -> Load:
    """Send all requests, each once, by so many connections; return what came of it."""
    host, port, requests = target
    waiting = iter(requests)
    found = Load()
    with selectors.DefaultSelector() as selector:
        for number in range(clients):
            link = socket.create_connection((host, port), 30, (f"127.0.0.{number + 2}", 0))
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(link, selectors.EVENT_READ, _Connection(link))
        began = time.perf_counter()
        for key in list(selector.get_map().values()):
            _send_next(selector, key.data, waiting)
        while selector.get_map():
            for key, _ in selector.select(120):
                connection: _Connection = key.data
                part = connection.socket.recv(1 << 18)
                if not part:
                    raise ConnectionError("the server closed the connection in the midst")
                connection.received += part
                if connection.is_whole():
                    _note(found, connection)
                    _send_next(selector, connection, waiting)
        found.seconds = time.perf_counter() - began
    return found


def _send_next(
    selector: selectors.BaseSelector, connection: _Connection, waiting: Iterator[bytes]
) -> None:
    request = next(waiting, None)
    if request is None:
        selector.unregister(connection.socket)
        connection.socket.close()
        return
    connection.received.clear()
    connection.body_at, connection.length = 0, None
    connection.began = time.perf_counter()
    connection.socket.sendall(request)


def _note(found: Load, connection: _Connection) -> None:
    found.answers += 1
    found.bytes += len(connection.received) - connection.body_at
    found.statuses[int(connection.received[9:12])] += 1
    found.took.append(time.perf_counter() - connection.began)
