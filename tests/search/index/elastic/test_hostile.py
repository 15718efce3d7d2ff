"""Answers that no Elasticsearch gives: each is one of the project's errors, and in time.

What stands in here for a server is what stands in for one out there: a proxy with a page of its
own, a network that trickles, a cluster that has lost a part.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.errors import AtlasError
from search.index.elastic import ElasticIndex, responses
from search.index.elastic.address import Address
from search.index.elastic.bulk import Action, Bulk
from search.index.elastic.circuit import Circuit, Retry
from search.index.elastic.connection import Connection
from search.index.elastic.reader import Reader
from search.index.elastic.view import ElasticView
from search.index.plan import Plan
from search.model import Query
from tests.fixtures.searchable import Searchable
from tests.fixtures.stand_in import HEAD, JSON, saying, standing_in, whole

__all__ = ["standing_in"]

TYPED = {"search-unreachable", "search-refused", "search-version-unsupported", "index-missing"}


def engine_at(url: str) -> Searchable:
    return Searchable(
        ElasticIndex(url, retry=Retry(attempts=2, sleep=lambda _: None), read_seconds=60)
    )


ASKED: dict[str, Callable[[Searchable], object]] = {
    "search": lambda e: e.search(Query("停车场")),
    "hashes": lambda e: list(e.hashes()),
    "write": lambda e: e.write([], ["i:1"], 1),
}


# -- time ----------------------------------------------------------------------------------------

GAP, PIECES, SECONDS = 0.05, 60, 0.6
"""Each piece comes long before the time-out, all of them take five times as long."""


@pytest.mark.parametrize("where", ["status", "headers", "body", "chunks"])
def test_a_server_that_trickles_holds_no_reader(standing_in: Any, where: str) -> None:
    answered = b'{"_index":"a","_primary_term":1,"_seq_no":1,"_source":{"checkpoint":7}}'
    if where == "chunks":
        head = HEAD.replace(b"Content-Length: %d", b"Transfer-Encoding: chunked")
        head = head % (200, JSON.encode())
        fast, slow = head, b"".join(b"1\r\n%c\r\n" % byte for byte in answered) + b"0\r\n\r\n"
    else:
        text = whole(answered)
        start = {"status": 0, "headers": text.index(b"\r\n") + 2, "body": len(text) - 60}[where]
        fast, slow = text[:start], text[start:]
    enough = threading.Event()

    def trickle(client: socket.socket, _line: str) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(fast)
        step = max(1, len(slow) // PIECES)
        for start in range(0, len(slow), step):
            client.sendall(slow[start : start + step])
            enough.wait(GAP)

    connection = Connection(Address.parse(standing_in(trickle).url), Circuit())
    reader = Reader(connection, "a", SECONDS)
    with pytest.raises(AtlasError) as caught:
        reader.commit()
    enough.set()
    assert caught.value.code == "search-unreachable"
    # In time, the same answer is one.
    commit = Reader(connection, "a", 60).commit()
    assert commit is not None
    assert commit.checkpoint == 7
    connection.close()


def test_a_server_that_trickles_holds_no_writer(
    standing_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.index.elastic.bulk.WRITE_SECONDS", SECONDS)
    text = whole(b'{"errors":false}')
    enough = threading.Event()

    def trickle(client: socket.socket, line: str) -> None:
        if "_nodes" in line:
            client.sendall(whole(b'{"nodes":{}}'))
            return
        for start in range(len(text)):
            client.sendall(text[start : start + 1])
            enough.wait(GAP)

    connection = Connection(Address.parse(standing_in(trickle).url), Circuit())
    bulk = Bulk(connection, Retry(attempts=1))
    with pytest.raises(AtlasError) as caught:
        bulk.send("a", [Action("i:1", b"{}\n")])
    enough.set()
    assert caught.value.code == "search-unreachable"
    connection.close()


def test_a_server_that_does_not_read_holds_no_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.index.elastic.bulk.WRITE_SECONDS", SECONDS)
    with socket.create_server(("127.0.0.1", 0), backlog=5) as deaf:
        connection = Connection(
            Address.parse(f"http://127.0.0.1:{deaf.getsockname()[1]}"), Circuit()
        )
        connection._checked = True
        # More than the buffers of both ends take.
        lines = b'{"x":"%s"}\n' % (b"x" * (32 << 20))
        with pytest.raises(AtlasError) as caught:
            Bulk(connection, Retry(attempts=1)).send("a", [Action("i:1", lines)])
        connection.close()
    assert caught.value.code == "search-unreachable"


def test_a_connection_is_used_again_and_each_request_has_its_own_time(standing_in: Any) -> None:
    body = b'{"_index":"a","_primary_term":1,"_seq_no":1,"_source":{"checkpoint":7}}'
    text = whole(body).replace(b"Connection: close\r\n", b"")
    connections: list[int] = []

    def answer(client: socket.socket, _line: str) -> None:
        connections.append(1)
        client.sendall(text)
        while client.recv(65_536):
            client.sendall(text)

    connection = Connection(Address.parse(standing_in(answer).url), Circuit())
    reader = Reader(connection, "a", 60)
    for _ in range(5):
        commit = reader.commit()
        assert commit is not None
    assert connections == [1]
    connection.close()


# -- shape ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"<html><body>Sign in to the Wi-Fi</body></html>", "text/html", 200),
        (b"<html><body>Not Found</body></html>", "text/html", 404),
        (b"<html><body>Bad gateway</body></html>", "text/html", 502),
        (b"plain", "text/plain", 200),
        (b"plain", "application/octet-stream", 200),
        (b"", JSON, 200),
        (b'{"_index":"a","_pri', JSON, 200),
        (b"\xff\xfe\x00", JSON, 200),
        (b"[" * 100_000, JSON, 200),
        (b"null", JSON, 200),
        (b"[]", JSON, 200),
        (b"{}", JSON, 200),
        (b'"text"', JSON, 200),
        (b"7", JSON, 200),
        (b'{"_index":7,"_primary_term":"1","_seq_no":null,"_source":[]}', JSON, 200),
        (b'{"error":"no such path","status":404}', JSON, 404),
        (b'{"error":{"root_cause":[]},"status":404}', JSON, 404),
        (b'{"error":{"root_cause":"x","type":7},"status":400}', JSON, 400),
        (b'{"error":null}', JSON, 500),
        (b"null", JSON, 500),
        (b"moved", "text/plain", 302),
    ],
    ids=range(21),
)
def test_what_is_no_answer_is_told_as_such(
    standing_in: Any, ask: str, body: bytes, kind: str, status: int
) -> None:
    engine = engine_at(standing_in(saying(body, kind, status)).url)
    with pytest.raises(AtlasError) as caught:
        ASKED[ask](engine)
    assert caught.value.code in TYPED - {"index-missing"}
    assert len(caught.value.message("zh")) < 900


def test_an_answer_that_breaks_off_is_told_as_such(standing_in: Any) -> None:
    text = whole(b'{"_index":"a","_primary_term":1,"_seq_no":1,"_source":{"checkpoint":7}}')
    cut = standing_in(lambda client, _line: client.sendall(text[:-5]))
    with pytest.raises(AtlasError) as caught:
        engine_at(cut.url).checkpoint()
    assert caught.value.code == "search-unreachable"


COMMIT = {"_index": "a-1", "_primary_term": 1, "_seq_no": 1, "_source": {"checkpoint": 7}}
SHARDS = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}
HIT = {"sort": [1.5, 3], "fields": {"stamp": ["s"]}, "_source": {"payload": "[]"}}
SEARCH = {
    "timed_out": False,
    "_shards": SHARDS,
    "hits": {"total": {"value": 3, "relation": "eq"}, "hits": [HIT]},
    "aggregations": {"year": {"buckets": [{"key": "2020", "doc_count": 3}]}},
}


@pytest.mark.parametrize(
    "difference",
    [
        {"timed_out": True},
        {"_shards": {**SHARDS, "failed": 1}},
        {"_shards": {**SHARDS, "total": 2}},
    ],
)
def test_a_part_of_an_answer_is_none(standing_in: Any, difference: dict[str, object]) -> None:
    body = orjson.dumps({**SEARCH, **difference})
    several = orjson.dumps({"responses": [SEARCH, {**SEARCH, **difference}]})

    def answer(client: socket.socket, line: str) -> None:
        text = orjson.dumps(COMMIT) if "_doc" in line else body
        client.sendall(whole(several if "_msearch" in line else text))

    connection = Connection(Address.parse(standing_in(answer).url), Circuit())
    reader = Reader(connection, "a", 60)
    commit = reader.commit()
    assert commit is not None
    view = ElasticView(reader, commit)
    asked: Any = [({}, responses.nothing)] * 2
    for question in (
        lambda: view.find(Plan(), 0),
        lambda: view.count(Plan(), ["year"]),
        lambda: view.totals([Plan(), Plan(())]),
        lambda: reader.search_several(asked),
    ):
        for _ in range(2):  # nor is it remembered
            with pytest.raises(AtlasError) as caught:
                question()
            assert caught.value.code == "search-unreachable"
    connection.close()


def test_one_of_several_searches_that_fails_is_told(standing_in: Any) -> None:
    error = {"error": {"type": "no_shard_available_action_exception"}, "status": 503}
    server = standing_in(saying(orjson.dumps({"responses": [SEARCH, error]})))
    connection = Connection(Address.parse(server.url), Circuit())
    with pytest.raises(AtlasError) as caught:
        Reader(connection, "a", 60).search_several([({}, responses.nothing)] * 2)
    assert caught.value.code == "search-unreachable"
    connection.close()


def test_an_index_that_is_gone_is_told_by_several_searches_as_by_one(standing_in: Any) -> None:
    error = {"error": {"type": "index_not_found_exception"}, "status": 404}
    server = standing_in(saying(orjson.dumps({"responses": [error, error]})))
    connection = Connection(Address.parse(server.url), Circuit())
    with pytest.raises(AtlasError) as caught:
        Reader(connection, "a", 60).search_several([({}, responses.nothing)] * 2)
    assert caught.value.code == "index-missing"
    connection.close()


READERS = [
    responses.found(responses.document, ["year"]),
    responses.found(lambda hit: (responses.column(hit, "stamp"), responses.score(hit))),
    responses.found(responses.nothing),
    responses.each_of([responses.found(responses.nothing)]),
    responses.checkpoint,
    responses.opened,
    responses.outcomes(1),
    responses.aliases,
    responses.acknowledged,
    responses.versions,
]
GOOD: list[Any] = [
    SEARCH,
    {"responses": [SEARCH]},
    COMMIT,
    {"id": "x"},
    {"errors": True, "items": [{"index": {"status": 400, "error": {"type": "t", "reason": "r"}}}]},
    {"a-1": {"aliases": {"a": {}}}},
    {"acknowledged": True},
    {"nodes": {"n": {"version": "9.5.0"}}},
]
LEAVES = st.sampled_from([None, True, 0, -1, 1.5, "", "text", [], {}, [None], {"a": None}])


def spoilt(value: Any, data: st.DataObject) -> Any:
    """The value with one thing in it, at any depth, replaced or gone."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        name = data.draw(st.sampled_from(sorted(value)))
        if data.draw(st.integers(0, 3)) == 0:
            return {n: v for n, v in value.items() if n != name}
        return {**value, name: spoilt(value[name], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        return [spoilt(value[0], data), *value[1:]]
    return data.draw(LEAVES)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(GOOD), st.data())
def test_every_reader_takes_an_answer_or_says_what_is_wrong_with_it(
    good: Any, data: st.DataObject
) -> None:
    body = spoilt(good, data)
    for read in READERS:
        try:
            read(body)
        except (responses.UnreadableError, responses.PartialError, responses.RefusedError):
            continue


def test_bulk_outcomes_that_do_not_fit_are_no_success(standing_in: Any) -> None:
    said: list[bytes] = []

    def answer(client: socket.socket, line: str) -> None:
        client.sendall(whole(b'{"nodes":{}}' if "_nodes" in line else said[-1]))

    connection = Connection(Address.parse(standing_in(answer).url), Circuit())
    bulk = Bulk(connection, Retry(attempts=1))
    for body in (b"{}", b'{"errors":true}', b'{"errors":true,"items":[]}', b'{"errors":"false"}'):
        said.append(body)
        with pytest.raises(AtlasError) as caught:
            bulk.send("a", [Action("i:1", b"{}\n")])
        assert caught.value.code == "search-refused"
    said.append(b'{"errors":false}')
    bulk.send("a", [Action("i:1", b"{}\n")])
    connection.close()
