"""The rest of an answer that is given on while it is still being made."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final

from catalog_service.sparql.budget import Visit
from catalog_service.sparql.errors import SPARQL_FAILED, SPARQL_TIMEOUT
from catalog_service.sparql.frames import ClosedError, LateError
from catalog_service.sparql.worker_process import WorkerProcess
from ontology.errors import AtlasError, Phrase

READING_SECONDS: Final = 120.0
"""From the first byte to the last: who reads slower holds a worker that others wait for."""

SHARED_READING_SECONDS: Final = 10.0
"""For how much of that the worker may wait for the reader while others wait for its place: a third
of the time for which they do."""

_LOOK_SECONDS: Final = 1.0
"""How long `WorkerAnswer.next` waits, at most: whoever reads may have left."""


class WorkerAnswer:
    """A `LongAnswer` that a worker writes.

    Holds the worker, the query's place in the lanes and its client's visit until `close`.
    """

    def __init__(
        self,
        worker: WorkerProcess,
        visit: Visit,
        seconds: float,
        failed: Callable[[dict[str, Any]], AtlasError],
        done: Callable[[bool], None],
        wanted: Callable[[], bool],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``seconds`` of work are left; ``failed`` makes the error of a reply's head.

        ``done`` takes the worker back, and is told whether it can be asked again; ``wanted`` tells
        whether others wait for the place. The client is charged until `close`.
        """
        self._worker = worker
        self._left = seconds
        self._seconds = seconds
        self._failed = failed
        self._done: Callable[[bool], None] | None = done
        self._monotonic = monotonic
        self._wanted = wanted
        self._reader_since: float | None = monotonic()
        """Since when the reader is waited for; None while the worker is."""
        self._until = self._reader_since + READING_SECONDS
        self._read_for = 0.0
        self._ended = False
        self._charged = ExitStack()
        self._charged.enter_context(visit.work())
        self.held = ExitStack()
        """What is given back at the end, after the worker."""

    def next(self) -> bytes | None:
        """Return the next part, empty where none has come within a second; None at the end.

        Raises `AtlasError` where the answer is cut; what was read is a part of it.
        """
        if self._ended:
            return None
        if self._left <= 0 or self._monotonic() > self._until:
            raise AtlasError(SPARQL_TIMEOUT, seconds=self._seconds)
        began = self._monotonic()
        self._read_for, self._reader_since = self._waited(began), None
        try:
            if not self._worker.answers_within(min(_LOOK_SECONDS, self._left)):
                return b""
            head, body = self._worker.receive(self._left)
        except (ClosedError, LateError) as error:
            raise AtlasError(SPARQL_FAILED, reason=Phrase("the worker ended")) from error
        finally:
            self._reader_since = self._monotonic()
            self._left -= self._reader_since - began
        if "error" in head:
            self._ended = True
            raise self._failed(head)
        self._ended = not head.get("more")
        return body

    def overdue(self) -> bool:
        """Tell whether its reader has had its time; from any thread."""
        now = self._monotonic()
        if now > self._until:
            return True
        return self._waited(now) > SHARED_READING_SECONDS and self._wanted()

    def _waited(self, now: float) -> float:
        """Return the seconds for which the worker has waited for the reader so far."""
        since = self._reader_since
        return self._read_for + (0.0 if since is None else now - since)

    def close(self) -> None:
        """Give everything back; a worker in the midst of an answer is stopped."""
        done, self._done = self._done, None
        if done is not None:
            try:
                done(self._ended)
            finally:
                self._charged.close()
                self.held.close()
