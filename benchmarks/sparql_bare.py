"""/sparql beside a bare Oxigraph server that only reads, over the same data, in one run.

    .venv/bin/python -m benchmarks.sparql_bare [--home FOLDER] [--rounds 3] [--only NAME…]

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), read by ``atlas import``.
`atlas serve` with its usual settings (one web process) over the newest snapshot, and ``oxigraph
serve-read-only`` over a compacted copy of the same, are asked in turns by eight clients at eight
loopback addresses (`benchmarks.http_load`), several rounds; told is the median of the ratios.

* ``repeated``: one look-up, again and again. Bar: 0.5 of the bare server's answers a second.
* ``look-ups``: 1,000 different records, none asked twice in the run. Bar: 0.3.
* ``templates``: 20 queries, each by all clients, with a comment that no cache has seen. Bar: 0.9;
  of those that take the bare server 5 ms and more by themselves: 0.95.
* ``processor``: the bare server's processor time over ours, web process and workers together, for
  the same templates one after the other, and for look-ups: about what the ratios would be on a
  machine that does nothing else. The least of all rounds; without ``--web 2``.
* ``long``: 300,000 rows, with a token. Bar: 0.7 of the bare server's rate, 300 MiB more in the web
  process.

``--web 2`` serves by two web processes, each with its workers.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from benchmarks.http_load import Load, load, requests_for
from benchmarks.sparql_fairness import ATLAS, resident, serving, web_process
from benchmarks.sparql_templates import DATA, TEMPLATES, copy, filled
from ontology.terms import PREFIXES

CLIENTS = 8
LONG = 300_000
PARTS = ("repeated", "look-ups", "templates", "processor", "long")
REPEATED = 4_000
LOOKUPS = 1_000
SEED = 7
HEAVY_SECONDS = 0.005
QUIET_PERCENT = 3
TWENTY = 20
LEFT_OUT = (
    "organizations, listed",
    "text in a title",
    "constructed",
    "optional description",
    "broader, any depth",
    "frequency",
)
"""Two that are over in no time, and others that the rest stand for."""

_HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


@contextmanager
def bare(folder: Path) -> Iterator[tuple[str, int]]:
    """Serve a store by Oxigraph's own server; yields its address and its process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    binary = Path(sys.executable).with_name("oxigraph")
    command = [binary, "serve-read-only", "--location", folder, "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        base = f"http://127.0.0.1:{port}"
        try:
            for _ in range(300):
                try:
                    httpx.get(f"{base}/query", params={"query": "ASK {}"}, timeout=1)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield base, process.pid
        finally:
            process.terminate()
            process.wait(10)


def settle(supervisor: int) -> None:
    """Wait until the service is warm: what it does for the first searches costs seconds."""
    web = psutil.Process(web_process(supervisor))
    end = time.monotonic() + 120
    while web.cpu_percent(1) > QUIET_PERCENT and time.monotonic() < end:
        pass


def processor(process: int) -> float:
    """Return the processor seconds of a process, exactly (`clock_getcpuclockid` on Linux)."""
    return time.clock_gettime((~process << 3) | 2)


class Sides:
    """The two servers, asked the same."""

    def __init__(self, ours: str, theirs: str, web: int, bare: int) -> None:
        self._targets = ((ours, "/sparql"), (theirs, "/query"))
        self._web, self._bare = web, bare

    def _processes(self, side: int) -> list[int]:
        if side:
            return [self._bare]
        return [self._web, *(child.pid for child in psutil.Process(self._web).children())]

    def milliseconds(self, queries: list[str]) -> tuple[float, ...]:
        """Return what a query takes of the processor at both, by one client."""
        taken = []
        for side, (base, path) in enumerate(self._targets):
            processes = self._processes(side)
            before = sum(processor(one) for one in processes)
            load(requests_for(base, path, queries), clients=1)
            spent = sum(processor(one) for one in processes) - before
            taken.append(spent * 1000 / len(queries))
        return tuple(taken)

    def ask(self, queries: list[str], *, clients: int = CLIENTS) -> tuple[Load, Load]:
        """Ask both; the first is ours."""
        ours, theirs = (
            load(requests_for(base, path, queries), clients=clients) for base, path in self._targets
        )
        wrong = {status: n for status, n in ours.statuses.items() if status != 200}
        assert not wrong, f"ours answered {wrong}"
        assert set(theirs.statuses) == {200}, f"theirs answered {theirs.statuses}"
        return ours, theirs


def told(loads: list[tuple[Load, Load]]) -> dict[str, float]:
    """Return the median ratio of the rounds, and the rates of the median round."""
    ranked = sorted(loads, key=lambda pair: pair[0].rate / pair[1].rate)
    ours, theirs = ranked[len(ranked) // 2]
    return {
        "answers/s": round(ours.rate, 1),
        "bare": round(theirs.rate, 1),
        "ratio": round(ours.rate / theirs.rate, 3),
    }


def datasets(theirs: str) -> list[str]:
    """Return the IRIs of all datasets, by chance but the same in each run."""
    query = f"{_HEAD}SELECT ?d {{ ?d a dcat:Dataset }}"
    accept = {"Accept": "application/sparql-results+json"}
    found = httpx.get(f"{theirs}/query", params={"query": query}, headers=accept, timeout=60)
    names = sorted(row["d"]["value"] for row in found.json()["results"]["bindings"])
    random.Random(SEED).shuffle(names)
    return names


def repeated(sides: Sides, names: list[str], rounds: int) -> dict[str, float]:
    """Ask for one record, again and again."""
    query = f"SELECT * {{ <{names.pop()}> ?p ?o }}"
    sides.ask([query] * 500)
    return told([sides.ask([query] * REPEATED) for _ in range(rounds)])


def lookups(sides: Sides, names: list[str], rounds: int) -> dict[str, float]:
    """Ask for one record after the other."""

    def some(count: int) -> list[str]:
        return [f"SELECT * {{ <{names.pop()}> ?p ?o }}" for _ in range(count)]

    sides.ask(some(200))
    return told([sides.ask(some(LOOKUPS)) for _ in range(rounds)])


def _chosen() -> list[tuple[str, str]]:
    """Return twenty: the plain ones, and the last of the page's examples, which may change."""
    return [(name, query) for name, query in TEMPLATES if name not in LEFT_OUT][-TWENTY:]


def by_processor(sides: Sides, names: list[str], rounds: int) -> dict[str, object]:
    """Ask templates and look-ups by one client; compare what they take of the processor."""
    found: dict[str, tuple[float, float]] = {}
    for name, query in _chosen():
        asked = [
            sides.milliseconds([f"{_HEAD}{query} # p{turn} {os.getpid()}"])
            for turn in range(2 * rounds)
        ]
        found[name] = (min(one[0] for one in asked), min(one[1] for one in asked))
    looked = []
    for _ in range(rounds):
        queries = [f"SELECT * {{ <{names.pop()}> ?p ?o }}" for _ in range(LOOKUPS // 2)]
        looked.append(sides.milliseconds(queries))
    ours, theirs = (min(one[side] for one in looked) for side in (0, 1))
    ratios = {name: other / own for name, (own, other) in found.items()}
    heavy = [name for name in found if found[name][1] >= HEAVY_SECONDS * 1000]
    return {
        "templates, mean of each": round(statistics.geometric_mean(ratios.values()), 3),
        "of 5 ms and more": round(statistics.geometric_mean(ratios[name] for name in heavy), 3),
        "look-ups, ms": [round(ours, 3), round(theirs, 3)],
        "look-ups": round(theirs / ours, 3),
        "by template, ms": {
            name: [round(own, 2), round(other, 2), round(ratios[name], 2)]
            for name, (own, other) in found.items()
        },
    }


def templates(sides: Sides, rounds: int) -> dict[str, object]:
    """Ask twenty queries, each by all clients at once."""
    number = 0
    by_template: dict[str, dict[str, float]] = {}
    times: dict[str, tuple[float, float]] = {}
    alone: dict[str, float] = {}
    for name, query in _chosen():
        found = []
        for turn in range(rounds + 1):
            asked = []
            for _ in range(CLIENTS):
                number += 1
                asked.append(f"{_HEAD}{query} # {number} {os.getpid()}")
            pair = sides.ask(asked)
            if turn:  # the first warms
                found.append(pair)
        ours = statistics.median(pair[0].seconds for pair in found)
        theirs = statistics.median(pair[1].seconds for pair in found)
        number += 1
        single = sides.ask([f"{_HEAD}{query} # {number} {os.getpid()}"], clients=1)
        times[name], alone[name] = (ours, theirs), single[1].seconds
        by_template[name] = {
            "ms": round(ours * 1000, 1),
            "bare": round(theirs * 1000, 1),
            "ratio": round(theirs / ours, 2),
            "alone": round(single[0].seconds * 1000, 1),
            "alone, bare": round(single[1].seconds * 1000, 1),
        }
    heavy = [name for name in times if alone[name] >= HEAVY_SECONDS]

    def ratio(names: list[str], weigh: Callable[[str], float]) -> float:
        return round(statistics.geometric_mean(weigh(name) for name in names), 3)

    def together(names: list[str]) -> float:
        ours, theirs = (sum(times[name][side] for name in names) for side in (0, 1))
        return round(theirs / ours, 3)

    return {
        "ratio, all together": together(list(times)),
        "ratio, mean of each": ratio(list(times), lambda name: times[name][1] / times[name][0]),
        "5 ms and more": len(heavy),
        "their ratio, together": together(heavy),
        "their ratio, mean of each": ratio(heavy, lambda name: times[name][1] / times[name][0]),
        "by template": by_template,
    }


def long_answers(home: Path, ours: str, theirs: str, web: int, rounds: int) -> dict[str, float]:
    """Ask for 300,000 rows with a token, by one client."""
    made = subprocess.run(
        [*ATLAS, "token", "create", "bench", "--scope", "query", "--json"],
        env={**os.environ, "ATLAS_HOME": str(home)},
        check=True,
        capture_output=True,
    )
    token = f"Authorization: Bearer {json.loads(made.stdout)['secret']}\r\n"
    before, most, over = resident(web), [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            most[0] = max(most[0], resident(web))

    watcher = threading.Thread(target=watch)
    watcher.start()
    rates = []
    for turn in range(rounds + 1):
        query = f"SELECT * {{ ?s ?p ?o }} LIMIT {LONG} # {turn} {os.getpid()}"
        found = [
            load(requests_for(base, path, [query], headers), clients=1)
            for base, path, headers in ((ours, "/sparql", token), (theirs, "/query", ""))
        ]
        if turn:
            rates.append(tuple(one.bytes / one.seconds / 1e6 for one in found))
    over.set()
    watcher.join()
    own, other = sorted(rates, key=lambda pair: pair[0] / pair[1])[len(rates) // 2]
    return {
        "MB/s": round(own, 1),
        "bare": round(other, 1),
        "ratio": round(own / other, 2),
        "web process, MiB more": round((most[0] - before) / 1024, 1),
    }


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--web", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=PARTS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        home = given.home or Path(folder, "home")
        if not (home / "journal.sqlite").exists() and not DATA.exists():
            print(json.dumps({"skipped": f"{DATA.name} is not there"}))
            return
        filled(home, DATA)
        store = copy(home, Path(folder, "bare"), union=False)
        del store
        found: dict[str, object] = {"load average before": round(os.getloadavg()[0], 2)}
        with (
            bare(Path(folder, "bare")) as (theirs, other),
            serving(home, given.web) as (ours, server),
        ):
            settle(server)
            web = web_process(server)
            sides = Sides(ours, theirs, web, other)
            names = datasets(theirs)
            if "repeated" in given.only:
                found["repeated"] = repeated(sides, names, given.rounds)
            if "look-ups" in given.only:
                found["look-ups"] = lookups(sides, names, given.rounds)
            if "templates" in given.only:
                found["templates"] = templates(sides, given.rounds)
            if "processor" in given.only:
                found["processor"] = by_processor(sides, names, given.rounds)
            if "long" in given.only:
                found["long"] = long_answers(home, ours, theirs, web, given.rounds)
        found["load average after"] = round(os.getloadavg()[0], 2)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
