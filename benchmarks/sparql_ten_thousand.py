"""Many different queries one after another: whether the service keeps growing.

    .venv/bin/python -m benchmarks.sparql_ten_thousand [--queries 30000] [--home FOLDER]

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), read by ``atlas import``, or
the folder of ``--home``. `atlas serve` with one web process answers look-ups, counts, listings and
sentences that are no query, by eight connections from eight addresses, each asked once: no cache
knows it. After every tenth part are noted: memory, threads, open files and processes of the web
process and its SPARQL workers, and processor time of the web process per query.

What is kept by intent is bounded: answers by ``--cache-mb``, and by RocksDB the pages that were
read, of ``--records`` records. Both are small here, so that the room is full at once and what grows
after that is no cache. The bar is that the last half adds less than `SLACK_MIB`, no thread, no file
and no process. Exit 1 where it is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.http_load import load, requests_for
from benchmarks.sparql_bare import settle
from benchmarks.sparql_fairness import serving, web_process
from benchmarks.sparql_templates import DATA, filled
from catalog_service.graph import GraphReader, reading

PARTS = 10
SEED = 7
QUIET_SECONDS = 75
MIB = 1024 * 1024
SLACK_MIB = 8.0
FORMS = (
    "SELECT * {{ <{iri}> ?p ?o }}",
    "SELECT (COUNT(*) AS ?n) {{ <{iri}> dct:publisher ?o . ?d dct:publisher ?o }} # {number}",
    "SELECT ?d {{ <{iri}> dcat:theme ?x . ?d dcat:theme ?x ; dct:title ?t }} LIMIT 50 # {number}",
    "ASK {{ <{iri}> dct:title ?t FILTER(CONTAINS(?t, '{number}')) }}",
)
WRONG = "SELECT * {{ <{iri}> ?p # {number}"
ONE_WRONG_IN = 50
"""Errors are made by the route and logged: a share of them, as on a real day."""


def queries(iris: list[str], first: int, last: int) -> list[str]:
    """Return different queries of all forms."""
    return [
        (WRONG if number % ONE_WRONG_IN == 0 else FORMS[number % len(FORMS)]).format(
            iri=iris[number % len(iris)], number=number
        )
        for number in range(first, last)
    ]


def held(web: psutil.Process) -> dict[str, float]:
    """Return what the web process and its workers hold."""
    workers = web.children()
    return {
        "web, MiB": round(web.memory_info().rss / MIB, 1),
        "workers, MiB": round(sum(one.memory_info().rss for one in workers) / MIB, 1),
        "threads": web.num_threads(),
        "files": web.num_fds(),
        "processes": len(workers),
    }


def measure(home: Path, count: int, records: int) -> tuple[dict[str, object], bool]:
    """Ask, and tell what was held after each part; whether the bar is met."""
    parts: list[dict[str, float]] = []
    everything = [iri for iri, _ in reading.noted_hashes(GraphReader(home).current().store)]
    iris = random.Random(SEED).sample(sorted(everything), records)
    with serving(home) as (base, server):
        settle(server)
        # A compaction publishes another snapshot, and a new one begins with no pages.
        time.sleep(QUIET_SECONDS)
        web = psutil.Process(web_process(server))
        begun = held(web)
        for part in range(PARTS):
            asked = queries(iris, part * count // PARTS, (part + 1) * count // PARTS)
            before = sum(web.cpu_times()[:2])
            answers = load(requests_for(base, "/sparql", asked))
            spent = sum(web.cpu_times()[:2]) - before
            assert set(answers.statuses) <= {200, 400}, answers.statuses
            parts.append({**held(web), "web, ms each": round(spent * 1000 / len(asked), 2)})
    half, last = parts[PARTS // 2 - 1], parts[-1]
    growth = {name: round(last[name] - half[name], 1) for name in begun}
    fixed = all(growth[name] <= 0 for name in ("threads", "files", "processes"))
    met = fixed and growth["web, MiB"] < SLACK_MIB
    return {"queries": count, "begun": begun, "parts": parts, "last half": growth, "met": met}, met


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--queries", type=int, default=30_000)
    parser.add_argument("--records", type=int, default=500)
    parser.add_argument("--cache-mb", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        home = given.home or Path(folder)
        if not (home / "journal.sqlite").exists() and not DATA.exists():
            print(json.dumps({"skipped": f"{DATA.name} is not there"}))
            return
        filled(home, DATA)
        # More than one client has; the budget is another benchmark's.
        os.environ["ATLAS_SPARQL_CLIENT_SECONDS"] = "100000"
        os.environ["ATLAS_SPARQL_CACHE_MB"] = str(given.cache_mb)
        found, met = measure(home, given.queries, given.records)
    found["load average after"] = round(os.getloadavg()[0], 2)
    print(json.dumps(found, indent=2))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
