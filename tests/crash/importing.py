"""The process that `test_journal_crash` kills: imports for ever, and says what was acknowledged.

Usage: ``python -m tests.crash.importing DATABASE-URL ROUND``. Each acknowledged outcome is one
line ``seq remote-id hash`` on standard output, flushed before the next item is asked for.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

from catalog_service.catalog import Catalog
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from harvesters.protocols import Item, Submission
from tests.fixtures.gate import TinyGate
from tests.fixtures.records import BASE, item, record


def items(seed: str) -> Iterator[Item]:
    """New records, new versions of old ones, and versions that the gate holds."""
    chance = random.Random(seed)
    while True:
        title = None if chance.random() < 0.1 else f"题{chance.random()}"
        yield item(record(f"{chance.randrange(5_000)}-{chance.randrange(100)}", title))


def main(url: str, seed: str) -> None:
    """Import until killed."""
    chance = random.Random(f"size {seed}")
    catalog = Catalog(Journal.open(url, SystemClock()), TinyGate(), BASE)
    stream = items(seed)
    while True:
        # Single writes and long imports take different ways through the catalogue.
        count = chance.choice([1, 20, 700, 2_500])
        batch = (next(stream) for _ in range(count))
        for outcome in catalog.submit(batch, Submission("city", "crash", gate="enforce")):
            if outcome.seq is not None:
                sys.stdout.write(f"{outcome.seq} {outcome.remote_id} {outcome.hash}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
