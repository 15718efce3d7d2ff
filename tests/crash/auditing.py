"""Writes changes with their entries until it is killed; a line for each that is acknowledged."""

from __future__ import annotations

import sys
import threading

from catalog_service.accounts.tokens import Tokens
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal

WRITERS = 3


def main(url: str) -> None:
    """Make and revoke tokens at an address, in several threads, each with an entry."""
    tokens = Tokens(Journal.open(url, SystemClock()), SystemClock())
    saying = threading.Lock()

    def write() -> None:
        while True:
            made = tokens.create("drill", ["write"]).token.id
            with saying:
                print(made, flush=True)  # noqa: T201 - what its parent reads
            tokens.revoke(made)

    for _ in range(WRITERS):
        threading.Thread(target=write).start()


if __name__ == "__main__":
    main(sys.argv[1])
