"""Queries are refused while their state still holds what was closed long ago."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Protocol

from catalog_service.clock import Clock
from catalog_service.sparql.errors import SPARQL_BEHIND
from catalog_service.sparql.model import SparqlAnswer, SparqlService
from ontology.errors import AtlasError

GRACE: Final = timedelta(seconds=60)
"""How long a state may hold a record after it was closed: a worker that lives takes it out in a
second or a few. A query's answer cannot be searched for what it owes to one record."""

REMEMBERED: Final = 5.0
"""Seconds for which is remembered that a closed record is still held, or is not."""

_TEXT: Final = 100_000
"""Characters of IRIs in one question."""


class Closing(Protocol):
    """A record that is public no more, and when that was decided."""

    @property
    def iri(self) -> str:
        """The record's IRI, its graph's name."""
        ...

    @property
    def time(self) -> datetime:
        """When it was closed."""
        ...


class Closings(Protocol):
    """What the journal tells; `catalog_service.projections.closings.Closings` is one."""

    def all_since(self, checkpoint: int) -> Sequence[Closing]:
        """Return the records closed after change ``checkpoint`` and not open again."""
        ...


class OpenOnly:
    """A `SparqlService` that answers ``sparql-behind`` rather than tell what is not open.

    Where the graph stands at the journal's end this costs one look at the journal. Only where
    something was closed more than `GRACE` ago is the graph asked whether it has it still: the
    follower takes it out even while other changes keep failing.
    """

    def __init__(
        self,
        service: SparqlService,
        checkpoint: Callable[[], int],
        closings: Closings,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Guard ``service``; ``checkpoint`` gives the journal number of its newest state."""
        self.service = service
        self._checkpoint = checkpoint
        self._closings = closings
        self._clock = clock
        self._monotonic = monotonic
        self._lock = Lock()
        self._said: tuple[frozenset[str], float, bool] = (frozenset(), 0.0, False)

    def query(
        self,
        text: str,
        *,
        accept: str = "",
        client: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> SparqlAnswer:
        """Answer a query; raises `AtlasError`, also ``sparql-behind``."""
        late = self._late()
        if late and self._holds(late):
            raise AtlasError(SPARQL_BEHIND, count=len(late), retry_after=30)
        return self.service.query(
            text,
            accept=accept,
            client=client,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )

    def state(self) -> int:
        """Return the number of the newest state."""
        return self.service.state()

    def alive(self) -> int:
        """Return how many worker processes run."""
        return self.service.alive()

    def close(self) -> None:
        """Give up all workers and connections."""
        self.service.close()

    def _late(self) -> list[Closing]:
        closings = self._closings.all_since(self._checkpoint())
        if not closings:
            return []
        end = self._clock.now() - GRACE
        return [closing for closing in closings if closing.time < end]

    def _holds(self, late: Sequence[Closing]) -> bool:
        iris = frozenset(closing.iri for closing in late)
        with self._lock:
            known, until, held = self._said
            if known == iris and self._monotonic() < until:
                return held
            held = any(self.service.query(question).rows for question in _questions(late))
            self._said = (iris, self._monotonic() + REMEMBERED, held)
            return held


def _questions(late: Sequence[Closing]) -> Iterator[str]:
    """Yield queries, each of which finds a row where any of some records is held."""
    batch: list[str] = []
    size = 0
    for closing in late:
        batch.append(f"<{closing.iri}>")
        size += len(closing.iri)
        if size >= _TEXT:
            yield _question(batch)
            batch, size = [], 0
    if batch:
        yield _question(batch)


def _question(graphs: Sequence[str]) -> str:
    return f"SELECT ?g {{ VALUES ?g {{ {' '.join(graphs)} }} GRAPH ?g {{ ?s ?p ?o }} }} LIMIT 1"


class Remembered:
    """A number that is asked for over the network, and not again for a while."""

    def __init__(
        self, ask: Callable[[], int], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._kept: tuple[float, int] | None = None

    def __call__(self) -> int:
        """Return the number, at most `REMEMBERED` seconds old; raises what asking raises."""
        now = self._monotonic()
        if self._kept is None or now - self._kept[0] >= REMEMBERED:
            self._kept = (now, self._ask())
        return self._kept[1]
