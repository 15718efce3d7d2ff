"""The runner: every projection reaches the end of the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread

from catalog_service.clock import Clock
from catalog_service.journal.model import Change
from catalog_service.projections.follower import REBUILD_LEAST, Follower
from catalog_service.projections.live_records import BATCH
from catalog_service.projections.nudge import Nudge
from catalog_service.projections.pace import QUIET_FOR
from catalog_service.projections.rebuild_requests import RebuildRequests
from catalog_service.projections.status import StatusBoard, wait_for
from tests.fixtures.projecting import ListProjection, MemoryJournal, runner


def test_catching_up_from_nothing_builds_anew_and_publishes(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    for n in range(30):
        journal.add(str(n))
    journal.add("3", kind="withdrawn")
    projection = ListProjection()
    with runner(journal, tmp_path, clock, projection) as running:
        status = running.catch_up()
    assert projection.shown == journal.public()
    assert (projection.rebuilds, projection.applied) == (1, [])
    assert status.reached(31)
    assert not status.reached(32)


def test_few_changes_are_applied_and_many_built_anew(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    projection = ListProjection()
    with runner(journal, tmp_path, clock, projection) as running:
        for n in range(20_000):
            journal.add(str(n))
        running.catch_up()
        assert (projection.rebuilds, projection.applied) == (1, [])
        for n in range(REBUILD_LEAST + 500):
            journal.add(str(n), "新", "updated")
        running.catch_up()
        assert (projection.rebuilds, sum(projection.applied)) == (1, REBUILD_LEAST + 500)
        for n in range(3_001):
            journal.add(str(n), "更新", "updated")
        running.catch_up()
        assert projection.rebuilds == 2
    assert projection.shown == journal.public()


def followed_by(
    projection: ListProjection,
    journal: MemoryJournal,
    folder: Path,
    clock: Clock,
    monotonic: Callable[[], float],
) -> Follower:
    """Return a follower whose steps a test takes itself."""
    board = StatusBoard(folder, clock, ["list"])
    board.begin()
    requests = RebuildRequests(folder)
    return Follower(projection, journal, board, Nudge(), Event(), requests, monotonic=monotonic)


def test_under_load_batches_rest_as_long_as_they_took(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    now = 100.0

    class Slow(ListProjection):
        def apply(self, changes: Sequence[Change]) -> None:
            nonlocal now
            now += 0.1
            super().apply(changes)

    projection = Slow()
    follower = followed_by(projection, journal, tmp_path, clock, lambda: now)
    journal.add("first")
    follower.catch_up(1)

    journal.add("a")
    assert follower.step()
    assert projection.applied == [1]
    # What was taken in is shown, and what comes meanwhile waits together.
    journal.add("b")
    assert follower.step()
    assert projection.shown.keys() == {journal.changes[0].iri, journal.changes[1].iri}
    journal.add("c")
    assert not follower.step()
    now += 0.11
    assert follower.step()
    assert projection.applied == [1, 2]
    # Who waits for the end is not kept waiting, nor is a long queue.
    journal.add("d")
    follower.catch_up(5)
    assert projection.applied == [1, 2, 1]
    now += 1
    for n in range(BATCH + 1):
        journal.add(str(n))
    assert follower.step()
    assert follower.step()
    assert projection.applied == [1, 2, 1, BATCH, 1]


def test_the_store_is_put_in_order_after_each_quiet_minute(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    now = 100.0

    compacted: list[float] = []

    goes_on = False

    class Compacted(ListProjection):
        def begin_compaction(self) -> None:
            nonlocal goes_on
            compacted.append(now)
            goes_on = True

        def end_compaction(self) -> bool | None:
            if not compacted or compacted[-1] < 0:
                return False
            if goes_on:
                return None
            compacted.append(-now)
            return True

    projection = Compacted()
    follower = followed_by(projection, journal, tmp_path, clock, lambda: now)
    journal.add("first")
    follower.catch_up(1)
    now += QUIET_FOR - 1
    assert not follower.step()
    journal.add("second")
    follower.catch_up(2)
    now += QUIET_FOR - 1
    assert not follower.step()
    assert compacted == []
    now += 1
    # Whoever waits for the end waits for no compaction.
    assert not follower.step(finishing=True)
    assert compacted == []
    assert not follower.step()
    assert compacted == [now]
    # It goes on beside what comes.
    journal.add("third")
    follower.catch_up(3)
    assert projection.applied == [1, 1]
    assert not follower.step()
    assert compacted == [now]
    goes_on = False
    assert follower.step(), "its end is published"
    assert compacted == [now, -now]
    assert not follower.step()
    assert compacted == [now, -now]


def test_a_journal_that_went_back_means_building_anew(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    projection = ListProjection()
    for n in range(5):
        journal.add(str(n))
    with runner(journal, tmp_path, clock, projection) as running:
        running.catch_up()
        older = MemoryJournal()
        older.add("0", "from a backup")
        journal.changes, journal._public = older.changes, older._public
        running.catch_up()
    assert projection.rebuilds == 2
    assert projection.shown == journal.public()


def test_running_follows_writes_and_says_where_it_stands(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    first, second = ListProjection("first"), ListProjection("second")
    stop = Event()
    with runner(journal, tmp_path, clock, first, second) as running:
        thread = Thread(target=running.run, args=(stop,))
        thread.start()
        try:
            for n in range(20):
                seq = journal.add(str(n))
                running.nudge()
                status = wait_for(tmp_path, seq, 120)
                assert first.shown == second.shown == journal.public()
                assert [p.lag for p in status.projections] == [0, 0]
        finally:
            stop.set()
            thread.join()
    assert [p.name for p in status.projections] == ["first", "second"]
