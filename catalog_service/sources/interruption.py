"""SIGINT and SIGTERM as requests to stop, for commands that can stop between two batches."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_BASE: Final = 128
"""What shells add to a signal's number for the exit code."""


class Interruption:
    """The first signal that came, None while there was none."""

    def __init__(self) -> None:
        self.signal: int | None = None

    @property
    def exit_code(self) -> int:
        """130 after SIGINT, 143 after SIGTERM, 0 without."""
        return 0 if self.signal is None else _BASE + self.signal


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Note the first signal; a second one has its usual effect.

    Must be called in the main thread.
    """
    interruption = Interruption()
    old = {number: signal.getsignal(number) for number in _SIGNALS}

    def restore() -> None:
        for number, handler in old.items():
            signal.signal(number, handler)

    def note(number: int, _frame: FrameType | None) -> None:
        interruption.signal = number
        restore()

    for number in _SIGNALS:
        # A shell starts background processes with SIGINT ignored: it stays ignored.
        if old[number] is not signal.SIG_IGN:
            signal.signal(number, note)
    try:
        yield interruption
    finally:
        restore()
