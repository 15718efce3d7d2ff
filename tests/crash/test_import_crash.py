"""Kill −9 of an import with its projections at random moments: journal = graph = index after it.

A life is a data folder that starts empty. In each round a process imports a file made of the
examples (all new, all changed, some changed, a few alone, or nothing changed; records that close,
reopen and are withdrawn), and at a moment spread over everything that it does its process group
is killed, or the importer alone, or the process that projects beside it alone; the next round
starts on what is left, also while the old projector still works.

``ATLAS_CRASHES`` is the number of kills (2 where it is not set, 100 in `make drill`);
``ATLAS_CRASH_REPORT`` names a file that gets what was hit.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from catalog_service.projections.status import read_status
from tests.fixtures.lives import Life, Said, run, versions

KILLS = int(os.environ.get("ATLAS_CRASHES", "2"))
RECORDS = 2_150
"""Enough for a new build instead of differences where all of them change (2,000 at least)."""

KINDS = ("all changed", "some changed", "some changed", "a few alone", "nothing changed")
VICTIMS = ("group", "group", "group", "importer", "projector")
WHOLE_EVERY = 5
LIFE = min(12, KILLS // 2 + 1)
"""Rounds of a life: of the default number of kills there is more than one."""


def half_done(home: Path) -> list[str]:
    """Name what the kill left behind that the next start has to clear away or to finish."""
    status = read_status(home)
    found = [f"{p.name} rebuilding" for p in status.projections if p.rebuilding] if status else []
    graph, snapshots = home / "graph", home / "graph" / "snapshots"
    if len(list(graph.glob("store-*"))) > 1:
        found.append("two graph stores")
    if any(snapshots.glob("new-*")):
        found.append("half a snapshot")
    if any(snapshots.glob("old-*")):
        found.append("a snapshot half removed")
    if len(list((home / "index").glob("v*/g*"))) > 1:
        found.append("two index generations")
    return found or ["nothing half done"]


class Rounds:
    """Makes the files of the rounds, seeded; nothing but the moment of a kill is left to chance."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._file = folder / "records.jsonl"
        self._chance = chance
        self._round = 0
        self._current: dict[int, int] = {}
        """The version of each record that is in another than its first."""

    def next(self, kind: str) -> list[str]:
        """Write the file of the next round and return the importer's arguments."""
        chance = self._chance
        self._round += 1
        everything = range(RECORDS)
        changed: Sequence[int] = ()
        withdrawn: Sequence[int] = ()
        if kind == "all changed":
            changed = everything
        elif kind in ("some changed", "a few alone"):
            changed = chance.sample(everything, 150)
            withdrawn = chance.sample(everything, 20)
        self._current |= dict.fromkeys(changed, self._round)
        lines = versions(changed if kind == "a few alone" else everything, self._current)
        self._file.write_bytes(b"".join(line + b"\n" for line in lines))
        ids = [orjson.loads(line)["id"] for line in versions(withdrawn, {})]
        return [str(self._file), "city", *ids]


@dataclass
class Figures:
    """What a run of the test hit."""

    kills: int = 0
    rounds: int = 0
    lives: int = 0
    comparisons: int = 0
    acknowledged: int = 0
    records: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    load: list[float] = field(default_factory=list)

    def add(self, said: Said, life: Life) -> None:
        self.rounds += 1
        if said.killed:
            self.kills += 1
            self.killed[said.killed] += 1
            self.phases["projecting" if said.phase == "written" else said.phase] += 1
            self.left.update(half_done(life.home))

    def end(self, life: Life) -> None:
        life.end()
        self.lives += 1
        self.acknowledged += len(life.acknowledged)

    def report(self) -> None:
        self.load.append(os.getloadavg()[0])
        if path := os.environ.get("ATLAS_CRASH_REPORT"):
            Path(path).write_text(json.dumps(vars(self), indent=2), encoding="utf-8")


@pytest.mark.slow
def test_journal_graph_and_index_are_one_after_any_kill(tmp_path: Path) -> None:
    chance = random.Random(20260901)
    rounds = Rounds(tmp_path, chance)
    figures = Figures(load=[os.getloadavg()[0]])
    life = Life(tmp_path / "life-0")
    first = run(rounds.next("new"), life.home)
    life.hold(first)
    figures.add(first, life)
    longest = dict.fromkeys(("new", *KINDS), first.seconds)
    while figures.kills < KILLS:
        if figures.rounds >= LIFE * (figures.lives + 1):
            figures.end(life)
            life = Life(tmp_path / f"life-{figures.lives}")
        kind = chance.choice(KINDS) if life.head else "new"
        # Half of the kills over the whole run; half where something certain has just been said.
        after = chance.choice(["", "", "written", "ready"])
        delay = chance.random() * (longest[kind] if not after else min(2.0, longest[kind]))
        said = run(rounds.next(kind), life.home, delay, after, chance.choice(VICTIMS))
        life.hold(said)
        figures.add(said, life)
        if not said.killed:
            longest[kind] = said.seconds
        if said.killed == "projector":
            assert said.phase == "visible", "the importer must go on, and project itself"
        if figures.rounds % WHOLE_EVERY == 0 or figures.kills == KILLS:
            kind = chance.choice(KINDS)
            said = run(rounds.next(kind), life.home)
            longest[kind] = said.seconds
            assert said.phase == "visible"
            life.hold(said)
            figures.add(said, life)
            figures.records = life.compare()["projections"][0]["records"]
            figures.comparisons += 1
            assert 0 < figures.records <= RECORDS
    figures.end(life)
    figures.report()
    assert figures.kills == KILLS
    assert figures.acknowledged > RECORDS
