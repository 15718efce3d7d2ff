"""200 slow clients of every kind against `atlas serve`: what liveness and pages take beside them.

    flock /tmp/heavy.lock .venv/bin/python -m benchmarks.slow_streams

A fresh catalogue with a few hundred records is served by the real supervisor with its processes.
The same questions are asked twice in one run: quiet, and while `--clients` slow clients (200) hold
their connections, shared out over the kinds of `KINDS`. Printed are the longest answer of
``/health/live`` and the 95th percentile of pages, and their ratio; the bars are 50 ms and 2.
Some of the slow clients ask for exports and large answers: making these is work, not slowness, so
that it is waited for before the second measurement begins (`--settle`).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx

ATLAS = (sys.executable, "-m", "catalog_service.main")
RECORDS = 600
BYTE_EVERY = 2.0
"""Seconds from one byte of a slow sender to its next."""

PAGES = (
    *("/", "/datasets?q=%E5%85%AC%E4%BA%A4", "/datasets?theme=4", "/dataset/bench/B7"),
    *("/explore", "/vocabulary", "/rules", "/api/v1/search?q=%E7%BA%BF%E8%B7%AF"),
)


def _chunked(line: str, *headers: str) -> bytes:
    fields = "".join(f"{header}\r\n" for header in headers)
    return f"{line} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n{fields}\r\n".encode()


def kinds(token: str) -> dict[str, tuple[bytes, bytes]]:
    """Return each kind of slow client: what it sends at once, and what it goes on with.

    An empty second part: it sends nothing more, and reads next to nothing of its answer.
    """
    bearer = f"Authorization: Bearer {token}"
    form = "Content-Type: application/x-www-form-urlencoded"
    ndjson = "Content-Type: application/x-ndjson"
    everything = quote("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 9000")
    byte = b"1\r\n \r\n"

    def reads(path: str) -> tuple[bytes, bytes]:
        return f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode(), b""

    return {
        "NDJSON upload": (_chunked("POST /api/v1/sources/slow/records", bearer, ndjson), byte),
        "PUT body": (
            _chunked(
                "PUT /api/v1/sources/slow/records/x", bearer, "Content-Type: application/json"
            ),
            byte,
        ),
        "validate, no token": (_chunked("POST /api/v1/validate", ndjson), byte),
        "validate, token": (_chunked("POST /api/v1/validate", ndjson, bearer), byte),
        "SPARQL query": (
            _chunked("POST /sparql", "Content-Type: application/sparql-query"),
            byte,
        ),
        "SPARQL form": (_chunked("POST /sparql", form), byte),
        "steward's JSON": (
            _chunked("PUT /api/v1/sources/slow", bearer, "Content-Type: application/json"),
            byte,
        ),
        "head that trickles": (b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"a"),
        "idle after an answer": (b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n", b""),
        "idle from the start": (b"", b""),
        "export left unread": reads("/api/v1/search.jsonl"),
        "table left unread": reads("/api/v1/search.csv"),
        "feed left unread": reads("/feeds/datasets.atom"),
        "large answer left unread": reads(f"/sparql?query={everything}"),
    }


class Slow:
    """The slow clients, in one thread; whoever is shut out comes back at once."""

    def __init__(self, port: int, token: str, clients: int) -> None:
        self._port = port
        self._kinds = list(kinds(token).items())
        self._clients = clients
        self._stop = threading.Event()
        self._began = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.again = 0
        """How often a client was ended by the server and began anew."""

    def __enter__(self) -> Slow:
        self._thread.start()
        self._began.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _open(self, number: int) -> tuple[socket.socket, bytes]:
        _, (first, then) = self._kinds[number % len(self._kinds)]
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.settimeout(30)
        made.connect(("127.0.0.1", self._port))
        if first:
            made.sendall(first)
        made.setblocking(False)
        return made, then

    def _run(self) -> None:
        held = [self._open(number) for number in range(self._clients)]
        self._began.set()
        while not self._stop.wait(BYTE_EVERY):
            for number, (sent, then) in enumerate(held):
                if self._ended(sent, then):
                    sent.close()
                    self.again += 1
                    held[number] = self._open(number)
        for sent, _ in held:
            sent.close()

    def _ended(self, sent: socket.socket, then: bytes) -> bool:
        """Send a byte, or read one; tell whether the server has ended the connection."""
        try:
            if then:
                sent.send(then)
            return sent.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


def asked(client: httpx.Client, seconds: float) -> tuple[list[float], list[float]]:
    """Return how long liveness and pages took, in milliseconds, for some time."""
    live, pages = [], []
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        path = PAGES[number % len(PAGES)]
        number += 1
        for address, found in (("/health/live", live), (path, pages)):
            began = time.perf_counter()
            answer = client.get(address, headers={"Accept": "text/html, */*;q=0.5"})
            found.append((time.perf_counter() - began) * 1000)
            answer.raise_for_status()
    return live, pages


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, str]]:
    """Serve a catalogue of its own; yield the port and a token that may write."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ATLAS_")},
        "ATLAS_HOME": str(home),
    }
    lines = "\n".join(
        json.dumps(
            {
                "id": f"B{n}",
                "title": f"公交线路 {n}",
                "description": f"第 {n} 条线路的站点与时刻。" * 20,
                "department": "上海市交通委员会",
                "is_open": "无条件开放",
                "category": "道路交通",
                "update_frequency": "每月",
                "data_formats": ["csv"],
            },
            ensure_ascii=False,
        )
        for n in range(RECORDS)
    )
    (home / "records.jsonl").write_text(lines, "utf-8")
    imported = [*ATLAS, "import", str(home / "records.jsonl"), "--source", "bench"]
    subprocess.run(imported, env=environment, check=True, stdout=subprocess.DEVNULL)
    made = subprocess.run(
        [*ATLAS, "token", "create", "slow", "--scope", "write", "--scope", "admin", "--json"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    token = json.loads(made.stdout)["secret"]
    log = home / "serve.log"
    with log.open("wb") as errors:
        process = subprocess.Popen([*ATLAS, "serve", "--port", "0"], env=environment, stderr=errors)
    try:
        while not (found := re.search(r'"url": "http://[^"]*:(\d+)"', log.read_text("utf-8"))):
            time.sleep(0.1)
        yield int(found[1]), token
    finally:
        process.terminate()
        process.wait(60)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each round")
    parser.add_argument(
        "--settle", type=float, default=10.0, help="until the first that they ask for is made"
    )
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as (port, token),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client,
    ):
        asked(client, 5)
        for number in range(1, given.rounds + 1):
            quiet_live, quiet = asked(client, given.seconds)
            with Slow(port, token, given.clients) as slow:
                time.sleep(given.settle)
                live, pages = asked(client, given.seconds)
            p95, before = percentile(pages, 0.95), percentile(quiet, 0.95)
            print(
                f"round {number}: {given.clients} slow clients of {len(kinds(''))} kinds, "
                f"{slow.again} ended by the server and come back\n"
                f"  /health/live: quiet p95 {percentile(quiet_live, 0.95):.1f} ms, longest "
                f"{max(quiet_live):.1f}; beside them p95 {percentile(live, 0.95):.1f}, "
                f"longest {max(live):.1f} (bar 50)\n"
                f"  pages: quiet p95 {before:.1f} ms of {len(quiet)}; beside them "
                f"{p95:.1f} ms of {len(pages)}: {p95 / before:.2f} times (bar 2)",
                flush=True,
            )


if __name__ == "__main__":
    main()
