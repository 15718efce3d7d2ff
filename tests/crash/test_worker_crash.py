"""Kill −9 of the service's worker while it projects writes that come over HTTP."""

from __future__ import annotations

import random
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import orjson
import psutil
import pytest

from catalog_service.accounts import Tokens
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from catalog_service.projections.status import read_status
from tests.fixtures.lives import ATLAS, Life, Said, environment, run, versions

PATIENCE = 120.0
WORKER = "catalog_service.serve.worker"
T = TypeVar("T")


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, str]]:
    """Run ``atlas serve``; yield the supervisor's number and the address."""
    log = home / "serve.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*ATLAS, "serve", "--port", "0"], env=environment(home), stderr=errors
        )
    try:
        found = until(
            lambda: re.search(r'"url": "(http\S+)"', log.read_text("utf-8")), "the service"
        )
        yield process.pid, found[1]
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0


def worker_of(supervisor: int) -> psutil.Process:
    """Return the worker, once the supervisor has one."""

    def look() -> psutil.Process | None:
        for child in psutil.Process(supervisor).children():
            if child.status() != psutil.STATUS_ZOMBIE and WORKER in child.cmdline():
                return child
        return None

    return until(look, "the supervisor to start a worker")


def shown(home: Path, seq: int) -> bool:
    status = read_status(home)
    return status is not None and status.reached(seq)


def until(found: Callable[[], T | None], what: str) -> T:
    """Return what ``found`` gives as soon as it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.02)
    pytest.fail(f"waited in vain for {what}")


@pytest.mark.slow
def test_a_worker_killed_while_it_projects_writes_over_http_loses_none(tmp_path: Path) -> None:
    chance = random.Random(20260902)
    life = Life(tmp_path / "home")
    file = tmp_path / "first.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in versions(range(100), {})))
    life.hold(run([str(file), "city"], life.home))
    journal = Journal.open(f"sqlite:///{life.home / 'journal.sqlite'}", SystemClock())
    secret = Tokens(journal, SystemClock()).create("crash", ["write:city"]).secret
    journal.close()
    write = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    did: dict[int, tuple[str, str]] = {}
    killed: set[int] = set()
    with serving(life.home) as (supervisor, url), httpx.Client(base_url=url, timeout=60) as client:
        for turn in range(1, 5):
            worker = worker_of(supervisor)
            killer = threading.Timer(chance.random() * 1.5, worker.kill)
            killer.start()
            written = 0
            # Goes on until the worker is dead, and a little beyond it.
            while killer.is_alive() or written < 10:
                number = chance.randrange(100)
                (body,) = versions([number], {number: turn * 10_000 + written})
                remote_id = orjson.loads(body)["id"]
                answer = client.put(
                    f"/api/v1/sources/city/records/{remote_id}", content=body, headers=write
                )
                assert answer.status_code == 200, answer.text
                told = answer.json()
                did[told["seq"]] = (remote_id, told["hash"])
                written += 1
            killer.join()
            killed.add(worker.pid)
        until(lambda: shown(life.home, max(did)), "graph and index to show the last write")
        life.hold(Said(did=did, visible=max(did)))
        life.compare()
        assert worker_of(supervisor).pid not in killed
    assert len(killed) == 4
    life.end()
