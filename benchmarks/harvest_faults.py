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
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from harvesters.simulator.shapes.registry import SHAPES
from tests.fixtures.drills.harvest_faults import Report, drill

SHAPES_DRILLED: Final = tuple(name for name in SHAPES if name != "district")
"""A district's shape is the city's."""


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
