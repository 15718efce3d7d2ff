"""Politeness towards hosts: how often, how many at once, and when a host asked to be left alone.

What is counted is shared by all sources of a process: two sources on one host are one visitor.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import Final

from harvesters.platforms.cancellation import LOOK_EVERY, Cancellation
from harvesters.platforms.errors import RETRY_LATER
from harvesters.platforms.instants import http_date
from harvesters.platforms.web_address import WebAddress
from ontology.errors import AtlasError

_FURTHEST: Final = 30 * 86_400
"""Seconds. A host that asks for more is asked again after that."""


@dataclass(frozen=True, slots=True)
class Politeness:
    """How one source treats the hosts that it visits."""

    per_second: float | None = 2.0
    """Requests that start per second; None: as many as can be (a simulator, an own server)."""
    parallel: int = 2
    """Requests that are under way at once."""
    attempts: int = 4
    """Tries of a request that may be repeated, the first one included."""
    first_pause: float = 1.0
    """Seconds before the second attempt, with jitter of up to as much again; doubled each time, up
    to `longest_backoff`."""
    longest_backoff: float = 30.0
    longest_wait: float = 120.0
    """Seconds that a ``Retry-After`` is waited for; a longer one ends the request, with
    ``retry-later``."""
    by_host: bool = False
    """Whether all ports of a host share its turns and its pauses; else each has its own."""
    spacing: Callable[[str], float] | None = None
    """Returns the seconds that a host wants between two starts (``Crawl-delay``), where these are
    more than `per_second` gives."""

    def visited(self, address: WebAddress) -> str:
        """Return who is visited at an address, as turns and pauses are counted."""
        return address.host if self.by_host else address.authority


@dataclass(frozen=True, slots=True)
class Timing:
    """Time as the client sees it; a test gives its own."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] | None = None
    """None: real pauses, which end as soon as the run does."""


@dataclass(slots=True)
class _Host:
    active: int = 0
    next_start: float = 0.0
    """When the next request may start, by the rate."""
    closed_until: float = 0.0
    """When the host may be visited again, as it demanded itself."""


class HostTurns:
    """The turns of a process's requests, host by host; safe to share among threads."""

    def __init__(self, timing: Timing | None = None) -> None:
        self.timing = timing or Timing()
        self._hosts: dict[str, _Host] = {}
        self._changed = Condition()

    @contextmanager
    def turn(self, host: str, politeness: Politeness, cancellation: Cancellation) -> Iterator[None]:
        """Wait until a request to ``host`` may start, and count it while it runs.

        ``host`` is as `Politeness.visited` returns it.

        Raises `AtlasError` (``retry-later``) where the host wants longer than `longest_wait`, and
        what `Cancellation.check` raises.
        """
        cancellation.check()
        with self._changed:
            state = self._hosts.setdefault(host, _Host())
            self._refuse(host, state, politeness)
            while state.active >= politeness.parallel:
                self._changed.wait(LOOK_EVERY)
                cancellation.check()
            state.active += 1
        try:
            self._pace(host, state, politeness, cancellation)
            yield
        finally:
            with self._changed:
                state.active -= 1
                self._changed.notify_all()

    def close(self, host: str, seconds: float) -> None:
        """Note that a host asked for a pause."""
        until = self.timing.monotonic() + min(seconds, _FURTHEST)
        with self._changed:
            state = self._hosts.setdefault(host, _Host())
            state.closed_until = max(state.closed_until, until)

    def pause(self, seconds: float, cancellation: Cancellation) -> None:
        """Let time pass; raises what `Cancellation.check` raises."""
        if self.timing.sleep is None:
            cancellation.wait(seconds)
        else:
            self.timing.sleep(seconds)
            cancellation.check()

    def _pace(
        self, host: str, state: _Host, politeness: Politeness, cancellation: Cancellation
    ) -> None:
        interval = 1 / politeness.per_second if politeness.per_second else 0.0
        if politeness.spacing is not None:
            interval = max(interval, politeness.spacing(host))
        is_reserved = False
        while True:
            with self._changed:
                self._refuse(host, state, politeness)
                now = self.timing.monotonic()
                start = max(now, state.closed_until)
                if not is_reserved:
                    # Reserved before it is waited for, so that of two waiting each has its own.
                    start = max(start, state.next_start)
                    state.next_start = start + interval
                    is_reserved = True
            if start <= now:
                return
            self.pause(start - now, cancellation)

    def _refuse(self, host: str, state: _Host, politeness: Politeness) -> None:
        left = state.closed_until - self.timing.monotonic()
        if left > politeness.longest_wait:
            raise retry_later(host, left, self.timing)


def retry_later(host: str, seconds: float, timing: Timing) -> AtlasError:
    """Make the error that says when a host may be visited again."""
    return AtlasError(RETRY_LATER, host=host, until=visit_after(seconds, timing))


def visit_after(seconds: float, timing: Timing) -> str:
    """Return the instant after so many seconds (UTC, to the second, RFC 3339)."""
    until = timing.now() + timedelta(seconds=min(seconds, _FURTHEST))
    return f"{until:%Y-%m-%dT%H:%M:%SZ}"


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` field asks for (RFC 9110, 10.2.3), or None.

    A date is compared with the answer's own ``Date``, so that a server whose clock is wrong means
    what it says.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(min(int(value[:12]), _FURTHEST))
    until = http_date(value)
    if until is None:
        return None
    return max(0.0, (until - (http_date(headers.get("date", "")) or now)).total_seconds())
