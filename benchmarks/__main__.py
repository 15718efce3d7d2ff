"""Run all measurements one after the other: ``python -m benchmarks [NAME…]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_BY_NAME = (
    "bare_import",
    "case_kills",
    "cases_crowd",
    "crash",
    "data_profile",
    "disk_full",
    "harvest_faults",
    "harvest_kills",
    "workbench_crowd",
    "workbench_people",
)
"""Not run unless named: what others run, and campaigns of some minutes."""

if __name__ == "__main__":
    names = sys.argv[1:] or sorted(
        path.stem
        for path in Path(__file__).parent.iterdir()
        if path.suffix == ".py" or (path / "__main__.py").exists()
        if not path.stem.startswith("_") and path.stem not in _BY_NAME
    )
    failed = []
    for name in names:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
