"""Twenty sources visited at once by the scheduler; one platform hangs, one sends byte by byte.

Each source has a simulated city platform of its own. Measured: how long the well ones take, first
among themselves, then again (all changed) beside the two that do not answer; and how much the
process grows, simulators included. Held: all the well ones end done and complete while the other
two are still under way.

Run: ``python -m benchmarks.harvest_crowd [--sources 20] [--datasets 100]``; prints one JSON object.
Exit 1 where a well source did not finish, or memory grew by more than 400 MiB.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import psutil

from catalog_service.atlas import Atlas
from catalog_service.logs import configure_logs
from catalog_service.settings import Settings
from catalog_service.sources.harvests import scheduler
from catalog_service.sources.harvests.connecting import connect
from catalog_service.sources.harvests.store import HarvestStore
from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.faults import Fault
from harvesters.simulator.server import Platform, serve
from harvesters.simulator.shapes.city import CityApi

MOST_MEMORY: Final = 400
"""MiB."""
PATIENCE: Final = 600.0
"""Seconds for the well sources."""
BAD: Final = {"hanging": Fault.TIME_OUT, "slow": Fault.SLOW_BYTES}


class Crowd:
    """Sources with a platform each, and the scheduler that visits them."""

    def __init__(self, atlas: Atlas, platforms: dict[str, Platform]) -> None:
        self.atlas, self.platforms = atlas, platforms
        self.store = HarvestStore(atlas.journal, atlas.clock)
        for name, platform in platforms.items():
            connect(
                atlas,
                name,
                kind="city",
                url=platform.url,
                given={
                    "allow": (f"127.0.0.1:{platform.port}",),
                    "requests_per_second": 10_000,
                },
            )
        self.well = [name for name in platforms if name not in BAD]

    def visit(self, names: Sequence[str]) -> float:
        """Have sources visited; return the seconds until the well ones have ended."""
        last = {name: self._last(name) for name in names}
        began = time.monotonic()
        for name in names:
            self.store.ask(name, full=True)
        waiting = set(names) - BAD.keys()
        while waiting:
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"not finished: {sorted(waiting)}")
            time.sleep(0.02)
            waiting = {name for name in waiting if not self._has_ended(name, last[name])}
        return time.monotonic() - began

    def _has_ended(self, name: str, before: tuple[str, str] | None) -> bool:
        last = self._last(name)
        return last is not None and last != before and last[1] != "running"

    def _last(self, name: str) -> tuple[str, str] | None:
        run = next(iter(self.atlas.journal.runs(name, 1)), None)
        return None if run is None else (run.id, run.status)

    def wrong(self) -> list[str]:
        """Return what is not as it should be while the bad platforms are still asked."""
        found = []
        for name in self.well:
            public = sum(
                one.public for one in self.atlas.journal.list_records(source=name, limit=10_000)
            )
            expected = len(self.platforms[name].catalogue.public_ids())
            if public != expected:
                found.append(f"{name}: {public} records are public, not {expected}")
            if (last := self._last(name)) is None or last[1] != "done":
                found.append(f"{name}: {last}")
        for name in BAD:
            if (last := self._last(name)) is None or last[1] != "running":
                found.append(f"{name} is not under way: {last}")
        return found


@contextmanager
def crowded(atlas: Atlas, sources: int, datasets: int) -> Iterator[Crowd]:
    """Run the platforms, two of them bad, and the scheduler."""
    stop = threading.Event()
    names = [*BAD, *(f"well-{number}" for number in range(sources - len(BAD)))]
    with ExitStack() as stack:
        platforms = {
            name: stack.enter_context(serve(Catalogue(datasets, seed=seed), CityApi()))
            for seed, name in enumerate(names)
        }
        for name, fault in BAD.items():
            platforms[name].faults.set(fault)
        crowd = Crowd(atlas, platforms)
        thread = threading.Thread(
            target=scheduler.run, args=(atlas, stop), kwargs={"look_every": 0.05}
        )
        thread.start()
        try:
            yield crowd
        finally:
            stop.set()
            for name in BAD:
                # What hangs at them ends now, and not with the limits of its requests.
                platforms[name].faults.clear()
                platforms[name].break_off()
            thread.join()


def run(sources: int, datasets: int) -> dict[str, Any]:
    """Measure once; return what is printed."""
    process = psutil.Process()
    with (
        tempfile.TemporaryDirectory(prefix="atlas-drill-") as folder,
        Atlas(Settings(home=Path(folder))) as atlas,
        crowded(atlas, sources, datasets) as crowd,
    ):
        atlas.journal.head()
        before, most, over = process.memory_info().rss, [0], threading.Event()

        def watch() -> None:
            while not over.wait(0.1):
                most[0] = max(most[0], process.memory_info().rss)

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            alone = crowd.visit(crowd.well)
            for name in crowd.well:
                catalogue = crowd.platforms[name].catalogue
                for one in catalogue.view().datasets:
                    catalogue.edit(one.id)
            beside = crowd.visit(list(crowd.platforms))
            wrong = crowd.wrong()
        finally:
            over.set()
            watching.join()
    grown = round((most[0] - before) / 2**20)
    if grown > MOST_MEMORY:
        wrong.append(f"the process grew by {grown} MiB")
    return {
        "sources": sources,
        "datasets of each": datasets,
        "well ones alone, s": round(alone, 1),
        "well ones beside two bad ones, s": round(beside, 1),
        "memory, MiB more": grown,
        "wrong": wrong,
    }


def main() -> None:
    """Run the drill and print its report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=20)
    parser.add_argument("--datasets", type=int, default=100)
    given = parser.parse_args()
    configure_logs("WARNING", "drill")
    found = run(given.sources, given.datasets)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    sys.exit(bool(found["wrong"]))


if __name__ == "__main__":
    main()
