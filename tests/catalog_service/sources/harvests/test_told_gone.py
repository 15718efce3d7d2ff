"""What a platform itself says is gone, page by page: known when a run is gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog_service.sources.harvests import store
from catalog_service.sources.harvests.model import HarvestResult, HarvestRun
from catalog_service.sources.harvests.service import decide, harvest
from tests.catalog_service.sources.harvests.visited import Visited


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visited]:
    """Ten records, five changed since, which an increment lists on three pages."""
    more: dict[str, Any] = {}
    if request.param == "postgresql":
        more["database_url"] = request.getfixturevalue("empty_postgres")
    one = Visited(tmp_path, **more)
    with one.atlas:
        increment(one)
        one.platform.put("A0", "A2", "A4", "A6", "A8", update_time="2026-08-25")
        yield one


def increment(visited: Visited, **more: Any) -> HarvestResult:
    return harvest(visited.atlas, "pudong", actor="test", platform=visited.platform, **more)


def stopped_after(visited: Visited, pages: int) -> HarvestResult:
    done: list[HarvestRun] = []
    result = increment(
        visited,
        stopped=lambda: len(done) >= pages,
        progress=done.append,
    )
    assert (result.status, visited.state("A1")) == ("stopped", "active")
    return result


def test_a_run_that_is_gone_on_with_knows_what_earlier_pages_said(told: Visited) -> None:
    told.platform.gone = {0: ("A1", "never")}
    left = stopped_after(told, 1)
    result = increment(told)
    assert (result.run, result.status, result.counters["missing"]) == (left.run, "done", 1)
    assert told.state("A1") == "missing"


def test_so_does_one_whose_process_died_behind_its_walk(
    told: Visited, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.platform.gone = {0: ("A1",), 1: ("A3",)}
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(
            "catalog_service.sources.harvests.run.mark_missing",
            lambda *_: (_ for _ in ()).throw(KeyboardInterrupt),
        )
        increment(told)
    monkeypatch.setattr("catalog_service.sources.harvests.lease_store.is_dead", lambda _: True)
    result = increment(told)
    assert (result.status, result.counters["missing"]) == ("done", 2)
    assert {told.state("A1"), told.state("A3")} == {"missing"}


def test_what_a_later_page_lists_is_not_gone(told: Visited) -> None:
    told.platform.gone = {0: ("A8", "A1"), 1: ("A4",)}
    result = increment(told)
    # A8 stands on the last page, and A4 on the very page that says it is gone.
    assert (result.status, result.counters["missing"]) == ("done", 1)
    assert [told.state(one) for one in ("A1", "A4", "A8")] == ["missing", "active", "active"]


def test_what_a_page_lists_a_later_one_may_end(told: Visited) -> None:
    told.platform.gone = {2: ("A0",)}
    assert increment(told).counters["missing"] == 1
    assert told.state("A0") == "missing"


def test_what_a_run_that_failed_was_told_no_steward_decides_on(told: Visited) -> None:
    told.platform.gone = {0: ("A1",)}
    told.platform.broken_page = 1
    assert increment(told).status == "failed"
    told.platform.broken_page = None
    told.platform.gone = {0: ("A3", "A5", "A7", "A9")}
    waiting = increment(told)
    assert waiting.status == "waiting"
    decide(told.atlas, str(waiting.run), approve=True, reason="closed", actor="test")
    assert [told.state(f"A{n}") for n in (1, 3, 5, 7, 9)] == ["active", *["missing"] * 4]


def test_a_dry_run_writes_none_of_it(told: Visited) -> None:
    told.platform.gone = {0: ("A1",)}
    assert increment(told, dry_run=True).status == "done"
    assert store.HarvestStore(told.atlas.journal, told.house.clock).told_gone("pudong") == []
    assert told.state("A1") == "active"
