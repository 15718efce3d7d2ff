"""A hostile set of queries from eight addresses, beside ordinary clients of /sparql and of pages.

    .venv/bin/python -m benchmarks.sparql_hostile [--home FOLDER] [--seconds 300]

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), read by ``atlas import``,
or the folder of ``--home``. `atlas serve` has one web process and its usual settings. The queries
of `tests.fixtures.hostile_queries` are sent in an order of its own by each address, by GET, or by
POST where they are long, while one client asks look-ups, counts and listings, and another reads
pages (searches, datasets, documentation). Baseline: the same two clients in the same run without
the others.

Told: how each hostile query ended, by kind; answers without a status; processes that were replaced;
memory of all processes; p50 and p99 of the ordinary clients, quiet and beside, and their ratio. The
bars: no answer without a status, none of the ordinary ones refused, p99 three times the quiet one
for queries, and twice for pages; each query that was stopped says so.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil

from benchmarks.sparql_bare import settle
from benchmarks.sparql_fairness import PAUSE, ask, client_at, questions, serving, web_process
from benchmarks.sparql_templates import DATA, filled
from tests.fixtures.hostile_queries import HOSTILE

ADDRESSES = 8
SEED = 11
PATIENCE = 120.0
LONGEST_ADDRESS = 8_000
INNER = "http://127.0.0.1:9/sparql"
WORDS = ("公交", "停车", "医院", "学校", "企业", "气象", "预算", "路线", "food", "park")
PAGE_PAUSE = 0.1
LOOK_SECONDS = 0.5

Took = list[float]


def spread(took: Took) -> dict[str, float]:
    """Return p50, p99 and the longest, in milliseconds."""
    ranked = sorted(took)
    return {
        "asked": len(ranked),
        "p50": round(ranked[len(ranked) // 2] * 1000, 1),
        "p99": round(ranked[len(ranked) * 99 // 100] * 1000, 1),
        "longest": round(ranked[-1] * 1000, 1),
    }


def pages(base: str) -> Iterator[str]:
    """Yield addresses of pages, none of which a cache of answers holds for long."""
    chance = random.Random(SEED)
    with client_at(base, "198.51.100.2") as client:
        found = client.get("/api/v1/search", params={"limit": 100}).json()
        paths = [urlsplit(row["url"]).path for row in found["hits"]]
    while True:
        yield f"/datasets?q={chance.choice(WORDS)}&page={chance.randrange(1, 9)}"
        yield chance.choice(paths)
        yield "/about/api"
        yield "/"


class Ordinary:
    """One ordinary client in a thread: what its answers took, and what they were."""

    def __init__(self, asked: Iterator[Callable[[], httpx.Response]], pause: float) -> None:
        self.took: Took = []
        self.not_answered: Counter[str] = Counter()
        self._asked = asked
        self._pause = pause
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        for one in self._asked:
            if self._over.is_set():
                return
            began = time.perf_counter()
            try:
                answer = one()
            except httpx.HTTPError as error:
                self.not_answered[type(error).__name__] += 1
            else:
                if answer.status_code != 200:
                    self.not_answered[f"{answer.status_code} {answer.text[:80]}"] += 1
            self.took.append(time.perf_counter() - began)
            self._over.wait(self._pause)

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for it."""
        self._over.set()
        self._thread.join()


@contextmanager
def ordinary(base: str) -> Iterator[dict[str, Ordinary]]:
    """Have two ordinary clients ask for as long as the block lasts."""
    with client_at(base, "192.0.2.1") as querying, client_at(base, "192.0.2.2") as reading:
        clients = {
            "queries": Ordinary(
                (lambda q=query: ask(querying, q) for query in questions(base)), PAUSE
            ),
            "pages": Ordinary((lambda p=path: reading.get(p) for path in pages(base)), PAGE_PAUSE),
        }
        for client in clients.values():
            client.start()
        try:
            yield clients
        finally:
            for client in clients.values():
                client.stop()


