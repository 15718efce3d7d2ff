"""The runner: every projection reaches the end of the journal."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

from catalog_service.clock import Clock
from catalog_service.projections.follower import REBUILD_LEAST
from catalog_service.projections.status import wait_for
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
