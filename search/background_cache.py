"""A value computed from a state of an index or graph, recomputed while the old one serves."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from typing import Final, Generic, Protocol, TypeVar

from ontology.errors import AtlasError

REFRESH_SECONDS: Final = 60.0
"""How old the value may be while the state changes."""
PAUSE: Final = 10
"""Minimum pause between two computations, as a multiple of the last one's duration: they take
processor time from searches."""
THREAD: Final = "background-cache"
"""Name of the thread that computes."""


class State(Protocol):
    """What a value is computed from, as it stood at one time: mostly an `IndexView`."""

    @property
    def state(self) -> Hashable:
        """Differs after every change."""
        ...


T = TypeVar("T")
V = TypeVar("V", bound=State)
_log = logging.getLogger(__name__)


class BackgroundCache(Generic[T]):
    """Caches one value: the first is computed when asked for, later ones in a thread."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, Hashable, T] | None = None
        """The state and the other input that the value was computed from, and it."""
        self._computed_at = self._duration = 0.0
        self._computing = False

    def of(self, view: V, compute: Callable[[V], T], other_input: Hashable = None) -> T:
        """Return the value, an old one while the next is being computed.

        ``other_input`` is what the value depends on besides the documents: after a change of it
        only `PAUSE` is waited for, and not `REFRESH_SECONDS`.
        """
        with self._lock:
            kept, now = self._kept, self._monotonic()
            if kept is None:
                return self._compute(view, compute, other_input)
            pause = PAUSE * self._duration
            if kept[1] == other_input:
                pause = max(REFRESH_SECONDS, pause)
            changed = kept[:2] != (view.state, other_input)
            if changed and now - self._computed_at >= pause and not self._computing:
                self._begin(view, compute, other_input)
            return kept[2]

    def ready(self, view: V, compute: Callable[[V], T], other_input: Hashable = None) -> T | None:
        """Return the value as `of` does, but None while the first is computed: in a thread, too."""
        if not self._is_empty():
            return self.of(view, compute, other_input)
        # Whoever holds the lock computes it.
        if self._lock.acquire(blocking=False):
            try:
                if self._is_empty() and not self._computing:
                    self._begin(view, compute, other_input)
            finally:
                self._lock.release()
        return None

    def known(self, view: V, compute: Callable[[V], T], other_input: Hashable = None) -> T | None:
        """Return the value as `of` does; None where none was computed, and none is begun."""
        return None if self._is_empty() else self.of(view, compute, other_input)

    @property
    def last(self) -> T | None:
        """The value computed last, however old; None where none was. Nothing is begun."""
        kept = self._kept
        return None if kept is None else kept[2]

    def _is_empty(self) -> bool:
        return self._kept is None

    def _begin(self, view: V, compute: Callable[[V], T], other_input: Hashable) -> None:
        self._computing = True
        work = (view, compute, other_input)
        try:
            threading.Thread(None, self._recompute, THREAD, work, daemon=True).start()
        except RuntimeError:  # no more threads: the next call tries again
            self._computing = False

    def _compute(self, view: V, compute: Callable[[V], T], other_input: Hashable) -> T:
        started = self._monotonic()
        value = compute(view)
        # One assignment: readers see all of it or nothing.
        self._kept = (view.state, other_input, value)
        self._computed_at = self._monotonic()
        self._duration = self._computed_at - started
        return value

    def _recompute(self, view: V, compute: Callable[[V], T], other_input: Hashable) -> None:
        try:
            self._compute(view, compute, other_input)
        except BaseException as error:
            # The index went away meanwhile, or memory ran out; the next call tries again.
            if not isinstance(error, AtlasError):
                _log.warning("cached values are not renewed: %r", error)
        finally:
            self._computing = False
