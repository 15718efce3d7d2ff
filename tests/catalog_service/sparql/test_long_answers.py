"""A long answer is given on while it is made; a short one is whole; a cut one shows that it is."""

from __future__ import annotations

import csv
import io
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import pyoxigraph as ox
import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader
from catalog_service.sparql import long_answer
from catalog_service.sparql.flow import Flow, TooLargeError
from catalog_service.sparql.limits import HOLD, SparqlLimits
from catalog_service.sparql.long_answer import READING_SECONDS, SHARED_READING_SECONDS
from catalog_service.sparql.model import Client, SparqlAnswer
from catalog_service.sparql.pool import SparqlPool
from catalog_service.sparql.xml_results import UnwritableError
from ontology.errors import AtlasError
from tests.fixtures.waiting import until
from tests.fixtures.web import House, site

__all__ = ["site"]

Site = tuple[House, httpx.Client]
BEARER = Client("token 1", registered=True)
SECOND = Client("token 2", registered=True)
OTHER = Client("other")
FORMS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
AWKWARD = ["a}},{", 'b}},{"c', '{"x":1},{"y":2}}', "two\nlines", '"quoted"', "a\r\nb", "<result>"]


def product(side: int, form: str = "SELECT *") -> str:
    """Return a query that has the square of ``side`` solutions."""
    numbers = " ".join(map(str, range(side)))
    text = '"一二三四五六七八九十"'
    return f"{form} {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} BIND({text} AS ?c) }}"


def solutions(form: str, texts: list[str]) -> bytes:
    store = ox.Store()
    for text in texts:
        node = ox.NamedNode("http://a.example/")
        store.add(ox.Quad(node, node, ox.Literal(text)))
    found: Any = store.query("SELECT ?o ?s { ?s ?p ?o }")
    written: bytes = found.serialize(format=ox.QueryResultsFormat.from_media_type(FORMS[form]))
    return written


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_rows_are_counted_wherever_the_parts_end(form: str, step: int) -> None:
    sent: list[bytes] = []
    body = solutions(form, AWKWARD)
    flow = Flow(FORMS[form], 50, (len(AWKWARD), 100_000), sent.append)
    for start in range(0, len(body), step):
        flow.write(body[start : start + step])
    assert flow.rows == len(AWKWARD)
    whole = b"".join(sent) + flow.rest()
    assert whole.replace(b"&#xD;", b"\r") == body
    with pytest.raises(TooLargeError):
        Flow(FORMS[form], 50, (len(AWKWARD) - 1, 100_000), sent.append).write(body)
    with pytest.raises(TooLargeError):
        Flow(FORMS[form], 50, (100, len(body) - 1), sent.append).write(body)


@pytest.mark.parametrize("step", [1, 2, 3, 50])
def test_what_xml_has_no_character_for_is_found_between_two_parts(step: int) -> None:
    body = f"<x>{'字' * 40}\ufffe</x>".encode()
    flow = Flow(FORMS["xml"], 10, (10, 1000), lambda _: None)
    with pytest.raises(UnwritableError):
        for start in range(0, len(body), step):
            flow.write(body[start : start + step])
        flow.rest()


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparqlPool]:
    home = tmp_path_factory.mktemp("long")
    with EmbeddedGraph(home) as store:
        store.publish()
    limits = SparqlLimits(timeout=60, memory_mb=512, workers=1, max_rows=100_000)
    with SparqlPool(GraphReader(home), limits) as pool:
        yield pool


def whole(answer: SparqlAnswer) -> bytes:
    assert answer.rest is not None
    parts = [answer.body]
    try:
        while (part := answer.rest.next()) is not None:
            assert len(part) < HOLD
            parts.append(part)
    finally:
        answer.rest.close()
    return b"".join(parts)


