"""Asks the addresses of hosts: each host one request after the other, some hosts beside others."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from catalog_service.context import Service
from catalog_service.quality.addresses.asking import ask
from catalog_service.quality.addresses.keeping import close_host, keep
from catalog_service.quality.addresses.model import Asked, Outcome, key_of
from catalog_service.quality.addresses.origins import Origins
from catalog_service.quality.addresses.planning import address_allowed
from catalog_service.quality.addresses.robots import Robots, read_robots
from catalog_service.user_agent import agent
from harvesters.platforms.cancellation import Cancellation
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from harvesters.platforms.web_address import WebAddress, parse
from ontology.errors import AtlasError

_log = structlog.get_logger(__name__)

_LATER: Final = Asked("later")
_NOT_ALLOWED: Final = Asked("not-allowed")
_REPEATED: Final = 3
"""Times that a host may want to be left alone before it is, for this night."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How hosts are treated; all in seconds."""

    pause: float = 1.0
    """Between the starts of two requests to a host."""
    answer: float = 20.0
    """For an answer, its redirects included."""
    unasked_pause: float = 60.0
    """After a 429 that does not say how long."""
    host: float = 4 * 3_600.0
    """For all addresses of a host in one night."""
    slow: int = 3
    """Answers in a row that did not come in time, after which a host is left for this night."""
    parallel: int = 4
    """Hosts that are asked beside each other."""


@dataclass(frozen=True, slots=True)
class Round:
    """One night's turn, as all hosts share it."""

    atlas: Service
    turns: HostTurns
    manners: Manners
    cancellation: Cancellation
    allow: tuple[str, ...] = ()
    """Inner addresses that may be reached: none but in tests and drills."""
    told: Callable[[str, Asked], None] | None = None
    origins: Origins = field(default_factory=Origins)

    def ask(self, planned: Mapping[str, Sequence[str]]) -> Counter[Outcome]:
        """Ask, by host, and keep each answer at once; return how many were what.

        Raises what the cancellation does, once no request is under way any more.
        """
        found: Counter[Outcome] = Counter()
        with ThreadPoolExecutor(self.manners.parallel, "addresses") as threads:
            for one in threads.map(lambda host: self._host(host, planned[host]), planned):
                found += one
        self.cancellation.check()
        return found

    def _host(self, host: str, addresses: Sequence[str]) -> Counter[Outcome]:
        found: Counter[Outcome] = Counter()
        try:
            self._ask_all(host, addresses, found)
        except AtlasError as error:
            if not self.cancellation.is_set:
                _log.warning("host-left", host=host, error=error.code)
        return found

    def _client(self, address: str) -> GuardedClient:
        manners = self.manners
        return GuardedClient(
            address,
            turns=self.turns,
            agent=agent(self.atlas.settings),
            allow=self.allow,
            politeness=Politeness(
                per_second=1 / manners.pause if manners.pause else None,
                parallel=1,
                attempts=1,
                by_host=True,
                spacing=self.origins.pause,
            ),
            limits=replace(
                RequestLimits(),
                seconds=manners.answer,
                # A host with several addresses, none of which connects, is told within `answer`.
                connect_seconds=min(5.0, manners.answer),
                body=512 * 1024,
            ),
            cancellation=self.cancellation,
        )

    def _ask_all(self, host: str, addresses: Sequence[str], found: Counter[Outcome]) -> None:
        until = time.monotonic() + self.manners.host
        with self._client(addresses[0]) as client:
            slow = 0
            for address in addresses:
                if time.monotonic() > until or slow >= self.manners.slow:
                    return
                target = parse(address)
                one = self.origins.down(target) or self._ask(client, host, target)
                self.cancellation.check()
                self._keep(address, one)
                found[one.outcome] += 1
                if one.outcome == "later":
                    return
                # Of an origin without a connection all are told, and none is waited for.
                is_slow = one.outcome == "timed-out" and not one.is_of_origin
                slow = slow + 1 if is_slow else 0

    def _rules(self, client: GuardedClient, target: WebAddress) -> Robots | Asked:
        name = agent(self.atlas.settings)
        return self.origins.rules(target, lambda: read_robots(client, target, name, self._is_named))

    def _is_named(self, target: WebAddress) -> bool:
        return address_allowed(self.atlas.settings.quality_links, target)

    def _ask_once(self, client: GuardedClient, target: WebAddress) -> Asked:
        """Ask an address where its origin's robots.txt allows it, and each redirect's does."""
        rules = self._rules(client, target)
        if isinstance(rules, Asked):
            # There is no connection to its origin: its own would be the same.
            return rules
        if not rules.allows(str(target)):
            return _NOT_ALLOWED
        elsewhere: Asked | None = None

        def may_follow(step: WebAddress) -> bool:
            """Hold each step of a redirect against what the operator allows, and robots.txt."""
            nonlocal elsewhere
            if not self._is_named(step):
                return False
            found = self._rules(client, step)
            if isinstance(found, Asked):
                elsewhere = replace(found, is_of_origin=step.origin == target.origin)
                return False
            return found.allows(str(step))

        one = ask(client, str(target), may_follow)
        self.origins.note(target, one)
        # The address may lead to where there is no connection: it fails as well.
        return elsewhere or one

    def _ask(self, client: GuardedClient, host: str, target: WebAddress) -> Asked:
        """Ask an address, again after a pause where the host wants one that is short."""
        until = ""
        for _ in range(_REPEATED):
            try:
                one = self._ask_once(client, target)
            except AtlasError as error:
                if error.code != "retry-later":
                    raise
                if error.params["host"] != host:
                    # Where it redirects to: the host itself is asked on.
                    return _NOT_ALLOWED
                until = str(error.params["until"])
                continue
            if one.outcome != "later":
                return one
            self.turns.close(host, self.manners.unasked_pause)
        if until:
            close_host(self.atlas, host, until)
        return _LATER

    def _keep(self, address: str, one: Asked) -> None:
        keep(self.atlas, key_of(address), one, self.atlas.clock.today())
        if self.told is not None:
            self.told(address, one)
