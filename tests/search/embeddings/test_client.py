"""What is sent to a service of embeddings, and what is made of anything it may answer."""

from __future__ import annotations

import gc
import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np
import pytest

from ontology.errors import AtlasError
from search.embeddings.client import MAX_ANSWER, EmbeddingServer
from tests.fixtures.embeddings import EmbeddingStandIn
from tests.fixtures.stand_in import Send, StandIn, standing_in, whole

__all__ = ["standing_in"]

Open = Callable[..., EmbeddingServer]


@pytest.fixture
def opened() -> Iterator[Open]:
    made: list[EmbeddingServer] = []

    def make(url: str, key: str = "", **values: object) -> EmbeddingServer:
        made.append(EmbeddingServer(url, "m", key, **values))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for server in made:
        server.close()


def test_vectors_come_in_the_order_of_the_texts(embeddings: EmbeddingStandIn, opened: Open) -> None:
    embeddings.key = "k-1"
    vectors = opened(embeddings.url, "k-1").embed(["养老机构", "停车场"], 60)
    assert vectors.shape == (2, 64)
    expected = np.array(embeddings.vector("养老机构"))
    assert np.allclose(vectors[0], expected / np.linalg.norm(expected))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert embeddings.requests == [
        {"model": "m", "input": ["养老机构", "停车场"], "encoding_format": "float"}
    ]


def test_without_a_key_none_is_sent(embeddings: EmbeddingStandIn, opened: Open) -> None:
    opened(embeddings.url).embed(["a"], 60)
    assert "Authorization" not in embeddings.headers[0]


def test_a_lone_surrogate_is_sent_as_a_question(embeddings: EmbeddingStandIn, opened: Open) -> None:
    opened(embeddings.url).embed(["停\ud800车"], 60)
    assert embeddings.texts == ["停?车"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "embedding-refused"),
        (400, "embedding-refused"),
        (404, "embedding-refused"),
        (302, "embedding-refused"),
        (429, "embedding-unreachable"),
        (500, "embedding-unreachable"),
        (503, "embedding-unreachable"),
    ],
)
def test_a_status_becomes_an_error(
    embeddings: EmbeddingStandIn, opened: Open, status: int, code: str
) -> None:
    embeddings.status = status
    with pytest.raises(AtlasError) as caught:
        opened(embeddings.url).embed(["a"], 60)
    assert caught.value.code == code
    assert f"HTTP {status}" in caught.value.message("zh")


def test_neither_key_nor_text_is_in_a_message(embeddings: EmbeddingStandIn, opened: Open) -> None:
    embeddings.key = "right"
    with pytest.raises(AtlasError) as caught:
        opened(embeddings.url, "wr0ng").embed(["我的病"], 60)
    for said in (str(caught.value), caught.value.message("zh"), repr(caught.value.params)):
        assert "wr0ng" not in said
        assert "我的病" not in said


def vector_body(*vectors: object) -> bytes:
    return json.dumps({"data": [{"embedding": vector} for vector in vectors]}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'"data"',
        b'{"data": null}',
        b'{"data": {"embedding": [1]}}',
        b'{"data": []}',
        b'{"data": [1]}',
        vector_body([1.0]) + b"x",
        vector_body([1.0], [1.0]),
        vector_body(None),
        vector_body("AAAA"),
        vector_body([]),
        vector_body(1.0),
        vector_body([[1.0]]),
        vector_body([0.0, 0.0]),
        vector_body([1.0, None]),
        vector_body([1e300, 1e300]),
        vector_body([1.0] * 10_000),
        b'{"data": [{"index": 1, "embedding": [1]}]}',
        b'{"data": [{"index": -1, "embedding": [1]}]}',
        b'{"data": [{"index": 0.5, "embedding": [1]}]}',
        b'{"data": [{"index": null, "embedding": [1]}]}',
    ],
)
def test_an_answer_that_is_none_is_an_error(
    embeddings: EmbeddingStandIn, opened: Open, body: bytes
) -> None:
    embeddings.body = body
    with pytest.raises(AtlasError) as caught:
        opened(embeddings.url).embed(["a"], 60)
    assert caught.value.code == "embedding-unusable"


