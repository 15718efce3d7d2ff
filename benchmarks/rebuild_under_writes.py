"""Building graph and index anew while people write and search, over a real service.

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records, or the first ``--records``),
read by ``atlas import`` into a folder of its own. Then ``atlas serve`` on a free port of the
loopback; clients put changed versions of single records at ``--rate`` a second, others search all
the time, and ``atlas index rebuild`` is run beside them, as an operator does, ``--rebuilds`` times.

The bar: no search fails or comes back empty, every write is acknowledged, and afterwards graph
and index are what the journal says (``atlas index compare``). Exit 1 where it is missed. Printed
besides: how long a rebuild took, the rate of writes that was reached, and the latencies of
searches and writes beside the rebuilds against those of the same clients without one, measured in
the same run; and how many seconds of processor each kind of process took in a second, the clients
themselves among them, for all share one machine.

Run: ``python -m benchmarks.rebuild_under_writes [--rate 50] [--rebuilds 3] [--records N]
[--home FOLDER] [--elastic]``; prints one JSON object. ``--home`` keeps the folder, and uses one
that is there already; ``--elastic`` keeps the index on an Elasticsearch server, started anew.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.visibility import DATA, SOURCE, Service, atlas, serving
from tests.fixtures.elasticsearch import Server, index_name, installed_server

WRITERS = 12
SEARCHERS = 2
WORDS = 40
QUIET = 10.0
"""Seconds of writing and searching without a rebuild: the baseline."""

PATIENCE = 120.0


@dataclass
class Told:
    """What the clients were told in one phase."""

    searches: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cores: dict[str, float] = field(default_factory=dict)
    """Seconds of processor in a second, by kind of process."""

    def figures(self) -> dict[str, Any]:
        """Return rates and latencies."""
        return {
            "seconds": round(self.seconds, 1),
            "writes_per_second": round(len(self.writes) / self.seconds, 1),
            "searches_per_second": round(len(self.searches) / self.seconds, 1),
            "search_ms": _latency(self.searches),
            "write_ms": _latency(self.writes),
            "cores": {kind: round(share, 2) for kind, share in sorted(self.cores.items())},
            "failed": len(self.failed),
            "examples": self.failed[:5],
        }


def _latency(found: Sequence[float]) -> dict[str, float]:
    if len(found) < 2:
        return {}
    cuts = statistics.quantiles(found, n=100)
    return {
        "median": round(cuts[49] * 1000, 1),
        "p95": round(cuts[94] * 1000, 1),
        "most": round(max(found) * 1000, 1),
    }


class Clients:
    """Writers and searchers that go on until they are stopped."""

    def __init__(self, url: str, secret: str, records: list[dict[str, Any]], rate: float) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._records = records
        self._gap = WRITERS / rate
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._written = 0
        self._run = time.time_ns()
        """Tells this run's changes from those of another over the same folder."""
        self._words: list[str] = []
        self.phase = Told()
        self.last = 0
        """The highest journal number that was acknowledged."""
        self._threads = [
            *(threading.Thread(target=self._write) for _ in range(WRITERS)),
            *(threading.Thread(target=self._search, args=(n,)) for n in range(SEARCHERS)),
        ]

    def __enter__(self) -> Clients:
        self.choose_words()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def choose_words(self) -> None:
        """Choose searches that find something whatever is written: an empty answer is a fault.

        Titles do not change; what finds nothing in quiet is no measure.
        """
        with self._client() as client:
            for record in self._records[:: max(1, len(self._records) // (2 * WORDS))]:
                word = str(record["title"])
                answer = client.get("/api/v1/search", params={"q": word, "limit": 1})
                if answer.status_code == 200 and answer.json()["total"]:
                    self._words.append(word)
                if len(self._words) >= WORDS:
                    return
        if not self._words:
            sys.exit("no search finds anything")

    def warm_up(self) -> None:
        """Wait until each kind of request was answered: the first ones make what is made once.

        Suggestions, which nobody asks for here, are made ready in the same process: 5 s of a core.
        """
        end = time.perf_counter() + PATIENCE
        with self._client() as client:
            client.get("/api/v1/suggest", params={"q": self._words[0][:2]}).raise_for_status()
        while not (len(self.phase.searches) > SEARCHERS and self.phase.writes):
            if time.perf_counter() > end:
                sys.exit(f"the service does not answer: {self.phase.failed[:3]}")
            time.sleep(0.1)

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self._url, timeout=PATIENCE, trust_env=False)

    def _write(self) -> None:
        with self._client() as client:
            due = time.perf_counter()
            while not self._over.is_set():
                with self._lock:
                    number, self._written = self._written, self._written + 1
                record = self._records[number * 7_919 % len(self._records)]
                told = f"第{self._run}-{number}次修改：{record.get('description')}"
                body = {**record, "description": told}
                began = time.perf_counter()
                path = f"/api/v1/sources/{SOURCE}/records/{record['id']}"
                phase = self.phase
                try:
                    answer = client.put(path, json=body, headers=self._headers)
                    if answer.status_code not in (200, 201):
                        phase.failed.append(f"PUT {answer.status_code} {answer.text[:200]}")
                    else:
                        with self._lock:
                            self.last = max(self.last, answer.json()["seq"] or 0)
                except httpx.HTTPError as error:
                    phase.failed.append(f"PUT {error!r}")
                phase.writes.append(time.perf_counter() - began)
                due = max(due + self._gap, time.perf_counter() - 1)
                self._over.wait(max(0.0, due - time.perf_counter()))

    def _search(self, seed: int) -> None:
        words = self._words
        number = seed
        with self._client() as client:
            while not self._over.is_set():
                number += SEARCHERS
                word = words[number * 104_729 % len(words)]
                began = time.perf_counter()
                phase = self.phase
                try:
                    answer = client.get("/api/v1/search", params={"q": word, "limit": 5})
                    if answer.status_code != 200 or not answer.json()["total"]:
                        phase.failed.append(f"{word}: {answer.status_code} {answer.text[:200]}")
                except httpx.HTTPError as error:
                    phase.failed.append(f"{word}: {error!r}")
                phase.searches.append(time.perf_counter() - began)
                self._over.wait(0.01)


def records_of(limit: int) -> list[dict[str, Any]]:
    """Return the first records that can be written to one by one."""
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, limit)]


