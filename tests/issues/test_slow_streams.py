"""Clients that send or read slowly hold a connection, never a thread that answers others."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import orjson
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from catalog_service.app import create_app
from catalog_service.http import protocol
from catalog_service.http.server import configuration
from harvesters.limits import Limits
from harvesters.readers.streamed_lines import LineCutter, Unpacker
from ontology.errors import AtlasError
from tests.fixtures.routes import all_routes
from tests.fixtures.waiting import until
from tests.fixtures.web import House, own_site, portal

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]
STREAMS = 60
"""More than the forty threads that all answers share."""
PATIENCE = 60.0


def connected(client: httpx.Client) -> socket.socket:
    return socket.create_connection((client.base_url.host, client.base_url.port or 80), PATIENCE)


def begin(client: httpx.Client, head: str, *lines: str) -> socket.socket:
    """Open a connection and send the head of a chunked request with the first of its body."""
    sent = connected(client)
    sent.sendall(f"{head}\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    for line in lines:
        send(sent, line.encode())
    return sent


def send(to: socket.socket, data: bytes) -> None:
    to.sendall(b"%x\r\n%s\r\n" % (len(data), data))


def answered(from_: socket.socket) -> httpx.Response:
    """Read one whole answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += from_.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields[b"content-length"]):
        body += from_.recv(65536)
    return httpx.Response(int(head.split()[1]), content=body)


def test_slow_uploads_stop_nobody_and_each_line_is_taken_when_it_has_come(own_site: Site) -> None:
    house, client = own_site
    token = house.token("write:slow")["Authorization"]
    head = (
        "POST /api/v1/sources/slow/records HTTP/1.1\r\nContent-Type: application/x-ndjson"
        f"\r\nAuthorization: {token}"
    )
    before = house.atlas.journal.head()
    with ExitStack() as stack:
        streams = [
            stack.enter_context(
                begin(client, head, orjson.dumps(portal(f"A{n}", f"线路{n}")).decode() + '\n{"id"')
            )
            for n in range(STREAMS)
        ]
        # The first line of each is in the journal while its second is still on the way.
        until(lambda: house.atlas.journal.head() == before + STREAMS, "a line of each stream")
        assert client.get("/health/live").json() == {"live": True}
        assert client.get("/datasets", params={"q": "公交"}).status_code == 200
        put = client.put(
            "/api/v1/sources/slow/records/PUT",
            json=portal("PUT", "另一条线路"),
            headers={"Authorization": token},
        )
        assert put.status_code == 201
        for n, stream in enumerate(streams):
            send(stream, b': "B%d", "title": "\xe7\xba\xbf\xe8\xb7\xaf"}' % n)
            stream.sendall(b"0\r\n\r\n")
        for n, stream in enumerate(streams):
            found = answered(stream).json()
            assert (found["read"], found["created"]) == (2, 2), (n, found)
    assert house.atlas.journal.states("slow", ["B7"])["B7"].state == "active"


@pytest.mark.parametrize(
    "head",
    [
        "PUT /api/v1/sources/slow/records/X HTTP/1.1\r\nContent-Type: application/json",
        "POST /api/v1/validate HTTP/1.1\r\nContent-Type: application/json",
        "POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query",
        "POST /sparql HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded",
        "PUT /api/v1/sources/slow HTTP/1.1\r\nContent-Type: application/json",
        "POST /api/v1/sources/strict/records/HELD/release HTTP/1.1\r\n"
        "Content-Type: application/json",
    ],
)
def test_bodies_that_must_be_whole_hold_no_thread_either(own_site: Site, head: str) -> None:
    house, client = own_site
    token = house.token("admin", "write", "steward")["Authorization"]
    with ExitStack() as stack:
        for _ in range(STREAMS):
            stack.enter_context(begin(client, f"{head}\r\nAuthorization: {token}", " "))
        assert client.get("/health/live").status_code == 200
        assert client.get("/").status_code == 200


def test_liveness_needs_no_thread_and_no_part_of_the_catalogue(own_site: Site) -> None:
    (live,) = (
        route for route in all_routes(create_app(own_site[0].atlas)) if route.path == "/health/live"
    )
    assert inspect.iscoroutinefunction(live.endpoint)
    assert not live.dependant.dependencies


