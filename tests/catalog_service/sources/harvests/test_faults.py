"""Platforms at fault, over HTTP: an excerpt of `benchmarks.harvest_faults`, and single cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.harvests.service import decide, harvest
from catalog_service.sources.harvests.store import HarvestStore
from harvesters.platforms.protocol import Entry
from harvesters.protocols import Incoming, Unreadable
from harvesters.simulator.faults import Fault
from tests.catalog_service.sources.harvests.memory_platform import MemoryPlatform
from tests.fixtures.drills.harvest_faults import Report, drill
from tests.fixtures.harvesting import PAGE, SOURCE, Harvested, harvested
from tests.fixtures.web import House


@pytest.mark.parametrize(("kind", "seed"), [("city", 1), ("oai-pmh", 2), ("data-json", 3)])
def test_the_catalogue_is_right_after_every_fault(tmp_path: Path, kind: str, seed: int) -> None:
    report = Report()
    drill(tmp_path, kind, seed, report, datasets=25, visits=4)
    assert report.wrong == []
    assert report.met


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Harvested]:
    with harvested(tmp_path, "city", 60) as one:
        assert one.settle().counters["created"] == 60
        yield one


def test_single_faults_of_lists_remove_nothing_and_say_what_is_wrong(city: Harvested) -> None:
    every = city.public()
    city.catalogue.delete(next(iter(city.catalogue.public_ids())))
    for fault, status, code in (
        (Fault.EMPTY_LIST, "failed", "list-too-short"),
        (Fault.EMPTY_PAGES, "failed", "list-incomplete"),
        (Fault.HALF_LIST, "failed", "list-too-short"),
        (Fault.SHORT_LIST, "failed", "list-incomplete"),
        (Fault.PAGE_LOOP, "failed", "page-loop"),
        (Fault.WRONG_TOTAL, "failed", "list-incomplete"),
        (Fault.CHANGED_IDS, "waiting", "removals-wait"),
    ):
        city.platform.faults.set(fault)
        result = city.visit(full=True)
        city.platform.faults.clear()
        assert result.error is not None
        assert (fault, result.status, result.error.code) == (fault, status, code)
        assert city.public() >= every
        assert (result.counters["missing"], result.counters["withdrawn"]) == (0, 0)
    assert city.settle().status == "waiting"
    assert city.differences() == []


def test_a_clock_that_is_an_hour_slow_hides_no_change(city: Harvested) -> None:
    public = sorted(city.public())
    city.platform.faults.set(Fault.CLOCK_OFF)
    city.catalogue.rename(public[0])
    city.catalogue.close(public[1])
    result = city.visit()
    assert (result.status, result.counters["updated"]) == ("done", 2)
    assert city.differences() == []
    city.platform.faults.clear()
    city.catalogue.close(public[2])
    assert city.visit().counters["updated"] == 1
    assert city.differences() == []


def test_a_dataset_whose_request_failed_is_listed_again_by_the_next_increment(
    city: Harvested,
) -> None:
    closed, *others = sorted(city.public())
    city.catalogue.close(closed)
    # A page of changes, days without any, and another page: an increment from here stops at the
    # second page, before the dataset that was closed.
    pages = others[:PAGE], others[PAGE : 2 * PAGE]
    for one in pages[0]:
        city.catalogue.edit(one)
    for _ in range(2 * 24 * 60):
        city.catalogue.edit(pages[1][0])
    for one in pages[1]:
        city.catalogue.edit(one)
    city.platform.faults.set(Fault.SERVER_ERROR, path=closed)
    result = city.visit()
    assert (result.status, result.counters["errors"]) == ("done", 1)
    assert closed in city.public()
    city.platform.faults.clear()
    again = city.visit()
    assert (again.counters["updated"], closed in city.public()) == (1, False)
    # What was read well moves the bookmark again.
    assert city.visit().counters["read"] < 3 * PAGE


def test_deletions_that_the_platform_tells_of_wait_where_they_are_many(tmp_path: Path) -> None:
    with harvested(tmp_path, "oai-pmh", 30) as repository:
        repository.settle()
        before = repository.records().keys()
        repository.catalogue.delete(repository.catalogue.view().datasets[0].id)
        assert repository.visit().counters["missing"] == 1
        repository.catalogue.renumber()
        result = repository.visit()
        assert result.run is not None and result.error is not None
        assert (result.status, result.error.code) == ("waiting", "removals-wait")
        assert result.counters["missing"] == 0
        assert len(repository.records().keys() & before) == 29
        decided = decide(
            repository.house.atlas, result.run, approve=True, reason="renumbered", actor="steward"
        )
        assert decided.counters["missing"] == 29
        assert repository.differences() == []


class _Slow(MemoryPlatform):
    """Answers one request for a dataset, and keeps the second waiting until the run shall end."""

    def __init__(self, house: House) -> None:
        super().__init__(SOURCE, size=300)
        self.house = house
        self.ending, self.never = Event(), Event()
        self.put(*(f"A{n:03d}" for n in range(300)), update_time="2026-08-20")

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        first = len(self.requests) == 1
        found = super().fetch(entry)
        if first:
            self.house.clock.step(minutes=5)
        elif not self.ending.is_set():
            self.ending.wait(10)
        else:
            # Those that are under way before the run cancels the rest: it has time to.
            self.never.wait(0.05)
        return found

    def stopped(self) -> bool:
        if len(self.requests) < 2:
            return False
        self.ending.set()
        return True


def test_a_run_that_must_end_requests_no_more_of_its_page(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.atlas as atlas:
        atlas.journal.put_source(SOURCE, kind="district", url="https://there.example/")
        HarvestStore(atlas.journal, house.clock).put_source(
            SOURCE, HarvestSettings(parallel=1), None
        )
        platform = _Slow(house)
        result = harvest(atlas, SOURCE, actor="test", platform=platform, stopped=platform.stopped)
        assert result.status == "stopped"
        assert 2 <= len(platform.requests) < 300
