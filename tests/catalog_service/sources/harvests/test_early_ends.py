"""Runs that end before their removals are done, and sources that are changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from catalog_service.errors import SOURCE_PAUSED
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.errors import HARVEST_LOST, RUN_INTERRUPTED
from catalog_service.sources.harvests import service
from catalog_service.sources.harvests.harvest_tables import LEASE
from catalog_service.sources.harvests.model import HarvestResult, HarvestRun
from catalog_service.sources.harvests.run import Harvest, Order
from catalog_service.sources.harvests.service import decide
from catalog_service.sources.service import a_run, end_lost_runs
from harvesters.platforms.cancellation import Cancellation
from ontology.errors import AtlasError
from tests.catalog_service.sources.harvests.visited import TEN, Visited


def walk_only(visited: Visited, *, full: bool = True) -> HarvestResult:
    """Let a run be interrupted as soon as its last page is stored."""
    walked: list[bool] = []

    def note(run: HarvestRun) -> None:
        walked.extend([True] * (run.cursor is None))

    return visited.run(full=full, stopped=lambda: bool(walked), progress=note)


def test_a_run_that_ends_behind_its_walk_goes_on_with_the_removals(visited: Visited) -> None:
    visited.run()
    before = visited.store.source("pudong")
    del visited.platform.datasets["A0"]
    visited.house.clock.step(minutes=60)
    interrupted = walk_only(visited)
    assert interrupted.error is not None and interrupted.error.kind is RUN_INTERRUPTED
    source = visited.store.source("pudong")
    assert (source.full_walk, source.listed) == (before.full_walk, before.listed)
    assert visited.state("A0") == "active"
    visited.platform.requests.clear()
    resumed = visited.run()
    assert (resumed.run, resumed.status) == (interrupted.run, "done")
    assert (visited.platform.requests, visited.state("A0")) == ([], "missing")
    assert visited.counted(resumed) == {"read": 9, "skipped": 9, "missing": 1}
    source = visited.store.source("pudong")
    assert (source.full_walk, source.listed) == (visited.house.clock.now(), 9)


def test_a_question_stands_until_a_later_run_has_asked_anew(visited: Visited) -> None:
    visited.run()
    for one in TEN[:4]:
        del visited.platform.datasets[one]
    asked = visited.run(full=True)
    interrupted = walk_only(visited)
    assert asked.run is not None and visited.atlas.journal.run(asked.run).status == "waiting"
    resumed = visited.run()
    assert (resumed.run, resumed.status) == (interrupted.run, "waiting")
    assert visited.atlas.journal.run(asked.run).status == "done"


def test_a_run_that_ends_before_its_first_page_is_gone_on_with(visited: Visited) -> None:
    visited.store.ask("pudong", full=True, accept_shorter=True)
    interrupted = visited.run(stopped=lambda: True)
    assert interrupted.status == "stopped"
    assert visited.store.source("pudong").accept_shorter
    resumed = visited.run()
    assert (resumed.run, resumed.status) == (interrupted.run, "done")
    assert not visited.store.source("pudong").accept_shorter


def test_a_list_is_not_believed_by_a_run_after_the_one_that_was_asked_for(
    visited: Visited,
) -> None:
    visited.platform.unreadable = 1
    visited.store.ask("pudong", full=True, accept_shorter=True)
    interrupted = walk_only(visited)
    assert not visited.store.source("pudong").accept_shorter
    assert visited.run().run != interrupted.run


def test_a_wish_that_comes_during_a_run_is_for_the_next_one(visited: Visited) -> None:
    visited.run(progress=during(visited, lambda: asked(visited)))
    assert visited.store.source("pudong").accept_shorter
    visited.run()
    assert not visited.store.source("pudong").accept_shorter


def during(visited: Visited, happens: Callable[[], None]) -> Callable[[HarvestRun], None]:
    def tell(run: HarvestRun) -> None:
        if run.pages == 1:
            happens()

    return tell


def asked(visited: Visited) -> None:
    visited.store.ask("pudong", full=True, accept_shorter=True)


def moved(visited: Visited) -> None:
    visited.store.put_source("pudong", HarvestSettings(), None, moved=True)


def test_a_run_on_its_first_page_ends_where_its_source_moves(visited: Visited) -> None:
    visited.platform.before_page = lambda page: moved(visited) if page == 0 else None
    result = visited.run()
    assert (result.status, result.counters["read"]) == ("cancelled", 0)
    visited.platform.before_page = lambda _page: None
    assert visited.run().run != result.run


def test_a_run_that_ends_while_its_source_moves_leaves_nothing_of_the_old_one(
    visited: Visited,
) -> None:
    """Its last look was before: it ends as if nothing had happened."""
    run = visited.store.begin("pudong", full=True, bookmark=None)
    moved(visited)
    visited.store.finish(run, "done", None, bookmark="2026-08-20", listed=10, whole=True)
    source = visited.store.source("pudong")
    assert (source.bookmark, source.listed, source.full_walk) == (None, None, None)


def test_a_run_left_before_the_source_moved_is_not_gone_on_with(visited: Visited) -> None:
    left = visited.store.begin("pudong", full=False, bookmark="2026-08-20")
    moved(visited)
    visited.house.clock.step(minutes=24 * 60)
    assert visited.run().status == "cancelled"
    again = visited.run()
    assert (again.run != left.id, again.counters["created"]) == (True, 10)


def test_a_run_that_another_process_took_over_waits_for_no_answer(visited: Visited) -> None:
    cancellation, under_way = Cancellation(), Event()

    def hang(page: int) -> None:
        if page == 1:
            under_way.set()
            cancellation.wait(60)

    def take_over(run: HarvestRun) -> None:
        assert under_way.wait(10)
        visited.house.clock.step(minutes=int(LEASE.total_seconds() // 60) + 1)
        visited.store.begin("pudong", full=True, bookmark=None)

    visited.platform.before_page = hang
    source = visited.store.source("pudong")
    order = Order("test", cancellation=cancellation, progress=take_over)
    with pytest.raises(AtlasError) as caught:
        Harvest(visited.atlas, visited.store, source, visited.platform, order).execute()
    assert caught.value.kind is HARVEST_LOST
    assert cancellation.is_set


def question(visited: Visited) -> str:
    """Return a run that waits for the decision on four removals."""
    visited.run()
    for one in TEN[:4]:
        del visited.platform.datasets[one]
    run = visited.run(full=True).run
    assert run is not None
    return run


def test_removals_of_a_paused_source_can_be_decided_once_it_is_not(visited: Visited) -> None:
    run = question(visited)
    visited.atlas.journal.put_source("pudong", paused=True)
    with pytest.raises(AtlasError) as caught:
        decide(visited.atlas, run, approve=True, reason="checked", actor="steward")
    assert caught.value.kind is SOURCE_PAUSED
    assert visited.atlas.journal.run(run).status == "waiting"
    visited.atlas.journal.put_source("pudong", paused=False)
    decided = decide(visited.atlas, run, approve=True, reason="checked", actor="steward")
    assert decided.counters["missing"] == 4


def test_a_decision_that_fails_on_its_way_is_made_again(
    visited: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = question(visited)
    before = visited.atlas.journal.run(run)
    mark = service.mark_missing

    def fail(catalog: object, gone: list[str], *rest: object) -> Iterator[None]:
        mark(catalog, gone[:1], *rest)  # type: ignore[arg-type]
        raise AtlasError(SOURCE_PAUSED, source="pudong")

    monkeypatch.setattr(service, "mark_missing", fail)
    with pytest.raises(AtlasError):
        decide(visited.atlas, run, approve=True, reason="checked", actor="steward")
    after = visited.atlas.journal.run(run)
    assert (after.status, after.message) == ("waiting", before.message)
    monkeypatch.undo()
    decided = decide(visited.atlas, run, approve=True, reason="checked", actor="steward")
    assert decided.counters["missing"] == 4
    assert [visited.state(one) for one in TEN[:5]] == [*["missing"] * 4, "active"]


def test_an_import_leaves_the_harvest_of_its_source_alone(visited: Visited) -> None:
    run = visited.store.begin("pudong", full=True, bookmark=None)
    with a_run(visited.atlas, "pudong") as imported:
        assert visited.atlas.journal.run(run.id).status == "running"
        visited.atlas.journal.finish_run(imported.id, {}, status="done")
    assert end_lost_runs(visited.atlas, "pudong") == []
