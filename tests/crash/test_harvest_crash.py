"""Kill −9 of a harvest: an excerpt of `benchmarks.harvest_kills`, with one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_service.atlas import Atlas
from catalog_service.settings import Settings
from catalog_service.sources.harvests.service import harvest
from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.server import serve
from harvesters.simulator.shapes.city import CityApi
from tests.fixtures.drills.harvest_kills import Drill
from tests.fixtures.harvesting import SOURCE, differences
from tests.fixtures.waiting import until


@pytest.mark.slow
def test_a_killed_harvest_is_gone_on_with_and_nothing_is_taken_in_twice(
    tmp_path: Path, journal_url: str
) -> None:
    with (
        serve(Catalogue(60, seed=4), CityApi()) as platform,
        Atlas(Settings(home=tmp_path, database_url=journal_url)) as atlas,
    ):
        drill = Drill(atlas, platform, journal_url, seed=4)
        killed = drill.command("harvest", SOURCE)
        until(lambda: sum(platform.requests.values()) > 30, "the second page")
        killed.kill()
        killed.wait()
        (left,) = atlas.journal.runs(SOURCE)
        assert left.status == "running"
        assert drill.store.abandoned() == [SOURCE]
        result = harvest(atlas, SOURCE, actor="test")
        assert (result.run, result.status, result.counters["read"]) == (left.id, "done", 60)
        assert differences(atlas, platform.catalogue, platform.shapes[0]) == []
        changes = atlas.journal.changes_after(0, 1_000)
        assert [one.kind for one in changes] == ["created"] * 60
        assert [one.status for one in atlas.journal.runs(SOURCE)] == ["done"]
