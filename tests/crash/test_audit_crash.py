"""Kill −9 in the midst of writes: the audit verifies, and tells neither more nor less than is so.

``ATLAS_CRASHES`` is the number of kills (5 where it is not set, 100 in `make drill`).
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections import Counter

import pytest
import sqlalchemy as sa

from catalog_service.audit.service import Audit, Wanted, verify
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from catalog_service.journal.schema import tokens
from tests.fixtures.command import ROOT

KILLS = int(os.environ.get("ATLAS_CRASHES", "5"))


@pytest.mark.slow
def test_the_audit_verifies_after_kills(journal_url: str) -> None:
    chance = random.Random(20261201)
    journal = Journal.open(journal_url, SystemClock())
    audit, said, kept = Audit(journal), set[str](), audit_head(journal)
    for _ in range(KILLS):
        said |= _write_until_killed(journal_url, chance)
        found = verify(journal, kept)
        assert found.count == 0, found.faults
        kept = audit_head(journal)
    entries = list(audit.walk(Wanted()))
    with journal.reading_tables() as connection:
        rows = connection.execute(sa.select(tokens.c.id, tokens.c.revoked)).all()
    journal.close()
    made = Counter(one.subject for one in entries if one.action == "token.create")
    ended = Counter(one.subject for one in entries if one.action == "token.revoke")
    assert made == Counter(f"token:{row.id}" for row in rows)
    assert ended == Counter(f"token:{row.id}" for row in rows if row.revoked is not None)
    assert said <= {row.id for row in rows}, "what was acknowledged is there"
    assert len(said) > KILLS


def audit_head(journal: Journal) -> str:
    return Audit(journal).head().hash


def _write_until_killed(url: str, chance: random.Random) -> set[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.auditing", url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said, killer = set(), None
    after = chance.choice([1, 2, 5, 20])
    for line in process.stdout:
        if line.endswith("\n"):
            said.add(line.strip())
        if len(said) == after and killer is None:
            # It runs on meanwhile: the kill falls anywhere in what it does next.
            killer = threading.Timer(chance.random() * 0.05, process.kill)
            killer.start()
    process.stdout.close()
    assert process.wait(60) == -9, "the writer ended by itself"
    assert killer is not None
    killer.join()
    return said
