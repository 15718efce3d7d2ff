"""A search text's vector, when all goes wrong: no place is lost, and nobody waits for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from search.embeddings.client import EmbeddingServer
from search.embeddings.matrix import MatrixVectors
from search.embeddings.protocols import VectorRows
from search.embeddings.query_embedder import QueryEmbedder
from tests.fixtures.embeddings import EmbeddingStandIn


class _Broken(EmbeddingServer):
    """Fails in a way that nobody thought of."""

    def embed(self, texts: Sequence[str], seconds: float, *, query: bool = False) -> VectorRows:
        if texts[0].startswith("坏"):
            raise RecursionError("nobody thought of it")
        return super().embed(texts, seconds, query=query)


def test_what_nobody_thought_of_takes_no_place(
    tmp_path: Path, embeddings: EmbeddingStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    server = _Broken(embeddings.url, "m")
    with closing(QueryEmbedder(server, MatrixVectors(tmp_path, "m"), seconds=120)) as embedder:
        for number in range(9):
            assert embedder.ask(f"坏{number}")._get() is None
        assert "asking for a vector failed" in caplog.text
        assert "坏" not in "".join(record.getMessage() for record in caplog.records)
        # Who was late or failed is waited for no more; once one was in time, again.
        assert any(embedder.ask("养老机构")._get() is not None for _ in range(1_000_000))
        assert embedder.ask("停车场")._get() is not None


def test_what_is_asked_after_the_end_gets_no_answer(
    tmp_path: Path, embeddings: EmbeddingStandIn
) -> None:
    embedder = QueryEmbedder(EmbeddingServer(embeddings.url, "m"), MatrixVectors(tmp_path, "m"))
    embedder.close()
    assert embedder.ask("养老机构")._get() is None
    assert embeddings.texts == []
