"""A rebuild whose last step gets no answer: what is live stays, whatever is heard of it.

The server is a real one; between it and the engine stands a proxy that loses chosen answers.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from ontology.errors import AtlasError
from search.index.elastic import ElasticIndex
from search.index.elastic.circuit import Retry
from search.index.elastic.schema import SCHEMA_VERSION
from search.index.model import SearchDocument
from search.model import Query
from tests.fixtures.elasticsearch import drop_indices, index_name
from tests.fixtures.searchable import Searchable

pytestmark = pytest.mark.services

Fate = Callable[[str, str, bytes], str]
"""What becomes of a request, by method, path and body: ``passed``; ``lost`` (carried out, without
an answer); ``dropped`` (never carried out); ``false`` (carried out, answered with a 404)."""


class Proxy:
    """Passes requests on to a server, each with its fate."""

    def __init__(self, url: str) -> None:
        self.fate: Fate = lambda _method, _path, _body: "passed"
        self.seen: list[tuple[str, str, bytes]] = []
        proxy = self
        client = self._client = httpx.Client(base_url=url, timeout=60)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = (self.command, self.path, body)
                fate = proxy.fate(*asked)
                proxy.seen.append(asked)
                self.close_connection = True
                if fate == "dropped":
                    return
                kept = {n: self.headers[n] for n in ("Accept", "Content-Type") if self.headers[n]}
                answer = client.request(self.command, self.path, content=body, headers=kept)
                if fate == "lost":
                    return
                said = answer.content
                if fate == "false":
                    said = b'{"error":{"type":"index_not_found_exception"},"status":404}'
                self.send_response(404 if fate == "false" else answer.status_code)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Connection", "close")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815 - the library's names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._client.close()


class House:
    """An engine behind a proxy, and what the server itself says."""

    def __init__(self, url: str) -> None:
        self.url, self.name, self.proxy = url, index_name(), Proxy(url)
        self.now = 0.0
        self.engine = self.open()

    def open(self) -> Searchable:
        retry = Retry(attempts=3, sleep=lambda _: None)
        return Searchable(
            ElasticIndex(
                self.proxy.url, self.name, retry=retry, read_seconds=60, monotonic=lambda: self.now
            )
        )

    def aliases(self) -> dict[int, list[str]]:
        """The aliases of each index, by its number, without the name that is common to all."""
        answer = httpx.get(f"{self.url}/{self.name}-*/_alias", timeout=60).raise_for_status()
        whole = f"{self.name}-v{SCHEMA_VERSION}"
        return {
            int(index.rpartition("-")[2]): [alias.removeprefix(whole) for alias in said["aliases"]]
            for index, said in answer.json().items()
        }

    def found(self) -> list[str]:
        return sorted(hit.remote_id for hit in self.engine.search(Query()).hits)


@pytest.fixture
def house(elasticsearch_url: str) -> Iterator[House]:
    made = House(elasticsearch_url)
    yield made
    made.proxy.fate = lambda *_: "passed"
    made.engine.close()
    made.proxy.close()
    drop_indices(made.url, made.name)


def doc(number: int) -> SearchDocument:
    return SearchDocument(f"i:{number}", "s", str(number), f"{number:064x}", f"停车场{number}")


def is_switch(path: str, body: bytes) -> bool:
    return path == "/_aliases" and b'"add"' in body


@pytest.mark.parametrize("fate", ["lost", "false"])
def test_a_switch_that_was_made_but_not_answered_is_one(house: House, fate: str) -> None:
    house.engine.write([doc(1)], [], 1)
    house.proxy.fate = lambda _method, path, body: fate if is_switch(path, body) else "passed"
    house.engine.rebuild([doc(2)], lambda: 2)
    assert house.aliases() == {1: [], 2: [""]}
    assert (house.engine.checkpoint(), house.found()) == (2, ["2"])
    # The old one goes when its time is over, and nothing else.
    house.now = 31.0
    house.engine.write([doc(3)], [], 3)
    assert house.aliases() == {2: [""]}
    assert house.found() == ["2", "3"]


def test_a_switch_that_did_not_arrive_is_made_again(house: House) -> None:
    house.engine.write([doc(1)], [], 1)
    fates = iter(["dropped", "dropped"])
    house.proxy.fate = lambda _method, path, body: (
        next(fates, "passed") if is_switch(path, body) else "passed"
    )
    house.engine.rebuild([doc(2)], lambda: 2)
    assert house.aliases() == {1: [], 2: [""]}


def test_a_switch_that_never_arrives_leaves_the_live_index(house: House) -> None:
    house.engine.write([doc(1)], [], 1)
    house.proxy.fate = lambda _method, path, body: "dropped" if is_switch(path, body) else "passed"
    with pytest.raises(AtlasError) as caught:
        house.engine.rebuild([doc(2)], lambda: 2)
    assert caught.value.code == "search-unreachable"
    assert house.aliases() == {1: [""]}
    assert house.found() == ["1"]
    house.proxy.fate = lambda *_: "passed"
    house.engine.rebuild([doc(2)], lambda: 2)
    assert house.found() == ["2"]


def test_where_nobody_says_who_is_live_nothing_is_removed(house: House) -> None:
    """The switch is carried out, and from then on the server cannot be reached."""
    house.engine.write([doc(1)], [], 1)
    gone = threading.Event()

    def fate(_method: str, path: str, body: bytes) -> str:
        if gone.is_set():
            return "dropped"
        if is_switch(path, body):
            gone.set()
            return "lost"
        return "passed"

    house.proxy.fate = fate
    with pytest.raises(AtlasError) as caught:
        house.engine.rebuild([doc(2)], lambda: 2)
    assert caught.value.code == "search-unreachable"
    house.proxy.fate = lambda *_: "passed"
    assert house.aliases() == {1: [], 2: [""]}
    house.engine.write([doc(3)], [], 3)
    assert house.aliases() == {2: [""]}
    assert house.found() == ["2", "3"]


def test_a_switch_that_is_carried_out_late_finds_its_index_given_up(house: House) -> None:
    house.engine.write([doc(1)], [], 1)
    house.proxy.fate = lambda _method, path, body: "dropped" if is_switch(path, body) else "passed"
    with pytest.raises(AtlasError):
        house.engine.rebuild([doc(2)], lambda: 2)
    late = next(body for _method, path, body in house.proxy.seen if is_switch(path, body))
    answer = httpx.post(
        f"{house.url}/_aliases",
        content=late,
        headers={"Content-Type": "application/json"},
        timeout=60,
    )
    assert answer.status_code == 404
    assert house.aliases() == {1: [""]}
    assert house.found() == ["1"]


def test_an_index_that_an_operator_made_live_is_not_removed_as_the_old_one(house: House) -> None:
    house.engine.write([doc(1)], [], 1)
    house.engine.rebuild([doc(2)], lambda: 2)
    alias = f"{house.name}-v{SCHEMA_VERSION}"
    actions = [
        {"add": {"index": f"{alias}-000001", "alias": alias}},
        {"remove": {"index": f"{alias}-000002", "alias": alias}},
    ]
    httpx.post(
        f"{house.url}/_aliases", content=json.dumps({"actions": actions}), timeout=60,
        headers={"Content-Type": "application/json"},
    ).raise_for_status()  # fmt: skip
    house.now = 31.0
    house.engine.write([doc(3)], [], 3)
    assert house.aliases()[1] == [""]
    assert house.found() == ["1", "3"]