def prepare(home: Path, records: list[dict[str, Any]]) -> str:
    """Import the records unless they are there, and return a token."""
    if not (home / "journal.sqlite").exists():
        home.mkdir(parents=True, exist_ok=True)
        file = home / "records.jsonl"
        file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
        atlas(home, "import", str(file), "--source", SOURCE)
        file.unlink()
    secret: str = atlas(home, "token", "create", "bench", "--scope", f"write:{SOURCE}")["secret"]
    return secret


class Processors:
    """Reads what the service's processes and the clients have had of the processors."""

    def __init__(self, service: Service) -> None:
        self._processes = {"clients": [psutil.Process()]}
        for process in service.processes():
            parts = (word.rpartition(".")[2] for word in process.cmdline())
            kind = next((part for part in parts if part in ("web", "worker")), "others")
            self._processes.setdefault(kind, []).append(process)
        self._before = self._had()
        self._began = time.perf_counter()

    def _had(self) -> dict[str, float]:
        return {
            kind: sum(sum(process.cpu_times()[:2]) for process in processes)
            for kind, processes in self._processes.items()
        }

    def since(self) -> dict[str, float]:
        """Return seconds of processor in a second since this was made, by kind."""
        seconds = time.perf_counter() - self._began
        return {kind: (had - self._before[kind]) / seconds for kind, had in self._had().items()}


def measure(
    home: Path, records: list[dict[str, Any]], rate: float, rebuilds: int
) -> dict[str, Any]:
    """Run the service with its clients, without a rebuild and beside some."""
    secret = prepare(home, records)
    took = []
    with serving(home) as service:
        with Clients(service.url, secret, records, rate) as clients:
            clients.warm_up()
            quiet = clients.phase = Told()
            processors = Processors(service)
            time.sleep(QUIET)
            quiet.seconds = QUIET
            quiet.cores = processors.since()
            busy = clients.phase = Told()
            processors = Processors(service)
            began = time.perf_counter()
            for _ in range(rebuilds):
                took.append(atlas(home, "index", "rebuild")["seconds"])
            busy.seconds = time.perf_counter() - began
            busy.cores = processors.since()
        began = time.perf_counter()
        while atlas(home, "index", "status")["projections"][0]["lag"]:
            if time.perf_counter() - began > PATIENCE:
                break
        caught_up = time.perf_counter() - began
        log = (home / "serve.log").read_text("utf-8")
    compared = atlas(home, "index", "compare")
    head = compared["projections"][0]["checkpoint"]
    return {
        "records": len(records),
        "rate": rate,
        "rebuild_seconds": [round(seconds, 1) for seconds in took],
        "rebuilt_by_the_worker": log.count('"event": "projection-rebuilt"'),
        "without": quiet.figures(),
        "beside": busy.figures(),
        "caught_up_seconds": round(caught_up, 1),
        "acknowledged": clients.last,
        "head": head,
        "equal": compared["equal"],
        "rate_reached": len(busy.writes) >= 0.9 * rate * busy.seconds,
        "bar": not quiet.failed
        and not busy.failed
        and compared["equal"]
        and clients.last == head
        and log.count('"event": "projection-rebuilt"') >= 2 * rebuilds,
    }


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=float, default=50.0)
    options.add_argument("--rebuilds", type=int, default=3)
    options.add_argument("--records", type=int, default=30_000)
    options.add_argument("--home", type=Path)
    options.add_argument("--elastic", action="store_true")
    chosen = options.parse_args()
    records = records_of(chosen.records)
    with ExitStack() as stack:
        if chosen.elastic:
            program = installed_server()
            if isinstance(program, str):
                sys.exit(f"nothing measured: {program}")
            server = Server(*program)
            stack.callback(server.remove)
            server.start()
            os.environ |= {"ATLAS_SEARCH_URL": server.url, "ATLAS_SEARCH_INDEX": index_name()}
        home = chosen.home or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="atlas-bench-"))
        )
        found = measure(home, records, chosen.rate, chosen.rebuilds)
    print(json.dumps(found, indent=2, ensure_ascii=False))
    return 0 if found["bar"] else 1


if __name__ == "__main__":
    sys.exit(main())
