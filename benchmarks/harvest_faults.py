"""Harvests of platforms with every fault at once: how they end, and what the catalogue is then.

For each wire shape and seed a simulated platform with defects in a fifth of its records. Its visits
but one meet all faults (most of them now and then, two of them often), with random changes between
them; pauses between repetitions pass at once. Then the faults end, and one clean visit follows,
whose removals are approved where it waits with them. Held: every visit ends, with a reason unless
it is done; none removes more than the source allows without asking; the catalogue equals the
platform's truth in the end (identifiers, titles, what is public).

Run: ``python -m benchmarks.harvest_faults [--seeds 50] [--first 0] [--shapes city,ldes]``; prints
one JSON object. Exit 1 where anything differed. 50 seeds take about half an hour.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from catalog_service.sources.harvests.removal import ALWAYS_ALLOWED
from harvesters.simulator.faults import Fault
from harvesters.simulator.shapes.registry import SHAPES
from tests.fixtures.harvesting import Harvested, harvested

SHAPES_DRILLED: Final = tuple(name for name in SHAPES if name != "district")
"""A district's shape is the city's."""
DATASETS: Final = 50
VISITS: Final = 6
LONGEST: Final = 120.0
"""Seconds of a visit above which it counts as stuck: a hundred requests that all time out."""


@dataclass
class Report:
    """What the drill found; ``wrong`` says what must not be."""

    ended: Counter[str] = field(default_factory=Counter)
    """Visits by how they ended."""
    met: Counter[str] = field(default_factory=Counter)
    """Faults that requests met."""
    longest: float = 0.0
    """Seconds of the longest visit."""
    wrong: list[str] = field(default_factory=list)


def drill(
    folder: Path,
    kind: str,
    seed: int,
    report: Report,
    *,
    datasets: int = DATASETS,
    visits: int = VISITS,
) -> None:
    """Visit one platform with faults, then without; add what was found to the report."""
    chance = random.Random(f"{kind} {seed}")
    with harvested(folder, kind, datasets, seed=seed, rate=0.2) as one:
        for visit in range(visits):
            if visit != 1:
                # One visit more finds all in order: faults meet a full catalogue, too.
                _spoil(one, chance)
            _visit(one, chance, report, f"{kind} {seed} visit {visit}")
            one.platform.faults.clear()
            _change(one, chance)
            one.house.clock.step(minutes=chance.choice((60, 25 * 60)))
        result = one.settle()
        report.ended[f"clean: {result.status}"] += 1
        if result.status not in ("done", "waiting"):
            report.wrong.append(f"{kind} {seed}: the clean visit {result.status}: {result.error}")
        report.wrong += [f"{kind} {seed}: {text}" for text in one.differences()]
        report.met.update({fault.value: count for fault, count in one.platform.faults.met.items()})


def _visit(one: Harvested, chance: random.Random, report: Report, name: str) -> None:
    live = one.store.live("there")
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    began = time.monotonic()
    result = one.visit(full=chance.random() < 0.3)
    seconds = time.monotonic() - began
    faulthandler.cancel_dump_traceback_later()
    report.longest = max(report.longest, seconds)
    code = "" if result.error is None else result.error.code
    report.ended[f"{result.status} {code}".strip()] += 1
    if result.status != "done" and not code:
        report.wrong.append(f"{name} {result.status} without a reason")
    if result.status not in ("done", "failed", "waiting", "stopped"):
        report.wrong.append(f"{name} ended {result.status}")
    limit = max(ALWAYS_ALLOWED, one.store.source("there").settings.most_removed * live)
    gone = result.counters["missing"] + result.counters["withdrawn"]
    if gone > limit:
        report.wrong.append(f"{name} removed {gone} of {live} without asking")
    if one.house.atlas.journal.runs(status="running"):
        report.wrong.append(f"{name} left a run under way")


def _spoil(one: Harvested, chance: random.Random) -> None:
    """Switch every fault on, most of them rarely, two of them often."""
    faults = one.platform.faults
    faults.slow_pause = 0.01
    often = chance.sample(list(Fault), 2)
    for fault in Fault:
        if fault is Fault.CLOCK_OFF and chance.random() < 0.5:
            continue  # the clock is off for all requests, or for none
        faults.set(fault, chance.uniform(0.1, 0.6) if fault in often else chance.uniform(0, 0.02))


def _change(one: Harvested, chance: random.Random) -> None:
    for _ in range(chance.randrange(6)):
        one.catalogue.change("renumber" if chance.random() < 0.05 else None)


def run(shapes: tuple[str, ...], seeds: range) -> dict[str, Any]:
    """Drill all shapes with all seeds; return what is printed."""
    found: dict[str, Any] = {}
    for kind in shapes:
        report, began = Report(), time.monotonic()
        for seed in seeds:
            with tempfile.TemporaryDirectory(prefix="atlas-drill-") as folder:
                drill(Path(folder), kind, seed, report)
        found[kind] = {
            "seeds": len(seeds),
            "seconds": round(time.monotonic() - began, 1),
            "longest visit, s": round(report.longest, 2),
            "ended": dict(report.ended.most_common()),
            "faults met": sum(report.met.values()),
            "kinds of faults met": len(report.met),
            "wrong": report.wrong,
        }
        print(f"{kind}: {len(report.wrong)} wrong", file=sys.stderr)
    return found


def main() -> None:
    """Run the drill and print its report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--shapes", default=",".join(SHAPES_DRILLED))
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.seeds)
    found = run(tuple(given.shapes.split(",")), seeds)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    sys.exit(any(one["wrong"] for one in found.values()))


if __name__ == "__main__":
    main()
