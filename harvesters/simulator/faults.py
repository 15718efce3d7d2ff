"""Faults of servers, switched while the server runs: always, by rate, or for so many requests."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from harvesters.simulator.messages import Request
from harvesters.simulator.seeded import share


class Fault(StrEnum):
    """What can go wrong; docs/simulator.md says what each does."""

    UNAUTHORIZED = "unauthorized"
    CHALLENGE = "challenge"
    TOO_MANY_REQUESTS = "too-many-requests"
    RETRY_AFTER = "retry-after"
    SERVER_ERROR = "server-error"
    UNAVAILABLE = "unavailable"
    TIME_OUT = "time-out"
    RESET = "reset"
    CUT_BODY = "cut-body"
    SLOW_BYTES = "slow-bytes"
    WRONG_TYPE = "wrong-type"
    WRONG_ENCODING = "wrong-encoding"
    REDIRECT_LOOP = "redirect-loop"
    REDIRECT_HOST = "redirect-host"
    PAGE_LOOP = "page-loop"
    DUPLICATE_PAGES = "duplicate-pages"
    WRONG_TOTAL = "wrong-total"
    EMPTY_LIST = "empty-list"
    EMPTY_PAGES = "empty-pages"
    HALF_LIST = "half-list"
    SHORT_LIST = "short-list"
    CHANGED_IDS = "changed-ids"
    CLOCK_OFF = "clock-off"


OF_LISTS: Final = frozenset(
    {
        Fault.PAGE_LOOP,
        Fault.DUPLICATE_PAGES,
        Fault.WRONG_TOTAL,
        Fault.EMPTY_LIST,
        Fault.EMPTY_PAGES,
        Fault.HALF_LIST,
        Fault.SHORT_LIST,
        Fault.CHANGED_IDS,
    }
)
"""Faults of what an answer says; the others are of how it comes."""
CLOCK_ERROR: Final = timedelta(hours=-1)


@dataclass
class _Setting:
    rate: float
    times: int | None
    path: str


class Faults:
    """Which faults are on. Safe for threads.

    A rate is drawn anew for each repetition of a request, but in the same way for the same seed:
    the order in which parallel requests arrive changes nothing.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.redirect_to = ""
        """Where `Fault.REDIRECT_HOST` leads; empty: another address of loopback."""
        self.slow_pause = 0.05
        """Seconds between the bytes of `Fault.SLOW_BYTES`."""
        self.retry_after = 1
        """Seconds that `Fault.RETRY_AFTER` asks for."""
        self.met: Counter[Fault] = Counter()
        """How often each was met by a request."""
        self.on_clock: Callable[[timedelta], None] = lambda _: None
        self._set: dict[Fault, _Setting] = {}
        self._asked: Counter[bytes] = Counter()
        self._lock = threading.Lock()

    def set(
        self, fault: Fault, rate: float = 1.0, *, times: int | None = None, path: str = ""
    ) -> None:
        """Switch a fault on: for a share of the requests, at most ``times``, whose target has
        ``path`` in it.
        """
        if not 0 <= rate <= 1:
            raise ValueError(rate)
        with self._lock:
            self._set[fault] = _Setting(rate, times, path)
        if fault is Fault.CLOCK_OFF:
            self.on_clock(CLOCK_ERROR)

    def clear(self, *faults: Fault) -> None:
        """Switch faults off; without arguments, all."""
        with self._lock:
            for fault in faults or tuple(self._set):
                self._set.pop(fault, None)
                if fault is Fault.CLOCK_OFF:
                    self.on_clock(timedelta())

    def is_on(self, fault: Fault) -> bool:
        """Tell whether requests may meet a fault now."""
        return fault in self._set

    def settings(self) -> dict[str, float]:
        """Return the rates of the faults that are on."""
        with self._lock:
            return {fault.value: setting.rate for fault, setting in self._set.items()}

    def draw(self, request: Request) -> frozenset[Fault]:
        """Return the faults that this request meets."""
        if not self._set:
            return frozenset()
        with self._lock:
            key = hashlib.blake2b(request.body, digest_size=8).digest()
            key += request.target.encode()
            self._asked[key] += 1
            met = [
                fault
                for fault, setting in self._set.items()
                if setting.path in request.target
                and setting.times != 0
                and (
                    setting.rate == 1
                    or share(self.seed, fault, key.hex(), self._asked[key]) < setting.rate
                )
            ]
            for fault in met:
                self.met[fault] += 1
                setting = self._set[fault]
                if setting.times is not None:
                    setting.times -= 1
            return frozenset(met)
