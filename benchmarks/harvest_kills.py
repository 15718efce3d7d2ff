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
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psutil

from catalog_service.atlas import Atlas
from catalog_service.operations import worker_process
from catalog_service.settings import Settings
from catalog_service.sources.harvests.connecting import connect
from catalog_service.sources.harvests.store import HarvestStore
from harvesters.simulator.catalogue import Catalogue
from harvesters.simulator.server import Platform, serve
from harvesters.simulator.shapes.city import CityApi
from tests.fixtures.harvesting import SOURCE, differences
from tests.fixtures.lives import ATLAS, environment
from tests.fixtures.postgres import cluster
from tests.fixtures.service import shown

DATASETS: Final = 120
PATIENCE: Final = 180.0
"""Seconds for anything that must happen."""
VICTIMS: Final = ("worker", "supervisor", "command")


class Drill:
    """One catalogue, its service, and what was found."""

    def __init__(self, atlas: Atlas, platform: Platform, database: str | None, seed: int) -> None:
        self.atlas, self.home, self.platform = atlas, atlas.settings.home, platform
        more: Mapping[str, str] = {"ATLAS_DATABASE_URL": database} if database else {}
        self.environment = {**environment(self.home), **more}
        self.chance = random.Random(seed)
        connect(
            self.atlas,
            SOURCE,
            kind="city",
            url=platform.url,
            given={
                "allow": (f"127.0.0.1:{platform.port}",),
                "requests_per_second": 10_000,
                "options": {"page-size": "20"},
                "most_removed": 1.0,
            },
        )
        self.store = HarvestStore(self.atlas.journal, self.atlas.clock)
        self.service: subprocess.Popen[bytes] | None = None
        self.found: Counter[str] = Counter()
        self.wrong: list[str] = []

    # -- processes -------------------------------------------------------------------------------

    def command(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command of the product; what it says is kept beside the catalogue."""
        with (self.home / "drill.log").open("ab") as log:
            return subprocess.Popen(
                [*ATLAS, *arguments], env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )

    def start(self) -> None:
        """Start the service where none runs."""
        if self.service is None or self.service.poll() is not None:
            self.service = self.command("serve", "--port", "0")

    def worker(self) -> psutil.Process | None:
        """Return the worker of the service, where it has one."""
        assert self.service is not None
        for child in psutil.Process(self.service.pid).children():
            # One that has ended meanwhile is no worker.
            with suppress(psutil.NoSuchProcess):
                is_alive = child.status() != psutil.STATUS_ZOMBIE
                if is_alive and worker_process.__name__ in child.cmdline():
                    return child
        return None

    def stop(self) -> None:
        """End the service well."""
        if self.service is not None and self.service.poll() is None:
            self.service.terminate()
            self.service.wait(PATIENCE)

    # -- one round -------------------------------------------------------------------------------

    def kill_once(self, number: int) -> None:
        """Change the platform, have it visited, kill, and hold what must be true afterwards."""
        self._change()
        victim = VICTIMS[number % len(VICTIMS)]
        self.start()
        _until(lambda: self.worker() is not None, "a worker")
        before = sum(self.platform.requests.values())
        asked = self.store.ask(SOURCE, full=True)
        beside = self.command("harvest", SOURCE, "--full") if victim == "command" else None
        after = self.chance.randrange(1, DATASETS + 10)

        def is_time() -> bool:
            return (
                sum(self.platform.requests.values()) - before >= after
                or self._is_over(asked)
                or (beside is not None and beside.poll() is not None)
            )

        _until(is_time, "the visit")
        time.sleep(self.chance.uniform(0, 0.05))
        self._kill(victim, beside)
        left = self._under_way()
        self.found[f"{victim}, {'in' if left else 'outside'} a run"] += 1
        if len(left) > 1:
            self.wrong.append(f"{number}: two runs under way: {left}")
        self.start()
        _until(lambda: self._is_over(asked), "the run to end")
        for one in left:
            status = self.atlas.journal.run(one).status
            if status != "done":
                self.wrong.append(f"{number}: run {one} was left, and ended {status}")
        self.wrong += [f"{number} {victim}: {text}" for text in self._differences()]

    def _kill(self, victim: str, beside: subprocess.Popen[bytes] | None) -> None:
        assert self.service is not None
        if victim == "worker":
            worker = self.worker()
            if worker is not None:
                with suppress(psutil.NoSuchProcess):
                    worker.kill()
                    worker.wait(PATIENCE)
        elif victim == "supervisor":
            children = psutil.Process(self.service.pid).children(recursive=True)
            self.service.kill()
            self.service.wait(PATIENCE)
            _, alive = psutil.wait_procs(children, timeout=PATIENCE)
            self.wrong += [f"a process outlived its supervisor: {one}" for one in alive]
        else:
            assert beside is not None
            beside.kill()
            beside.wait(PATIENCE)

    def _change(self) -> None:
        catalogue = self.platform.catalogue
        if self.chance.random() < 0.7:
            for one in catalogue.view().datasets:
                catalogue.edit(one.id)
        for _ in range(self.chance.randrange(8)):
            catalogue.change()

    # -- what is held ----------------------------------------------------------------------------

    def _under_way(self) -> list[str]:
        """Return the runs that run, or were interrupted: a worker without supervisor ends well."""
        runs = self.atlas.journal.runs(SOURCE)
        return [one.id for one in runs if one.status in ("running", "stopped")]

    def _is_over(self, asked: datetime) -> bool:
        """Tell whether a visit has come to its end since it was asked for."""
        last = next(iter(self.atlas.journal.runs(SOURCE, 1)), None)
        ended = None if last is None else last.finished
        return ended is not None and ended >= asked and not self._under_way()

    def _differences(self) -> list[str]:
        return differences(self.atlas, self.platform.catalogue, self.platform.shapes[0])

    def end(self) -> None:
        """Hold the whole history, and graph and index against it."""
        versions: dict[str, str | None] = {}
        after = 0
        while changes := self.atlas.journal.changes_after(after, 1_000):
            for change in changes:
                known = change.remote_id in versions
                if change.kind == "created" and known:
                    self.wrong.append(f"{change.remote_id} was created twice")
                if change.hash is not None:
                    if change.kind == "updated" and versions.get(change.remote_id) == change.hash:
                        self.wrong.append(f"{change.remote_id}: a version is stored twice")
                    versions[change.remote_id] = change.hash
                after = change.seq
        self.start()
        _until(lambda: shown(self.home, after), "graph and index to show the last change")
        self.stop()
        done = subprocess.run(
            [*ATLAS, "index", "compare", "--deep", "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or not json.loads(done.stdout)["equal"]:
            self.wrong.append(f"graph or index differ: {done.stdout[:1_000]}{done.stderr[-1_000:]}")


def _until(found: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not found():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.005)


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
