"""Kill −9 at many random moments of import and projection: what was hit, and that nothing was lost.

Runs the tests of `tests/crash` that kill imports, workers, web processes and writers with more
kills than `make test` does, and prints what they hit as one JSON object. Exit 1 where anything was
lost.

Run: ``python -m benchmarks.crash [--kills 100]``; 100 kills take some twelve minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = (
    *(f"tests/crash/test_{what}_crash.py" for what in ("import", "worker", "web", "journal")),
    "tests/crash/test_audit_crash.py",
    "tests/crash/test_lost_projections.py::test_a_rebuild_that_is_killed_is_taken_up_again",
)


def main() -> None:
    """Run the tests and print their report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", *TESTS],
            cwd=ROOT,
            env={
                **os.environ,
                "ATLAS_CRASHES": str(given.kills),
                "ATLAS_CRASH_REPORT": str(report),
            },
            stdout=sys.stderr,
            check=False,
        )
        if done.returncode:
            sys.exit(1)
        print(json.dumps(json.loads(report.read_text("utf-8")), indent=2))


if __name__ == "__main__":
    main()
