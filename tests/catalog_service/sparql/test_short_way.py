"""Queries that are like one before but for their text: run by a thread, without being parsed."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from catalog_service.http.repeated_requests import WORKING, RepeatedRequests
from tests.fixtures.waiting import until
from tests.fixtures.web import House, opened, portal, served

TITLES = "SELECT ?t { ?d a dcat:Dataset ; dct:title ?t } ORDER BY ?t # %d"
CHANGING = ("date", "x-request-id", "ratelimit", "x-query-milliseconds")


@pytest.fixture
def shortened(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each request that was asked for the first time was given to a thread."""
    found: list[bool] = []
    work = RepeatedRequests.work

    def watched(self: RepeatedRequests, *arguments: Any) -> Any:
        given = work(self, *arguments)
        found.append(given is not None)
        return given

    monkeypatch.setattr(RepeatedRequests, "work", watched)
    # However slow the machine is.
    monkeypatch.setattr("catalog_service.http.repeated_requests.CONFIRMED_SECONDS", 3_600)
    return found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened(tmp_path) as (house, _):
        yield house


class Connection:
    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self.host = parts.netloc
        self.socket = socket.create_connection((parts.hostname, parts.port), 30)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def request(self, query: str, fields: str = "", more: str = "") -> bytes:
        head = f"GET /sparql?{more}query={quote(query)} HTTP/1.1\r\nHost: {self.host}\r\n"
        return f"{head}Accept: application/sparql-results+json\r\n{fields}\r\n".encode()

    def ask(self, query: str, fields: str = "", more: str = "") -> tuple[dict[str, str], bytes]:
        self.socket.sendall(self.request(query, fields, more))
        return self.receive()

    def receive(self) -> tuple[dict[str, str], bytes]:
        received = b""
        while b"\r\n\r\n" not in received:
            part = self.socket.recv(1 << 16)
            assert part, "the connection was closed"
            received += part
        head, _, body = received.partition(b"\r\n\r\n")
        status, *lines = head.decode().lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines)
        while len(body) < int(fields["content-length"]):
            body += self.socket.recv(1 << 16)
        return {"status": status.split(" ")[1], **fields}, body


def _lasting(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in CHANGING}


def test_the_answer_is_that_of_the_route(house: House, shortened: list[bool]) -> None:
    coded = "Accept-Encoding: gzip\r\n"
    # Long enough to be compressed.
    long = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 200 # %d"
    with served(house) as base, Connection(base) as connection:
        for fields, text in (("", TITLES), (coded, long)):
            for query in (text % 1, text % 2):
                # An address with a limit is no template.
                connection.ask(query, fields, "timeout=9&")
            read, body = connection.ask(text % 3, fields)
            assert shortened[-1:] != [True]
            short, same = connection.ask(text % 4, fields)
            assert shortened[-1]
            assert float(short["x-query-milliseconds"]) > 0
            assert same == body
            if fields:
                assert short["content-encoding"] == "gzip"
                assert len(gzip.decompress(body)) > len(body)
            # The question is another, and so is the tag.
            assert short.pop("etag") != read.pop("etag")
            assert _lasting(short) == _lasting(read)
            # It is kept, and has the tag that the route gives it.
            given, _ = connection.ask(text % 4, fields)
            tag = f"If-None-Match: {given['etag']}\r\n"
            answered = _status(connection, text % 4, fields + tag)
            assert answered == "304"


def _status(connection: Connection, query: str, fields: str) -> str:
    with socket.create_connection(connection.socket.getpeername(), 30) as other:
        other.sendall(connection.request(query, fields))
        return other.recv(1 << 16).decode().split(" ")[1]


def test_what_goes_wrong_the_route_tells(house: House, shortened: list[bool]) -> None:
    with served(house) as base, Connection(base) as connection:
        connection.ask(TITLES % 1)
        for query, status, code in (
            ("SELECT * { ?s ?p", "400", b"sparql-syntax"),
            ("SELECT * { ?s ?p ?o . ?a ?b ?c . ?e ?f ?g }", "413", b"sparql-too-large"),
        ):
            fields, body = connection.ask(query)
            assert shortened[-1]
            assert (fields["status"], code in body) == (status, True), body
            assert fields["content-type"].startswith("application/problem+json")
            assert "ratelimit" in fields
        # What is no query with solutions, or another each time, is read.
        for query in (
            "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1",
            "SELECT (NOW() AS ?n) {}",
            "INSERT DATA { <a:b> <a:b> 1 }",
            "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
            "\ufeffSELECT * { ?s ?p ?o } LIMIT 1",
            " ",
            # Last, since the connection ends with it.
            "SELECT * { ?s ?p '\x01' }",
        ):
            connection.ask(query)
            assert not shortened[-1], query


@pytest.fixture
def slow(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Make each query take a second more, from when it is called."""
    query = house.atlas.sparql.query

    def slowly(*arguments: Any, **named: Any) -> Any:
        time.sleep(1)
        return query(*arguments, **named)

    return lambda: monkeypatch.setattr(house.atlas.sparql, "query", slowly)


def _wait_for(shortened: list[bool]) -> None:
    until(lambda: bool(shortened) and shortened[-1], "a request that is given to a thread")


def test_requests_behind_one_wait_for_its_answer(
    house: House, shortened: list[bool], slow: Callable[[], None]
) -> None:
    with served(house) as base, Connection(base) as connection:
        connection.ask(TITLES % 1)
        slow()
        connection.socket.sendall(connection.request(TITLES % 2))
        _wait_for(shortened)
        behind = connection.request("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } # 3")
        connection.socket.sendall(behind)
        answers = [connection.receive()[1] for _ in range(2)]
        assert b'"vars":["t"]' in answers[0]
        assert b'"vars":["n"]' in answers[1]


def test_many_at_once_are_all_answered(house: House, shortened: list[bool]) -> None:
    house.submit("city", [portal("NEW", "新的线路")])
    house.project()
    with served(house) as base, Connection(base) as first:
        first.ask(TITLES % 1)
        found: list[str] = []

        def ask(number: int) -> None:
            with Connection(base) as link:
                found.extend(link.ask(TITLES % (number * 10 + n))[0]["status"] for n in range(3))

        threads = [Thread(target=ask, args=(number,)) for number in range(2, WORKING + 8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == ["200"] * 3 * len(threads)


def test_a_server_that_ends_gives_the_answer_first(
    house: House, shortened: list[bool], slow: Callable[[], None]
) -> None:
    with ExitStack() as held:
        with served(house) as base:
            connection = held.enter_context(Connection(base))
            connection.ask(TITLES % 1)
            slow()
            connection.socket.sendall(connection.request(TITLES % 2))
            _wait_for(shortened)
        fields, _ = connection.receive()
        assert fields["status"] == "200"
        assert connection.socket.recv(10) == b""