def test_a_long_answer_comes_in_parts_and_the_worker_is_used_again(pool: SparqlPool) -> None:
    pids = pool.pids()
    answer = pool.query(product(300), client=BEARER, streamed=True)
    rows = orjson.loads(whole(answer))["results"]["bindings"]
    assert len({(row["a"]["value"], row["b"]["value"]) for row in rows}) == 90_000
    answer = pool.query(product(300), client=BEARER, streamed=True, accept="csv")
    assert len(list(csv.reader(io.StringIO(whole(answer).decode())))) == 90_001
    assert pool.pids() == pids
    # Nothing is held any more.
    assert pool.query("ASK {}", client=Client("other")).rows == 1


def test_a_graph_comes_in_parts_too(pool: SparqlPool) -> None:
    text = product(150, "CONSTRUCT { ?x <http://a.example/p> ?c }").replace(
        "BIND(", "BIND(IRI(CONCAT('http://a.example/', STR(?a), '/', STR(?b))) AS ?x) BIND("
    )
    answer = pool.query(text, client=BEARER, streamed=True, accept="nt")
    assert len(whole(answer).splitlines()) == 150 * 150


def test_a_short_answer_is_whole(pool: SparqlPool) -> None:
    answer = pool.query(product(20), client=BEARER, streamed=True)
    assert answer.rest is None and answer.rows == 400


def test_who_does_not_ask_for_a_stream_or_has_no_token_gets_whole_answers(pool: SparqlPool) -> None:
    for client, streamed in ((Client("one"), True), (BEARER, False)):
        answer = pool.query(product(200), client=client, streamed=streamed)
        assert answer.rest is None and answer.rows == 40_000


def test_what_is_left_in_its_midst_is_stopped(pool: SparqlPool) -> None:
    pids = pool.pids()
    answer = pool.query(product(400), client=BEARER, streamed=True)
    assert answer.rest is not None
    answer.rest.close()
    answer.rest.close()
    assert pool.query("ASK {}", client=Client("other")).rows == 1
    assert pool.pids() != pids


def test_an_answer_over_the_limit_is_cut(pool: SparqlPool) -> None:
    before = pool._limits
    pool._limits = replace(before, token_max_rows=110_000)
    try:
        answer = pool.query(product(400), client=BEARER, streamed=True)
        with pytest.raises(AtlasError) as caught:
            whole(answer)
        assert caught.value.code == "sparql-too-large"
        # What is too much before anything was sent is an error as ever.
        pool._limits = replace(before, max_rows=10, token_max_rows=10)
        with pytest.raises(AtlasError) as caught:
            pool.query(product(10), client=BEARER, streamed=True)
        assert caught.value.code == "sparql-too-large"
    finally:
        pool._limits = before


def test_a_cut_answer_ends_without_its_last_chunk(site: Site) -> None:
    house, client = site
    token = house.token("write:city")
    pool: Any = house.atlas.sparql.service  # type: ignore[attr-defined]
    before = pool._limits
    form = {"query": product(300), "format": "csv"}
    answer = client.post("/sparql", data=form, headers=token)
    assert answer.status_code == 200 and "content-length" not in answer.headers
    assert len(answer.content.splitlines()) == 90_001
    pool._limits = replace(before, token_max_rows=80_000)
    try:
        with pytest.raises(httpx.RemoteProtocolError):
            client.post("/sparql", data=form, headers=token)
    finally:
        pool._limits = before
    with ThreadPoolExecutor(3) as threads:
        asked = {"params": {"query": "ASK {}", "format": "json"}}
        assert all(
            answer.status_code == 200
            for answer in threads.map(lambda _: client.get("/sparql", **asked), range(3))  # type: ignore[arg-type]
        )


def test_without_a_token_it_is_refused_whole(site: Site) -> None:
    answer = site[1].post("/sparql", data={"query": product(300)})
    assert (answer.status_code, answer.json()["code"]) == (413, "sparql-too-large")


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_long_answer_is_compressed_as_it_comes(site: Site, coding: str) -> None:
    house, client = site
    token = house.token("write:city")
    form = {"query": product(200), "format": "csv"}
    answer = client.post("/sparql", data=form, headers={**token, "Accept-Encoding": coding})
    assert answer.headers["content-encoding"] == coding
    assert "content-length" not in answer.headers
    assert len(answer.content.splitlines()) == 40_001


