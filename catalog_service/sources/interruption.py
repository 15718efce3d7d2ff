"""SIGINT and SIGTERM as a wish to end soon, for commands that can end between two batches."""

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
    """Note the first signal; the second acts as ever, for those who cannot wait.

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
        # A shell starts what it runs in the background with SIGINT ignored: so it stays.
        if old[number] is not signal.SIG_IGN:
            signal.signal(number, note)
    try:
        yield interruption
    finally:
        restore()
