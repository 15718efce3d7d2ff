"""Requests that come again byte by byte: answered as before, while the same state is published."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus, urlsplit

import pytest
from starlette.requests import Request
from starlette.types import Scope

from catalog_service.http.made_answers import Fields, Found, Made
from catalog_service.http.repeated_requests import CONFIRMED_SECONDS, SENT, RepeatedRequests
from catalog_service.http.request_templates import split
from tests.fixtures.web import House, opened, portal, served

QUERY = "SELECT ?t { ?d a dcat:Dataset ; dct:title ?t } ORDER BY ?t"


class Connection:
    """One connection, by which bytes are sent as they are."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self.host = parts.netloc
        self.socket = socket.create_connection((parts.hostname, parts.port), 30)

    def ask(self, query: str = QUERY, fields: str = "", method: str = "GET") -> tuple[str, bytes]:
        head = f"{method} /sparql?format=csv&query={quote(query)} HTTP/1.1\r\n"
        return self.send(f"{head}Host: {self.host}\r\n{fields}\r\n".encode())

    def send(self, request: bytes) -> tuple[str, bytes]:
        self.socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.socket.recv(1 << 16)
        head, _, body = received.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 304"):
            return head.decode().lower(), b""
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length and not request.startswith(b"HEAD"):
            body += self.socket.recv(1 << 16)
        return head.decode().lower(), body


Connect = Callable[[str], Connection]


@pytest.fixture
def connect() -> Iterator[Connect]:
    with ExitStack() as held:

        def connection(base: str) -> Connection:
            made = Connection(base)
            held.enter_context(made.socket)
            return made

        yield connection


