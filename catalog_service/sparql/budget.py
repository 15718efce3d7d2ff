"""How much of the workers one client may use."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition

from catalog_service.sparql.errors import SPARQL_BUSY
from catalog_service.sparql.limits import CROWDED, FULL, LEAST_SECONDS, SparqlLimits
from ontology.errors import AtlasError

_MANY = 10_000
"""Number of clients above which those with a full bucket are forgotten."""


@dataclass(slots=True)
class _Client:
    seconds: float
    at: float
    running: int = 0
    waiting: int = 0


class Budgets:
    """A bucket of worker seconds for each client, and a bound on what it runs at a time.

    A query is charged what it used, once it has ended: the bucket may go below zero, and the
    client waits until it is above again. Where many ask at once, clients that have a query inside
    are refused first, and above `FULL` everybody: waiting would keep others from search and pages.
    """

    def __init__(
        self, limits: SparqlLimits, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._monotonic = monotonic
        self._clients: dict[str, _Client] = {}
        self._inside = 0
        self._changed = Condition()

    @contextmanager
    def spend(self, client: str | None, patience: float) -> Iterator[None]:
        """Hold a place of ``client`` for the block, and charge its time; None is not charged.

        Waits up to ``patience`` seconds for its own queries to end. Raises `AtlasError`
        (``sparql-busy`` with ``retry_after`` in whole seconds).
        """
        if client is None:
            yield
            return
        self._enter(client, patience)
        started = self._monotonic()
        try:
            yield
        finally:
            self._leave(client, self._monotonic() - started)

    def _enter(self, name: str, patience: float) -> None:
        limits = self._limits
        with self._changed:
            client = self._refilled(name)
            if client.seconds <= 0:
                wait = math.ceil((LEAST_SECONDS - client.seconds) / limits.client_refill)
                raise AtlasError(SPARQL_BUSY, retry_after=max(1, wait))
            has_one = client.running + client.waiting > 0
            crowded = self._inside >= (CROWDED if has_one else FULL)
            if crowded or client.waiting >= limits.client_waiting:
                raise AtlasError(SPARQL_BUSY, retry_after=max(1, math.ceil(limits.timeout)))
            client.waiting += 1
            self._inside += 1
            free = False
            try:
                free = self._changed.wait_for(
                    lambda: client.running < limits.client_running, patience
                )
            finally:
                client.waiting -= 1
                self._inside -= not free
            if not free:
                raise AtlasError(SPARQL_BUSY, retry_after=max(1, math.ceil(limits.timeout)))
            client.running += 1

    def _leave(self, name: str, seconds: float) -> None:
        with self._changed:
            client = self._refilled(name)
            client.running -= 1
            self._inside -= 1
            client.seconds -= max(LEAST_SECONDS, seconds)
            self._changed.notify_all()

    def _refilled(self, name: str) -> _Client:
        now = self._monotonic()
        most = self._limits.client_seconds
        client = self._clients.get(name)
        if client is None:
            if len(self._clients) >= _MANY:
                self._forget(now)
            client = self._clients[name] = _Client(most, now)
        client.seconds = min(most, client.seconds + (now - client.at) * self._limits.client_refill)
        client.at = now
        return client

    def _forget(self, now: float) -> None:
        refill, most = self._limits.client_refill, self._limits.client_seconds
        self._clients = {
            name: c
            for name, c in self._clients.items()
            if c.running or c.waiting or c.seconds + (now - c.at) * refill < most
        }
