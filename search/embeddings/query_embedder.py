"""The vector of a search text, used where it comes in time, and the order of hits by it."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from typing import Final

from ontology.errors import AtlasError
from search.embeddings.client import EmbeddingServer
from search.embeddings.fusion import fused
from search.embeddings.protocols import Vector, VectorReader
from search.index.plan import Plan
from search.index.protocol import Candidate, IndexView

CACHED_TEXTS: Final = 2_000
"""Texts whose vectors are kept in memory."""
PATIENCE: Final = 5.0
"""Time-out of a request in seconds. Searches do not wait so long; a late vector serves the next
search for the same text."""
_AT_ONCE: Final = 4
_LATE: Final = 3
"""Late answers in a row after which searches do not wait until one is in time again."""

_log = logging.getLogger(__name__)


class QueryEmbedder:
    """Asks for the vectors of search texts in its own threads, and caches them; thread-safe."""

    def __init__(
        self,
        server: EmbeddingServer,
        vectors: VectorReader,
        *,
        seconds: float = 0.3,
        least: float = 0.5,
        prefix: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """A search waits ``seconds`` at most; ``least`` is the cosine from which on a dataset is
        offered as similar; ``prefix`` goes before each text, as some models want it."""
        self._server = server
        self._vectors = vectors
        self._seconds = seconds
        self._least = least
        self._prefix = prefix
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._asked: dict[str, Future[Vector | None]] = {}
        self._late = 0
        self._closed = False
        self._threads = ThreadPoolExecutor(_AT_ONCE, "embedding")

    def ask(self, text: str) -> PendingQuery:
        """Ask for a text's vector, and return at once."""
        plain = " ".join(text.split())
        deadline = self._monotonic() + self._seconds
        with self._lock:
            kept = self._kept.get(plain)
            if kept is not None:
                self._kept.move_to_end(plain)
                return PendingQuery(self, plain, kept, None, deadline)
            future = self._asked.get(plain)
            free = not self._closed and len(self._asked) < _AT_ONCE
            if future is None and free and not self._server.waiting():
                future = self._asked[plain] = self._threads.submit(self._embed, plain)
            return PendingQuery(self, plain, None, future, deadline)

    def close(self) -> None:
        """Cancel what is under way and close everything; later questions get no vector."""
        with self._lock:
            self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._server.close()
        self._vectors.close()

    def _embed(self, text: str) -> Vector | None:
        started = self._monotonic()
        vector: Vector | None = None
        try:
            vector = self._server.embed([self._prefix + text], PATIENCE)[0]
        except AtlasError as error:
            # Its message names the server and never the text.
            _log.warning("searching without meaning: %s", error)
        finally:
            # Whatever happened: an entry that stays in `_asked` would occupy a thread for ever.
            self._end(text, vector, self._monotonic() - started <= self._seconds)
        return vector

    def _end(self, text: str, vector: Vector | None, in_time: bool) -> None:
        with self._lock:
            self._asked.pop(text, None)
            self._late = 0 if vector is not None and in_time else self._late + 1
            if vector is not None:
                self._kept[text] = vector
                if len(self._kept) > CACHED_TEXTS:
                    self._kept.popitem(last=False)

    def _wait(self, future: Future[Vector | None], deadline: float) -> Vector | None:
        left = 0.0 if self._late >= _LATE else max(0.0, deadline - self._monotonic())
        try:
            return future.result(left)
        except (LateError, CancelledError):
            return None
        except Exception as error:
            # Logged here, since nobody else sees it; its message may hold the text.
            reason = type(error).__name__
            _log.error("searching without meaning: asking for a vector failed: %s", reason)
            return None


class PendingQuery:
    """A search text whose vector was asked for (`search.ranking.rerank.SemanticQuery`)."""

    def __init__(
        self,
        embedder: QueryEmbedder,
        text: str,
        vector: Vector | None,
        future: Future[Vector | None] | None,
        deadline: float,
    ) -> None:
        self._embedder = embedder
        self._text = text
        self._vector = vector
        self._future = future
        self._deadline = deadline

    def ordered(self, ranked: Sequence[Candidate]) -> list[Candidate] | None:
        """Return the same hits in their order by words and meaning; None: only words are known."""
        vector = self._get()
        if vector is None or not ranked:
            return None
        try:
            cosines = self._embedder._vectors.cosines(vector, [c.document.iri for c in ranked])
        except AtlasError as error:
            _log.warning("ranking without meaning: %s", error)
            return None
        return fused(ranked, cosines, self._text)

    def similar(
        self, plan: Plan, view: IndexView, without: Collection[str], count: int
    ) -> list[Candidate]:
        """Return what is near in meaning within the plan's filters, and not among ``without``."""
        vector = self._get()
        if vector is None:
            return []
        try:
            near = self._embedder._vectors.nearest(vector, plan, count + len(without), view)
        except AtlasError as error:
            _log.warning("finding without meaning: %s", error)
            return []
        return [
            Candidate(document, cosine)
            for document, cosine in near
            if cosine >= self._embedder._least and document.iri not in without
        ][:count]

    def _get(self) -> Vector | None:
        if self._vector is None and self._future is not None:
            self._vector = self._embedder._wait(self._future, self._deadline)
            self._future = None
        return self._vector
