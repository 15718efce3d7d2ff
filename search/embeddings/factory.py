"""The parts of searching by meaning, made from what the operator set."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ontology.errors import AtlasError
from search.embeddings.client import EmbeddingServer
from search.embeddings.matrix import MatrixVectors
from search.embeddings.protocols import VectorCopy, VectorReader
from search.embeddings.query_embedder import QueryEmbedder
from search.embeddings.store import VectorStore
from search.embeddings.vector_indexer import VectorIndexer
from search.index.protocol import IndexView

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Embedding:
    """A service of embeddings, and where its vectors are kept.

    ``folder`` is that of all vectors on this machine; ``elastic`` address and name of the indices,
    where words are looked for on Elasticsearch. ``prefix``, ``seconds`` and ``least`` as in
    `search.embeddings.query_embedder.QueryEmbedder`, ``batch`` as in
    `search.embeddings.vector_indexer.VectorIndexer`.
    """

    url: str
    model: str
    folder: Path
    key: str = field(default="", repr=False)
    elastic: tuple[str, str] | None = field(default=None, repr=False)
    prefix: str = ""
    seconds: float = 0.3
    least: float = 0.5
    batch: int = 32

    def server(self) -> EmbeddingServer:
        """Return the service; nothing is asked yet."""
        return EmbeddingServer(self.url, self.model, self.key)

    def vectors(self) -> VectorReader:
        """Return the reader that searches use."""
        if self.elastic is None:
            return MatrixVectors(self.folder, self.model)
        # Imported here: the client is not worth loading where no server is asked.
        from search.embeddings.elastic import ElasticVectors  # noqa: PLC0415

        return ElasticVectors(*self.elastic, self.model)

    def query_embedder(self) -> QueryEmbedder:
        """Return what embeds search texts."""
        vectors = self.vectors()
        return QueryEmbedder(
            self.server(),
            vectors,
            seconds=self.seconds,
            least=self.least,
            prefix=self.prefix,
        )

    @contextmanager
    def indexer(self, view: Callable[[], IndexView | None]) -> Iterator[VectorIndexer]:
        """Give what makes the vectors; the lock of the projections must be held.

        Raises `AtlasError` (``vectors-unreadable``).
        """
        with ExitStack() as stack:
            server = stack.enter_context(closing(self.server()))
            copy: VectorCopy | None = None
            if self.elastic is not None:
                from search.embeddings.elastic import ElasticVectors  # noqa: PLC0415

                copy = stack.enter_context(closing(ElasticVectors(*self.elastic, self.model)))
            store = VectorStore(self.folder, self.model)
            indexer = VectorIndexer(view, server, store, copy, batch=self.batch)
            stack.callback(indexer.stop)
            yield indexer

    @contextmanager
    def following(
        self, view: Callable[[], IndexView | None]
    ) -> Iterator[Callable[[Iterable[str] | None], None]]:
        """Make vectors in a thread, while the block lasts; gives what to tell of commits.

        Never fails: what is wrong is logged, and the index goes on without.
        """
        with ExitStack() as stack:
            try:
                indexer = stack.enter_context(self.indexer(view))
            except AtlasError as error:
                _log.warning("no vectors are made: %s", error)
                yield lambda _iris: None
                return
            stack.enter_context(indexer)
            yield indexer.notice
