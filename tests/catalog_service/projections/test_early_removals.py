"""What is withdrawn or closed while graph and index are built anew is gone from readers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest

from catalog_service.clock import Clock
from catalog_service.graph import EmbeddedGraph, GraphReader
from catalog_service.graph.reading import noted_hashes
from catalog_service.journal.model import Change, StoredRecord
from catalog_service.projections.compare import compare
from catalog_service.projections.follower import Follower
from catalog_service.projections.graph import GraphProjection
from catalog_service.projections.index import IndexProjection
from catalog_service.projections.nudge import Nudge
from catalog_service.projections.protocol import Projection
from catalog_service.projections.rebuild_requests import RebuildRequests
from catalog_service.projections.runner import ProjectionRunner
from catalog_service.projections.status import StatusBoard
from ontology.errors import AtlasError
from search.model import Query
from tests.catalog_service.projections.test_index import HOUSE, House
from tests.fixtures.waiting import until


class Interrupted:
    """The journal of a house, whose stream of records pauses after the first one."""

    def __init__(self, house: House) -> None:
        self._journal = house.journal
        self.pause: Callable[[], None] = lambda: None

    def head(self) -> int:
        return self._journal.head()

    def changes_after(self, seq: int, limit: int = 1_000) -> list[Change]:
        return self._journal.changes_after(seq, limit)

    def get_many(self, iris: Sequence[str]) -> dict[str, StoredRecord]:
        return self._journal.get_many(iris)

    def mark(self, seq: int) -> str:
        return self._journal.mark(seq)

    def snapshot(self, *, public_only: bool = True) -> tuple[int, Iterator[StoredRecord]]:
        checkpoint, records = self._journal.snapshot(public_only=public_only)

        def paused() -> Iterator[StoredRecord]:
            for number, record in enumerate(records):
                if number == 1:
                    self.pause()
                yield record

        return checkpoint, paused()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("name", ["index", "graph"])
def test_what_is_closed_during_a_new_build_is_gone_at_once(
    house: House, clock: Clock, name: str
) -> None:
    for n in range(5):
        house.submit(str(n), f"停车场 {n}")
    journal = Interrupted(house)
    home = house.folder

    projections: list[Projection] = [house.projection]

    def opened(stack: ExitStack) -> Sequence[Projection]:
        if name == "graph":
            graph = stack.enter_context(EmbeddedGraph(home, fixed=()))
            projections[:] = [GraphProjection(graph, house.journal.mark)]
        return projections

    reader = GraphReader(home)

    def seen() -> set[str]:
        if name == "index":
            return {hit.remote_id for hit in house.engine.search(Query(limit=100)).hits}
        return {iri.rsplit("/", 1)[1] for iri, _ in noted_hashes(reader.current().store)}

    during: list[set[str]] = []

    def meanwhile() -> None:
        assert seen() == {"0", "1", "2", "3", "4"}
        house.submit("3", "停车场 3", open_type="none")
        list(house.catalog.withdraw(["0"], HOUSE))
        list(house.catalog.mark_missing(["1"], HOUSE))
        house.submit("5", "停车场 5")
        until(lambda: seen() == {"2", "4"}, "the removals to show")
        # Public once more: the removal from what is live must not outlast the build.
        house.submit("1", "停车场 1")
        during.append(seen())

    with ProjectionRunner(journal, opened, home, clock) as running:
        running.catch_up()
        RebuildRequests(home).ask("rebuild", name)
        journal.pause = meanwhile
        running.catch_up()
        (projection,) = projections
        assert compare(house.journal, projection).equal
    assert during == [{"2", "4"}]
    assert seen() == {"1", "2", "4", "5"}


@pytest.mark.parametrize("name", ["index", "graph"])
def test_what_was_built_of_a_closed_record_does_not_come_back(
    house: House, clock: Clock, name: str
) -> None:
    house.submit("0", "停车场 0")
    house.submit("1", "停车场 1")
    journal = Interrupted(house)
    journal.pause = lambda: list(house.catalog.withdraw(["0"], HOUSE)).clear()
    with EmbeddedGraph(house.folder, fixed=()) as graph:
        projection: Projection = house.projection
        if name == "graph":
            projection = GraphProjection(graph, house.journal.mark)
        board = StatusBoard(house.folder, clock, [name])
        follower = Follower(
            projection, journal, board, Nudge(), Event(), RebuildRequests(house.folder)
        )
        assert follower.step()
        # The build gave record 0 out before it was withdrawn, and that change is not applied yet.
        assert projection.checkpoint() == 2 < house.journal.head()
        assert [iri.rsplit("/", 1)[1] for iri, _ in projection.hashes()] == ["1"]


class Poisoned:
    """A projection over a real one, that cannot take in the changes of one record."""

    def __init__(self, projection: IndexProjection, remote_id: str) -> None:
        self._inner = projection
        self.name = projection.name
        self.poison = remote_id

    def checkpoint(self) -> int:
        return self._inner.checkpoint()

    def apply(self, changes: Sequence[Change]) -> None:
        if any(change.remote_id == self.poison for change in changes):
            raise ValueError("it cannot be read")
        self._inner.apply(changes)

    def withdraw(self, iris: Sequence[str]) -> None:
        self._inner.withdraw(iris)

    def rebuild(self, current: Iterator[StoredRecord], checkpoint: int) -> None:
        self._inner.rebuild(current, checkpoint)

    def publish(self) -> None:
        self._inner.publish()

    def hashes(self) -> Iterator[tuple[str, str]]:
        return self._inner.hashes()


def test_what_is_closed_behind_a_change_that_fails_is_gone_at_once(
    house: House, clock: Clock
) -> None:
    for n in range(4):
        house.submit(str(n), f"停车场 {n}")
    sick = Poisoned(house.projection, "none")
    board = StatusBoard(house.folder, clock, [sick.name])
    follower = Follower(sick, house.journal, board, Nudge(), Event(), RebuildRequests(house.folder))
    follower.catch_up(house.journal.head())
    sick.poison = "0"
    house.submit("0", "停车场 0 改")
    list(house.catalog.withdraw(["1"], HOUSE))
    house.submit("2", "停车场 2", open_type="none")
    for _ in range(2):
        with pytest.raises(AtlasError):
            follower.step()
    assert house.found() == {"0", "3"}
    list(house.catalog.withdraw(["3"], HOUSE))
    with pytest.raises(AtlasError):
        follower.step()
    assert house.found() == {"0"}
    assert house.projection.checkpoint() == 4
    # Open once more, and the cause gone: everything is as the journal says.
    house.submit("3", "停车场 3")
    sick.poison = "none"
    follower.catch_up(house.journal.head())
    assert house.found() == {"0", "3"}
    assert compare(house.journal, house.projection).equal
