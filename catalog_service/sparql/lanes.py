"""Two lanes to the workers: short queries at once, long ones in turns.

Nobody knows before how long a query takes. So each begins in the quick lane; what has not ended
there after a moment's work either stays with its worker, where the slow lane has a place for it,
or is stopped and begins anew when its client's turn comes.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final, Literal

from catalog_service.sparql.errors import SPARQL_BUSY
from catalog_service.sparql.limits import TURN_SECONDS, WAIT_SECONDS, SparqlLimits
from catalog_service.sparql.model import Client
from catalog_service.sparql.turns import Turns
from ontology.errors import AtlasError

Lane = Literal["quick", "slow"]

FORGIVEN_SECONDS: Final = 60.0
"""How long a client's queries begin in the slow lane after one was stopped in the quick one: eight
addresses that ask for nothing else hold a quick worker for 4 % of the time."""

RESTRICTED_SECONDS: Final = 300.0
"""How long a client whose query met its limits shares half of the slow lane with others like it:
who asks what cannot be answered mostly goes on so, and the rest of the lane is for what can."""

_MANY: Final = 10_000
_OPERATOR: Final = Client("", registered=True)


class Lanes:
    """Places for workers, and among them for long queries; safe to share between threads."""

    def __init__(
        self, limits: SparqlLimits, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._timeout = limits.timeout
        self._places = limits.slow
        self._workers = Turns(limits.workers)
        self._slow = Turns(limits.slow)
        self._restricted = Turns(max(1, limits.slow // 2))
        self._monotonic = monotonic
        self._stopped = _Noted(FORGIVEN_SECONDS, monotonic)
        self._failed = _Noted(RESTRICTED_SECONDS, monotonic)

    @contextmanager
    def passage(self, client: Client | None) -> Iterator[Passage]:
        """Bring a query to a worker; raises `AtlasError` (``sparql-busy``)."""
        passage = Passage(self, client or _OPERATOR)
        try:
            passage._begin()
            yield passage
        finally:
            passage._end()

    def waiting(self) -> int:
        """Return how many queries wait for their turn in the slow lane."""
        return self._slow.waiting() + self._restricted.waiting()

    def _is_quick(self, client: Client) -> bool:
        return not self._stopped.has(client)

    def _busy(self) -> AtlasError:
        before = self.waiting() + 1
        return AtlasError(SPARQL_BUSY, retry_after=math.ceil(before * self._timeout / self._places))


class _Noted:
    """Clients of whom something is remembered for a while."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = Lock()
        self._moments: OrderedDict[str, float] = OrderedDict()

    def note(self, client: Client) -> None:
        with self._lock:
            self._moments[client.name] = self._monotonic()
            self._moments.move_to_end(client.name)
            if len(self._moments) > _MANY:
                self._moments.popitem(last=False)

    def has(self, client: Client) -> bool:
        with self._lock:
            moment = self._moments.get(client.name)
        return moment is not None and self._monotonic() - moment < self._seconds


class Passage:
    """One query's way; while it lasts its place at a worker is held."""

    def __init__(self, lanes: Lanes, client: Client) -> None:
        self._lanes = lanes
        self._client = client
        self._at_worker = False
        self._is_restricted = False
        self.lane: Lane = "quick"
        """Where it is now."""

    def _begin(self) -> None:
        if self._lanes._is_quick(self._client):
            self._to_worker()
        else:
            self._enter_slow()

    def stay(self) -> bool:
        """At the end of the quick lane: go on with the worker, if the slow lane has a place now."""
        restricted = self._lanes._failed.has(self._client)
        if restricted and not self._lanes._restricted.enter_now(self._client):
            return False
        self._is_restricted = restricted
        if self._lanes._slow.enter_now(self._client):
            self.lane = "slow"
            return True
        self._leave_restricted()
        return False

    def is_wanted(self) -> bool:
        """Tell whether others wait for the place that it holds."""
        lanes = self._lanes
        return any(
            turns.wanted_by_others(self._client)
            for turns in (lanes._slow, lanes._restricted, lanes._workers)
        )

    def met_limits(self) -> None:
        """Note that the query was stopped at the limit of its time or memory."""
        self._lanes._failed.note(self._client)

    def begin_anew(self) -> None:
        """Leave the worker, and wait for the client's turn; raises ``sparql-busy``."""
        self._leave_worker()
        self._lanes._stopped.note(self._client)
        self._enter_slow()

    def _enter_slow(self) -> None:
        until = self._lanes._monotonic() + TURN_SECONDS
        if self._lanes._failed.has(self._client):
            if not self._lanes._restricted.enter(self._client, TURN_SECONDS):
                raise self._lanes._busy()
            self._is_restricted = True
        if not self._lanes._slow.enter(self._client, max(0.0, until - self._lanes._monotonic())):
            raise self._lanes._busy()
        self.lane = "slow"
        self._to_worker()

    def _to_worker(self) -> None:
        if not self._lanes._workers.enter(self._client, WAIT_SECONDS):
            raise self._lanes._busy()
        self._at_worker = True

    def _leave_worker(self) -> None:
        if self._at_worker:
            self._at_worker = False
            self._lanes._workers.leave(self._client)

    def _leave_restricted(self) -> None:
        if self._is_restricted:
            self._is_restricted = False
            self._lanes._restricted.leave(self._client)

    def _end(self) -> None:
        self._leave_worker()
        self._leave_restricted()
        if self.lane == "slow":
            self.lane = "quick"
            self._lanes._slow.leave(self._client)
