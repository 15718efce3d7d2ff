"""Dump, paged catalogue and event stream, each read whole while the catalogue is written to.

    .venv/bin/python -m benchmarks.whole_catalogue [--home FOLDER] [--rate 20]

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records), read by ``atlas import``, or
a copy of the folder of ``--home``. Against the real `atlas serve` one client changes ``--rate``
records a second by PUT, while others read the pages and the stream from their first to their last
address; a dump is made meanwhile too. When the writer has ended and all is projected, each reader
asks for what came since (the stream's pages that had changed; the pages by ``modified_since``), a
second dump is made, and what each has is compared with the published graph, statement by statement.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from multiprocessing import get_context, synchronize
from multiprocessing.connection import Connection
from pathlib import Path

import httpx

from benchmarks.sparql_fairness import serving
from benchmarks.sparql_templates import DATA, filled
from benchmarks.visibility import atlas
from catalog_service.graph import GraphReader
from tests.fixtures.whole_catalogue import (
    Records,
    about,
    datasets_of,
    from_dump,
    from_pages,
    from_stream,
    pages,
    records_of,
)

PUBLIC = "https://atlas.example"
SOURCE = "bench"
SEED = 3
PATIENCE = 120.0


def write(base: str, secret: str, rate: float, over: synchronize.Event, told: Connection) -> None:
    """Change records at a rate, each by a title of its own; ``told`` gets what came of it."""
    with gzip.open(DATA, "rt", encoding="utf-8") as lines:
        everything = [json.loads(line) for line in lines if line.strip()]
    public = [p for p in everything if p.get("title") and p.get("is_open") != "非开放"]
    chance = random.Random(SEED)
    statuses: Counter[int] = Counter()
    seq = 0
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=base, headers=headers, timeout=60) as client:
        began = due = time.monotonic()
        while not over.wait(max(0.0, due - time.monotonic())):
            due += 1 / rate
            one = chance.choice(public)
            changed = {**one, "title": f"{one['title']} {chance.randrange(10**6)}"}
            path = f"/api/v1/sources/{SOURCE}/records/{one['id']}"
            answer = client.put(path, json=changed)
            statuses[answer.status_code] += 1
            seq = max(seq, answer.json().get("seq") or 0)
        told.send((statuses, seq, time.monotonic() - began))


class Writer:
    """Writes from a process of its own: readers here hold the interpreter while they parse."""

    def __init__(self, base: str, secret: str, rate: float) -> None:
        self.statuses: Counter[int] = Counter()
        self.seq = 0
        self.rate = 0.0
        """Writes a second that it came to."""
        context = get_context("spawn")
        self._over = context.Event()
        self._told, told = context.Pipe(duplex=False)
        self._process = context.Process(target=write, args=(base, secret, rate, self._over, told))

    def __enter__(self) -> Writer:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.statuses, self.seq, seconds = self._told.recv()
        self.rate = sum(self.statuses.values()) / seconds
        self._process.join()


def differing(found: Records, expected: Records) -> dict[str, int]:
    """Count the datasets that are missing, too many, or have other statements."""
    both = found.keys() & expected.keys()
    return {
        "datasets": len(found),
        "missing": len(expected.keys() - both),
        "too many": len(found.keys() - both),
        "other statements": sum(found[name] != expected[name] for name in both),
    }


def read_all(base: str, home: Path, secret: str, rate: float) -> dict[str, object]:
    """Read the three ways beside the writer, and compare."""
    found: dict[str, Records] = {}
    seconds: dict[str, float] = {}
    with httpx.Client(base_url=base, timeout=300) as client:
        with Writer(base, secret, rate) as writer:
            began = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            for name in ("pages", "stream", "dump"):
                start = time.perf_counter()
                if name == "pages":
                    # What is read while others write; asked again below for what came since.
                    found[name] = from_pages(client, PUBLIC, began, lambda: None)
                elif name == "stream":
                    found[name] = from_stream(client, PUBLIC, lambda: None)
                else:
                    atlas(home, "dump", "create")
                    found[name] = about(from_dump(client))
                seconds[name] = round(time.perf_counter() - start, 1)
        beside = {name: len(records) for name, records in found.items()}
        settle(home, writer.seq)
        found["pages"] |= from_since(client, began)
        found["stream"] = from_stream(client, PUBLIC, lambda: None)
        atlas(home, "dump", "create")
        found["dump"] = about(from_dump(client))
    expected = about(records_of(GraphReader(home).current().store))
    return {
        "writes by status": dict(writer.statuses),
        "writes a second": round(writer.rate, 1),
        "seconds to read, beside them": seconds,
        "datasets read beside them": beside,
        "published": len(expected),
        **{name: differing(records, expected) for name, records in found.items()},
    }


def from_since(client: httpx.Client, began: str) -> Records:
    """Return the datasets that were taken in since."""
    found: Records = {}
    for page in pages(client, PUBLIC, f"/catalog.nt?modified_since={began}", lambda: None):
        found |= datasets_of(page)
    return found


def settle(home: Path, seq: int) -> None:
    """Wait until the graph shows what was written last."""
    end = time.monotonic() + PATIENCE
    while GraphReader(home).current().checkpoint < seq:
        if time.monotonic() > end:
            sys.exit("the graph did not catch up")
        time.sleep(0.2)


def main() -> None:
    """Measure, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--rate", type=float, default=20)
    given = parser.parse_args()
    if not DATA.exists():
        print(json.dumps({"skipped": f"{DATA.name} is not there"}))
        return
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        home = Path(folder, "home")
        if given.home is not None:
            shutil.copytree(given.home, home)
        else:
            home.mkdir()
        filled(home, DATA)
        secret = atlas(home, "token", "create", "bench", "--scope", "write")["secret"]
        os.environ["ATLAS_PUBLIC_URL"] = PUBLIC
        with serving(home) as (base, _):
            print(json.dumps(read_all(base, home, secret, given.rate), indent=2))


if __name__ == "__main__":
    main()
