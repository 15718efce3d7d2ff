"""Projections brought up to date after a write, and in a second process beside a large import.

Mapping and indexing are Python, so that two processes use two processors where two threads would
wait for each other. The second process goes on until its standard input ends, then brings
everything to the journal's end and leaves; it leaves at once where another process projects. Exit
3: it could not; the next process that projects meets the same fault.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from catalog_service.atlas import Atlas
from catalog_service.errors import SAVED_NOT_SHOWN
from catalog_service.logs import configure_logs
from catalog_service.projections.errors import PROJECTIONS_LOCKED
from catalog_service.settings import Settings
from ontology.errors import AtlasError

SWITCH_SECONDS: Final = 0.0005
"""How long a thread may keep the interpreter: the loaders need it often and briefly."""


@contextmanager
def projecting(atlas: Atlas, *, beside: bool) -> Iterator[None]:
    """Make readers see all that the block wrote once it is over.

    ``beside`` projects in a second process while the block writes, unless a worker does already.
    Raises `AtlasError` (``saved-not-shown``) at the end where they do not: what was written is safe
    in the journal, and becomes visible as soon as whatever stands in the way is gone.
    """
    child: subprocess.Popen[bytes] | None = None
    if beside:
        atlas.journal.head()  # creates and migrates the journal before the second process opens it
        child = subprocess.Popen(  # noqa: S603 — the command is our own interpreter
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            # A reader of this process's output must not wait for the child's end as well.
            stdout=subprocess.DEVNULL,
            env={**os.environ, **atlas.settings.environment()},
        )
    try:
        yield
    finally:
        if child is not None:
            # The end of its input tells the child that the last record is written, also when this
            # process is killed. It ends when all is visible.
            child.communicate()
    # Projections may be behind for another reason too, such as an earlier import that was killed.
    if all(health.well for health in atlas.projection_health()):
        return
    try:
        atlas.bring_up()
    except AtlasError as error:
        raise AtlasError(SAVED_NOT_SHOWN, reason=error) from error


def main() -> int:
    """Follow the journal until standard input ends; returns the exit code."""
    configure_logs("warning", "alongside")
    sys.setswitchinterval(SWITCH_SECONDS)
    # Ctrl-C reaches the whole process group; this process ends when the import closes its input.
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
