"""Elasticsearch killed for a minute in the midst of an import: does any write fail, is any lost?

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), in a folder of its own. A
real server as in the tests, ``atlas serve`` with ``ATLAS_SEARCH_URL``, and ``atlas import`` beside
it. When ``--after`` of the records are in the journal the server is killed with ``kill -9``, stays
away for ``--seconds``, and is started again. All the while somebody searches over HTTP, and another
writes one record a second.

The bar: every write is acknowledged, the import ends well, a search either finds something or says
``search-unreachable`` within the service's time, and afterwards ``atlas index compare`` says equal.
Exit 1 where it is missed.

Run: ``python -m benchmarks.elastic_outage [--seconds 60] [--after 0.3] [--records N]``; prints one
JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from benchmarks.visibility import ATLAS, DATA, SOURCE, Service, atlas, serving
from catalog_service.atlas import Atlas
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from tests.fixtures.elasticsearch import Server, index_name, installed_server

PATIENCE = 600.0
"""Seconds for the import to get where the server is killed, to end, and for the index to follow."""
SLOWEST = 5.0
"""Seconds for an answer while the server is away: the service's own time is one, and the machine
has more to do."""


class Clients:
    """One that searches and one that writes, until they are stopped."""

    def __init__(self, service: Service, secret: str, record: dict[str, Any]) -> None:
        self._service, self._record = service, record
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._over = threading.Event()
        self.searches: Counter[str] = Counter()
        self.writes: Counter[int] = Counter()
        self.away = False
        self.slowest = {"found": 0.0, "while away": 0.0}
        self._threads = [threading.Thread(target=work) for work in (self._search, self._write)]

    def __enter__(self) -> Clients:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _search(self) -> None:
        with httpx.Client(base_url=self._service.url, timeout=PATIENCE) as client:
            while not self._over.wait(0.1):
                began, away = time.perf_counter(), self.away
                answer = client.get("/api/v1/search", params={"q": "停车场", "limit": 5})
                seconds = time.perf_counter() - began
                said = "found" if answer.status_code == 200 else str(answer.json().get("code"))
                self.searches[said] += 1
                kind = "while away" if away and self.away else "found"
                self.slowest[kind] = max(self.slowest[kind], seconds)

    def _write(self) -> None:
        with httpx.Client(base_url=self._service.url, timeout=PATIENCE) as client:
            number = 0
            while not self._over.wait(1.0):
                number += 1
                body = {**self._record, "id": "outage", "description": f"第{number}次"}
                path = "/api/v1/sources/outage/records/outage"
                self.writes[client.put(path, json=body, headers=self._headers).status_code] += 1


def until(condition: Any, what: str) -> None:
    """Wait for a condition; ends the program where it does not come."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"waited in vain for {what}")
        time.sleep(0.1)


def measure(server: Server, home: Path, records: list[dict[str, Any]], given: Any) -> Any:
    """Import, kill, wait, start, compare."""
    file = home / "records.jsonl"
    file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    secret = atlas(home, "token", "create", "outage", "--scope", "write:outage")["secret"]
    with (
        serving(home) as service,
        Atlas(Settings(home=home)) as here,
        ExitStack() as stack,
    ):
        path = "/api/v1/sources/outage/records/first"
        headers = {"Authorization": f"Bearer {secret}"}
        first = {**records[0], "id": "first"}
        httpx.put(f"{service.url}{path}", json=first, headers=headers, timeout=PATIENCE)
        # Before the first commit there is no index to search.
        until(lambda: _caught_up(here), "the first commit")
        clients = stack.enter_context(Clients(service, secret, records[0]))
        began = time.monotonic()
        importing = subprocess.Popen(
            [*ATLAS, "import", str(file), "--source", SOURCE, "--gate", "report", "--json"],
            env={**os.environ, "ATLAS_HOME": str(home)},
            stdout=subprocess.PIPE,
        )
        until(lambda: here.journal.head() >= given.after * len(records), "the import's middle")
        at_kill = here.journal.head()
        server.kill()
        clients.away = True
        killed = time.monotonic()
        time.sleep(given.seconds)
        at_start = here.journal.head()
        clients.away = False
        server.start()
        started = time.monotonic()
        said, _ = importing.communicate(timeout=PATIENCE)
        imported = time.monotonic() - began
        until(lambda: _caught_up(here), "the index to catch up")
        caught_up = time.monotonic() - started
    compared = atlas(home, "index", "compare")
    told = json.loads(said)
    return {
        "records": len(records),
        "killed_at": at_kill,
        "written_while_away": at_start - at_kill,
        "away_seconds": round(started - killed, 1),
        "import_exit": importing.returncode,
        "import": {name: n for name, n in told.items() if type(n) is int},
        "import_seconds": round(imported, 1),
        "caught_up_after_seconds": round(caught_up, 1),
        "searches": dict(clients.searches),
        "slowest_search_seconds": {n: round(s, 2) for n, s in clients.slowest.items()},
        "single_writes": dict(clients.writes),
        "equal": compared["equal"],
        "bar": compared["equal"]
        and importing.returncode in (0, 1)
        and at_start > at_kill
        and set(clients.writes) <= {200, 201}
        and set(clients.searches) <= {"found", "search-unreachable"}
        and clients.slowest["while away"] <= SLOWEST,
    }


def _caught_up(here: Atlas) -> bool:
    try:
        return 0 < here.index.checkpoint() >= here.journal.head() - 1
    except AtlasError:
        return False


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--after", type=float, default=0.3)
    options.add_argument("--records", type=int, default=30_000)
    given = options.parse_args()
    program = installed_server()
    if not DATA.is_file() or isinstance(program, str):
        sys.exit(f"nothing measured: {program if isinstance(program, str) else 'no real records'}")
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, given.records)]
    server = Server(*program)
    try:
        server.start()
        os.environ |= {"ATLAS_SEARCH_URL": server.url, "ATLAS_SEARCH_INDEX": index_name()}
        with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
            found = measure(server, Path(folder), records, given)
    finally:
        server.remove()
    print(json.dumps(found, indent=2, ensure_ascii=False))
    return 0 if found["bar"] else 1


if __name__ == "__main__":
    sys.exit(main())
