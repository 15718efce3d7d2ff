"""Things made from all documents of an index, renewed beside while the old ones serve."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

from ontology.errors import AtlasError
from search.matching import View

REFRESH_SECONDS: Final = 60.0
"""How old the words and suggestions may be while the index is being written."""

T = TypeVar("T")


class Remembered(Generic[T]):
    """Something made from all documents of a state: the first time at once, later beside."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[Hashable, float, T] | None = None
        self._making = False

    def of(self, view: View, make: Callable[[View], T], monotonic: Callable[[], float]) -> T:
        """Return what was made; an old one while the next is being made."""
        with self._lock:
            kept, now = self._kept, monotonic()
            if kept is None:
                made = make(view)
                self._kept = (view.state, monotonic(), made)
                return made
            if kept[0] != view.state and now - kept[1] >= REFRESH_SECONDS and not self._making:
                self._making = True
                threading.Thread(target=self._renew, args=(view, make, now), daemon=True).start()
            return kept[2]

    def _renew(self, view: View, make: Callable[[View], T], now: float) -> None:
        try:
            made = make(view)
            with self._lock:
                self._kept = (view.state, now, made)
        except AtlasError:
            # The index went away meanwhile; the next call tries again.
            pass
        finally:
            self._making = False
