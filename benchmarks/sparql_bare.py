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
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from benchmarks.http_load import Load, load, requests_for
from benchmarks.sparql_fairness import serving, web_process
from benchmarks.sparql_templates import DATA, TEMPLATES, copy, filled
from ontology.terms import PREFIXES

CLIENTS = 8
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
def bare(folder: Path) -> Iterator[str]:
    """Serve a store by Oxigraph's own server; yields its address."""
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
            yield base
        finally:
            process.terminate()
            process.wait(10)


def settle(supervisor: int) -> None:
    """Wait until the service is warm: what it does for the first searches costs seconds."""
    web = psutil.Process(web_process(supervisor))
    end = time.monotonic() + 120
    while web.cpu_percent(1) > QUIET_PERCENT and time.monotonic() < end:
        pass


class Sides:
    """The two servers, asked the same."""

    def __init__(self, ours: str, theirs: str) -> None:
        self._targets = ((ours, "/sparql"), (theirs, "/query"))

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


def templates(sides: Sides, rounds: int) -> dict[str, object]:
    """Ask twenty queries, each by all clients at once."""
    # The last are the plain ones; before them stand the examples of the page, which may change.
    chosen = [(name, query) for name, query in TEMPLATES if name not in LEFT_OUT][-TWENTY:]
    number = 0
    by_template: dict[str, dict[str, float]] = {}
    times: dict[str, tuple[float, float]] = {}
    alone: dict[str, float] = {}
    for name, query in chosen:
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


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=["repeated", "look-ups", "templates"])
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
        with bare(Path(folder, "bare")) as theirs, serving(home) as (ours, server):
            settle(server)
            sides = Sides(ours, theirs)
            names = datasets(theirs)
            if "repeated" in given.only:
                found["repeated"] = repeated(sides, names, given.rounds)
            if "look-ups" in given.only:
                found["look-ups"] = lookups(sides, names, given.rounds)
            if "templates" in given.only:
                found["templates"] = templates(sides, given.rounds)
        found["load average after"] = round(os.getloadavg()[0], 2)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
