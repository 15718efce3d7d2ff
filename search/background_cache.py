"""Things made from all documents of an index, renewed beside while the old ones serve."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

from ontology.errors import AtlasError
from search.index.plan import View

REFRESH_SECONDS: Final = 60.0
"""How old the words and suggestions may be while the index is being written."""
PAUSE: Final = 10
"""Times as long as making takes, at least, there is none: it takes the time of others."""
THREAD: Final = "remembering"
"""Name of the thread that makes the next."""

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Remembered(Generic[T]):
    """Something made from all documents of a state: the first time at once, later beside."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, Hashable, T] | None = None
        """What it was made from: the state of the index, and the rest."""
        self._made = self._cost = 0.0
        self._making = False

    def of(
        self,
        view: View,
        make: Callable[[View], T],
        monotonic: Callable[[], float],
        besides: Hashable = None,
    ) -> T:
        """Return what was made; an old one while the next is being made.

        ``besides`` is what it rests on besides the documents: a change of it waits for no time,
        as a change of the documents does.
        """
        with self._lock:
            kept, now = self._kept, monotonic()
            if kept is None:
                made = make(view)
                self._kept = (view.state, besides, made)
                self._made = monotonic()
                self._cost = self._made - now
                return made
            pause = PAUSE * self._cost
            if kept[1] == besides:
                pause = max(REFRESH_SECONDS, pause)
            changed = kept[:2] != (view.state, besides)
            if changed and now - self._made >= pause and not self._making:
                self._making = True
                work = (view, make, monotonic, besides)
                try:
                    threading.Thread(None, self._renew, THREAD, work, daemon=True).start()
                except RuntimeError:  # no more threads: the next call tries again
                    self._making = False
            return kept[2]

    def _renew(
        self,
        view: View,
        make: Callable[[View], T],
        monotonic: Callable[[], float],
        besides: Hashable,
    ) -> None:
        started = monotonic()
        try:
            made = make(view)
            with self._lock:
                self._kept = (view.state, besides, made)
                self._made = monotonic()
                self._cost = self._made - started
        except BaseException as error:
            # The index went away meanwhile, or memory ran out; the next call tries again.
            if not isinstance(error, AtlasError):
                _log.warning("words are not renewed: %r", error)
        finally:
            self._making = False