def test_vectors_of_different_lengths_are_an_error(
    embeddings: EmbeddingStandIn, opened: Open
) -> None:
    embeddings.body = vector_body([1.0], [1.0, 2.0])
    with pytest.raises(AtlasError) as caught:
        opened(embeddings.url).embed(["a", "b"], 60)
    assert caught.value.code == "embedding-unusable"


def test_a_server_that_is_away_or_silent(embeddings: EmbeddingStandIn, opened: Open) -> None:
    embeddings.held = threading.Event()
    silent, away = opened(embeddings.url), opened("http://127.0.0.1:9/v1")
    for server in (silent, away):
        assert not server.waiting()
        with pytest.raises(AtlasError) as caught:
            server.embed(["a"], 0.05)
        assert caught.value.code == "embedding-unreachable"


@pytest.mark.parametrize("slow", ["status", "headers", "body"])
def test_a_server_that_trickles_holds_nobody(
    standing_in: Callable[[Send], StandIn], opened: Open, slow: str
) -> None:
    """Each byte comes long before the time-out, and all of them would take minutes."""
    text = whole(vector_body([1.0, 0.0]) + b" " * 6_000, "application/json")
    start = {"status": 0, "headers": text.index(b"\r\n") + 2, "body": text.index(b"{")}[slow]
    text = text.replace(b"\r\nConnection", b"\r\nX-Long: " + b"x" * 6_000 + b"\r\nConnection")
    enough = threading.Event()

    def trickle(client: socket.socket, _line: str) -> None:
        client.sendall(text[:start])
        for byte in text[start:]:
            client.sendall(bytes([byte]))
            if enough.wait(0.02):
                return

    server = opened(standing_in(trickle).url)
    with pytest.raises(AtlasError) as caught:
        server.embed(["a"], 0.3)
    enough.set()
    assert caught.value.code == "embedding-unreachable"


def test_no_connection_outlives_a_server_that_is_closed_meanwhile(
    embeddings: EmbeddingStandIn,
) -> None:
    """A warning of Python tells of sockets that are thrown away open: here it is an error."""
    embeddings.held = threading.Event()
    server = EmbeddingServer(embeddings.url, "m")
    found: list[object] = []
    asking = threading.Thread(target=lambda: found.append(server.embed(["a"], 120).shape))
    with embeddings.arrived:
        asking.start()
        assert embeddings.arrived.wait_for(lambda: embeddings.requests, 120)
    server.close()
    embeddings.held.set()
    asking.join(120)
    assert found == [(1, 64)]
    with pytest.raises(AtlasError) as caught:
        server.embed(["b"], 120)
    assert caught.value.code == "embedding-unreachable"
    # It may also be closed before, in the midst of, or after connecting.
    embeddings.held = None
    for round_ in range(60):
        other = EmbeddingServer(embeddings.url, "m")
        asking = threading.Thread(target=suppressed, args=(other,))
        asking.start()
        asking.join(round_ * 5e-5)
        other.close()
        asking.join(120)
        del other
    gc.collect()


def suppressed(server: EmbeddingServer) -> None:
    with suppress(AtlasError):
        server.embed(["a"], 120)


def test_a_packed_answer_is_bounded_too(
    standing_in: Callable[[Send], StandIn], opened: Open
) -> None:
    body = gzip.compress(b" " * (MAX_ANSWER + (1 << 20)))
    text = whole(body, "application/json").replace(
        b"\r\nConnection", b"\r\nContent-Encoding: gzip\r\nConnection"
    )
    server = opened(standing_in(lambda client, _: client.sendall(text)).url)
    with pytest.raises(AtlasError) as caught:
        server.embed(["a"], 120)
    assert (caught.value.code, "MiB" in str(caught.value)) == ("embedding-unusable", True)


def test_after_a_failure_nobody_in_a_hurry_asks_for_a_while(
    embeddings: EmbeddingStandIn, opened: Open
) -> None:
    now = [100.0]
    server = opened(embeddings.url, monotonic=lambda: now[0])
    pauses = []
    for _ in range(8):
        embeddings.status = 503
        with pytest.raises(AtlasError):
            server.embed(["a"], 60)
        before = now[0]
        while server.waiting():
            now[0] += 0.25
        pauses.append(now[0] - before)
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]
    embeddings.status = 200
    server.embed(["a"], 60)
    assert not server.waiting()
