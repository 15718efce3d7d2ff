"""The parts of searching by meaning, made from what the operator set."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ontology.errors import AtlasError
from search.embeddings.client import EmbeddingServer
from search.embeddings.local_model import BEHIND, LocalModel
from search.embeddings.matrix import MatrixVectors
from search.embeddings.protocols import Embedder, VectorCopy, VectorReader
from search.embeddings.query_embedder import QueryEmbedder
from search.embeddings.store import VectorStore
from search.embeddings.vector_indexer import VectorIndexer
from search.index.protocol import IndexView

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Embedding:
    """What makes embeddings, and where its vectors are kept.

    ``url`` is a service of the operator's; empty: ``model`` is that of an installed package
    (`search.embeddings.local_model.installed`), in a process of its own. The prefixes go before
    search texts and passages, for models of services that want to be told what a text is.
    ``folder`` is that of all vectors on this machine; ``elastic`` address and name of the indices,
    where words are looked for on Elasticsearch. ``seconds`` and ``least`` as in
    `search.embeddings.query_embedder.QueryEmbedder`, ``batch`` as in
    `search.embeddings.vector_indexer.VectorIndexer`.
    """

    url: str
    model: str
    folder: Path
    key: str = field(default="", repr=False)
    elastic: tuple[str, str] | None = field(default=None, repr=False)
    query_prefix: str = ""
    passage_prefix: str = ""
    seconds: float = 0.3
    least: float = 0.5
    batch: int = 32

    @property
    def about(self) -> str:
        """What vectors depend on: with another of it, all are made anew."""
        return f"{self.model}\n{self.passage_prefix}" if self.passage_prefix else self.model

    @property
    def place(self) -> str:
        """Where vectors come from, as operators are told."""
        return self.url or self.model

    def server(self, *, behind: bool = False) -> Embedder:
        """Return what makes vectors; nothing is asked or started yet.

        ``behind``: it works in the background, and stands back for everything else.
        """
        if not self.url:
            return LocalModel(self.model, niceness=BEHIND if behind else 0)
        return EmbeddingServer(
            self.url,
            self.model,
            self.key,
            query_prefix=self.query_prefix,
            passage_prefix=self.passage_prefix,
        )

    def vectors(self) -> VectorReader:
        """Return the reader that searches use."""
        if self.elastic is None:
            return MatrixVectors(self.folder, self.about)
        # Imported here: the client is not worth loading where no server is asked.
        from search.embeddings.elastic import ElasticVectors  # noqa: PLC0415

        return ElasticVectors(*self.elastic, self.about)

    def made(self) -> int:
        """Return how many datasets have their vector; raises `AtlasError`."""
        with closing(self.vectors()) as vectors:
            return vectors.size()

    def query_embedder(self) -> QueryEmbedder:
        """Return what embeds search texts."""
        vectors = self.vectors()
        return QueryEmbedder(
            self.server(),
            vectors,
            seconds=self.seconds,
            least=self.least,
        )

    @contextmanager
    def indexer(self, view: Callable[[], IndexView | None]) -> Iterator[VectorIndexer]:
        """Give what makes the vectors; the lock of the projections must be held.

        Raises `AtlasError` (``vectors-unreadable``).
        """
        with ExitStack() as stack:
            server = stack.enter_context(closing(self.server(behind=True)))
            copy: VectorCopy | None = None
            if self.elastic is not None:
                from search.embeddings.elastic import ElasticVectors  # noqa: PLC0415

                copy = stack.enter_context(closing(ElasticVectors(*self.elastic, self.about)))
            store = VectorStore(self.folder, self.about)
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
