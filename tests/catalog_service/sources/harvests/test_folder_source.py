"""A watched folder as a source: connected, harvested, and short of a file the next time."""

from __future__ import annotations

import os
from pathlib import Path

from catalog_service.sources.harvests.connecting import connect
from catalog_service.sources.harvests.service import harvest
from tests.fixtures.web import House


def test_a_file_that_is_gone_is_missing_with_the_next_increment(tmp_path: Path) -> None:
    folder = tmp_path / "exchange"
    folder.mkdir()
    for name in "abc":
        file = folder / f"{name}.json"
        file.write_text(f'[{{"id": "{name}", "title": "公园", "is_open": "无条件开放"}}]')
        os.utime(file, (1e9, 1e9))
    house = House(tmp_path / "home")
    with house.atlas as atlas:
        connect(atlas, "exchange", kind="folder", url=folder.as_uri(), given={"most_removed": 0.9})
        first = harvest(atlas, "exchange", actor="test")
        assert (first.status, first.counters["created"]) == ("done", 3)
        (folder / "b.json").unlink()
        again = harvest(atlas, "exchange", actor="test")
        assert (again.counters["missing"], again.counters["skipped"]) == (1, 2)
        assert harvest(atlas, "exchange", actor="test").counters["read"] == 0
