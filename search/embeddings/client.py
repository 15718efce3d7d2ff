"""The one address that texts are sent to: ``POST {address}/embeddings``, as OpenAI defined it.

https://platform.openai.com/docs/api-reference/embeddings/create, which Ollama, vLLM, llama.cpp,
text-embeddings-inference and most clouds speak too.
"""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Final

import numpy as np
import orjson
import urllib3
import urllib3.exceptions

from ontology.errors import AtlasError
from search.embeddings.errors import EMBEDDING_REFUSED, EMBEDDING_UNREACHABLE, EMBEDDING_UNUSABLE
from search.embeddings.protocols import VectorRows
from search.http_deadline import deadline, keep_in_time

MAX_NUMBERS: Final = 8_192
"""Of one vector; the longest of the usual models have half as many."""
MAX_ANSWER: Final = 64 << 20
_PIECE: Final = 1 << 16
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
        query_prefix: str = "",
        passage_prefix: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask nothing yet. Some models want to be told by a prefix what a text is."""
        self.url = url
        self._prefixes = (passage_prefix, query_prefix)
        self.model = model
        self._monotonic = monotonic
        self._headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._path, self._pool = _pool(url)
        self._lock = threading.Lock()
        self._until = 0.0
        self._pause = _LEAST_PAUSE

    def embed(self, texts: Sequence[str], seconds: float, *, query: bool = False) -> VectorRows:
        """Return the vectors of search texts or passages, in their order, within ``seconds``.

        Raises `AtlasError`: ``embedding-unreachable``, ``embedding-refused`` (with its ``status``
        among the parameters), ``embedding-unusable``.
        """
        prefix = self._prefixes[query]
        sent = orjson.dumps(
            {
                "model": self.model,
                # A lone surrogate has no place in JSON, and means nothing.
                "input": [(prefix + t).encode("utf-8", "replace").decode() for t in texts],
                "encoding_format": "float",
            }
        )
        try:
            with deadline(seconds):
                body = self._send(sent, seconds)
        except (TimeoutError, urllib3.exceptions.TimeoutError) as error:
            raise self._away(f"nothing within {seconds:g} s") from error
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
            raise self._away(type(error).__name__) from error
        vectors = self._read(body, len(texts))
        with self._lock:
            self._until, self._pause = 0.0, _LEAST_PAUSE
        return vectors

    def waiting(self) -> bool:
        """Tell whether the last request failed too recently to try again during a search."""
        return self._monotonic() < self._until

    def close(self) -> None:
        """Close all connections; one that is busy is closed by whoever uses it."""
        self._pool.close()

    def _send(self, sent: bytes, seconds: float) -> bytes:
        answer = self._pool.urlopen(
            "POST",
            self._path,
            body=sent,
            headers=self._headers,
            retries=False,
            redirect=False,
            timeout=seconds,
            preload_content=False,
        )
        try:
            if answer.status != HTTPStatus.OK:
                raise self._failure(answer.status)
            pieces: list[bytes] = []
            size = 0
            for piece in answer.stream(_PIECE, decode_content=True):
                pieces.append(piece)
                size += len(piece)
                if size > MAX_ANSWER:
                    raise self._unusable(f"more than {MAX_ANSWER >> 20} MiB")
            return b"".join(pieces)
        finally:
            # Read to its end it is in the pool already; otherwise it must not be used again.
            answer.close()

    def _read(self, body: bytes, count: int) -> VectorRows:
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
        scaled: VectorRows = (vectors / lengths[:, None]).astype(np.float32)
        return scaled

    def _failure(self, status: int) -> AtlasError:
        if status in _TRANSIENT or status >= 500:
            return self._away(f"HTTP {status}")
        # Without the reason that it gives, which may repeat the texts or the key.
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


def _pool(url: str) -> tuple[str, urllib3.HTTPConnectionPool]:
    """Return the path that is asked, and the connections: no proxy, whatever the environment."""
    parts = urllib3.util.parse_url(f"{url}/embeddings")
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        # The system's certificates, and those that SSL_CERT_FILE names.
        trusted = ssl.create_default_context()
        pool = urllib3.HTTPSConnectionPool(
            parts.host or "", parts.port, maxsize=_CONNECTIONS, ssl_context=trusted
        )
    else:
        pool = urllib3.HTTPConnectionPool(parts.host or "", parts.port, maxsize=_CONNECTIONS)
    keep_in_time(pool)
    return parts.request_uri, pool
