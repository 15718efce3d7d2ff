"""The real records end to end, beside a bare loop over the same libraries, in one run.

Data: ``../shared/data/cn_portals/records.jsonl.gz`` (26,571 records). Measured: `atlas import` as a
user runs it, interpreter start included, from the file until graph and index show every record;
the same import again; the memory of the process. Baseline: `benchmarks.bare_import`.

Run: ``python -m benchmarks.import_real [--rounds N]``; prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "cn_portals" / "records.jsonl.gz"
_CHILD = """
import json, os, resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=sys.stdout).returncode
print(json.dumps({"peak_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
                  "code": code}), file=sys.stderr)
"""


def _run(command: list[str], home: Path) -> tuple[dict[str, object], float, int]:
    """Run a command; returns its JSON, the wall seconds and the peak memory in MiB."""
    environment = {**os.environ, "ATLAS_HOME": str(home)}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *command],
        capture_output=True,
        env=environment,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - began
    peak = json.loads(done.stderr.strip().splitlines()[-1])["peak_mib"]
    return json.loads(done.stdout), seconds, peak


def measure(path: Path) -> dict[str, object]:
    """Measure one round."""
    atlas = [sys.executable, "-m", "catalog_service.main"]
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        bare_home, home = Path(folder, "bare"), Path(folder, "atlas")
        bare_home.mkdir()
        bare, bare_wall, bare_peak = _run(
            [sys.executable, "-m", "benchmarks.bare_import", str(path), str(bare_home)], bare_home
        )
        command = [*atlas, "import", str(path), "--source", "bench", "--gate", "report", "--json"]
        first, wall, peak = _run(command, home)
        again, wall_again, _ = _run(command, home)
        found, _, _ = _run([*atlas, "search", "停车场", "--json"], home)
        compared, _, _ = _run([*atlas, "index", "compare", "--json"], home)
    records = int(str(first["read"]))
    taken = sum(int(str(first[name])) for name in ("created", "held", "rejected"))
    return {
        "records": records,
        "no record lost": taken == records,
        "seconds": round(wall, 2),
        "records/s": round(records / wall),
        "peak MiB": peak,
        "bare loop": {"seconds": round(bare_wall, 2), "peak MiB": bare_peak, **bare},
        "ratio to the bare loop": round(bare_wall / wall, 2),
        "again": {
            "seconds": round(wall_again, 2),
            "times faster": round(wall / wall_again, 1),
            "unchanged": again["unchanged"],
            "changes": again["seq"],
        },
        "found by search": found["total"],
        "journal = graph = index": compared["equal"],
    }


def main() -> None:
    """Print each round as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--path", type=Path, default=DATA)
    given = parser.parse_args()
    if not given.path.is_file():
        sys.exit(f"the real records are not there: {given.path.name}")
    for _ in range(given.rounds):
        print(json.dumps(measure(given.path), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
