"""Kill −9 of an importing process at random moments: nothing acknowledged is lost.

``ATLAS_CRASHES`` is the number of moments (5 where it is not set, 100 in `make drill`).
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from catalog_service.journal.lifecycle import LifecycleState, advance
from catalog_service.journal.model import Change
from tests.fixtures.records import iri

MOMENTS = int(os.environ.get("ATLAS_CRASHES", "5"))
ROOT = Path(__file__).resolve().parent.parent.parent


def _import_until_killed(
    url: str, moment: int, chance: random.Random
) -> list[tuple[int, str, str]]:
    """Run the importer, kill it after some lines and a moment, and return what it said."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.importing", url, str(moment)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = []
    after_lines = chance.choice([1, 2, 30, 800, 2_000])
    killer: threading.Timer | None = None
    for line in process.stdout:
        if line.endswith("\n"):
            seq, remote_id, content_hash = line.split()
            said.append((int(seq), remote_id, content_hash))
        if len(said) == after_lines and killer is None:
            # The process runs on meanwhile: the kill falls anywhere in what it does next.
            killer = threading.Timer(chance.random() * 0.15, process.kill)
            killer.start()
    process.stdout.close()
    assert process.wait(60) == -9, "the importer ended by itself"
    assert killer is not None
    killer.join()
    return said


@pytest.mark.slow
def test_nothing_acknowledged_is_lost(bare_journal_url: str) -> None:
    chance = random.Random(20260901)
    acknowledged: dict[int, tuple[str, str]] = {}
    for moment in range(MOMENTS):
        for seq, remote_id, content_hash in _import_until_killed(bare_journal_url, moment, chance):
            assert seq not in acknowledged, "a number was given twice"
            acknowledged[seq] = (remote_id, content_hash)
        _hold(bare_journal_url, acknowledged)
    assert len(acknowledged) > MOMENTS


def _hold(url: str, acknowledged: dict[int, tuple[str, str]]) -> None:
    journal = Journal.open(url, SystemClock(), create=False)
    found: dict[int, Change] = {}
    standings: dict[str, LifecycleState] = {}
    versions: dict[str, str | None] = {}
    head, at = journal.head(), 0
    while at < head:
        for change in journal.changes_after(at, 1_000):
            at = change.seq
            found[at] = change
            standing = standings[change.iri] = advance(
                standings.get(change.iri),
                change.kind,
                seq=at,
                content_hash=change.hash,
                public=change.public,
            )
            if standing.version_seq == at:
                versions[change.iri] = change.nquads
    assert list(found) == list(range(1, head + 1)), "the numbers have gaps"
    lost = {
        seq: what
        for seq, what in acknowledged.items()
        if seq not in found or (found[seq].remote_id, found[seq].hash) != what
    }
    assert not lost
    _, stream = journal.snapshot(public_only=False)
    records = {stored.iri: stored for stored in stream}
    assert records.keys() == standings.keys()
    for name, stored in records.items():
        standing = standings[name]
        assert (stored.state, stored.public, stored.hash, stored.held_hash) == (
            standing.state,
            standing.public,
            standing.hash,
            standing.held_hash,
        )
        assert stored.nquads == versions.get(name)
    if acknowledged:
        assert iri(next(iter(acknowledged.values()))[0]) in records
    journal.close()
    database = sa.make_url(url)
    if database.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(database.database))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
