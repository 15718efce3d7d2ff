"""A change that cannot be taken in, a store that is away or damaged: the others go on."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest

from catalog_service.clock import Clock
from catalog_service.projections.status import read_status, wait_for
from ontology.errors import AtlasError, ErrorKind
from tests.fixtures.projecting import FlakyStore, ListProjection, MemoryJournal, runner
from tests.fixtures.waiting import until


def test_a_poison_change_is_reported_and_does_not_hold_up_others(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    sick, sound = ListProjection("sick"), ListProjection("sound")
    journal.add("0")
    stop = Event()
    with runner(journal, tmp_path, clock, sick, sound) as running:
        running.catch_up()
        sick.fail = lambda change: change.remote_id == "poison"
        for name in ("1", "2", "poison", "3"):
            journal.add(name)
        thread = Thread(target=running.run, args=(stop,))
        thread.start()
        try:
            until(lambda: sound.shown == journal.public())
            until(lambda: any(p.attempts >= 2 for p in running.status().projections))
            found = read_status(tmp_path)
            assert found is not None
            status = found.projections[0]
            assert (status.error_seq, status.error) == (4, "cannot take poison")
            assert status.error_iri == "http://atlas.test/id/dataset/test/poison"
            assert status.applied == 3, "what came before the poison was taken in"
            with pytest.raises(AtlasError) as caught:
                wait_for(tmp_path, 5, 0)
            assert caught.value.code == "projection-behind"
            assert "sick" in str(caught.value)
            assert "cannot take poison" in str(caught.value)
            sick.fail = lambda change: False
            until(lambda: sick.shown == journal.public())
            until(lambda: running.status().projections[0].error is None)
        finally:
            stop.set()
            thread.join()


def test_catching_up_gives_the_failure_to_the_caller(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    sick, sound = ListProjection("sick"), ListProjection("sound")
    journal.add("0")
    with runner(journal, tmp_path, clock, sick, sound) as running:
        running.catch_up()
        sick.fail = lambda change: True
        journal.add("1")
        with pytest.raises(AtlasError) as caught:
            running.catch_up()
    assert caught.value.code == "projection-failed"
    assert caught.value.params["seq"] == 2
    assert sound.shown == journal.public()


def test_a_store_that_is_away_holds_up_nobody_and_catches_up(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    away = AtlasError(ErrorKind("engine-unreachable", "no answer from {x}"), x="9200")
    flaky, other = FlakyStore(), ListProjection("other")
    journal.add("1")
    stop = Event()
    with runner(journal, tmp_path, clock, flaky, other) as running:
        thread = Thread(target=running.run, args=(stop,))
        thread.start()
        until(lambda: running.status().reached(1))
        flaky.error = away
        last = max(journal.add(str(n)) for n in range(2, 50))
        running.nudge()
        until(lambda: other.shown == journal.public())
        with pytest.raises(AtlasError) as caught:
            wait_for(tmp_path, last, 0.05)
        assert caught.value.code == "projection-behind"
        assert "no answer from 9200" in str(caught.value)
        flaky.error = None
        until(lambda: running.status().reached(last))
        stop.set()
        thread.join()
        (row, _) = running.status().projections
    assert (flaky.shown, row.error, row.attempts) == (journal.public(), None, 0)
    assert flaky.rebuilds == 1, "it goes on where it stood"


def test_what_is_damaged_is_built_anew_at_once(
    journal: MemoryJournal, tmp_path: Path, clock: Clock
) -> None:
    flaky = FlakyStore()
    journal.add("1")
    with runner(journal, tmp_path, clock, flaky) as running:
        running.catch_up()
        flaky.error = AtlasError(ErrorKind("index-corrupt", "{x}"), x="bytes")
        journal.add("2")
        running.catch_up()
    assert (flaky.shown, flaky.rebuilds) == (journal.public(), 2)
