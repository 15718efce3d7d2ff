"""The scheduler: sources side by side, and what becomes of visits that end early."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

import pytest

from catalog_service.sources.harvests import platforms, scheduler
from catalog_service.sources.harvests.connecting import connect
from catalog_service.sources.harvests.store import HarvestStore
from harvesters.platforms.politeness import HostTurns
from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.faults import Fault
from harvesters.simulator.server import serve
from harvesters.simulator.shapes.city import CityApi
from tests.fixtures.drills.harvest_crowd import BAD, crowded
from tests.fixtures.harvesting import SOURCE, skipping_time
from tests.fixtures.waiting import until
from tests.fixtures.web import House


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses between requests pass at once."""
    turns = HostTurns(skipping_time())
    monkeypatch.setattr(platforms, "host_turns", lambda: turns)


def test_a_source_that_hangs_and_one_that_drips_hold_up_no_other(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.atlas as atlas, crowded(atlas, sources=5, datasets=8) as crowd:
        crowd.visit([*crowd.platforms])
        until(lambda: all(crowd.platforms[name].requests for name in BAD), "the bad ones")
        assert crowd.wrong() == []


def test_an_interrupted_visit_is_due_at_once_and_a_failed_one_at_its_next_time(
    tmp_path: Path,
) -> None:
    house, stop = House(tmp_path), threading.Event()
    with house.atlas as atlas, serve(Catalogue(100), CityApi()) as platform:
        connect(
            atlas,
            SOURCE,
            kind="city",
            url=platform.url,
            given={
                "allow": (f"127.0.0.1:{platform.port}",),
                "requests_per_second": 10_000,
                "schedule": "0 3 * * *",
                "jitter_minutes": 0,
                "options": {"page-size": "10"},
            },
        )
        store = HarvestStore(atlas.journal, house.clock)

        def visited(status: str) -> datetime | None:
            """Have the scheduler visit the source; return when it is due again."""
            store.ask(SOURCE, full=True)
            thread = threading.Thread(
                target=scheduler.run, args=(atlas, stop), kwargs={"look_every": 0.01}
            )
            thread.start()
            if status == "stopped":
                until(lambda: sum(platform.requests.values()) > 15, "the second page")
                stop.set()
            until(lambda: [one.status for one in atlas.journal.runs(SOURCE, 1)] == [status], status)
            stop.set()
            thread.join()
            stop.clear()
            return store.source(SOURCE).due

        assert visited("stopped") == house.clock.now()
        platform.faults.set(Fault.SERVER_ERROR)
        due = visited("failed")
        assert due is not None and due > house.clock.now()
