"""Kill −9 of the process that answers while many clients write: their writes share transactions.

``ATLAS_CRASHES`` is the number of kills (2 where it is not set), 20 at most.
"""

from __future__ import annotations

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from catalog_service.accounts.tokens import Tokens
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from tests.fixtures.lives import Life, Said, run, versions
from tests.fixtures.service import WEB, child_of, serving, shown
from tests.fixtures.waiting import until

CLIENTS = 8
KILLS = min(20, int(os.environ.get("ATLAS_CRASHES", "2")))
EACH = 10
"""Records of one client."""


class Writers:
    """Clients that change records, each its own, until it is over; what they were acknowledged."""

    def __init__(self, url: str, secret: str) -> None:
        self.over = threading.Event()
        self.gone = threading.Event()
        """That nobody will answer any more, as the test has failed."""
        self.answered = threading.Semaphore(0)
        self.did: dict[int, tuple[str, str]] = {}
        self.latest: dict[str, str] = {}
        """Hash of the version that was acknowledged last, by record."""
        self._url = url
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def write(self, client: int) -> None:
        """Change the records of one client, one after the other, again and again."""
        version = 0
        while not self.over.is_set():
            version += 1
            number = client + CLIENTS * (version % EACH)
            (body,) = versions([number], {number: version})
            remote_id = orjson.loads(body)["id"]
            told = self._put(remote_id, body)
            if told is None:
                return
            self.latest[remote_id] = told["hash"]
            if told["seq"] is not None:
                self.did[told["seq"]] = (remote_id, told["hash"])
            self.answered.release()

    def _put(self, remote_id: str, body: bytes) -> dict[str, Any] | None:
        """Return what was acknowledged, asked until it is; None where nobody will answer."""
        path = f"{self._url}/api/v1/sources/city/records/{remote_id}"
        while not self.gone.is_set():
            # Whether it was taken in is not known where the answer is cut off: asked again.
            # So it is after the last kill, too: what is in doubt may be the latest version.
            with suppress(httpx.TransportError):
                answer = httpx.put(
                    path, content=body, headers=self._headers, timeout=120, trust_env=False
                )
                assert answer.status_code == 200, answer.text
                told: dict[str, Any] = answer.json()
                return told
        return None


@pytest.mark.slow
def test_what_is_acknowledged_to_many_writers_at_once_survives(tmp_path: Path) -> None:
    chance = random.Random(20260903)
    life = Life(tmp_path / "home")
    file = tmp_path / "first.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in versions(range(CLIENTS * EACH), {})))
    life.hold(run([str(file), "city"], life.home))
    killed: set[int] = set()
    with (
        closing(
            Journal.open(f"sqlite:///{life.home / 'journal.sqlite'}", SystemClock())
        ) as journal,
        serving(life.home) as (supervisor, url),
        ThreadPoolExecutor(CLIENTS) as clients,
    ):
        secret = Tokens(journal, SystemClock()).create("crash", ["write:city"]).secret
        writers = Writers(url, secret)
        writing = [clients.submit(writers.write, client) for client in range(CLIENTS)]
        try:
            for _ in range(KILLS):
                for _ in range(5 * CLIENTS):
                    assert writers.answered.acquire(timeout=120)
                writers.over.wait(chance.random() / 4)
                web = child_of(supervisor, WEB)
                web.kill()
                killed.add(web.pid)
            assert writers.answered.acquire(timeout=120)
            writers.over.set()
            for done in writing:
                done.result(120)
        finally:
            writers.over.set()
            writers.gone.set()
        until(lambda: shown(life.home, journal.head()), "graph and index to show the last write")
        life.hold(Said(did=writers.did, visible=max(writers.did)))
        assert writers.latest.items() <= life.latest.items()
        life.compare()
    assert len(killed) == KILLS
    life.end()
