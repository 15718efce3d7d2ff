"""Waking the threads that wait for changes of this process."""

from __future__ import annotations

from threading import Condition


class Nudge:
    """Wakes the threads that wait for new changes in the journal."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._count = 0

    def give(self) -> None:
        """Wake all waiting threads."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, seen: int, timeout: float) -> int:
        """Wait up to ``timeout`` s for a nudge after number ``seen``; return the last number."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, timeout)
            return self._count
