"""How much work one client may have done, and how many queries it may have inside."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from catalog_service.sparql.errors import SPARQL_AT_ONCE, SPARQL_BUDGET, SPARQL_BUSY
from catalog_service.sparql.limits import (
    FULL,
    LEAST_SECONDS,
    SHARED,
    WINDOW_SECONDS,
    SparqlLimits,
)
from catalog_service.sparql.model import Allowance, Client
from ontology.errors import AtlasError

_MANY: Final = 10_000
"""Number of clients above which those with all their seconds are forgotten."""

_FORGET_SECONDS: Final = 1.0
"""Least time between two looks through all of them."""

_PROMISES: Final = SHARED
"""Times to come back that are kept for one client."""

_NEWEST: Final = 0.2
"""Weight of the newest query in what one of a client is expected to cost."""


@dataclass(slots=True, eq=False)
class _Account:
    most: float
    seconds: float
    at: float
    inside: int = 0
    working: dict[int, float] = field(default_factory=dict)
    """When each piece of work that runs now began."""
    usual: float = LEAST_SECONDS
    """What one query is expected to cost."""
    promised: list[float] = field(default_factory=list)
    """When those who were refused may come back; in order."""

    @property
    def refill(self) -> float:
        """Seconds of work that come back each second."""
        return self.most / WINDOW_SECONDS

    def refresh(self, now: float) -> None:
        """Give back what the time since has brought."""
        self.seconds = min(self.most, self.seconds + (now - self.at) * self.refill)
        self.at = now

    def left(self, now: float) -> float:
        """Return what is left, less what runs now has used so far."""
        return self.seconds - sum(now - began for began in self.working.values())


class Visit:
    """A query that is inside, and what it costs: its work, never its waiting."""

    def __init__(self, budgets: Budgets, account: _Account | None) -> None:
        self._budgets = budgets
        self._account = account
        self.cost = 0.0
        """Seconds of work so far."""

    @contextmanager
    def work(self) -> Iterator[None]:
        """Charge the time of the block."""
        began = self._budgets._begin(self._account, id(self))
        try:
            yield
        finally:
            self.cost += self._budgets._charge(self._account, id(self), began)


class Budgets:
    """A bucket of seconds of work for each client, and a bound on the queries that are inside.

    Work is charged as it is done; the bucket may go below zero, and the client waits until it is
    above again. Who is refused is given a time to come back, at which it is let in for certain:
    the times of one client lie as far apart as its queries usually cost, so that it goes on at an
    even pace. Where many ask at once, the places are shared among the clients who are inside.
    Safe to share between threads.
    """

    def __init__(
        self, limits: SparqlLimits, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._monotonic = monotonic
        self._accounts: dict[str, _Account] = {}
        self._inside = 0
        self._forgotten = -_FORGET_SECONDS
        self._clients = 0
        """How many have queries inside."""
        self._lock = Lock()

    @contextmanager
    def visit(self, client: Client | None) -> Iterator[Visit]:
        """Hold a place for a query of ``client``; None is not charged.

        Raises `AtlasError`: ``sparql-budget``, ``sparql-at-once`` and ``sparql-busy``, with
        ``retry_after`` in whole seconds.
        """
        if client is None:
            yield Visit(self, None)
            return
        account = self._enter(client)
        visit = Visit(self, account)
        try:
            yield visit
        finally:
            self._leave(account, visit.cost)

    @contextmanager
    def working(
        self, client: Client, place: AbstractContextManager[object] | None = None
    ) -> Iterator[None]:
        """Charge the time of the block, which is no query's; raises what `visit` does.

        Entering ``place``, where it waits for its turn, is not charged.
        """
        with self.visit(client) as visit, place or nullcontext(), visit.work():
            yield

    def allowance(self, client: Client) -> Allowance:
        """Return what a client has left."""
        with self._lock:
            now = self._monotonic()
            account = self._account(client, now)
            left = max(0.0, account.left(now))
            full = math.ceil((account.most - left) / account.refill)
            return Allowance(round(account.most), WINDOW_SECONDS, math.floor(left), full)

    def _enter(self, client: Client) -> _Account:
        with self._lock:
            now = self._monotonic()
            account = self._account(client, now)
            again = max(1, math.ceil(account.usual))
            clients = self._clients + (account.inside == 0)
            promised = self._is_promised(account, now)
            # A promise holds, whatever else of the client's has come inside meanwhile.
            if not promised and account.inside >= max(1, SHARED // clients):
                raise AtlasError(SPARQL_AT_ONCE, count=account.inside, retry_after=again)
            if self._inside >= FULL:
                raise AtlasError(SPARQL_BUSY, retry_after=math.ceil(self._limits.timeout))
            if promised:
                account.promised.pop(0)
            elif account.left(now) <= 0:
                raise AtlasError(SPARQL_BUDGET, retry_after=self._promise(account, now))
            self._clients += account.inside == 0
            account.inside += 1
            self._inside += 1
            return account

    def _is_promised(self, account: _Account, now: float) -> bool:
        return bool(account.promised) and account.promised[0] <= now

    def _promise(self, account: _Account, now: float) -> int:
        """Return the seconds after which the client comes back and is let in."""
        when = now + (LEAST_SECONDS - account.left(now)) / account.refill
        if len(account.promised) >= _PROMISES:
            when = account.promised[-1]
        else:
            if account.promised:
                when = max(when, account.promised[-1] + account.usual / account.refill)
            account.promised.append(now + math.ceil(when - now))
        return max(1, math.ceil(when - now))

    def _leave(self, account: _Account, cost: float) -> None:
        with self._lock:
            account.inside -= 1
            self._inside -= 1
            self._clients -= account.inside == 0
            account.seconds -= max(0.0, LEAST_SECONDS - cost)
            account.usual += _NEWEST * (max(cost, LEAST_SECONDS) - account.usual)

    def _begin(self, account: _Account | None, work: int) -> float:
        with self._lock:
            now = self._monotonic()
            if account is not None:
                account.working[work] = now
            return now

    def _charge(self, account: _Account | None, work: int, began: float) -> float:
        with self._lock:
            now = self._monotonic()
            if account is not None:
                account.refresh(now)
                del account.working[work]
                account.seconds -= now - began
            return now - began

    def _account(self, client: Client, now: float) -> _Account:
        account = self._accounts.get(client.name)
        if account is None:
            # Looking through all of them for each new client would let many keep the lock.
            if len(self._accounts) >= _MANY and now - self._forgotten >= _FORGET_SECONDS:
                self._forgotten = now
                self._forget(now)
            most = self._limits.share(client).seconds
            account = self._accounts[client.name] = _Account(most, most, now)
        account.refresh(now)
        account.promised = [when for when in account.promised if now - when < WINDOW_SECONDS]
        return account

    def _forget(self, now: float) -> None:
        for account in self._accounts.values():
            account.refresh(now)
        self._accounts = {
            name: account
            for name, account in self._accounts.items()
            if account.inside or account.seconds < account.most
        }
