"""How far lists were looked through without a record being found: where the next try begins."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from catalog_service.oai_pmh.resumption import ListPosition

_MOST: Final = 1_000


class Progress:
    """Remembers, for the lists asked for last, up to where nothing was found.

    A list without records cannot be written in this protocol, so that a request that has looked
    long enough ends with an error; asked again, it goes on from here. Safe to share between
    threads; another process begins anew.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._reached: OrderedDict[ListPosition, int] = OrderedDict()

    def start(self, position: ListPosition) -> int:
        """Return the number of the first change that is still to be looked at."""
        with self._lock:
            return self._reached.get(position, position.following)

    def note(self, position: ListPosition, following: int) -> None:
        """Remember that nothing was found before change ``following``."""
        with self._lock:
            self._reached[position] = following
            self._reached.move_to_end(position)
            if len(self._reached) > _MOST:
                self._reached.popitem(last=False)
