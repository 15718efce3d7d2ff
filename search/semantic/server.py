"""The one address that texts are sent to: ``POST {address}/embeddings``, as OpenAI defined it.

https://platform.openai.com/docs/api-reference/embeddings/create, which Ollama, vLLM, llama.cpp,
text-embeddings-inference and most clouds speak too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import httpx
import numpy as np
import orjson
from numpy.typing import NDArray

from ontology.errors import AtlasError
from search.semantic.errors import EMBEDDING_REFUSED, EMBEDDING_UNREACHABLE, EMBEDDING_UNUSABLE

Vectors = NDArray[np.float32]
"""One vector of length 1 in each row."""

MAX_NUMBERS: Final = 8_192
"""Of one vector; the longest of the usual models have half as many."""
MAX_ANSWER: Final = 64 << 20
_CONNECTIONS: Final = 8
_TRANSIENT: Final = frozenset({408, 425, 429})
_LEAST_PAUSE: Final = 0.5
_MOST_PAUSE: Final = 30.0


class EmbeddingServer:
    """A server, asked through one client; safe to share among threads.

    Only the address given is ever called: no redirects, no proxy. ``key`` is in no message, and
    neither are the texts, nor what the server says of them.
    """

    def __init__(
        self,
        url: str,
        model: str,
        key: str = "",
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = url
        self.model = model
        self._monotonic = monotonic
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=_CONNECTIONS),
        )
        self._lock = threading.Lock()
        self._until = 0.0
        self._pause = _LEAST_PAUSE

    def embed(self, texts: Sequence[str], seconds: float) -> Vectors:
        """Return the vectors of texts, in their order; a request may take ``seconds``.

        Raises `AtlasError`: ``embedding-unreachable``, ``embedding-refused`` (with its ``status``
        among the parameters), ``embedding-unusable``.
        """
        deadline = self._monotonic() + seconds
        try:
            with self._client.stream(
                "POST",
                f"{self.url}/embeddings",
                content=orjson.dumps(
                    {
                        "model": self.model,
                        # A lone surrogate has no place in JSON, and means nothing.
                        "input": [t.encode("utf-8", "replace").decode() for t in texts],
                        "encoding_format": "float",
                    }
                ),
                headers={"Content-Type": "application/json"},
                timeout=seconds,
            ) as answer:
                status = answer.status_code
                if status != 200:
                    raise self._failure(status)
                body = self._body(answer, deadline)
        except httpx.TimeoutException as error:
            raise self._away(f"nothing within {seconds:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._away(type(error).__name__) from error
        vectors = self._read(body, len(texts))
        with self._lock:
            self._until, self._pause = 0.0, _LEAST_PAUSE
        return vectors

    def waiting(self) -> bool:
        """Tell whether it failed a moment ago, so that nobody in a hurry should ask now."""
        return self._monotonic() < self._until

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _body(self, answer: httpx.Response, deadline: float) -> bytes:
        pieces: list[bytes] = []
        size = 0
        for piece in answer.iter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > MAX_ANSWER:
                raise self._unusable(f"more than {MAX_ANSWER >> 20} MiB")
            # The client's own limit is for each piece: an answer may trickle in for ever.
            if self._monotonic() > deadline:
                raise self._away("the answer is too slow")
        return b"".join(pieces)

    def _read(self, body: bytes, count: int) -> Vectors:
        try:
            found: Any = orjson.loads(body)
            items = found["data"]
            if len(items) != count:
                raise self._unusable(f"{len(items)} vectors for {count} texts")
            in_order: list[Any] = [None] * count
            for position, item in enumerate(items):
                index = item.get("index", position)
                if not 0 <= index < count or in_order[index] is not None:
                    raise self._unusable("the vectors' indices are not those of the texts")
                in_order[index] = item["embedding"]
            vectors = np.array(in_order, dtype=np.float64)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._unusable(f"it is not as expected: {type(error).__name__}") from None
        if vectors.ndim != 2 or not 0 < vectors.shape[1] <= MAX_NUMBERS:
            raise self._unusable("what it calls vectors are none")
        with np.errstate(all="ignore"):
            lengths = np.linalg.norm(vectors, axis=1)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise self._unusable("a vector has no direction")
        scaled: Vectors = (vectors / lengths[:, None]).astype(np.float32)
        return scaled

    def _failure(self, status: int) -> AtlasError:
        if status in _TRANSIENT or status >= 500:
            return self._away(f"HTTP {status}")
        # Not what it says of it: that may repeat the texts, or the key.
        return self._paused(
            AtlasError(EMBEDDING_REFUSED, url=self.url, reason=f"HTTP {status}", status=status)
        )

    def _away(self, reason: str) -> AtlasError:
        return self._paused(AtlasError(EMBEDDING_UNREACHABLE, url=self.url, reason=reason))

    def _unusable(self, reason: str) -> AtlasError:
        return self._paused(AtlasError(EMBEDDING_UNUSABLE, url=self.url, reason=reason))

    def _paused(self, error: AtlasError) -> AtlasError:
        with self._lock:
            self._until = self._monotonic() + self._pause
            self._pause = min(_MOST_PAUSE, 2 * self._pause)
        return error
