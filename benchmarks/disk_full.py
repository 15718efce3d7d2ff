"""A disk that fills up and is emptied again, round after round, under a running service.

A tmpfs of ``--megabytes`` holds everything that the service writes: the data folder, its log and
its temporary files. ``atlas serve`` runs on it; three clients put, change and close records all the
time. In each round a filler takes the disk to its last few kilobytes (a different few each time, in
the midst of an import, of a new build of graph or index, or of the writes alone), stays for a
while, and is removed. Nobody starts anything again.

The bar: every write that was acknowledged is in the journal; within 10 s of room graph (SPARQL),
index (search), a record's page and ``/health/ready`` show all of it; while the disk is full writes
are either acknowledged or refused with ``storage-failed``, 503 and Retry-After; the processes are
the same at the end as at the start. Exit 1 where it is missed.

Run as root: ``python -m benchmarks.disk_full [--rounds 60] [--megabytes 60] [--seed 8]``; prints
one JSON object. 60 rounds take some fifteen minutes.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from dataclasses import asdict

from tests.fixtures.drills.full_disk.drill import Round, run
from tests.fixtures.drills.full_disk.small_disk import CannotMountError


def _say(number: int, done: Round) -> None:
    print(number, asdict(done), file=sys.stderr, flush=True)


def main() -> int:
    """Drill and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=60)
    options.add_argument("--megabytes", type=int, default=60)
    options.add_argument("--seed", type=int, default=8)
    given = options.parse_args()
    # Ended from outside, it ends the service and unmounts the disk all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    try:
        found = run(given.rounds, given.megabytes, given.seed, _say)
    except CannotMountError as error:
        sys.exit(f"nothing measured: no file system can be mounted here ({error})")
    print(json.dumps(found, indent=2, ensure_ascii=False))
    return 0 if found["bar"] else 1


if __name__ == "__main__":
    sys.exit(main())
