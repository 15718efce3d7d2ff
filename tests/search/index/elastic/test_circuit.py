"""When a server is asked again, held with a clock that stands still unless it is told to move."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest

from ontology.errors import AtlasError
from search.index.elastic.address import Address
from search.index.elastic.bulk import Action, Bulk
from search.index.elastic.circuit import Circuit, Retry
from search.index.elastic.connection import Connection
from search.index.elastic.errors import SEARCH_UNREACHABLE

ERROR = AtlasError(SEARCH_UNREACHABLE, url="u", reason="r")


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


def test_a_failure_closes_the_way_for_a_while_that_grows(time: Time) -> None:
    circuit = Circuit(least=1, most=4, monotonic=time)
    assert circuit.check(0.5) is None
    for pause in (1.0, 2.0, 4.0, 4.0):
        circuit.failed(ERROR)
        time.now += pause - 0.01
        assert circuit.check(0.5) is ERROR
        time.now += 0.02
        # One tries, and all others are answered until its deadline.
        assert circuit.check(0.5) is None
        assert circuit.check(0.5) is ERROR
    circuit.succeeded()
    assert [circuit.check(0.5) for _ in range(3)] == [None] * 3
    circuit.failed(ERROR)
    time.now += 1.01
    assert circuit.check(0.5) is None


def test_one_late_answer_says_little_two_in_a_row_say_enough(time: Time) -> None:
    circuit = Circuit(least=1, most=4, monotonic=time)
    for _ in range(3):
        circuit.failed(ERROR, late=True)
        assert circuit.check(0.5) is None
        circuit.succeeded()
    circuit.failed(ERROR, late=True)
    circuit.failed(ERROR, late=True)
    assert circuit.check(0.5) is ERROR


def test_several_that_fail_together_count_once(time: Time) -> None:
    circuit = Circuit(least=1, most=60, monotonic=time)
    for _ in range(20):
        circuit.failed(ERROR)
    time.now += 1.01
    assert circuit.check(0.5) is None


def test_pauses_grow_and_are_drawn_from_nothing_to_their_bound() -> None:
    slept: list[float] = []
    for share in (0.0, 0.5, 1.0):
        chance = iter([share] * 6)
        retry = Retry(least=0.2, most=1.5, sleep=slept.append, chance=lambda c=chance: next(c))
        for attempt in range(5):
            retry.pause(attempt)
    whole = [0.2, 0.4, 0.8, 1.5, 1.5]
    assert slept == [0.0] * 5 + [p / 2 for p in whole] + whole


@pytest.mark.parametrize(
    ("url", "shown", "credentials"),
    [
        ("http://host:9200", "http://host:9200", None),
        ("https://u:p%40ss@host/es/", "https://host:443/es", ("u", "p@ss")),
        ("http://[::1]:9200", "http://[::1]:9200", None),
    ],
)
def test_addresses(url: str, shown: str, credentials: tuple[str, str] | None) -> None:
    address = Address.parse(url)
    assert str(address) == shown
    assert address.credentials == credentials
    assert "p@ss" not in repr(address)


@pytest.mark.parametrize("url", ["host:9200", "ftp://host", "http://", "http://h:x", "http://h?a"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(AtlasError) as caught:
        Address.parse(url)
    assert caught.value.code == "search-address-invalid"


# -- a server that is too busy, which a real one is only by chance -----------------------------


class Busy:
    """Speaks the wire format of ``_bulk``; gives each request's items the next of ``statuses``."""

    def __init__(self, statuses: list[list[int] | int]) -> None:
        self.statuses = iter(statuses)
        self.asked: list[list[str]] = []
        busy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.answer(200, {"nodes": {"n": {"version": "9.5.0"}}})

            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                busy.asked.append([orjson.loads(line)["d"] for line in body.splitlines()])
                statuses = next(busy.statuses)
                if isinstance(statuses, int):
                    self.answer(statuses, {"error": {"type": "busy", "reason": "full"}})
                    return
                items: list[dict[str, Any]] = [
                    {"index": {"status": s}}
                    if s < 300
                    else {"index": {"status": s, "error": {"type": "busy", "reason": "full"}}}
                    for s in statuses
                ]
                self.answer(200, {"errors": max(statuses) >= 300, "items": items})

            do_POST = do_PUT  # noqa: N815 - the name is the library's

            def answer(self, status: int, body: object) -> None:
                text = orjson.dumps(body)
                self.send_response(status)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Type", "application/vnd.elasticsearch+json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def busy_with() -> Iterator[Any]:
    made: list[tuple[Busy, Connection]] = []

    def make(statuses: list[list[int] | int]) -> tuple[Busy, Bulk, list[float]]:
        busy, pauses = Busy(statuses), []
        port = busy.server.server_address[1]
        connection = Connection(Address.parse(f"http://127.0.0.1:{port}"), Circuit())
        made.append((busy, connection))
        retry = Retry(attempts=3, least=1.0, sleep=pauses.append, chance=lambda: 1.0)
        return busy, Bulk(connection, retry), pauses

    yield make
    for busy, connection in made:
        connection.close()
        busy.close()


ACTIONS = [Action(f"i:{name}", b'{"d":"%s"}\n' % name.encode()) for name in "abc"]


def test_only_what_was_too_much_is_sent_again_in_its_order(busy_with: Any) -> None:
    busy, sender, pauses = busy_with([[201, 429, 429], [503, 201], [201]])
    sender.send("x", ACTIONS)
    assert busy.asked == [["a", "b", "c"], ["b", "c"], ["b"]]
    assert pauses == [1.0, 2.0]


def test_a_request_that_is_turned_away_whole_is_sent_again_whole(busy_with: Any) -> None:
    busy, sender, pauses = busy_with([429, 503, [201, 201, 201]])
    sender.send("x", ACTIONS)
    assert busy.asked == [["a", "b", "c"]] * 3
    assert len(pauses) == 2


@pytest.mark.parametrize("statuses", [[429] * 3, [[429] * 3] * 3])
def test_patience_ends(busy_with: Any, statuses: list[Any]) -> None:
    busy, sender, pauses = busy_with(statuses)
    with pytest.raises(AtlasError) as caught:
        sender.send("x", ACTIONS)
    assert caught.value.code == "search-unreachable"
    assert (len(busy.asked), len(pauses)) == (3, 2)


def test_a_refusal_is_not_tried_again(busy_with: Any) -> None:
    busy, sender, pauses = busy_with([[201, 400, 429]])
    with pytest.raises(AtlasError) as caught:
        sender.send("x", ACTIONS)
    assert caught.value.code == "index-item-refused"
    assert caught.value.params["iri"] == "i:b"
    assert (len(busy.asked), pauses) == (1, [])
