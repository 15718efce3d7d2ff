"""An ordinary client of /sparql beside hostile addresses: how long its answers take.

    flock /tmp/heavy.lock .venv/bin/python -m benchmarks.sparql_fairness [--hostile 2 8]

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), in a folder of its own, or
that of ``--home``. `atlas serve` answers on the loopback address with one web process; addresses
are those that a trusted proxy would name. The ordinary client asks one look-up, count or listing
after the other, each with another record: nothing is answered from a cache. It does so quiet, and
while each hostile address repeats a cross product on one connection, all in one run. Printed are
the answers without status 200 and p50, p99 in milliseconds, and their ratio to the quiet ones; the
bar is three times. What the hostile were answered is counted.

``--researcher`` asks 500 queries 10 at a time and 1,000 look-ups, of which none may be refused, and
200 aggregations of some seconds of work in all, told to come back when their time is up.
``--long`` asks for 300,000 rows with a token: the rate beside that of the engine alone, which
writes them to memory in this process, and what the web process holds more meanwhile.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import cast

import httpx
import pyoxigraph as ox

from benchmarks.sparql_templates import DATA, filled
from catalog_service.graph import GraphReader

HOSTILE = "SELECT * {?s ?p ?o . ?a ?b ?c} OFFSET 2000000000 LIMIT 1"
AGGREGATION = "SELECT ?p (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?n # %d"
ATLAS = (sys.executable, "-m", "catalog_service.main")
SEED = 7
PAUSE = 0.02
"""Seconds between two questions of the ordinary client, who reads what it gets."""


@contextmanager
def serving(home: Path, web: int = 1) -> Iterator[tuple[str, int]]:
    """Serve the catalogue, and stop; yields its address and the supervisor's process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "ATLAS_HOME": str(home), "ATLAS_TRUSTED_PROXIES": "127.0.0.1/32"}
    with subprocess.Popen(
        [*ATLAS, "serve", "--port", str(port), "--workers", str(web)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        base = f"http://127.0.0.1:{port}"
        try:
            for _ in range(300):
                try:
                    if httpx.get(f"{base}/health/live", timeout=1).status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.2)
            yield base, process.pid
        finally:
            process.terminate()
            process.wait(60)


def client_at(base: str, address: str) -> httpx.Client:
    """Return a client that comes from an address, as the proxy tells."""
    return httpx.Client(base_url=base, headers={"X-Forwarded-For": address}, timeout=120)


def ask(client: httpx.Client, query: str) -> httpx.Response:
    """Ask for JSON."""
    return client.get("/sparql", params={"query": query, "format": "json"})


def questions(base: str) -> Iterator[str]:
    """Yield look-ups, counts and listings of records, by chance but the same in each run."""
    chance = random.Random(SEED)
    with client_at(base, "198.51.100.1") as client:
        found = ask(client, "SELECT ?d { ?d a dcat:Dataset } LIMIT 9000").json()
    datasets = [row["d"]["value"] for row in found["results"]["bindings"]]
    while True:
        one = chance.choice(datasets)
        yield f"SELECT * {{ <{one}> ?p ?o }}"
        yield f"SELECT (COUNT(*) AS ?n) {{ <{one}> dct:publisher ?o . ?d dct:publisher ?o }}"
        yield f"SELECT ?d ?t {{ <{one}> dcat:theme ?x . ?d dcat:theme ?x ; dct:title ?t }} LIMIT 50"


def ordinary(base: str, seconds: float) -> dict[str, float]:
    """Ask one question after the other; return what they took."""
    took: list[float] = []
    statuses: Counter[int] = Counter()
    end = time.perf_counter() + seconds
    with client_at(base, "192.0.2.1") as client:
        for query in questions(base):
            began = time.perf_counter()
            statuses[ask(client, query).status_code] += 1
            took.append((time.perf_counter() - began) * 1000)
            if time.perf_counter() > end:
                break
            time.sleep(PAUSE)
    took.sort()
    return {
        "asked": len(took),
        "not_200": len(took) - statuses[200],
        "p50": round(took[len(took) // 2], 1),
        "p99": round(took[len(took) * 99 // 100], 1),
        "longest": round(took[-1], 1),
    }


@contextmanager
def attack(base: str, addresses: int) -> Iterator[Counter[str]]:
    """Have so many addresses repeat the cross product."""
    over = threading.Event()
    counted: Counter[str] = Counter()

    def repeat(number: int) -> None:
        with client_at(base, f"203.0.113.{number + 1}") as client:
            while not over.is_set():
                try:
                    answer = ask(client, HOSTILE)
                except httpx.TransportError as error:
                    counted[type(error).__name__] += 1
                else:
                    counted[f"{answer.status_code} {answer.json()['code']}"] += 1

    with ThreadPoolExecutor(max(1, addresses)) as threads:
        for number in range(addresses):
            threads.submit(repeat, number)
        try:
            yield counted
        finally:
            over.set()


def researcher(base: str) -> dict[str, object]:
    """Ask as a researcher does."""
    asked = questions(base)
    queries = [next(asked) for _ in range(500)]
    with client_at(base, "192.0.2.7") as client, ThreadPoolExecutor(10) as threads:
        first = Counter(a.status_code for a in threads.map(lambda q: ask(client, q), queries))
        lookups = Counter(
            ask(client, query).status_code
            for query in (next(asked) for _ in range(3000))
            if query.startswith("SELECT *")
        )
    ends: list[float] = []
    broken = refused = 0
    with client_at(base, "192.0.2.8") as client:
        for number in range(200):
            waited = False
            while (answer := ask(client, AGGREGATION % number)).status_code == 429:
                refused += 1
                broken += waited
                waited = True
                time.sleep(int(answer.headers["retry-after"]))
            answer.raise_for_status()
            ends.append(time.perf_counter())
    gaps = sorted(later - one for one, later in pairwise(ends))
    return {
        "500, 10 at a time": dict(first),
        "1,000 look-ups": dict(lookups),
        "200 aggregations": {
            "refused": refused,
            "promises broken": broken,
            "seconds between, p50": round(gaps[len(gaps) // 2], 2),
            "longest": round(gaps[-1], 2),
        },
    }


def long_answer(base: str, home: Path, server: int) -> dict[str, float]:
    """Ask for 300,000 rows with a token; beside it the engine alone, writing them to nowhere."""
    made = subprocess.run(
        [*ATLAS, "token", "create", "bench", "--scope", "query", "--json"],
        env={**os.environ, "ATLAS_HOME": str(home)},
        check=True,
        capture_output=True,
    )
    token = json.loads(made.stdout)["secret"]
    query = "SELECT * { ?s ?p ?o } LIMIT 300000"
    store = ox.Store.read_only(str(GraphReader(home).current().path))
    web = web_process(server)
    before = resident(web)
    most, taken, rows, own, bare = before, 0, 0, [], []
    for _ in range(3):
        began = time.perf_counter()
        with io.BytesIO() as nowhere:
            found = cast("ox.QuerySolutions", store.query(query))
            found.serialize(nowhere, ox.QueryResultsFormat.TSV)
        bare.append(time.perf_counter() - began)
        began = time.perf_counter()
        with client_at(base, "192.0.2.9") as client:
            form = {"query": query, "format": "tsv"}
            headers = {"Authorization": f"Bearer {token}"}
            rows = -1
            with client.stream("POST", "/sparql", data=form, headers=headers) as answer:
                answer.raise_for_status()
                for part in answer.iter_bytes():
                    rows += part.count(b"\n")
                    taken += 1
                    if taken % 20 == 0:
                        most = max(most, resident(web))
        own.append(time.perf_counter() - began)
    return {
        "rows": rows,
        "seconds": round(min(own), 2),
        "seconds, engine alone": round(min(bare), 2),
        "rate": round(min(bare) / min(own), 2),
        "web process, MiB more": round((most - before) / 1024, 1),
    }


def web_process(supervisor: int) -> int:
    """Return the web process of a supervisor: its child that has children, the SPARQL workers."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    return max(children[supervisor], key=lambda pid: len(children.get(pid, ())))


def resident(process: int) -> int:
    """Return what a process holds in memory, in KiB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--hostile", type=int, nargs="*", default=[2, 8])
    parser.add_argument("--researcher", action="store_true")
    parser.add_argument("--long", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        home = given.home or Path(folder)
        if not (home / "journal.sqlite").exists() and not DATA.exists():
            print(json.dumps({"skipped": f"{DATA.name} is not there"}))
            return
        filled(home, DATA)
        with serving(home) as (base, server):
            ordinary(base, 3)  # warm
            quiet = ordinary(base, given.seconds)
            found: dict[str, object] = {"quiet": quiet}
            for addresses in given.hostile:
                with attack(base, addresses) as counted:
                    beside = ordinary(base, given.seconds)
                ratios = {f"{name}_ratio": beside[name] / quiet[name] for name in ("p50", "p99")}
                found[f"{addresses} hostile"] = {
                    **beside,
                    **{name: round(value, 2) for name, value in ratios.items()},
                    "hostile answers": dict(counted),
                }
            if given.researcher:
                found["researcher"] = researcher(base)
            if given.long:
                found["long answer"] = long_answer(base, home, server)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
