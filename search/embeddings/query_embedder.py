"""The vector of a search text, used where it comes in time, and what is nearest to it."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from typing import Final

from ontology.errors import AtlasError
from search.embeddings.protocols import Embedder, Vector, VectorReader
from search.index.plan import Plan
from search.index.protocol import Candidate, IndexView

CACHED_TEXTS: Final = 2_000
"""Texts whose vectors are kept in memory."""
PATIENCE: Final = 5.0
"""Time-out of a request in seconds. Searches do not wait so long; a late vector serves the next
search for the same text."""
COVERAGE: Final = 0.95
"""Share of the documents that must have a vector before vectors have a say."""
_COVERED: Final = 30.0
_NOT_COVERED: Final = 1.0
"""For how many seconds it is known whether so many have one."""
_AT_ONCE: Final = 4
_LATE: Final = 3
"""Late answers in a row after which searches do not wait until one is in time again."""

_log = logging.getLogger(__name__)


class QueryEmbedder:
    """Asks for the vectors of search texts in its own threads, and caches them; thread-safe."""

    def __init__(
        self,
        server: Embedder,
        vectors: VectorReader,
        *,
        seconds: float = 0.3,
        least: float = 0.5,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """A search waits ``seconds`` at most; ``least`` is the cosine from which on a dataset is
        offered as similar."""
        self._server = server
        self._vectors = vectors
        self._seconds = seconds
        self._least = least
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._asked: dict[str, Future[Vector | None]] = {}
        self._late = 0
        self._covered: tuple[bool, float] | None = None
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

    def covers(self, view: IndexView) -> bool:
        """Tell whether so many of a view's documents have a vector that these may decide.

        While they are being made, what has one already would stand before what is better.
        Raises `AtlasError`.
        """
        now = self._monotonic()
        if self._covered is None or now >= self._covered[1]:
            size, count = view.find(Plan(), 0).total, self._vectors.size()
            enough = count >= COVERAGE * size
            self._covered = (enough, now + (_COVERED if enough else _NOT_COVERED))
        return self._covered[0]

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
            vector = self._server.embed([text], PATIENCE, query=True)[0]
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

    @property
    def least(self) -> float:
        """The cosine from which on a dataset may be called similar to the text."""
        return self._embedder._least

    def nearest(self, plan: Plan, view: IndexView, count: int) -> list[Candidate] | None:
        """Return the nearest within the plan's filters, or None (`SemanticQuery.nearest`)."""
        vector = self._get()
        if vector is None:
            return None
        try:
            if not self._embedder.covers(view):
                return None
            near = self._embedder._vectors.nearest(vector, plan, count, view)
        except AtlasError as error:
            _log.warning("searching without meaning: %s", error)
            return None
        return [Candidate(document, cosine) for document, cosine in near]

    def _get(self) -> Vector | None:
        if self._vector is None and self._future is not None:
            self._vector = self._embedder._wait(self._future, self._deadline)
            self._future = None
        return self._vector