@pytest.fixture
def repeats(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each request that came in one piece was answered as one before."""
    found: list[bool] = []
    answer = RepeatedRequests.answer

    def watched(self: RepeatedRequests, *arguments: Any) -> list[bytes] | None:
        given = answer(self, *arguments)
        found.append(given is not None)
        return given

    monkeypatch.setattr(RepeatedRequests, "answer", watched)
    # However slow the machine is.
    monkeypatch.setattr("catalog_service.http.repeated_requests.CONFIRMED_SECONDS", 3_600)
    return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as (house, _):
        yield house


def _fields(head: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in head.split("\r\n")[1:])


def test_the_same_bytes_get_the_same_answer(
    house: House, connect: Connect, repeats: list[bool]
) -> None:
    with served(house) as base:
        connection = connect(base)
        answers = [connection.ask() for _ in range(5)]
        assert repeats == [False, True, True, True, True]
        assert len({body for _, body in answers}) == 1
        heads = [_fields(head) for head, _ in answers]
        assert len({head["x-request-id"] for head in heads}) == 5
        changing = {"x-request-id", "date", "ratelimit", "x-query-milliseconds"}
        assert len({tuple(sorted(h.items() - _some(h, changing).items())) for h in heads}) == 1
        assert all("ratelimit" in head and "ratelimit-policy" in head for head in heads)
        # Another one on the same connection is read as ever, and this one still known after it.
        other, _ = connection.ask("ASK {", method="GET")
        assert other.startswith("http/1.1 400")
        assert connection.ask()[1] == answers[0][1]
        # So it is on another connection.
        assert connect(base).ask()[1] == answers[0][1]
        assert repeats[-3:] == [False, True, True]


def _some(head: dict[str, str], names: set[str]) -> dict[str, str]:
    return {name: value for name, value in head.items() if name in names}


def test_another_state_another_answer(house: House, connect: Connect, repeats: list[bool]) -> None:
    with served(house) as base:
        connection = connect(base)
        before = [connection.ask()[1] for _ in range(3)]
        house.submit("city", [portal("NEW", "新的线路")])
        house.project()
        after = [connection.ask()[1] for _ in range(3)]
    assert repeats == [False, True, True, False, True, True]
    assert len(set(before)) == len(set(after)) == 1
    assert "新的线路".encode() in after[0]
    assert "新的线路".encode() not in before[0]


def test_the_rest_of_a_head_counts(house: House, connect: Connect, repeats: list[bool]) -> None:
    with served(house) as base:
        connection = connect(base)
        plain = [connection.ask()[1] for _ in range(3)]
        listed = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 200"
        whole = connection.ask(listed)[1]
        packed = [connection.ask(listed, "Accept-Encoding: gzip\r\n") for _ in range(3)]
        assert repeats == [False, True, True, False, False, True, True]
        assert {gzip.decompress(body) for _, body in packed} == {whole}
        assert all("content-encoding: gzip" in head for head, _ in packed)
        for fields in (
            "Cookie: lang=en\r\n",
            "Authorization: Bearer none\r\n",
            "Content-Length: 0\r\n",
            "Expect: 100-continue\r\n",
        ):
            for _ in range(3):
                connection.ask(fields=fields)
            assert repeats[-3:] == [False] * 3, fields
        heads = [connection.ask(method="HEAD") for _ in range(3)]
        assert repeats[-3:] == [False] * 3
        assert [body for _, body in heads] == [b""] * 3
        tag = _fields(connection.ask()[0])["etag"]
        for _ in range(3):
            head, _ = connection.ask(fields=f"If-None-Match: {tag}\r\n")
            assert head.startswith("http/1.1 304")
        assert repeats[-3:] == [False] * 3
        for _ in range(3):
            connection.ask("SELECT (NOW() AS ?now) {}")
        assert repeats[-3:] == [False] * 3
        # The last one: its answer ends the connection.
        assert connection.ask(fields="Connection: close\r\n")[1] == plain[0]
        assert connection.socket.recv(1) == b""


def test_requests_in_one_piece_or_in_many(
    house: House, connect: Connect, repeats: list[bool]
) -> None:
    with served(house) as base:
        connection = connect(base)
        answers = [connection.ask() for _ in range(3)]
        target = f"/sparql?format=csv&query={quote(QUERY)}"
        request = f"GET {target} HTTP/1.1\r\nHost: {connection.host}\r\n\r\n".encode()
        assert connection.send(request)[1] == answers[0][1]
        assert repeats[-1]
        half = connect(base)
        half.socket.sendall(request[:40])
        assert half.send(request[40:])[1] == answers[0][1]
        # Two that come at once are two requests, however the lines of the first end, and again.
        both = connect(base)
        for two in (request + request, *[request.replace(b"\r\n", b"\n") + request] * 2):
            both.socket.sendall(two)
            received = b""
            while received.count(answers[0][1]) < 2:
                received += both.socket.recv(1 << 16)
            assert received.count(b"HTTP/1.1 200 OK") == 2


class Told:
    """Circumstances that a test sets; what is like one before is answered by its value."""

    parameter = b"query"

    def __init__(self) -> None:
        self.published: Hashable | None = 1
        self.notes: list[str] = []

    def state(self) -> Hashable | None:
        return self.published

    def is_template(self, scope: Scope, head: Mapping[bytes, bytes]) -> bool:
        return head[b"etag"] == b'"x"' and scope["path"] == "/sparql"

    def made(self, request: Request, value: str) -> Made | None:
        body = value.encode()
        return Made([(b"content-length", b"%d" % len(body))], body) if "no" not in value else None

    def work(self, request: Request, value: str) -> Callable[[], Made | Found] | None:
        if value == "told no":
            return lambda: Found(ValueError(value))
        return lambda: Made([(b"content-length", b"2")], b"no", 7.0)

    def fields(self, request: Request, milliseconds: float = 0.0) -> Fields:
        assert request.client is not None
        return [(b"asked-by", request.client.host.encode()), (b"took", b"%d" % milliseconds)]

    def note(self, route: str, seconds: float) -> None:
        assert seconds >= 0
        self.notes.append(route)


class Moments:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _scope(sent: bytes, **more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/sparql",
        "headers": [],
        "app": None,
        "state": {SENT: sent},
        **more,
    }


def test_answers_are_confirmed_and_bounded() -> None:
    told, moments = Told(), Moments()
    repeated = RepeatedRequests(told, 100_000, monotonic=moments)
    head = [(b"content-length", b"2"), (b"x-request-id", b"1"), (b"etag", b'"x"')]
    client = ("192.0.2.1", 1)

    def keep(sent: bytes, body: bytes = b"ok", **more: Any) -> None:
        repeated.keep(repeated.state(), moments(), _scope(sent, **more), head, body)

    keep(b"one")
    answer = b"".join(repeated.answer(b"one", client, [(b"date", b"today")]) or [])
    assert answer.startswith(
        b'HTTP/1.1 200 OK\r\ncontent-length: 2\r\netag: "x"\r\ndate: today\r\n'
    )
    assert b"asked-by: 192.0.2.1\r\n" in answer
    assert answer.count(b"x-request-id: ") == 1
    assert answer.endswith(b"\r\n\r\nok")
    assert told.notes == ["unmatched"]
    # What routes check beside the state must not be long ago.
    moments.now = CONFIRMED_SECONDS
    assert repeated.answer(b"one", client, []) is None
    keep(b"two")
    assert repeated.answer(b"one", client, []) is not None
    told.published = 2
    assert repeated.answer(b"one", client, []) is None
    told.published = 1
    for sent, more in (
        (b"posted", {"method": "POST"}),
        (b"old", {"http_version": "1.0"}),
        (b"own", {"headers": [(b"authorization", b"Bearer x")]}),
        (b"closing", {"headers": [(b"connection", b"close")]}),
    ):
        keep(sent, **more)
        assert repeated.answer(sent, client, []) is None
    keep(b"large", b"x" * 20_000)
    assert repeated.answer(b"large", client, []) is None
    for number in range(100):
        keep(b"%d" % number, b"x" * 5_000)
    assert repeated.answer(b"one", client, []) is None
    assert repeated.answer(b"99", client, []) is not None
    kept = sum(repeated.answer(b"%d" % number, client, []) is not None for number in range(100))
    assert kept == 16


def test_what_takes_longer_is_made_by_a_thread() -> None:
    told, moments = Told(), Moments()
    repeated = RepeatedRequests(told, 100_000, monotonic=moments)
    like = b"GET /sparql?query=%s HTTP/1.1\r\nHost: x\r\n\r\n"
    head = [(b"content-length", b"2"), (b"etag", b'"x"')]
    client = ("192.0.2.1", 1)
    assert repeated.work(like % b"no+1", client, []) is None
    repeated.keep(1, moments(), _scope(like % b"one"), head, b"ok")
    moments.now = CONFIRMED_SECONDS - 1
    assert repeated.answer(like % b"no+1", client, []) is None
    work = repeated.work(like % b"no+1", client, [])
    assert work is not None
    found = work()
    assert isinstance(found, list)
    assert b"".join(found).endswith(b"\r\n\r\nno")
    assert b"took: 7\r\n" in b"".join(found)
    # It is kept, and confirms what is kept, as an answer of the route does.
    moments.now = CONFIRMED_SECONDS + 1
    again = repeated.answer(like % b"no+1", client, [])
    assert again is not None
    assert b"took: 0\r\n" in b"".join(again)
    work = repeated.work(like % b"told+no", client, [])
    assert work is not None
    assert isinstance(work(), Found)
    moments.now = 3 * CONFIRMED_SECONDS
    assert repeated.work(like % b"no+2", client, []) is None


def test_without_room_or_state_nothing_is_kept() -> None:
    told = Told()
    assert RepeatedRequests(told, 0).state() is None
    told.published = None
    assert RepeatedRequests(told, 1_000_000).state() is None


def test_requests_like_one_before_are_made() -> None:
    told, moments = Told(), Moments()
    repeated = RepeatedRequests(told, 100_000, monotonic=moments)
    like = b"GET /sparql?query=%s&format=json HTTP/1.1\r\nHost: x\r\n\r\n"
    head = [(b"content-length", b"2"), (b"etag", b'"x"'), (b"vary", b"Accept")]

    def answer(sent: bytes) -> bytes | None:
        given = repeated.answer(sent, ("192.0.2.1", 1), [])
        return None if given is None else b"".join(given)

    assert answer(like % b"two") is None
    repeated.keep(1, moments(), _scope(like % b"one"), head, b"ok")
    made = answer(like % b"a+%E5%85%AC%20b")
    assert made is not None
    assert made.startswith(b"HTTP/1.1 200 OK\r\nvary: Accept\r\ncontent-length: 7\r\n")
    assert made.endswith("\r\n\r\na 公 b".encode())
    # Kept as others are, and as long.
    assert answer(like % b"a+%E5%85%AC%20b") is not None
    assert answer(like % b"no") is None
    told.published = None
    assert answer(like % b"three") is None
    told.published = 1
    for other in (
        like.replace(b"Host: x", b"Host: y") % b"two",
        like.replace(b"json", b"csv") % b"two",
        like % b"two#three",
        like % b"two\x00",
        like % "二".encode(),
        like % b"%FF",
        like % b"two HTTP/1.1\r\nEvil: x",
        like % b"two&query=three",
        like % b"",
        b"POST" + (like % b"two")[3:],
    ):
        assert answer(other) is None, other
    moments.now = CONFIRMED_SECONDS
    assert answer(like % b"four") is None


@pytest.mark.parametrize(
    "text",
    ["a b", "公交 ?x=1&y", "_%_=3D=\r\n=", " \t \n", "=\n", "%25+%2B", "<a:b>.~-_", "\x00\x7f=_="],
)
def test_a_value_is_read_as_a_form_s(text: str) -> None:
    for value in (quote(text), quote_plus(text), quote(text).lower()):
        found = split(f"GET /sparql?query={value} HTTP/1.1\r\n\r\n".encode(), b"query")
        assert found is not None
        assert found[1] == unquote_plus(value)
    for broken in ("%", "a%2", "%zz", "%FF", "a=b"):
        assert split(f"GET /sparql?query={broken} HTTP/1.1\r\n\r\n".encode(), b"query") is None
