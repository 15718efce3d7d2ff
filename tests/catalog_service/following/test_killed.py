"""A worker is killed between what it wrote and its commit: the next one tells each once."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
import sqlalchemy as sa

from catalog_service.notices.tables import outbox
from tests.catalog_service.following.conftest import TRANSPORT, Town
from tests.fixtures.web import portal

FOLLOWING = "catalog_service.following"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "function"),
    [
        (f"{FOLLOWING}.gathering", "add_news"),
        (f"{FOLLOWING}.gathering", "note_told"),
        (f"{FOLLOWING}.telling", "change_told"),
        (f"{FOLLOWING}.telling", "_write"),
    ],
)
def test_a_killed_worker_loses_and_repeats_nothing(town: Town, module: str, function: str) -> None:
    town.follow("li", "dataset", "city/BUS1")
    town.follow("wang", "organization", TRANSPORT)
    town.look()
    town.submit(portal("BUS1", "公交线路", fields=["甲"]), portal("NEW", "公交站点"))
    program = "tests.catalog_service.following.dying_worker"
    home = str(town.house.settings.home)
    done = subprocess.run([sys.executable, "-m", program, home, module, function], check=False)
    assert done.returncode == -signal.SIGKILL
    # What was committed stays, and is not told again; what was not is told now.
    town.look()
    assert town.look() == 0
    assert len(town.told("li")) == len(town.told("wang")) == 1
    with town.house.atlas.journal.reading_tables() as connection:
        rows = connection.execute(sa.select(outbox.c.about, outbox.c.data)).all()
    told = [row.about for row in rows if "follow." in row.data]
    assert sorted(told) == sorted(town.people[name].id for name in ("li", "wang"))
