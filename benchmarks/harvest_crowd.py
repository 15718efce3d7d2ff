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
from pathlib import Path
from typing import Any, Final

import psutil

from catalog_service.atlas import Atlas
from catalog_service.logs import configure_logs
from catalog_service.settings import Settings
from tests.fixtures.drills.harvest_crowd import crowded

MOST_MEMORY: Final = 400
"""MiB."""


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
