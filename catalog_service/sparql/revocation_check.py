"""Refusing queries while the graph still holds records that were withdrawn or closed."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Protocol

from catalog_service.clock import Clock
from catalog_service.sparql.errors import SPARQL_BEHIND
from catalog_service.sparql.model import Allowance, Client, SparqlAnswer, SparqlService
from ontology.errors import AtlasError

GRACE: Final = timedelta(seconds=60)
"""How long the graph may hold a record after it was closed; a running worker removes it within
seconds. Which answers depend on one record cannot be told, so that afterwards none is given."""

CACHE_HELD: Final = 5.0
"""Seconds for which "it still holds a closed record" is cached."""

CACHE_ABSENT: Final = 60.0
"""Seconds for which "it holds none" is cached: a snapshot never changes, but what a server holds
may, also between two checkpoints."""

FINE_HELD: Final = timedelta(seconds=0.25)
"""For how long "nothing is late" is cached: a look at the journal costs as much as all else that
the web process does for a short query."""

PATIENCE: Final = 2.0
"""Seconds that a query waits while another thread asks the graph what it holds."""

_TEXT: Final = 100_000
"""Characters of IRIs in one query."""


class RevokedRecord(Protocol):
    """A record that is no longer public, and when that was decided."""

    @property
    def iri(self) -> str:
        """The record's IRI, its graph's name."""
        ...

    @property
    def time(self) -> datetime:
        """When it was closed."""
        ...


class Revocations(Protocol):
    """What the journal tells; `catalog_service.projections.revocations.Revocations` is one."""

    def all_since(self, checkpoint: int) -> Sequence[RevokedRecord]:
        """Return the records closed after change ``checkpoint`` and not open again."""
        ...


@dataclass(frozen=True, slots=True)
class _Findings:
    """What was found out about a state of the graph."""

    state: Hashable
    revocations: Sequence[RevokedRecord]
    late: int
    """How many of ``revocations``, from the first, were late."""
    absent: frozenset[str]
    """Records that the state does not hold."""
    held: bool
    """Whether it holds another one of those that are late."""
    since: float
    until: float

    def serves(
        self, state: Hashable, revocations: Sequence[RevokedRecord], late: int, now: float
    ) -> bool:
        """Tell whether this still answers for the state, so that the graph need not be asked."""
        # The same object while the journal closes nothing more: thousands are not compared.
        same = self.revocations is revocations and self.late == late
        return same and self.state == state and now < self.until


class RevocationCheck:
    """Wraps a `SparqlService`; answers ``sparql-behind`` while the graph holds revoked records.

    Where the graph stands at the journal's end this costs one look at the journal. Only where
    something was closed more than `GRACE` ago is the graph asked whether it has it still: the
    follower takes it out even while other changes keep failing. Each record is asked for once in
    a state, by one thread; no query runs under a lock.
    """

    def __init__(
        self,
        service: SparqlService,
        checkpoint: Callable[[], int],
        revocations: Revocations,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        state: Callable[[], Hashable] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Guard ``service``; ``checkpoint`` gives the journal number of its newest state.

        ``state`` tells two states of one number apart, where that costs nothing.
        """
        self.service = service
        self._checkpoint = checkpoint
        self._state = state or checkpoint
        self._revocations = revocations
        self._clock = clock
        self._monotonic = monotonic
        self._patience = patience
        self._asking = Lock()
        self._findings: _Findings | None = None
        self._fine: tuple[int, datetime] | None = None
        """For which state, and when, the journal told that nothing is late."""

    def query(
        self,
        text: str,
        *,
        accept: str = "",
        client: Client | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        timeout: float | None = None,
        streamed: bool = False,
    ) -> SparqlAnswer:
        """Answer a query; raises `AtlasError`, also ``sparql-behind``."""
        self._check()
        return self.service.query(
            text,
            accept=accept,
            client=client,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            timeout=timeout,
            streamed=streamed,
        )

    def allowance(self, client: Client) -> Allowance:
        """Return what a client has left of its work."""
        return self.service.allowance(client)

    def working(
        self, client: Client, place: AbstractContextManager[object] | None = None
    ) -> AbstractContextManager[None]:
        """Charge the time of the block to a client (`SparqlService.working`)."""
        return self.service.working(client, place)

    def state(self) -> int:
        """Return the number of the newest state; raises `AtlasError`, also ``sparql-behind``.

        A copy that is confirmed by this number tells what the state holds, as an answer does.
        """
        self._check()
        return self.service.state()

    def alive(self) -> int:
        """Return how many worker processes run."""
        return self.service.alive()

    def close(self) -> None:
        """Stop all workers and close all connections."""
        self.service.close()

    def _check(self) -> None:
        """Raise ``sparql-behind`` where the state holds a record that was closed before `GRACE`."""
        now, checkpoint = self._clock.now(), self._checkpoint()
        known = self._fine
        # A clock that was set back ends it, too.
        if known is not None and known[0] == checkpoint and abs(now - known[1]) < FINE_HELD:
            return
        revocations = self._revocations.all_since(checkpoint)
        late = bisect_left(revocations, now - GRACE, key=lambda one: one.time)
        self._fine = None if late else (checkpoint, now)
        if late and self._holds(revocations, late):
            raise _behind(late)

    def _holds(self, revocations: Sequence[RevokedRecord], late: int) -> bool:
        """Tell whether the state holds any of the first ``late`` of ``revocations``."""
        state = self._state()
        known = self._findings
        if known is not None and known.serves(state, revocations, late, self._monotonic()):
            return known.held
        # It held one a moment ago, and somebody is looking whether it still does.
        patience = 0.0 if known is not None and known.held else self._patience
        if not self._asking.acquire(timeout=patience):
            raise _behind(late)
        try:
            known, now = self._findings, self._monotonic()
            if known is None or not known.serves(state, revocations, late, now):
                known = self._findings = self._look(known, state, revocations, late)
            return known.held
        finally:
            self._asking.release()

    def _look(
        self,
        known: _Findings | None,
        state: Hashable,
        revocations: Sequence[RevokedRecord],
        late: int,
    ) -> _Findings:
        now = self._monotonic()
        absent, since = set[str](), now
        if known is not None and known.state == state and now - known.since < CACHE_ABSENT:
            absent.update(known.absent)
            since = known.since
        held = False
        for batch in _batches(one.iri for one in revocations[:late] if one.iri not in absent):
            held = bool(self.service.query(_question(batch)).rows)
            if held:
                break
            absent.update(batch)
        end = self._monotonic()
        until = min(
            end + CACHE_HELD if held else since + CACHE_ABSENT,
            since + CACHE_ABSENT,
        )
        return _Findings(state, revocations, late, frozenset(absent), held, since, until)


def _behind(late: int) -> AtlasError:
    return AtlasError(SPARQL_BEHIND, count=late, retry_after=30)


def _batches(iris: Iterable[str]) -> Iterator[list[str]]:
    """Yield IRIs in lists of up to `_TEXT` characters."""
    batch: list[str] = []
    size = 0
    for iri in iris:
        batch.append(iri)
        size += len(iri)
        if size >= _TEXT:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _question(graphs: Sequence[str]) -> str:
    """Return a query that finds a row where any of some records is held."""
    names = " ".join(f"<{graph}>" for graph in graphs)
    return f"SELECT ?g {{ VALUES ?g {{ {names} }} GRAPH ?g {{ ?s ?p ?o }} }} LIMIT 1"


class CachedNumber:
    """A number that is asked for over the network, and not again for a while."""

    def __init__(
        self, ask: Callable[[], int], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._kept: tuple[float, int] | None = None

    def __call__(self) -> int:
        """Return the number, at most `CACHE_HELD` seconds old; raises what asking raises."""
        now = self._monotonic()
        if self._kept is None or now - self._kept[0] >= CACHE_HELD:
            self._kept = (now, self._ask())
        return self._kept[1]
