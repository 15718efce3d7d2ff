"""The projections beside a large import, in a process of their own.

Started by `catalog_service.sources.importing.projecting`: mapping and indexing are Python, so that
two processes use two processors where two threads would wait for each other. Goes on until standard
input ends, then brings everything to the journal's end and leaves; leaves at once where another
process projects. Exit 3: it could not; whoever projects next finds the same fault again.
"""

from __future__ import annotations

import signal
import sys

from catalog_service.atlas import Atlas
from catalog_service.operations.logs import configure_logs
from catalog_service.projections.errors import PROJECTIONS_LOCKED
from catalog_service.settings import Settings
from ontology.errors import AtlasError

SWITCH_SECONDS = 0.0005
"""How long a thread keeps the interpreter while others wait: the loaders ask for text often."""


def main() -> int:
    """Follow the journal until standard input ends; returns the exit code."""
    configure_logs("warning", "alongside")
    sys.setswitchinterval(SWITCH_SECONDS)
    # Ctrl-C reaches the whole group: the import ends in its own time, and its end is ours.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Atlas(Settings()) as atlas, atlas.runner() as runner:
            with runner.alongside():
                sys.stdin.buffer.read()
            runner.catch_up()
    except AtlasError as error:
        if error.kind is PROJECTIONS_LOCKED:
            return 0
        print(error, file=sys.stderr)  # noqa: T201
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
