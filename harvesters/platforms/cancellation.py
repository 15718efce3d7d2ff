"""Ending what a client waits for: an answer, its turn, a pause that a platform asked for."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from threading import Event, Lock
from typing import Final

from ontology.errors import AtlasError

LOOK_EVERY: Final = 0.5
"""Seconds between two looks by waits that nothing can wake."""


class Cancellation:
    """Tells the requests of one run that it ends; safe to share between threads."""

    def __init__(self) -> None:
        self._event = Event()
        self._lock = Lock()
        self._error: AtlasError | None = None
        self._wakers: list[Callable[[], None]] = []

    @property
    def is_set(self) -> bool:
        """Whether the run ends."""
        return self._event.is_set()

    def cancel(self, error: AtlasError) -> None:
        """End all waits from now on, each with a copy of the error; the first call counts."""
        with self._lock:
            if self._error is not None:
                return
            self._error = error
            wakers = list(self._wakers)
        self._event.set()
        for wake in wakers:
            wake()

    def check(self) -> None:
        """Raise the error with which the run ends, where it does."""
        if self._event.is_set() and self._error is not None:
            # Several threads raise it, and each adds to its traceback.
            raise copy(self._error)

    def wait(self, seconds: float) -> None:
        """Wait, and raise as `check` does as soon as the run ends."""
        self._event.wait(seconds)
        self.check()

    def wakes(self, wake: Callable[[], None]) -> None:
        """Have something called when the run ends, at once where it has ended."""
        with self._lock:
            self._wakers.append(wake)
            is_late = self._error is not None
        if is_late:
            wake()
