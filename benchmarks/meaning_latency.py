"""Searches over HTTP by words alone, while vectors are made, and with them; how long making takes.

    ATLAS_HOME=… python -m benchmarks.meaning_latency [--searches 300] [--pause 0.25]

Data: the catalogue of ``ATLAS_HOME``, copied without its vectors; the bars were set for the 26,571
real records. `atlas serve` runs on it three times, so that nothing is remembered: by words alone
(the baseline), with the installed model from the first vector to the last, and with all vectors.
Searches are the judged ones with other places and years before them, each asked once a time, in
the same order, by one client on one connection; each answer has all facets and ten hits. While
vectors are made the client pauses ``--pause`` seconds between two, as people do. Milliseconds of
wall time, seconds until the last vector, MiB of the processes that hold the model.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil

from search.embeddings import model_process

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "queries"
OWN = Path(__file__).resolve().parent / "judged" / "queries.tsv"
PLACES = ("", "上海", "浦东新区", "深圳", "厦门", "成都", "宁波", "2022年", "统计", "信息")
ATLAS = (sys.executable, "-m", "catalog_service.main")
SEED = 7
PATIENCE = 1_800.0


class Client:
    """One connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def get(self, path: str) -> dict[str, object]:
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body[:300]
        found: dict[str, object] = json.loads(body)
        return found

    def search(self, text: str) -> float:
        """Return the milliseconds that an answer takes."""
        started = time.perf_counter()
        self.get(f"/api/v1/search?{urlencode({'q': text, 'limit': 10})}")
        return (time.perf_counter() - started) * 1000

    def made(self) -> tuple[float, float]:
        """Return how many vectors are made, and of how many records."""
        parts: dict[str, dict[str, dict[str, float]]] = self.get("/health/ready")["parts"]  # type: ignore[assignment]
        figures = parts["vectors"]["figures"]
        return figures["made"], figures["records"]


def texts(count: int) -> list[str]:
    """Return so many different search texts."""
    found: dict[str, None] = {}
    for path in (SHARED / "judged_queries.tsv", SHARED / "round2_queries.tsv", OWN):
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                found.update((row["query"], None) for row in rows)
    each = [f"{place} {text}".strip() for text, place in itertools.product(found, PLACES)]
    random.Random(SEED).shuffle(each)
    return each[:count]


@contextmanager
def serving(home: Path, embedding: str) -> Iterator[tuple[Client, psutil.Process]]:
    """Run `atlas serve`; yield a client and the parent of all processes."""
    log = home / "serve.log"
    env = {**os.environ, "ATLAS_HOME": str(home), "ATLAS_EMBEDDING": embedding}
    with log.open("wb") as errors:
        process = subprocess.Popen([*ATLAS, "serve", "--port", "0"], env=env, stderr=errors)
    try:
        end = time.monotonic() + PATIENCE
        while not (found := re.search(r'"url": "(http\S+)"', log.read_text("utf-8"))):
            assert process.poll() is None and time.monotonic() < end, log.read_text("utf-8")[-500:]
            time.sleep(0.1)
        client = Client(found[1])
        # The first search waits for what `warm` prepares.
        client.search("准备")
        time.sleep(5)
        yield client, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def told(milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        "n": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 1),
        "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "most": round(ordered[-1], 1),
    }


def models(service: psutil.Process) -> list[int]:
    """Return the MiB of each process that holds the model."""
    return [
        child.memory_info().rss >> 20
        for child in service.children(recursive=True)
        if model_process.__name__ in child.cmdline()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--searches", type=int, default=300)
    parser.add_argument("--pause", type=float, default=0.25)
    given = parser.parse_args()
    asked = texts(given.searches)
    result: dict[str, object] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        shutil.copytree(
            os.environ["ATLAS_HOME"], home, ignore=shutil.ignore_patterns("*vectors*", "*.sock")
        )
        with serving(home, "off") as (client, _):
            result["words"] = told([client.search(text) for text in asked])
        with serving(home, "auto") as (client, service):
            started, beside, held = time.monotonic(), [], [0]
            for text in itertools.cycle(asked):
                made, records = client.made()
                if made >= records:
                    break
                beside.append(client.search(text))
                held = max(held, models(service), key=sum)
                time.sleep(given.pause)
            seconds = time.monotonic() - started
            result["while_made"] = {
                **told(beside),
                "records": records,
                "seconds": round(seconds),
                "model_mib": held,
            }
        with serving(home, "auto") as (client, service):
            result["with_vectors"] = {
                **told([client.search(text) for text in asked]),
                "model_mib": models(service),
            }
            result["again"] = told([client.search(text) for text in asked])
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
