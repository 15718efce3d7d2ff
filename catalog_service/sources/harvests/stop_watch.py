"""Watches whether a run should end while it waits for its platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from harvesters.platforms.cancellation import Cancellation
from ontology.errors import AtlasError

LOOK_EVERY: Final = 1.0
"""Seconds between two looks."""


class StopWalkError(AtlasError):
    """A person, a signal or the deadline wants the walk to end."""


@contextmanager
def watching(
    check: Callable[[], None], cancellation: Cancellation, *, every: float = LOOK_EVERY
) -> Iterator[None]:
    """End the waits of a run as soon as ``check`` raises `StopWalkError`, until the block ends.

    Without it a run would end only after an answer, or after the minutes for which a platform asked
    to be left alone.
    """
    ended = Event()

    def watch() -> None:
        while not ended.wait(every):
            try:
                check()
            except StopWalkError as stopping:
                cancellation.cancel(stopping)
                return
            except AtlasError:
                # The journal cannot be read now, or the run is another's: the walk finds out.
                continue

    thread = Thread(target=watch, name="stop-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
