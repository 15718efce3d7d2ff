"""Two catalogues that supply each other, a thousand random operations on both, the network cut.

Two instances in processes of their own, over HTTP through a relay that cuts connections now and
then: new ones, and those under way after some bytes. Records are written, changed, closed,
withdrawn and brought back at random on both sides, and each visits the other now and then. In the
end each holds what the other publishes of its own, and further visits change nothing (no echo).

Run: ``python -m benchmarks.federation [--operations N] [--seed N]``; prints one JSON object, and
exits with 1 where the views differ.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.federation_instance import run_instance

NAMES: Final = ("a", "b")
RECORDS: Final = 60
"""Identifiers of each side: few, so that records end and come back often."""


class Relay:
    """Passes bytes on to a port, and cuts connections while it is told to."""

    def __init__(self, seed: int) -> None:
        self.target = 0
        self.cutting = False
        self.cuts = 0
        self.bytes = 0
        self._chance = random.Random(seed)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            incoming, _ = self._listener.accept()
            threading.Thread(target=self._pass_on, args=(incoming,), daemon=True).start()

    def _pass_on(self, incoming: socket.socket) -> None:
        outgoing = socket.create_connection(("127.0.0.1", self.target))
        left = self._allowed()
        with incoming, outgoing, selectors.DefaultSelector() as ready, contextlib.suppress(OSError):
            ready.register(incoming, selectors.EVENT_READ, outgoing)
            ready.register(outgoing, selectors.EVENT_READ, incoming)
            while True:
                for key, _ in ready.select():
                    data = key.fileobj.recv(16_384)  # type: ignore[union-attr]
                    self.bytes += len(data)
                    if self.cutting and left is None:
                        left = self._allowed()
                    if left is not None:
                        left -= len(data)
                        if left < 0:
                            self.cuts += 1
                            return
                    if not data:
                        return
                    key.data.sendall(data)

    def _allowed(self) -> int | None:
        """Return after how many bytes a connection is cut; None: never."""
        return self._chance.choice((0, 3_000, 40_000)) if self.cutting else None


class Instance:
    """A catalogue in a process of its own, which does what it is told line by line."""

    def __init__(self, name: str, folder: Path, relay: Relay) -> None:
        self.name, self.relay = name, relay
        command = [sys.executable, "-m", "benchmarks.federation", "--instance", name]
        given = [str(folder / name), str(relay.port)]
        self._process = subprocess.Popen(
            [*command, *given], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.relay.target = self._read()["port"]

    def ask(self, order: str, **given: Any) -> dict[str, Any]:
        """Give an order, and return the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"order": order, **given}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def operate(instance: Instance, chance: random.Random, number: int) -> str:
    """Do one random operation; returns its kind."""
    name = str(chance.randrange(RECORDS))
    kind = chance.choice(("put", "put", "put", "close", "withdraw"))
    instance.ask(kind, name=name, title=f"{instance.name}{name}第{number}版")
    return kind


@contextlib.contextmanager
def two(seed: int) -> Iterator[tuple[Instance, Instance]]:
    """Run both instances, each a source of the other."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        a, b = (Instance(name, Path(folder), Relay(seed)) for name in NAMES)
        try:
            for one, other in ((a, b), (b, a)):
                one.ask("connect", source=other.name, port=other.relay.port)
            yield a, b
        finally:
            a.close()
            b.close()


def drill(operations: int, seed: int) -> dict[str, Any]:
    """Run the operations, and compare."""
    chance, counts, failures = random.Random(seed), Counter[str](), Counter[str]()
    with two(seed) as (a, b):
        ways = ((a, b), (b, a))
        began = time.perf_counter()
        for number in range(operations):
            counts[operate(chance.choice((a, b)), chance, number)] += 1
            if chance.random() < 0.05:
                taker, giver = chance.choice(ways)
                giver.relay.cutting = chance.random() < 0.4
                visit = taker.ask("visit", source=giver.name)
                giver.relay.cutting = False
                counts["visits"] += 1
                failures[visit["error"] or "none"] += 1
        last = [taker.ask("visit", source=giver.name) for taker, giver in ways]
        seconds = time.perf_counter() - began
        views = [
            (taker.ask("view", own=False), giver.ask("view", own=True)) for taker, giver in ways
        ]
        before = [one.ask("head")["head"] for one in (a, b)]
        passed = a.relay.bytes
        idle = b.ask("visit", source="a")
        idle_bytes = a.relay.bytes - passed
        for taker, giver in ways * 2:
            taker.ask("visit", source=giver.name, full=True)
        after = [one.ask("head")["head"] for one in (a, b)]
        return {
            "operations": dict(counts),
            "visits by error": dict(failures),
            "connections cut": a.relay.cuts + b.relay.cuts,
            "seconds": round(seconds, 1),
            "last visits": [one["counters"] for one in last],
            "changes": before,
            "public, of others": [len(held["view"]) for held, _ in views],
            "equal views": all(held == given for held, given in views),
            "changes by further visits (echo)": [y - x for x, y in zip(before, after, strict=True)],
            "idle visit": {"seconds": idle["seconds"], "bytes": idle_bytes},
        }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--instance", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.instance:
        run_instance(asked.instance[0], Path(asked.instance[1]), int(asked.instance[2]))
        sys.exit()
    found = drill(asked.operations, asked.seed)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    sys.exit(not found["equal views"] or any(found["changes by further visits (echo)"]))
