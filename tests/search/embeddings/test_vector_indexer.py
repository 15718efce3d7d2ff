"""Vectors follow the index, and nothing waits for them or fails with them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ontology.errors import AtlasError
from search.embeddings.factory import Embedding
from search.embeddings.matrix import MatrixVectors
from search.embeddings.protocols import Vector
from search.embeddings.store import VectorStore
from search.embeddings.vector_indexer import VectorIndexer
from search.index.embedded import EmbeddedIndex
from search.index.model import SearchDocument
from tests.fixtures.embeddings import EmbeddingStandIn
from tests.fixtures.waiting import until


def doc(number: int, title: str = "", **values: object) -> SearchDocument:
    return SearchDocument(
        iri=f"i:{number}",
        source="s",
        remote_id=str(number),
        hash=f"{number}{title}",
        title=title or f"第{number}号数据",
        **values,  # type: ignore[arg-type]
    )


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    opened = EmbeddedIndex(tmp_path / "index")
    yield opened
    opened.close()


@pytest.fixture
def embedding(tmp_path: Path, embeddings: EmbeddingStandIn) -> Embedding:
    return Embedding(embeddings.url, "m", tmp_path / "vectors", batch=8)


@pytest.fixture
def reader(embedding: Embedding) -> Iterator[MatrixVectors]:
    opened = MatrixVectors(embedding.folder, embedding.model)
    yield opened
    opened.close()


def test_each_text_is_asked_for_once(
    engine: EmbeddedIndex,
    embedding: Embedding,
    embeddings: EmbeddingStandIn,
    reader: MatrixVectors,
) -> None:
    engine.write([doc(n) for n in range(20)] + [doc(99, "第1号数据")], (), 1)
    told: list[tuple[int, int]] = []
    with embedding.indexer(engine.view) as indexer:
        assert indexer.fill(lambda *far: told.append(far)) == 21
        assert [made + left for made, left in told] == [21] * len(told)
        assert told[-1] == (21, 0)
        assert embedding.made() == 21
        assert reader.size() == 21
        assert sorted(embeddings.texts) == sorted(f"第{n}号数据" for n in range(20))
        assert max(len(request["input"]) for request in embeddings.requests) == 8
        # Nothing of the text changed: nothing is asked.
        engine.write([replace(doc(3), facets={"theme": ("x",)}, hash="other")], (), 2)
        indexer.notice(["i:3"])
        assert indexer.fill() == 0
        engine.rebuild([doc(n) for n in range(20)], lambda: 3)
        indexer.notice(None)
        assert indexer.fill() == 0
        assert reader.size() == 20
        assert len(embeddings.texts) == 20


def test_another_process_goes_on_where_the_last_ended(
    engine: EmbeddedIndex,
    embedding: Embedding,
    embeddings: EmbeddingStandIn,
    reader: MatrixVectors,
) -> None:
    engine.write([doc(n) for n in range(10)], (), 1)
    with embedding.indexer(engine.view) as indexer:
        indexer.fill()
    engine.write([doc(3, "新标题"), doc(10)], ["i:4"], 2)
    with embedding.indexer(engine.view) as indexer:
        assert indexer.fill() == 2
    assert sorted(embeddings.texts[10:]) == ["新标题", "第10号数据"]
    assert reader.size() == 10
    assert reader.cosines(reader_vector(embeddings, "新标题"), ["i:3", "i:4"]).keys() == {"i:3"}


def reader_vector(embeddings: EmbeddingStandIn, text: str) -> Vector:
    vector = np.array(embeddings.vector(text), dtype=np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def test_while_the_server_is_away_what_is_gone_is_forgotten_and_the_rest_waits(
    engine: EmbeddedIndex,
    embedding: Embedding,
    embeddings: EmbeddingStandIn,
    reader: MatrixVectors,
) -> None:
    engine.write([doc(1), doc(2)], (), 1)
    with embedding.indexer(engine.view) as indexer:
        indexer.fill()
        embeddings.status = 503
        engine.write([doc(3)], ["i:1"], 2)
        indexer.notice(["i:1", "i:3"])
        with pytest.raises(AtlasError) as caught:
            indexer.fill()
        assert caught.value.code == "embedding-unreachable"
        assert reader.size() == 1
        embeddings.status = 200
        assert indexer.fill() == 1
        assert reader.size() == 2


def test_a_text_that_the_server_cannot_take_is_left_out_alone(
    engine: EmbeddedIndex,
    embedding: Embedding,
    embeddings: EmbeddingStandIn,
    reader: MatrixVectors,
) -> None:
    embeddings.longest = 50
    engine.write([*(doc(n) for n in range(10)), doc(50, "长" * 60)], (), 1)
    with embedding.indexer(engine.view) as indexer:
        indexer.fill()
        assert reader.size() == 10
        count = len(embeddings.requests)
        indexer.notice(None)
        indexer.fill()
        assert len(embeddings.requests) == count, "it is not asked for again and again"


def test_a_server_that_takes_no_text_at_all_is_not_asked_for_each(
    engine: EmbeddedIndex, embedding: Embedding, embeddings: EmbeddingStandIn
) -> None:
    embeddings.longest = 1
    engine.write([doc(n) for n in range(100)], (), 1)
    with embedding.indexer(engine.view) as indexer:
        with pytest.raises(AtlasError) as caught:
            indexer.fill()
        assert caught.value.code == "embedding-refused"
        assert len(embeddings.requests) < 20


def test_a_model_that_was_exchanged_under_its_name_is_told(
    engine: EmbeddedIndex,
    embedding: Embedding,
    embeddings: EmbeddingStandIn,
    reader: MatrixVectors,
) -> None:
    engine.write([doc(1)], (), 1)
    with embedding.indexer(engine.view) as indexer:
        indexer.fill()
        embeddings.dimension = 32
        engine.write([doc(2)], (), 2)
        indexer.notice(["i:2"])
        with pytest.raises(AtlasError) as caught:
            indexer.fill()
        assert caught.value.code == "embedding-changed"
        assert (reader.size(), reader.dimension()) == (1, 64)


def test_another_model_has_everything_made_anew(
    engine: EmbeddedIndex, embedding: Embedding, embeddings: EmbeddingStandIn
) -> None:
    engine.write([doc(1)], (), 1)
    with embedding.indexer(engine.view) as indexer:
        indexer.fill()
    embeddings.dimension = 32
    with replace(embedding, model="other").indexer(engine.view) as indexer:
        assert indexer.fill() == 1
    assert [request["model"] for request in embeddings.requests] == ["m", "other"]


def test_the_thread_follows_what_it_is_told_and_ends_at_once(
    engine: EmbeddedIndex,
    embedding: Embedding,
    embeddings: EmbeddingStandIn,
    reader: MatrixVectors,
) -> None:
    def wait_for(count: int) -> None:
        # Stored a moment after it was answered, which nobody tells.
        until(lambda: reader.size() == count, f"{count} vectors")

    engine.write([doc(n) for n in range(5)], (), 1)
    with embedding.following(engine.view) as notice:
        wait_for(5)
        engine.write([doc(5)], ["i:0", "i:1"], 2)
        notice(["i:5", "i:0", "i:1"])
        wait_for(4)
        embeddings.held = threading.Event()
        engine.write([doc(6)], (), 3)
        notice(["i:6"])
    embeddings.held.set()
    assert reader.size() == 4, "nothing is written after the end"


def test_vectors_that_cannot_be_kept_stop_nobody(
    engine: EmbeddedIndex, embedding: Embedding, embeddings: EmbeddingStandIn
) -> None:
    embedding.folder.write_text("in the way")
    with embedding.following(engine.view) as notice:
        notice(None)
    assert embeddings.requests == []


def test_stopping_twice_does_no_harm(
    engine: EmbeddedIndex, embedding: Embedding, embeddings: EmbeddingStandIn
) -> None:
    server = embedding.server()
    indexer = VectorIndexer(engine.view, server, VectorStore(embedding.folder, "m"))
    indexer.stop()
    indexer.stop()
    assert indexer.fill() == 0
    server.close()
