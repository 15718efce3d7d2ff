"""A loopback server that answers as a test says, and clients whose time is the test's."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from harvesters.platforms.http import GuardedClient, user_agent
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness, Timing

AGENT = user_agent("atlas", "1.0", "mailto:data@a.example")
START = datetime(2026, 1, 5, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Answer = bytes | Iterable[bytes]


def answer(body: bytes = b"ok", *fields: str, status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", *fields]
    if not any(line.lower().startswith("content-length") for line in fields):
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode() + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"Location: {location}", status=status)


@dataclass
class Platform:
    """What the server does: an answer, or a function that makes one, for each path."""

    port: int = 0
    answers: dict[str, Answer | Callable[[Request], Answer]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str, host: str = "a.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def targets(self) -> list[str]:
        return [request.target for request in self.requests]


@pytest.fixture(scope="module")
def server() -> Iterator[Platform]:
    told = Platform()

    class Handler(socketserver.StreamRequestHandler):
        def setup(self) -> None:
            super().setup()
            told.connections += 1

        def handle(self) -> None:
            with contextlib.suppress(OSError):
                while self.answer_one():
                    pass

        def answer_one(self) -> bool:
            line = self.rfile.readline().decode("latin-1").split()
            if len(line) != 3:
                return False
            headers = {}
            while (text := self.rfile.readline().decode("latin-1").strip()) != "":
                name, _, value = text.partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            request = Request(line[0], line[1], headers, body)
            told.requests.append(request)
            said = told.answers[line[1].partition("?")[0]]
            said = said(request) if callable(said) else said
            if isinstance(said, bytes):
                self.request.sendall(said)
                return b"onnection: close" not in said
            for piece in said:
                self.request.sendall(piece)
            return False

    class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
        daemon_threads = True
        block_on_close = False
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as running:
        told.port = running.server_address[1]
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield told
        running.shutdown()


@pytest.fixture
def platform(server: Platform) -> Platform:
    """The module's server, which has forgotten what other tests said."""
    server.answers.clear()
    server.requests.clear()
    server.connections = 0
    return server


@dataclass
class FakeTime:
    """A clock that goes on only when somebody sleeps."""

    passed: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds

    def timing(self) -> Timing:
        return Timing(
            monotonic=lambda: self.passed,
            now=lambda: START + timedelta(seconds=self.passed),
            sleep=self.sleep,
        )


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@dataclass
class Outside:
    """Names of public hosts, at the loopback server; counts what is connected to."""

    port: int
    names: dict[str, list[str]]
    connected: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[str]:
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.names[host]

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        self.connected.append(address)
        return socket.create_connection(("127.0.0.1", self.port), seconds)


@pytest.fixture
def outside(platform: Platform) -> Outside:
    return Outside(platform.port, {"a.example": ["8.8.8.8"], "b.example": ["1.1.1.1"]})


MakeClient = Callable[..., GuardedClient]


@pytest.fixture
def make_client(platform: Platform, outside: Outside, fake_time: FakeTime) -> Iterator[MakeClient]:
    """Make a client of the source at a.example; further arguments are `GuardedClient`'s."""
    with contextlib.ExitStack() as stack:

        def make(**options: object) -> GuardedClient:
            settings: dict[str, object] = {
                "turns": HostTurns(fake_time.timing()),
                "agent": AGENT,
                "politeness": Politeness(per_second=None, attempts=2),
                "limits": RequestLimits(seconds=20, body=1 << 20),
                "resolve": outside.resolve,
                "connect": outside.connect,
            }
            client = GuardedClient(platform.url("/"), **{**settings, **options})  # type: ignore[arg-type]
            return stack.enter_context(client)

        yield make
