"""Snapshots that change every second under load: no request fails, and no answer mixes two.

    .venv/bin/python -m benchmarks.sparql_snapshots [--seconds 60] [--home FOLDER]

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), read by ``atlas import``, or
the folder of ``--home``. Against `atlas serve` one client writes a record again and again, each
time with one number in its title and in its description, while eight ask for both by each way that
an answer can take: a look-up, the same query again, others that differ in their text, and one that
reads the record's own graph beside the default graph. An answer that has two numbers mixes two
states; one that has a smaller number than an answer before it on the same connection goes back.

Told are the answers by status, those that mix or go back, and how many states were seen a second;
exit 1 where one failed, mixed or went back, or fewer than one state a second was seen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from benchmarks.sparql_bare import settle
from benchmarks.sparql_fairness import serving
from benchmarks.sparql_templates import DATA, filled
from benchmarks.visibility import atlas
from catalog_service.settings import Settings
from ontology.record import mint_iri

SOURCE = "bench"
CLIENTS = 8
NUMBER = re.compile(rb"snap([0-9]+)")
FORMS = (
    "SELECT * {{ <{iri}> ?p ?o }}",
    "SELECT ?t ?x {{ <{iri}> dct:title ?t ; dct:description ?x }}",
    "SELECT ?t ?x {{ <{iri}> dct:title ?t ; dct:description ?x }} # {number}",
    "SELECT ?t ?x {{ <{iri}> dct:title ?t GRAPH <{iri}> {{ ?d dct:description ?x }} }} # {number}",
)


class Seen:
    """What the readers found."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.mixed = self.back = self.without = 0
        self.states: set[str] = set()
        self.over = threading.Event()
        self._lock = threading.Lock()

    def read(self, base: str, iri: str, client: int) -> None:
        """Ask until it is over."""
        newest, number = 0, 0
        headers = {"X-Forwarded-For": f"192.0.2.{client}"}
        with httpx.Client(base_url=base, headers=headers, timeout=60) as link:
            while not self.over.is_set():
                number += 1
                form = FORMS[number % len(FORMS)]
                query = form.format(iri=iri, number=client * 10**9 + number)
                answer = link.get("/sparql", params={"query": query, "format": "json"})
                found = {int(one) for one in NUMBER.findall(answer.content)}
                with self._lock:
                    self.statuses[answer.status_code] += 1
                    self.mixed += len(found) > 1
                    self.without += not found
                    self.back += bool(found) and max(found) < newest
                    self.states.add(answer.headers.get("etag", "").partition("-")[0])
                newest = max(newest, *found, 0)


def measure(home: Path, seconds: float) -> tuple[dict[str, object], bool]:
    """Write and read; return what was found, and whether the bar is met."""
    secret = atlas(home, "token", "create", "bench", "--scope", "write")["secret"]
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        everything = (json.loads(line) for line in lines if line.strip())
        one = next(p for p in everything if p.get("title") and p.get("is_open") != "非开放")
    iri = mint_iri(Settings(home=home).base_iri, SOURCE, str(one["id"]))
    seen, writes = Seen(), Counter[int]()
    with (
        serving(home) as (base, server),
        httpx.Client(
            base_url=base, headers={"Authorization": f"Bearer {secret}"}, timeout=60
        ) as writer,
        ThreadPoolExecutor(CLIENTS) as threads,
    ):
        settle(server)

        def put(number: int, wait: str = "") -> None:
            mark = f"snap{number}"
            changed = {**one, "title": f"统计 {mark}", "description": f"说明 {mark}"}
            path = f"/api/v1/sources/{SOURCE}/records/{one['id']}{wait}"
            writes[writer.put(path, json=changed).status_code] += 1

        put(1, "?wait=true")
        reading = [threads.submit(seen.read, base, iri, n) for n in range(1, CLIENTS + 1)]
        began, number = time.monotonic(), 1
        while (passed := time.monotonic() - began) < seconds:
            number += 1
            put(number)
            time.sleep(max(0.0, 0.5 - (time.monotonic() - began - passed)))
        seen.over.set()
        for one_of_them in reading:
            one_of_them.result()
    rate = len(seen.states) / passed
    met = set(seen.statuses) == {200} and not (seen.mixed or seen.back or seen.without)
    return {
        "answers": dict(seen.statuses),
        "of two states": seen.mixed,
        "of an earlier state than before": seen.back,
        "without the record": seen.without,
        "writes": dict(writes),
        "states seen a second": round(rate, 2),
        "load average": round(os.getloadavg()[0], 2),
    }, met and rate >= 1


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    if not DATA.exists():
        print(json.dumps({"skipped": f"{DATA.name} is not there"}))
        return
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        home = given.home or Path(folder)
        filled(home, DATA)
        # A budget is another benchmark's.
        os.environ["ATLAS_SPARQL_CLIENT_SECONDS"] = "100000"
        found, met = measure(home, given.seconds)
    print(json.dumps({**found, "met": met}, indent=2))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
