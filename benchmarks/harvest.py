"""Harvests of the simulated city platform, beside a bare loop that only fetches and parses.

Data: `atlas simulate --platform city` with 5,000 generated datasets, in a process of its own on
loopback; no politeness delay. Measured: `atlas harvest` until graph and index show every record;
again with nothing changed (the whole list, then an increment); again with 3 % changed. Baseline:
the same list and detail requests with httpx, parsed with orjson, four at once. Beside the seconds
stands the processor time (without the platform's): on a machine that others use only that tells.

Run: ``python -m benchmarks.harvest [--datasets N]``; prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson

ATLAS = [sys.executable, "-m", "catalog_service.main"]
PARALLEL = 4
PAGE = 100


@contextmanager
def simulated(datasets: int) -> Iterator[str]:
    """Run the platform; yields its address."""
    process = subprocess.Popen(
        [*ATLAS, "simulate", "--platform", "city", "--datasets", str(datasets), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            try:
                yield json.loads(said)["url"]
                break
            except json.JSONDecodeError:
                continue
    finally:
        process.terminate()
        process.wait(10)


def bare(url: str) -> int:
    """Fetch and parse every page and every dataset; return how many datasets there were."""
    with httpx.Client(base_url=url, timeout=60) as client, ThreadPoolExecutor(PARALLEL) as pool:

        def page(number: int) -> Any:
            body = orjson.dumps({"pageNum": number, "pageSize": PAGE, "sort": "updateDate"})
            return orjson.loads(client.post("/zq/api/data_set/search/", content=body).content)

        def dataset(name: str) -> Any:
            return orjson.loads(client.get(f"/zq/api/data_set/{name}/").content)

        count, number, pages = 0, 1, 1
        while number <= pages:
            found = page(number)["data"]
            pages = int(found["totalPageNum"])
            names = [str(one["datasetId"]) for one in found["content"]]
            count += sum(1 for _ in pool.map(dataset, names))
            number += 1
    return count


def atlas(home: Path, *arguments: str) -> tuple[dict[str, Any], float, float]:
    """Run a command; returns its JSON, the seconds that it took, and those of processors."""
    began, used = time.perf_counter(), processor_seconds()
    done = subprocess.run(
        [*ATLAS, *arguments, "--json"],
        env={**os.environ, "ATLAS_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    return json.loads(done.stdout), time.perf_counter() - began, processor_seconds() - used


def processor_seconds() -> float:
    """Return what all commands that have ended used, their own processes included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def change(url: str, count: int) -> None:
    """Have the platform change so many datasets."""
    with httpx.Client(base_url=url, timeout=60) as client:
        for _ in range(count):
            client.post("/_simulator/changes/edit").raise_for_status()


def measure(datasets: int) -> dict[str, Any]:
    """Measure one round."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder, simulated(datasets) as url:
        home = Path(folder)
        began, used = time.perf_counter(), time.process_time()
        fetched = bare(url)
        baseline, baseline_used = time.perf_counter() - began, time.process_time() - used
        atlas(
            home, "source", "add", "city", "--type", "city", "--url", url,
            "--allow", url.removeprefix("http://"), "--requests-per-second", "10000",
            "--parallel", str(PARALLEL),
        )  # fmt: skip
        first, seconds, used = atlas(home, "harvest", "city")
        again, seconds_again, used_again = atlas(home, "harvest", "city", "--full")
        increment, seconds_increment, used_increment = atlas(home, "harvest", "city")
        change(url, datasets * 3 // 100)
        changed, seconds_changed, used_changed = atlas(home, "harvest", "city")
        counts = ("status", "read", "created", "updated", "unchanged", "skipped", "rejected")
        return {
            "datasets": fetched,
            "bare loop": {
                "seconds": round(baseline, 2),
                "processor seconds": round(baseline_used, 2),
                "records/s": round(fetched / baseline),
            },
            "first": {
                "seconds": round(seconds, 2),
                "processor seconds": round(used, 2),
                "records/s": round(fetched / seconds),
                "ratio to the bare loop": round(baseline / seconds, 2),
                **{name: first[name] for name in counts},
            },
            "again, whole list": {
                "seconds": round(seconds_again, 2),
                "processor seconds": round(used_again, 2),
                "times faster": round(seconds / seconds_again, 1),
                **{name: again[name] for name in counts},
            },
            "again, increment": {
                "seconds": round(seconds_increment, 2),
                "processor seconds": round(used_increment, 2),
                "times faster": round(seconds / seconds_increment, 1),
                **{name: increment[name] for name in counts},
            },
            "3 % changed": {
                "seconds": round(seconds_changed, 2),
                "processor seconds": round(used_changed, 2),
                **{name: changed[name] for name in counts},
            },
        }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=5_000)
    print(json.dumps(measure(parser.parse_args().datasets), ensure_ascii=False, indent=1))
