"""What is known in one night of the origins of addresses: their rules, and whether they connect."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from catalog_service.quality.addresses.model import Asked
from catalog_service.quality.addresses.robots import Robots
from harvesters.platforms.web_address import Origin, WebAddress

_FAILURES: Final = 2
"""Addresses in a row to which there is no connection, after which the origin has none."""
_KEPT: Final = 4 * 1024 * 1024
"""Bytes of rules that are held at once, about; those that were not needed for longest go first."""
_EACH: Final = 4 * 1024
"""Bytes that an origin counts for at least."""

Read = Callable[[], Robots | Asked]
"""Fetches the rules of an origin (`read_robots`)."""


@dataclass(slots=True)
class _Known:
    robots: Robots | None = None
    failures: int = 0

    @property
    def size(self) -> int:
        return _EACH + (self.robots.size if self.robots else 0)


class Origins:
    """The origins of one night; safe to share among threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[Origin, _Known] = OrderedDict()
        self._down: dict[Origin, Asked] = {}
        self._pauses: defaultdict[str, float] = defaultdict(float)
        self._size = 0
        self._lock = Lock()

    def rules(self, address: WebAddress, read: Read) -> Robots | Asked:
        """Return the rules for an address, or what keeps a connection from its origin.

        Rules are read once a night. Where there is no connection that is tried again for the next
        address, and after that one holds of all of this night. Raises what ``read`` does.
        """
        with self._lock:
            down = self._down.get(address.origin)
            known = self._known.get(address.origin)
            if known is not None:
                self._known.move_to_end(address.origin)
        if down is not None:
            return down
        if known is not None and known.robots is not None:
            return known.robots
        # Two threads may read the same rules; none waits for another one's request.
        found = read()
        if isinstance(found, Asked):
            self.note(address, found)
            return found
        with self._lock:
            self._pauses[address.host] = max(self._pauses[address.host], found.pause)
            self._hold(address.origin, found)
        return found

    def note(self, address: WebAddress, found: Asked) -> None:
        """Note what came of asking an address: whether there was a connection to its origin."""
        with self._lock:
            known = self._known.get(address.origin)
            if not found.is_of_origin:
                # One that took too long may have had none, nor does it say that there is none.
                if known is not None and found.outcome != "timed-out":
                    known.failures = 0
                return
            known = known or self._hold(address.origin, None)
            known.failures += 1
            if known.failures >= _FAILURES:
                self._down[address.origin] = found

    def down(self, address: WebAddress) -> Asked | None:
        """Return what keeps a connection from an address's origin for this night; None: nothing."""
        with self._lock:
            return self._down.get(address.origin)

    def pause(self, host: str) -> float:
        """Return the seconds that a host wants between two requests, by all rules read of it."""
        with self._lock:
            return self._pauses.get(host, 0.0)

    def _hold(self, origin: Origin, robots: Robots | None) -> _Known:
        before = self._known.pop(origin, None)
        self._size -= before.size if before else 0
        known = self._known[origin] = _Known(robots)
        self._size += known.size
        while self._size > _KEPT and len(self._known) > 1:
            self._size -= self._known.popitem(last=False)[1].size
        return known
