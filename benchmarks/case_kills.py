"""Kill −9 of web process, worker and supervisor while people take part; the mail server goes, too.

`atlas serve` with a real mail server beside it. Four people ask, two departments answer and the
city office assigns, by the pages' forms; at random moments one process after the other is killed.
Held: each step that was acknowledged stands once in its case with the words that were sent; each
message of the outbox arrives, and none under two identifiers.

Run: ``python -m benchmarks.case_kills [--kills 50]``; prints one JSON object. Exit 1 where anything
was wrong. A kill takes some three to five seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.fixtures.drills.case_kills import CaseDrill


def run(kills: int, seed: int) -> dict[str, Any]:
    """Kill so many times; return what is printed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="atlas-drill-") as folder:
        drill = CaseDrill(Path(folder), seed)
        try:
            drill.run(kills)
        except TimeoutError as error:
            drill.wrong.append(str(error))
            print((Path(folder) / "drill.log").read_text()[-5_000:], file=sys.stderr)
        finally:
            drill.stop()
    return {
        "kills": kills,
        "found": dict(drill.found),
        "seconds": round(time.monotonic() - began),
        "wrong": drill.wrong[:20],
    }


def main() -> None:
    """Run the drill and print its report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=20261203)
    given = parser.parse_args()
    found = run(given.kills, given.seed)
    print(json.dumps(found, ensure_ascii=False, indent=1))
    sys.exit(bool(found["wrong"]))


if __name__ == "__main__":
    main()
