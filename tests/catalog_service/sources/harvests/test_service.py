"""A harvest from the first page to removals: what it takes in, repeats, removes and refuses."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
import structlog

from catalog_service.accounts.service import OPERATOR
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.errors import (
    HARVEST_ACTIVE,
    HARVEST_LOST,
    NOT_HARVESTED,
    NOTHING_TO_DECIDE,
    RUN_STOPPED,
)
from catalog_service.sources.harvests import confirmation
from catalog_service.sources.harvests.harvest_tables import LEASE
from catalog_service.sources.harvests.model import HarvestRun
from catalog_service.sources.harvests.queries import problems_after
from catalog_service.sources.harvests.run import Harvest, Order
from catalog_service.sources.harvests.service import ask, decide, harvest, stop
from catalog_service.sources.remarks import remarks_of
from catalog_service.sources.run_answers import run_detail
from catalog_service.stored_errors import stored_error
from harvesters.platforms.cancellation import Cancellation
from ontology.errors import AtlasError
from tests.catalog_service.sources.harvests.memory_platform import MemoryPlatform
from tests.catalog_service.sources.harvests.visited import TEN, Visited


def test_a_walk_takes_all_in_and_a_second_costs_no_dataset(visited: Visited) -> None:
    first = visited.run()
    assert (first.status, visited.counted(first)) == ("done", {"read": 10, "created": 10})
    visited.platform.requests.clear()
    again = visited.run(full=True)
    assert visited.counted(again) == {"read": 10, "skipped": 10}
    assert visited.platform.requests == [f"page {n}" for n in range(5)]


def test_the_next_page_is_requested_before_a_page_is_stored(visited: Visited) -> None:
    asked, ahead = Event(), []
    visited.platform.before_page = lambda page: asked.set() if page == 1 else None

    def tell(run: HarvestRun) -> None:
        if run.pages == 1:
            ahead.append(asked.wait(10))

    assert visited.run(progress=tell).status == "done"
    assert ahead == [True]


def test_a_dataset_that_the_next_page_repeats_counts_as_known(visited: Visited) -> None:
    visited.platform.size = 5
    visited.platform.turned = lambda _page: 0
    result = harvest(visited.atlas, "pudong", actor="test", platform=visited.platform)
    assert visited.counted(result) == {"read": 10, "created": 5, "skipped": 5}


def test_values_that_nobody_has_thought_of_are_the_answers_fault(visited: Visited) -> None:
    def of_dataset(remote_id: str) -> None:
        if remote_id == "A1":
            int("9" * 5_000)

    def of_page(page: int) -> None:
        if page == 1:
            raise RecursionError

    visited.platform.before_fetch = of_dataset
    result = visited.run()
    assert visited.counted(result) == {"read": 10, "created": 9, "rejected": 1, "errors": 1}
    assert [one.error["code"] for one in result.problems] == ["answer-unreadable"]
    visited.platform.before_page = of_page
    result = visited.run(full=True)
    assert (result.status, result.error and result.error.code) == ("failed", "answer-unreadable")


def test_whatever_one_dataset_raises_is_its_own_error_and_logged(visited: Visited) -> None:
    visited.platform.answers_single = True
    visited.run()

    def fail(remote_id: str) -> None:
        if remote_id in ("A1", "NEW"):
            raise AttributeError("nobody thought of it")

    visited.platform.before_fetch = fail
    visited.platform.put("NEW", update_time="2026-08-25")
    # A1 is not listed, and is asked for by itself.
    visited.platform.hidden = {"A1"}
    with structlog.testing.capture_logs() as logged:
        result = visited.run(full=True)
    assert result.status == "done"
    assert {(one.remote_id, one.error["code"]) for one in result.problems} == {
        ("A1", "answer-unreadable"),
        ("NEW", "answer-unreadable"),
    }
    assert (visited.state("A1"), result.counters["missing"]) == ("active", 0)
    assert [(one["remote_id"], one["exc_info"]) for one in logged] == [("NEW", True), ("A1", True)]


def test_an_increment_lists_what_changed_only(visited: Visited) -> None:
    visited.run()
    visited.platform.put("A3", "NEW", update_time="2026-08-25")
    visited.platform.requests.clear()
    result = visited.run()
    assert visited.counted(result) == {"read": 2, "updated": 1, "created": 1}
    assert visited.platform.requests == ["page 0", "A3", "NEW"]
    source = visited.store.source("pudong")
    assert (source.bookmark, source.listed) == ("2026-08-25", 10)


def test_after_a_day_the_whole_list_is_walked(visited: Visited) -> None:
    visited.run()
    del visited.platform.datasets["A0"]
    assert visited.run().counters["missing"] == 0
    visited.house.clock.step(minutes=24 * 60)
    assert visited.run().counters["missing"] == 1


def test_what_is_gone_is_missing_then_withdrawn_and_comes_back(visited: Visited) -> None:
    visited.run()
    gone = visited.platform.datasets.pop("A0")
    visited.run(full=True)
    assert visited.state("A0") == "missing"
    visited.house.clock.step(minutes=13 * 24 * 60)
    visited.run(full=True)
    assert visited.state("A0") == "missing"
    visited.house.clock.step(minutes=2 * 24 * 60)
    assert visited.run(full=True).counters["withdrawn"] == 1
    assert visited.state("A0") == "withdrawn"
    visited.platform.datasets["A0"] = gone
    back = visited.run(full=True)
    assert (back.counters["revived"], visited.state("A0")) == (1, "active")


def shifting(visited: Visited) -> None:
    """Let the next list shift by one after its first page: it passes over A2."""

    def shift(page: int) -> None:
        if page == 1:
            visited.platform.datasets.pop("A0", None)

    visited.run()
    visited.platform.answers_single = True
    visited.platform.before_page = shift
    visited.platform.requests.clear()


def test_what_a_shifting_list_passes_over_is_asked_for(visited: Visited) -> None:
    shifting(visited)
    visited.platform.put("A2", update_time="2026-08-26", keywords="乘客")
    result = visited.run(full=True)
    # A0 was listed before it went, and the next walk tells.
    assert visited.counted(result) == {"read": 9, "skipped": 9, "updated": 1, "confirmed": 1}
    assert visited.platform.requests[-1] == "A2"
    assert visited.store.source("pudong").listed == 9
    again = visited.run(full=True)
    assert (again.counters["missing"], visited.state("A0")) == (1, "missing")
    assert visited.platform.requests[-1] == "A0"


@pytest.mark.parametrize("dry_run", [False, True], ids=["run", "dry run"])
def test_a_list_that_is_short_of_what_it_passed_over_is_whole(
    visited: Visited, dry_run: bool
) -> None:
    shifting(visited)
    visited.platform.total = 10
    result = visited.run(full=True, dry_run=dry_run)
    assert (result.status, result.error) == ("done", None)
    assert (result.counters["confirmed"], result.counters["missing"]) == (1, 0)
    visited.platform.answers_single = False
    visited.platform.put("A0", update_time="2026-08-20")
    failed = visited.run(full=True, dry_run=dry_run)
    assert failed.error is not None and failed.error.code == "list-incomplete"
    # Nor where more is short than was passed over.
    visited.platform.answers_single = True
    visited.platform.put("A0", update_time="2026-08-20")
    visited.platform.total = 11
    failed = visited.run(full=True, dry_run=dry_run)
    assert failed.error is not None and failed.error.code == "list-incomplete"


def test_a_list_that_passes_over_much_is_told_in_a_sentence(visited: Visited) -> None:
    """Half a list whose datasets are all there removes nothing, and is no whole list either."""
    visited.run()
    visited.platform.answers_single = True
    visited.platform.hidden = set(TEN[5:])
    result = visited.run(full=True)
    assert (result.status, result.counters["confirmed"]) == ("done", 5)
    assert result.run is not None
    (remark,) = run_detail(visited.atlas, result.run, OPERATOR).remarks or ()
    assert "names 5 datasets and passes over 5" in remark.en
    assert "ask the platform’s operator" in remark.en
    assert "5" in remark.zh and "confirm=no" in remark.zh
    # As few as shift while a list is read are no reason to ask anybody.
    (few,) = remarks_of({"read": 99, "confirmed": 1}, None, "pudong")
    assert "may shift" in few.en
    assert run_detail(visited.atlas, result.run, None).remarks is None, "for stewards"


def test_what_cannot_be_asked_for_now_is_not_missing_this_time(visited: Visited) -> None:
    shifting(visited)
    visited.platform.broken = {"A2"}
    result = visited.run(full=True)
    assert (result.counters["missing"], result.counters["confirmed"]) == (0, 0)
    assert [(one.remote_id, one.error["code"]) for one in result.problems] == [("A2", "broken")]
    assert visited.state("A2") == "active"


def test_a_dry_run_asks_too_and_a_closed_dataset_is_no_longer_public(visited: Visited) -> None:
    shifting(visited)
    foreseen = visited.run(dry_run=True)
    assert (foreseen.counters["missing"], foreseen.counters["confirmed"]) == (0, 1)
    visited.platform.put("A0", update_time="2026-08-20")
    visited.platform.put("A2", update_time="2026-08-20", is_open="非开放")
    assert visited.run(full=True).counters["confirmed"] == 1
    assert visited.atlas.journal.states("pudong", ["A2"])["A2"].public is False


def test_many_that_are_not_listed_are_not_asked_for(
    visited: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmation, "MOST_ASKED", 2)
    visited.run()
    visited.platform.answers_single = True
    for one in TEN[:3]:
        del visited.platform.datasets[one]
    visited.platform.requests.clear()
    assert visited.run(full=True).counters["missing"] == 3
    assert all(one.startswith("page") for one in visited.platform.requests)


def test_what_is_confirmed_is_no_part_of_a_decision(visited: Visited) -> None:
    shifting(visited)
    for one in TEN[6:]:
        del visited.platform.datasets[one]
    asked = visited.run(full=True)
    assert asked.run is not None and asked.status == "waiting"
    decided = decide(visited.atlas, asked.run, approve=True, reason="moved", actor="steward")
    assert (decided.counters["missing"], visited.state("A2")) == (4, "active")


def test_what_is_closed_leaves_the_public_at_once(visited: Visited) -> None:
    visited.run()
    visited.platform.put("A0", update_time="2026-08-25", is_open="非开放")
    visited.run()
    assert visited.atlas.journal.states("pudong", ["A0"])["A0"].public is False


def test_many_removals_wait_for_a_steward(visited: Visited) -> None:
    visited.run()
    for one in TEN[:5]:
        del visited.platform.datasets[one]
    first = visited.run(full=True)
    assert first.run is not None and first.status == "waiting"
    assert first.error is not None and "5 of 10" in first.error.message()
    assert visited.state("A0") == "active"
    # A newer whole walk asks anew; what is listed by the time of the decision stays.
    visited.platform.put("A0", update_time="2026-08-25")
    asked = visited.run(full=True)
    assert asked.run is not None and asked.status == "waiting"
    assert visited.atlas.journal.run(first.run).status == "done"
    visited.platform.put("A1", update_time="2026-08-26")
    visited.run()
    decided = decide(visited.atlas, asked.run, approve=True, reason="moved", actor="steward")
    assert (decided.counters["missing"], visited.state("A1")) == (3, "active")
    assert visited.atlas.journal.run(asked.run).status == "done"
    with pytest.raises(AtlasError) as caught:
        decide(visited.atlas, asked.run, approve=True, reason="again", actor="steward")
    assert caught.value.kind is NOTHING_TO_DECIDE


def test_refused_removals_stay(visited: Visited) -> None:
    visited.run()
    for one in TEN[:4]:
        del visited.platform.datasets[one]
    asked = visited.run(full=True)
    assert asked.run is not None
    decide(visited.atlas, asked.run, approve=False, reason="a fault of theirs", actor="steward")
    assert visited.state("A0") == "active"


def _refused(visited: Visited) -> str:
    """Return the run of which a steward has refused the removal of A0 to A3."""
    visited.run()
    for one in TEN[:4]:
        del visited.platform.datasets[one]
    asked = visited.run(full=True)
    assert asked.run is not None
    decide(visited.atlas, asked.run, approve=False, reason="a fault of theirs", actor="steward")
    return asked.run


def test_a_refusal_holds_until_more_is_gone(visited: Visited) -> None:
    """Whole walks ask no more about what a steward has refused, and say so."""
    refused = _refused(visited)
    assert visited.run(dry_run=True).error is None
    again = visited.run(full=True)
    assert (again.status, again.error, visited.state("A0")) == ("done", None, "active")
    assert again.run is not None and again.decision is not None
    told = run_detail(visited.atlas, again.run, OPERATOR)
    assert told.verdict == "refuse" and told.decision is not None and told.remarks is not None
    assert (told.decision.earlier, told.decision.reason) == (refused, "a fault of theirs")
    assert "4 of 10 records are not listed and stay: their removal" in told.remarks[0].en
    assert "a fault of theirs" in told.remarks[0].zh
    # One more is gone: the question is about all of them.
    del visited.platform.datasets["A9"]
    grown = visited.run(full=True)
    assert (grown.status, grown.error and grown.error.params["gone"]) == ("waiting", 5)
    # It stays unanswered, and A9 returns: the refusal holds again.
    visited.platform.put("A9", update_time="2026-08-27")
    assert visited.run(full=True).status == "done"
    # Whoever believes the list is asked anew.
    believed = visited.run(full=True, accept_shorter=True)
    assert believed.run is not None and believed.status == "waiting"
    decide(visited.atlas, believed.run, approve=True, reason="they are gone", actor="steward")
    assert visited.state("A0") == "missing"
    assert visited.run(full=True).decision is None


def test_what_was_refused_is_not_removed_among_few(visited: Visited) -> None:
    """Few removals need no decision; those that a steward has refused are none of them."""
    _refused(visited)
    visited.platform.put("A0", "A1", "A2", update_time="2026-08-27")
    del visited.platform.datasets["A9"]
    few = visited.run(full=True)
    assert (few.counters["missing"], visited.state("A9")) == (1, "missing")
    assert (visited.state("A3"), few.decision and few.decision["gone"]) == ("active", 1)
    # What was listed again in between is no part of the refusal any more.
    del visited.platform.datasets["A0"]
    assert visited.run(full=True).counters["missing"] == 1
    assert (visited.state("A0"), visited.state("A3")) == ("missing", "active")


def empty(platform: MemoryPlatform) -> None:
    platform.datasets.clear()


def half(platform: MemoryPlatform) -> None:
    for one in TEN[:6]:
        del platform.datasets[one]


def lying(platform: MemoryPlatform) -> None:
    del platform.datasets["A0"]
    platform.total = 4_500


def repeated(platform: MemoryPlatform) -> None:
    platform.turned = lambda _page: 0


@pytest.mark.parametrize("fault", [empty, half, lying, repeated])
def test_a_list_at_fault_removes_nothing(visited: Visited, fault: Any) -> None:
    visited.run()
    fault(visited.platform)
    result = visited.run(full=True)
    assert (result.status, result.counters["missing"]) == ("failed", 0)
    assert result.error is not None
    assert result.error.code in ("list-too-short", "list-incomplete", "page-loop")
    assert {visited.state(one) for one in TEN} == {"active"}


def test_a_short_list_is_believed_once_where_a_steward_asks_for_it(visited: Visited) -> None:
    visited.run()
    half(visited.platform)
    ask(visited.atlas, "pudong", full=True, accept_shorter=True)
    # A run that is stopped on its way is gone on with: the wish stands.
    stopped = visited.run(stopped=lambda: True)
    assert (stopped.status, visited.store.source("pudong").accept_shorter) == ("stopped", True)
    # More than the source allows to remove: the steward decides as ever.
    result = visited.run()
    assert (result.status, visited.store.source("pudong").listed) == ("waiting", 4)
    empty(visited.platform)
    later = visited.run(full=True)
    assert later.error is not None and later.error.code == "list-too-short"


def test_who_stops_a_run_no_longer_wants_its_list_believed(visited: Visited) -> None:
    ask(visited.atlas, "pudong", full=True, accept_shorter=True)

    def end(page: int) -> None:
        if page == 1:
            (run,) = visited.atlas.journal.runs(status="running")
            assert stop(visited.atlas, run.id)

    visited.platform.before_page = end
    assert visited.run().status == "cancelled"
    assert not visited.store.source("pudong").accept_shorter


def test_renumbered_identifiers_remove_nothing_by_themselves(visited: Visited) -> None:
    visited.run()
    visited.platform.datasets.clear()
    visited.platform.put(*(f"B{n}" for n in range(10)), update_time="2026-08-20")
    result = visited.run(full=True)
    assert (result.status, result.counters["created"]) == ("waiting", 10)
    assert visited.state("A0") == "active"


def test_a_dataset_that_fails_is_told_and_asked_for_again(visited: Visited) -> None:
    visited.platform.broken = {"A3"}
    result = visited.run()
    assert (result.status, result.counters["rejected"]) == ("done", 1)
    assert result.run is not None
    ((_, problem),) = problems_after(visited.atlas.journal, result.run, -1, 10)
    assert (problem.remote_id, problem.error["code"]) == ("A3", "broken")
    visited.platform.broken = set()
    visited.platform.requests.clear()
    assert visited.run(full=True).counters["created"] == 1
    assert [one for one in visited.platform.requests if one.startswith("A")] == ["A3"]


def test_a_page_that_fails_keeps_what_came_before(visited: Visited) -> None:
    visited.platform.broken_page = 3
    result = visited.run()
    assert (result.status, result.counters["created"]) == ("failed", 6)
    visited.platform.broken_page = None
    again = visited.run()
    assert (again.counters["created"], again.counters["skipped"]) == (4, 6)


def test_an_interrupted_run_goes_on_where_it_stood(visited: Visited) -> None:
    interrupted = visited.run(stopped=lambda: len(visited.platform.requests) > 6)
    assert interrupted.status == "stopped"
    visited.platform.requests.clear()
    resumed = visited.run()
    assert (resumed.run, resumed.status) == (interrupted.run, "done")
    assert visited.platform.requests[0] != "page 0"
    assert visited.counted(resumed) == {"read": 10, "created": 10}


def test_a_run_is_taken_over_from_a_process_that_died(visited: Visited) -> None:
    dead = visited.store.begin("pudong", full=True, bookmark=None)
    with pytest.raises(AtlasError) as caught:
        visited.run()
    assert caught.value.kind is HARVEST_ACTIVE
    assert visited.store.abandoned() == []
    visited.house.clock.step(minutes=int(LEASE.total_seconds() // 60) + 1)
    assert visited.store.abandoned() == ["pudong"]
    result = visited.run()
    assert (result.run, result.status) == (dead.id, "done")
    with pytest.raises(AtlasError) as caught:
        visited.store.checkpoint(dead, {"A0": None}, [])
    assert caught.value.kind is HARVEST_LOST


def test_a_person_stops_a_run(visited: Visited) -> None:
    def ask(page: int) -> None:
        if page == 2:
            (run,) = visited.atlas.journal.runs(status="running")
            assert stop(visited.atlas, run.id)

    visited.platform.before_page = ask
    result = visited.run()
    assert (result.status, result.counters["read"]) == ("cancelled", 4)
    visited.platform.requests.clear()
    visited.platform.before_page = lambda _page: None
    assert visited.run().run != result.run
    assert visited.platform.requests[0] == "page 0"


def test_a_run_that_waits_for_its_platform_is_stopped(visited: Visited) -> None:
    cancellation = Cancellation()
    asked: list[str] = []

    def wait(page: int) -> None:
        if page == 2:
            (run,) = visited.atlas.journal.runs(status="running")
            asked.append(run.id)
            assert stop(visited.atlas, run.id)
            cancellation.wait(60)

    visited.platform.before_page = wait
    source = visited.store.source("pudong")
    order = Order("test", cancellation=cancellation)
    result = Harvest(visited.atlas, visited.store, source, visited.platform, order).execute()
    assert (result.run, result.status, result.counters["read"]) == (asked[0], "cancelled", 4)
    assert result.error is not None and result.error.kind is RUN_STOPPED


def test_a_run_of_which_processes_die_is_not_gone_on_with_for_ever(visited: Visited) -> None:
    def die() -> HarvestRun:
        run = visited.store.begin("pudong", full=True, bookmark=None)
        visited.house.clock.step(minutes=int(LEASE.total_seconds() // 60) + 1)
        return run

    first = die()
    assert die().id == first.id
    dead = die()
    with pytest.raises(AtlasError) as caught:
        visited.run()
    assert caught.value.code == "run-deadly"
    (run,) = [one for one in visited.atlas.journal.runs("pudong") if one.id == dead.id]
    assert run.status == "failed" and "run-deadly" in str(run.message)
    assert visited.store.abandoned() == []
    # The next one begins anew, and a death with pages between is none at the same page.
    again = die()
    assert again.id != first.id
    again = die()
    again.pages += 1
    visited.store.checkpoint(again, {}, [])
    visited.house.clock.step(minutes=int(LEASE.total_seconds() // 60) + 1)
    assert (die().id, die().id) == (again.id, again.id)


def test_a_run_ends_at_its_deadline(visited: Visited) -> None:
    visited.set(deadline_minutes=1)
    visited.platform.before_page = lambda _page: visited.house.clock.step(minutes=1)
    result = visited.run()
    assert (result.status, result.counters["read"]) == ("stopped", 2)


def test_a_fault_of_ours_ends_the_run(visited: Visited) -> None:
    def break_down(page: int) -> None:
        if page == 2:
            raise TypeError

    visited.platform.before_page = break_down
    with pytest.raises(TypeError):
        visited.run()
    (run,) = visited.atlas.journal.runs("pudong")
    assert (run.status, run.message is not None and "TypeError" in run.message) == (
        "failed",
        True,
    )
    visited.platform.before_page = lambda _page: None
    assert visited.run().status == "done"


def test_an_entry_that_cannot_be_named_lets_nothing_go_missing(visited: Visited) -> None:
    visited.run()
    del visited.platform.datasets["A0"]
    visited.platform.unreadable = 1
    result = visited.run(full=True)
    assert (result.status, result.counters["missing"]) == ("done", 0)
    assert result.error is not None and result.error.code == "list-unreadable"


def test_a_platform_that_lists_and_gives_nothing_fails(visited: Visited) -> None:
    visited.platform.size = 5
    visited.platform.broken = set(TEN)
    result = visited.run()
    assert result.status == "failed"
    assert result.error is not None and result.error.code == "broken"


def test_nothing_is_withdrawn_without_a_sure_list(visited: Visited) -> None:
    visited.run()
    del visited.platform.datasets["A0"]
    visited.run(full=True)
    visited.house.clock.step(minutes=20 * 24 * 60)
    visited.platform.unreadable = 1
    assert visited.run(full=True).counters["withdrawn"] == 0
    visited.platform.unreadable = 0
    assert visited.run(full=True).counters["withdrawn"] == 1


def test_a_source_that_moves_begins_anew(visited: Visited) -> None:
    visited.run(stopped=lambda: len(visited.platform.requests) > 6)
    visited.set()
    visited.store.put_source("pudong", HarvestSettings(), None, moved=True)
    visited.platform.requests.clear()
    assert visited.run().counters["read"] == 10
    assert visited.platform.requests[0] == "page 0"


def test_a_question_is_decided_once(visited: Visited) -> None:
    visited.run()
    for one in TEN[:4]:
        del visited.platform.datasets[one]
    asked = visited.run(full=True)
    assert asked.run is not None
    visited.store.claim(asked.run)
    with pytest.raises(AtlasError) as caught:
        decide(visited.atlas, asked.run, approve=True, reason="late", actor="steward")
    assert caught.value.kind is NOTHING_TO_DECIDE


def test_an_abandoned_run_that_nobody_can_go_on_with_ends(visited: Visited) -> None:
    left = visited.store.begin("pudong", full=True, bookmark=None)
    visited.house.clock.step(minutes=int(LEASE.total_seconds() // 60) + 1)
    visited.store.end_abandoned("pudong", stored_error(AtlasError(NOT_HARVESTED, source="pudong")))
    assert visited.store.abandoned() == []
    assert visited.atlas.journal.run(left.id).status == "failed"


def test_a_dry_run_foretells_what_would_go(visited: Visited) -> None:
    visited.run()
    for one in TEN[:4]:
        del visited.platform.datasets[one]
    result = visited.run(dry_run=True)
    assert result.counters["missing"] == 4
    assert result.error is not None and result.error.code == "removals-wait"
    assert [d.remote_id for d in result.differences] == TEN[:4]


def test_a_dry_run_writes_nothing(visited: Visited) -> None:
    result = visited.run(dry_run=True)
    assert (result.run, result.status, len(result.differences)) == (None, "done", 10)
    assert visited.atlas.journal.runs("pudong") == []
    assert visited.store.live("pudong") == 0


def test_a_source_without_a_platform_is_told_what_to_do(visited: Visited) -> None:
    visited.atlas.journal.put_source("hand", kind="push")
    with pytest.raises(AtlasError) as caught:
        harvest(visited.atlas, "hand", actor="test")
    assert caught.value.kind is NOT_HARVESTED
