"""Kill −9 of worker, supervisor and `atlas harvest` at random moments of a run.

A simulated city platform in this process, `atlas serve` with its source in others. In each round
some datasets change (now and then all of them), a visit is asked for, and after a random number of
requests one process is killed: the worker, the supervisor, or an `atlas harvest` that visits the
same source beside the worker. Held: a run that was under way is gone on with and ends well, by
whoever comes next; the source never has two runs under way, no record two first versions, no
version is stored twice; after each round the catalogue equals the platform's truth, and in the end
graph and index equal the journal.

Run: ``python -m benchmarks.harvest_kills [--kills 100] [--postgres]``; prints one JSON object.
Exit 1 where anything was wrong. A kill takes some ten to twenty seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from catalog_service.atlas import Atlas
from catalog_service.settings import Settings
from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.server import serve
from harvesters.simulator.shapes.city import CityApi
from tests.fixtures.drills.harvest_kills import DATASETS, Drill
from tests.fixtures.postgres import cluster


def run(kills: int, database: str | None, seed: int) -> dict[str, Any]:
    """Kill so many times; return what is printed."""
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="atlas-drill-") as folder,
        serve(Catalogue(DATASETS, seed=seed), CityApi()) as platform,
        Atlas(Settings(home=Path(folder), database_url=database or "")) as atlas,
    ):
        drill = Drill(atlas, platform, database, seed)
        try:
            for number in range(kills):
                drill.kill_once(number)
                print(f"{number + 1} kills, {len(drill.wrong)} wrong", file=sys.stderr)
            drill.end()
        except TimeoutError as error:
            drill.wrong.append(str(error))
            print((drill.home / "drill.log").read_text()[-5_000:], file=sys.stderr)
        finally:
            drill.stop()
    return {
        "database": "PostgreSQL" if database else "SQLite",
        "kills": kills,
        "hit": dict(drill.found),
        "seconds": round(time.monotonic() - began),
        "wrong": drill.wrong,
    }


def main() -> None:
    """Run the drill and print its report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20261201)
    parser.add_argument("--postgres", action="store_true", help="in a database server of its own")
    given = parser.parse_args()
    os.environ.setdefault("ATLAS_REQUIRE_SERVICES", "1")
    with cluster() if given.postgres else nullcontext() as database:
        found = run(given.kills, database, given.seed)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    sys.exit(bool(found["wrong"]))


if __name__ == "__main__":
    main()