def test_a_packed_upload_is_read_as_it_comes(own_site: Site) -> None:
    house, client = own_site
    body = b"\n".join(orjson.dumps(portal(f"Z{n}", f"线路{n}")) for n in range(3))
    packed = gzip.compress(body[:100]) + gzip.compress(body[100:])
    pieces = (packed[n : n + 7] for n in range(0, len(packed), 7))
    headers = {**house.token("write:city"), "Content-Type": "application/x-ndjson"}
    answer = client.post("/api/v1/sources/city/records", content=pieces, headers=headers)
    assert (answer.status_code, answer.json()["created"]) == (200, 3)
    broken = client.post(
        "/api/v1/sources/city/records", content=iter([packed[:-20]]), headers=headers
    )
    assert (broken.status_code, broken.json()["code"]) == (422, "truncated-gzip")
    empty = client.post("/api/v1/sources/city/records", content=b"\n\n", headers=headers)
    assert empty.json()["code"] == "no-records"


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_lines_are_the_same_however_they_come(size: int) -> None:
    text = b"\n\none\r\ntwo\n" + b"x" * 50 + b"\nend"

    def lines() -> Iterator[tuple[int, bytes | str]]:
        cutter = LineCutter("f", Limits(line=20))
        for at in range(0, len(text), size):
            for number, line in cutter.feed(text[at : at + size]):
                yield number, line.code if isinstance(line, AtlasError) else line
        for number, line in cutter.end():
            yield number, line if isinstance(line, bytes) else line.code

    wanted = [(1, b""), (2, b""), (3, b"one"), (4, b"two"), (5, "record-too-long"), (6, b"end")]
    assert list(lines()) == wanted


def test_a_bomb_is_noticed_while_it_is_unpacked() -> None:
    unpacker = Unpacker("f", Limits(unpacked=1 << 20))
    with pytest.raises(AtlasError) as caught:
        for piece in unpacker.feed(gzip.compress(bytes(1 << 26))):
            assert len(piece) <= 1 << 18
    assert caught.value.code == "decompression-bomb"


@contextmanager
def serving(app: Callable[..., object]) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(configuration(app, "error"))
    server.config.lifespan = "off"
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /"])
def test_a_head_that_never_ends_ends_its_connection(
    monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    with serving(plain) as port, socket.create_connection(("127.0.0.1", port), PATIENCE) as sent:
        sent.sendall(begun)
        found = b""
        try:
            while data := sent.recv(4096):
                found += data
        except ConnectionResetError:
            pass
    assert found.startswith(b"HTTP/1.1 204") is (b"\r\n\r\n" in begun)


def test_a_head_begun_before_the_answer_is_read_ends_its_connection_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)

    async def large(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": bytes(64 << 20)})

    with serving(large) as port, socket.create_connection(("127.0.0.1", port), PATIENCE) as sent:
        sent.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        until(lambda: protocol._slow, "an answer that waits")
        sent.sendall(b"GET /")
        with suppress(ConnectionResetError):
            while sent.recv(1 << 20):
                pass


def test_answers_that_wait_for_one_client_are_bounded_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(protocol, "MOST_AT_ONCE", 100 << 20)

    async def large(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": bytes(32 << 20)})

    with serving(large) as port, ExitStack() as stack:
        opened = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
            for _ in range(6)
        ]
        for count, sent in enumerate(opened):
            sent.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            if count < 3:
                until(lambda n=count: len(protocol._slow.get("127.0.0.1", ())) > n, "it waits")
        for sent in opened[3:]:
            with suppress(ConnectionResetError):
                while sent.recv(1 << 20):
                    pass
        # Who came before is left to read.
        assert len(protocol._slow["127.0.0.1"]) == 3
    assert until(lambda: not protocol._slow)


@pytest.mark.parametrize(
    ("reads", "least", "most"),
    [
        (False, 1, 1 << 30),
        # It reads, but slower than it must; or there is more for it than may wait.
        (True, 1 << 40, 1 << 30),
        (True, 1, 1),
        (None, 1, 1 << 30),
    ],
    ids=["nothing", "too slowly", "too much at once", "nothing, and it asks again"],
)
def test_an_answer_that_is_not_read_ends_its_connection(
    monkeypatch: pytest.MonkeyPatch, reads: bool | None, least: int, most: int
) -> None:
    monkeypatch.setattr(protocol, "READ_SECONDS", 0.2)
    monkeypatch.setattr(protocol, "LEAST_RATE", least)
    monkeypatch.setattr(protocol, "MOST_UNREAD", most)
    gone = threading.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        left = asyncio.ensure_future(receive())
        while not left.done():
            await send({"type": "http.response.body", "body": bytes(64 << 20), "more_body": True})
            await asyncio.sleep(0)
        assert (await left)["type"] == "http.disconnect"
        gone.set()

    with serving(endless) as port, socket.create_connection(("127.0.0.1", port), PATIENCE) as sent:
        sent.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        if reads is None:
            until(lambda: protocol._slow, "an answer that waits")
            sent.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        with suppress(ConnectionResetError):
            while reads and not gone.wait(0.01):
                sent.recv(65536)
        assert gone.wait(PATIENCE)
        assert until(lambda: not protocol._slow)
