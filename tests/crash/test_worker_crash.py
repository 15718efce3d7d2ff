"""Kill −9 of the service's worker while it projects writes that come over HTTP.

``ATLAS_CRASHES`` is the number of kills (2 where it is not set), 20 at most.
"""

from __future__ import annotations

import os
import random
import threading
from pathlib import Path

import httpx
import orjson
import pytest

from catalog_service.accounts.tokens import Tokens
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from tests.fixtures.lives import Life, Said, run, versions
from tests.fixtures.service import serving, shown, worker_of
from tests.fixtures.waiting import until

KILLS = min(20, int(os.environ.get("ATLAS_CRASHES", "2")))


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
        for turn in range(1, KILLS + 1):
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
    assert len(killed) == KILLS
    life.end()
