"""SPARQL answers nothing while its graph still holds what was closed long ago."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader
from catalog_service.projections.graph import GraphProjection
from catalog_service.projections.revocations import Revocations
from catalog_service.sparql import revocation_check
from catalog_service.sparql.limits import SparqlLimits
from catalog_service.sparql.model import Allowance, Client, SparqlAnswer
from catalog_service.sparql.pool import SparqlPool
from catalog_service.sparql.revocation_check import (
    CACHE_ABSENT,
    CACHE_HELD,
    FINE_HELD,
    GRACE,
    CachedNumber,
    RevocationCheck,
)
from ontology.errors import AtlasError
from tests.catalog_service.projections.test_index import HOUSE, FixedClock, House

TITLES = "SELECT ?t { ?s <http://purl.org/dc/terms/title> ?t }"


class LaterClock:
    def __init__(self) -> None:
        self.instant = FixedClock().now()

    def now(self) -> datetime:
        return self.instant

    def today(self) -> date:
        return self.instant.date()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def test_what_was_closed_long_ago_is_not_told(house: House) -> None:
    house.submit("0", "停车场")
    house.submit("1", "游泳池")
    clock, now = LaterClock(), [0.0]
    reader = GraphReader(house.folder)
    pool = SparqlPool(reader, SparqlLimits(workers=1, memory_mb=512))
    guarded = RevocationCheck(
        pool,
        lambda: reader.current().checkpoint,
        Revocations(lambda: house.journal),
        clock,
        lambda: now[0],
    )
    with EmbeddedGraph(house.folder, fixed=()) as store:
        graph = GraphProjection(store, house.journal.mark)
        graph.apply(house.journal.changes_after(0))
        graph.publish()
        assert guarded.query(TITLES).rows == 2
        list(house.catalog.withdraw(["1"], HOUSE))
        # The worker has a while to take it out.
        clock.instant += GRACE
        assert guarded.query(TITLES).rows == 2
        clock.instant += timedelta(seconds=1)
        with pytest.raises(AtlasError) as refused:
            guarded.query(TITLES)
        assert refused.value.code == "sparql-behind"
        # Nor is a copy of an answer confirmed by the state.
        with pytest.raises(AtlasError) as unconfirmed:
            guarded.state()
        assert unconfirmed.value.code == "sparql-behind"
        # Taken out, though the graph stands where it stood: a change before it fails.
        graph.withdraw(sorted(Revocations(lambda: house.journal).since(2)))
        now[0] += CACHE_HELD
        assert reader.current().checkpoint == 2 < house.journal.head()
        assert guarded.query(TITLES).rows == 1
        assert guarded.state() == pool.state()
    guarded.close()


@dataclass(frozen=True)
class Gone:
    iri: str
    time: datetime


class Given:
    """Revocations as they are given."""

    def __init__(self) -> None:
        self.closings: tuple[Gone, ...] = ()

    def close(self, *names: str) -> None:
        now = FixedClock().now() - GRACE * 2
        self.closings += tuple(Gone(f"urn:{name}", now) for name in names)

    def all_since(self, checkpoint: int) -> Sequence[Gone]:
        return self.closings


class Holding:
    """A service that holds some graphs, and counts what it is asked about them."""

    def __init__(self, *held: str) -> None:
        self.held = {f"<urn:{name}>" for name in held}
        self.asked: list[str] = []
        self.entered = threading.Event()
        self.let_go = threading.Event()
        self.let_go.set()

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
        rows = 1
        if "VALUES" in text:
            self.asked.append(text)
            self.entered.set()
            assert self.let_go.wait(60)
            rows = int(any(name in text for name in self.held))
        return SparqlAnswer(b"", "text/csv", 1, 0.0, rows)

    def allowance(self, client: Client) -> Allowance:
        return Allowance(60, 60, 60, 0)

    def working(self, client: Client) -> AbstractContextManager[None]:
        return nullcontext()

    def state(self) -> int:
        return 1

    def alive(self) -> int:
        return 0

    def close(self) -> None:
        """Nothing is open."""


def behind(guarded: RevocationCheck) -> bool:
    try:
        guarded.query(TITLES)
    except AtlasError as error:
        assert error.code == "sparql-behind"
        return True
    return False


def test_a_state_is_asked_once_for_each_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocation_check, "_TEXT", 1)
    service, given, now, state = Holding("c"), Given(), [0.0], [1]
    clock = LaterClock()
    guarded = RevocationCheck(
        service, lambda: 1, given, clock, lambda: now[0], state=lambda: state[0]
    )
    assert not behind(guarded)
    given.close("a", "b")
    # That nothing was late is known for a moment, in which nothing can become so.
    assert not behind(guarded)
    assert not service.asked
    clock.instant += FINE_HELD
    assert not behind(guarded)
    assert not behind(guarded)
    assert len(service.asked) == 2
    given.close("c", "d")
    assert behind(guarded)
    assert behind(guarded)
    # The one it holds settles it.
    assert len(service.asked) == 3
    service.held.clear()
    now[0] += CACHE_HELD
    assert not behind(guarded)
    assert len(service.asked) == 5
    # Another state may hold again what this one does not; a server's may after a while.
    state[0] += 1
    assert not behind(guarded)
    assert len(service.asked) == 9
    now[0] += CACHE_ABSENT
    assert not behind(guarded)
    assert len(service.asked) == 13


def test_who_needs_no_answer_does_not_wait_for_who_does() -> None:
    service, given, clock = Holding(), Given(), LaterClock()
    guarded = RevocationCheck(service, lambda: 1, given, clock, patience=0.0)
    given.close("a")
    service.let_go.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(behind, guarded)
        assert service.entered.wait(60)
        assert behind(guarded)
        given.closings = ()
        assert not behind(guarded)
        service.let_go.set()
        assert not first.result(60)
    assert len(service.asked) == 1


def test_a_number_is_remembered_for_a_while() -> None:
    now, asked = [0.0], iter(range(10))
    number = CachedNumber(lambda: next(asked), lambda: now[0])
    assert (number(), number()) == (0, 0)
    now[0] += CACHE_HELD
    assert number() == 1