class Attack:
    """What eight hostile addresses do, and how each of their queries ended."""

    def __init__(self, base: str) -> None:
        self.ends: dict[str, Counter[str]] = defaultdict(Counter)
        self.without_status: Counter[str] = Counter()
        self._base = base
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._repeat, args=(number,)) for number in range(ADDRESSES)
        ]

    def _repeat(self, number: int) -> None:
        chance = random.Random(number)
        queries = [(kind, query) for kind, many in HOSTILE.items() for query in many]
        with client_at(self._base, f"203.0.113.{number + 1}") as client:
            while not self._over.is_set():
                chance.shuffle(queries)
                for kind, query in queries:
                    if self._over.is_set():
                        return
                    end = self._send(client, query.replace("URL", INNER))
                    with self._lock:
                        self.ends[kind][end] += 1
                        if end.startswith("no status"):
                            self.without_status[f"{kind}: {end}"] += 1
                    if end.startswith("429"):
                        # Not to be counted a million times.
                        self._over.wait(0.2)

    def _send(self, client: httpx.Client, query: str) -> str:
        try:
            if len(query) < LONGEST_ADDRESS:
                answer = client.get("/sparql", params={"query": query}, timeout=PATIENCE)
            else:
                answer = client.post("/sparql", data={"query": query}, timeout=PATIENCE)
        except httpx.HTTPError as error:
            return f"no status: {type(error).__name__}"
        if answer.status_code == httpx.codes.OK:
            return "200"
        try:
            return f"{answer.status_code} {answer.json()['code']}"
        except (ValueError, KeyError):
            return f"{answer.status_code} without a code"

    def __enter__(self) -> Attack:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


class Watch:
    """The service's processes, looked at twice a second."""

    def __init__(self, supervisor: int) -> None:
        self.most_mb = 0.0
        self.most_web_mb = 0.0
        self.most_processes = 0
        self.web: set[int] = set()
        self._supervisor = psutil.Process(supervisor)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        web = web_process(self._supervisor.pid)
        self.web.add(web)
        total = 0.0
        family = [self._supervisor, *self._supervisor.children(recursive=True)]
        for process in family:
            try:
                held = process.memory_info().rss / 1e6
            except psutil.NoSuchProcess:
                continue
            total += held
            if process.pid == web:
                self.most_web_mb = max(self.most_web_mb, held)
        self.most_mb = max(self.most_mb, total)
        self.most_processes = max(self.most_processes, len(family))

    def __enter__(self) -> Watch:
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def told(clients: dict[str, Ordinary]) -> dict[str, dict[str, object]]:
    """Return what the ordinary clients saw."""
    return {
        name: {**spread(client.took), "not answered": dict(client.not_answered)}
        for name, client in clients.items()
    }


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--quiet", type=float, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        home = given.home or Path(folder)
        if not (home / "journal.sqlite").exists() and not DATA.exists():
            print(json.dumps({"skipped": f"{DATA.name} is not there"}))
            return
        filled(home, DATA)
        with serving(home) as (base, server):
            settle(server)
            with ordinary(base):
                time.sleep(3)  # warm
            with Watch(server) as before, ordinary(base) as clients:
                time.sleep(given.quiet)
            quiet = told(clients)
            load = os.getloadavg()[0]
            with (
                Watch(server) as during,
                ordinary(base) as clients,
                Attack(base) as attack,
            ):
                time.sleep(given.seconds)
            beside = told(clients)
    sent = sum(sum(ends.values()) for ends in attack.ends.values())
    found = {
        "queries in the set": sum(map(len, HOSTILE.values())),
        "sent": sent,
        "without a status": dict(attack.without_status),
        "quiet": quiet,
        "beside": beside,
        "p99 ratio": {
            name: round(float(str(beside[name]["p99"])) / float(str(quiet[name]["p99"])), 2)
            for name in quiet
        },
        "web processes": len(before.web | during.web),
        "MB of all, quiet": round(before.most_mb),
        "MB of all, most": round(during.most_mb),
        "MB of the web process, most": round(during.most_web_mb),
        "processes, most": during.most_processes,
        "ends": {kind: dict(ends.most_common()) for kind, ends in attack.ends.items()},
        "load average before and after": [round(load, 2), round(os.getloadavg()[0], 2)],
    }
    print(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
