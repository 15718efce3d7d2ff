"""When to stop asking a server that does not answer, and when to try again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and after what pauses a write is tried again.

    The pause before attempt n is drawn evenly between 0 and ``least`` × 2ⁿ seconds, at most
    ``most`` (full jitter: several writers that failed together do not come back together).
    """

    attempts: int = 6
    least: float = 0.2
    most: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def pause(self, attempt: int) -> None:
        """Wait after the failed attempt number ``attempt``, which counts from 0."""
        self.sleep(self.chance() * min(self.most, self.least * 2**attempt))


class Circuit:
    """A circuit breaker: lets no request through for a pause after a failure; for all threads.

    A refused connection opens it at once, a late answer only with the second in a row. After each
    pause one request is let through to find out whether the server is back; all others fail at
    once with the error of the last failure. The pause doubles with each failure, from ``least`` to
    ``most`` seconds.
    """

    def __init__(
        self,
        *,
        least: float = 0.5,
        most: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._least, self._most = least, most
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._error: AtlasError | None = None
        self._until = 0.0
        self._pause = least
        self._late = False
        self._trying = False

    def check(self, deadline: float) -> AtlasError | None:
        """Return the error to raise without a request, or None.

        After None the caller sends its request, which may take ``deadline`` seconds, and must then
        report `succeeded` or `failed`.
        """
        if self._error is None:
            return None
        with self._lock:
            now = self._monotonic()
            if now < self._until:
                return self._error
            # This request is the trial; until its outcome is known all others fail.
            self._until = now + deadline
            self._trying = True
            return None

    def failed(self, error: AtlasError, *, late: bool = False) -> None:
        """Note that the server did not answer, or not in time."""
        with self._lock:
            if late and not self._late and self._error is None:
                self._late = True
                return
            now = self._monotonic()
            if self._error is None or self._trying or now >= self._until:
                self._until = now + self._pause
                self._pause = min(self._most, self._pause * 2)
            # Of several that fail together only the first counts.
            self._error, self._trying = error, False

    def succeeded(self) -> None:
        """Note that the server answered, whatever it said."""
        if self._error is not None or self._late:
            with self._lock:
                self._error = None
                self._late = self._trying = False
                self._pause = self._least
