"""A house with one source that is harvested from a platform in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.harvests.model import HarvestResult
from catalog_service.sources.harvests.service import harvest
from catalog_service.sources.harvests.store import HarvestStore
from harvesters.platforms.guarded_list import GuardedList
from tests.catalog_service.sources.harvests.memory_platform import MemoryPlatform
from tests.fixtures.web import House

TEN = [f"A{n}" for n in range(10)]


class Visited:
    """A house with one source, and the platform that it is harvested from."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.house = House(folder, **settings)
        self.atlas = self.house.atlas
        self.store = HarvestStore(self.atlas.journal, self.house.clock)
        self.platform = MemoryPlatform("pudong")
        self.platform.put(*TEN, update_time="2026-08-20")
        self.atlas.journal.put_source("pudong", kind="district", url="https://pudong.example/")
        self.set()

    def set(self, **settings: Any) -> None:
        self.store.put_source("pudong", HarvestSettings(**settings), None)

    def run(self, **more: Any) -> HarvestResult:
        guarded = GuardedList(self.platform, "https://pudong.example/")
        return harvest(self.atlas, "pudong", actor="test", platform=guarded, **more)

    def state(self, remote_id: str) -> str:
        return self.atlas.journal.states("pudong", [remote_id])[remote_id].state

    def counted(self, result: HarvestResult) -> dict[str, int]:
        return {name: count for name, count in result.counters.items() if count}
