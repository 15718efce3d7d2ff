"""Short queries are answered at once; long ones go on in turns."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from catalog_service.graph import EmbeddedGraph, GraphReader, GraphRecord
from catalog_service.sparql.lanes import FORGIVEN_SECONDS, RESTRICTED_SECONDS, Lanes
from catalog_service.sparql.limits import SparqlLimits
from catalog_service.sparql.model import Client
from catalog_service.sparql.pool import SparqlPool
from catalog_service.sparql.turns import Turns
from ontology.errors import AtlasError
from ontology.record import Record
from tests.fixtures.waiting import until

A, B, C = (Client(name) for name in "abc")
BEARER = Client("token 1", registered=True)
PATIENCE = 60.0
ENDLESS = "SELECT * {?s ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i} OFFSET 2000000000 LIMIT 1"


@contextmanager
def waiting(turns: Turns, *clients: Client) -> Iterator[list[Client]]:
    """Have clients wait, in this order; yields the list that they enter in."""
    entered: list[Client] = []

    def enter(client: Client) -> None:
        assert turns.enter(client, PATIENCE)
        entered.append(client)

    with ThreadPoolExecutor(len(clients)) as threads:
        asked: list[Future[None]] = []
        for number, client in enumerate(clients, 1):
            asked.append(threads.submit(enter, client))
            until(lambda wanted=number: turns.waiting() == wanted, "the client to wait")  # type: ignore[misc]
        yield entered
        for future in asked:
            future.result()


def leave(turns: Turns, client: Client, entered: list[Client], count: int) -> None:
    turns.leave(client)
    until(lambda: len(entered) == count, "the next to enter")


def test_clients_take_turns_whoever_asks_for_more() -> None:
    turns = Turns(1)
    assert turns.enter(A, 0)
    with waiting(turns, A, A, A, B, C) as entered:
        before = A
        for count in range(1, 6):
            leave(turns, before, entered, count)
            before = entered[-1]
    assert entered == [A, B, C, A, A]


def test_nobody_has_two_places_while_others_wait() -> None:
    turns = Turns(2)
    assert turns.enter(A, 0) and turns.enter(B, 0)
    with waiting(turns, A, A, C) as entered:
        leave(turns, B, entered, 1)
        assert entered == [C]
        leave(turns, C, entered, 2)
        leave(turns, A, entered, 3)


def test_bearers_have_a_queue_of_their_own() -> None:
    turns = Turns(1)
    public = [Client(f"address {number}") for number in range(3)]
    assert turns.enter(A, 0)
    with waiting(turns, *public, BEARER, BEARER) as entered:
        before = A
        for count in range(1, 6):
            leave(turns, before, entered, count)
            before = entered[-1]
    assert entered == [BEARER, public[0], BEARER, public[1], public[2]]


def test_who_has_waited_too_long_leaves_nothing_behind() -> None:
    turns = Turns(1)
    assert turns.enter(A, 0)
    assert not turns.enter(B, 0)
    assert not turns.enter_now(B)
    assert turns.waiting() == 0
    turns.leave(A)
    assert turns.enter_now(B)


def test_who_was_stopped_begins_in_the_slow_lane_for_a_while() -> None:
    now = [1000.0]
    lanes = Lanes(SparqlLimits(workers=3), monotonic=lambda: now[0])
    with lanes.passage(A) as first, lanes.passage(B) as long:
        assert (first.lane, long.lane) == ("quick", "quick")
        assert long.stay() and long.lane == "slow"
        assert not first.stay()
    with lanes.passage(A) as first:
        first.begin_anew()
        assert first.lane == "slow"
    with lanes.passage(A) as again, lanes.passage(B) as other:
        assert (again.lane, other.lane) == ("slow", "quick")
    now[0] += FORGIVEN_SECONDS
    with lanes.passage(A) as forgiven:
        assert forgiven.lane == "quick"


def test_those_whose_queries_met_the_limits_have_half_of_the_slow_lane() -> None:
    now = [1000.0]
    lanes = Lanes(SparqlLimits(workers=4), monotonic=lambda: now[0])
    for client in (A, B):
        with lanes.passage(client) as killed:
            assert killed.stay()
            killed.met_limits()
    with lanes.passage(A) as first, lanes.passage(B) as second, lanes.passage(C) as honest:
        assert first.stay()
        assert not second.stay()
        assert honest.stay()
    with lanes.passage(B) as second:
        assert second.stay()
    # Also where its turn is waited for: the place is free again after each.
    with lanes.passage(A) as first:
        first.begin_anew()
        assert first.lane == "slow"
        with lanes.passage(B) as second, lanes.passage(C) as honest:
            assert not second.stay()
            assert honest.stay()
    now[0] += RESTRICTED_SECONDS
    with lanes.passage(A) as first, lanes.passage(B) as second:
        assert first.stay()
        assert second.stay()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("lanes")
    with EmbeddedGraph(home) as store:
        lines = [f'<http://a.example/{n}> <http://a.example/p> "{n}" .' for n in range(300)]
        made = Record.from_lines(lines, iri="http://a.example/r", source="test", remote_id="r")
        store.write([GraphRecord(made.iri, made.focus, made.hash, made.nquads)], [], 1)
        store.publish()
    return home


def test_short_questions_are_answered_whoever_else_asks_what(home: Path) -> None:
    limits = SparqlLimits(timeout=600, memory_mb=256, workers=2, quick_seconds=0.05)
    short = "SELECT ?o { <http://a.example/7> ?p ?o }"
    with ThreadPoolExecutor(3) as threads, SparqlPool(GraphReader(home), limits) as pool:
        hostile = [threads.submit(pool.query, ENDLESS, client=A)]
        # It holds the only long place; the others are stopped, and wait for their turns.
        until(lambda: not pool._lanes._slow._free, "the first to go on in the slow lane")
        hostile += [threads.submit(pool.query, ENDLESS, client=B) for _ in range(2)]
        until(lambda: pool._lanes.waiting() == 2, "the others to wait")
        # However slow the machine is, these are no long ones.
        pool._limits = replace(limits, quick_seconds=60.0)
        for client in (C, None, C):
            assert pool.query(short, client=client).rows == 1
        assert len(pool.pids()) == 2
        # Those who wait are not charged for it.
        assert pool.allowance(B).left > 40
        pool.close()
        # The one that runs ends, and the others find no workers in their turns.
        for asked in hostile:
            with pytest.raises(AtlasError) as caught:
                asked.result(30)
            assert caught.value.code == "sparql-failed"


def test_a_longer_query_stays_with_its_worker_where_the_lane_is_free(home: Path) -> None:
    limits = SparqlLimits(timeout=60, memory_mb=256, workers=1, quick_seconds=0.0)
    with SparqlPool(GraphReader(home), limits) as pool:
        pids = pool.pids()
        for _ in range(5):
            assert pool.query("SELECT * { ?s ?p ?o }", client=A).rows > 300
        assert pool.pids() == pids


def test_a_stopped_query_is_answered_in_the_slow_lane(home: Path) -> None:
    limits = SparqlLimits(timeout=60, memory_mb=256, workers=2, quick_seconds=0.0)
    busy = Event()
    with SparqlPool(GraphReader(home), limits) as pool:
        slow = pool._lanes._slow
        assert slow.enter(A, 0)

        def ask() -> int:
            busy.set()
            return pool.query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }", client=B).rows

        with ThreadPoolExecutor(1) as thread:
            asked = thread.submit(ask)
            assert busy.wait(60)
            until(lambda: slow.waiting() == 1 or asked.done(), "the query to be stopped")
            slow.leave(A)
            assert asked.result(60) == 1


def test_a_time_out_of_the_client_only_shortens(home: Path) -> None:
    limits = SparqlLimits(timeout=0.2, memory_mb=256, workers=1)
    with SparqlPool(GraphReader(home), limits) as pool:
        for given, told in ((0.05, 0.05), (1e6, 0.2)):
            with pytest.raises(AtlasError) as caught:
                pool.query(ENDLESS, client=A, timeout=given)
            assert (caught.value.code, caught.value.params["seconds"]) == ("sparql-timeout", told)
        bearer = replace(limits, token_timeout=0.3)
        assert bearer.share(BEARER).timeout == 0.3