@pytest.fixture
def timed(tmp_path: Path) -> Iterator[tuple[SparqlPool, list[float]]]:
    """A pool with one place for long queries, and its clock; nothing is long by its work."""
    now = [1000.0]
    with EmbeddedGraph(tmp_path) as store:
        store.publish()
    limits = SparqlLimits(timeout=600, memory_mb=512, workers=2, quick_seconds=600)
    with SparqlPool(GraphReader(tmp_path), limits, monotonic=lambda: now[0]) as pool:
        yield pool, now


def test_a_stream_holds_a_place_for_long_queries_however_quick_it_began(
    timed: tuple[SparqlPool, list[float]],
) -> None:
    pool, _ = timed
    slow = pool._lanes._slow
    answer = pool.query(product(400), client=BEARER, streamed=True)
    assert answer.rest is not None
    assert not slow.enter_now(OTHER)
    # Short questions find the other worker.
    assert pool.query("ASK {}", client=OTHER).rows == 1
    with ThreadPoolExecutor(1) as thread:
        second = thread.submit(pool.query, product(400), client=SECOND, streamed=True)
        until(lambda: slow.waiting() == 1, "the second stream to wait for its turn")
        answer.rest.close()
        begun = second.result(60)
    assert begun.rest is not None
    begun.rest.close()
    assert slow.enter_now(OTHER)


def test_a_reader_who_is_waited_for_is_cut_where_others_want_its_place(
    timed: tuple[SparqlPool, list[float]],
) -> None:
    pool, now = timed
    slow = pool._lanes._slow
    answer = pool.query(product(400), client=BEARER, streamed=True)
    rest = answer.rest
    assert rest is not None
    now[0] += SHARED_READING_SECONDS + 1
    with ThreadPoolExecutor(2) as threads:
        own = threads.submit(slow.enter, BEARER, 600)
        until(lambda: slow.waiting() == 1, "its own client to wait")
        by_its_own = rest.overdue()
        other = threads.submit(slow.enter, OTHER, 600)
        until(lambda: slow.waiting() == 2, "somebody else to wait")
        by_another = rest.overdue()
        rest.close()
        assert own.result(60)
        slow.leave(BEARER)
        assert other.result(60)
        slow.leave(OTHER)
    assert (by_its_own, by_another) == (False, True)
    # The client has paid for the time in which it held the worker.
    left = pool.allowance(BEARER).left
    assert left <= SparqlLimits().token_seconds - SHARED_READING_SECONDS - 1


def test_a_reader_has_so_much_time_where_nobody_waits(
    timed: tuple[SparqlPool, list[float]],
) -> None:
    pool, now = timed
    rest = pool.query(product(400), client=BEARER, streamed=True).rest
    assert rest is not None
    now[0] += READING_SECONDS
    assert not rest.overdue()
    now[0] += 1
    assert rest.overdue()
    rest.close()


def test_who_reads_nothing_is_cut(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for no next part, which could be refused."""
    monkeypatch.setattr(long_answer, "READING_SECONDS", 1.0)
    house, client = site
    lanes: Any = house.atlas.sparql.service._lanes  # type: ignore[attr-defined]
    token = house.token("write:city")["Authorization"]
    query = product(300)
    head = (
        "POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
        f"Authorization: {token}\r\nContent-Length: {len(query.encode())}\r\n\r\n"
    )
    with socket.socket() as silent:
        # So little that the first part does not fit into what the kernel takes for the reader.
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.connect((client.base_url.host, client.base_url.port or 80))
        silent.sendall(head.encode() + query.encode())
        until(lambda: _is_held(lanes), "the answer to begin")
        until(lambda: not _is_held(lanes), "the answer to be cut")


def _is_held(lanes: Any) -> bool:
    if lanes._slow.enter_now(OTHER):
        lanes._slow.leave(OTHER)
        return False
    return True
