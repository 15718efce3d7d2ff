"""One kind of child process: how it is started, told to stop, and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from catalog_service.operations.parent_watch import FAILURE, LASTING, LIFELINE, LISTEN, READINESS

FIRST_DELAY: Final = 0.25
LONGEST_DELAY: Final = 8.0
"""Short enough for what died of a full disk to be back within seconds of room."""

IMMEDIATE_SECONDS: Final = 5.0
"""A child that ends so soon after its start, or before it was ready, has not lived."""

STEADY_SECONDS: Final = 60.0
"""A child that has run so long is thought well again: its next restart is quick."""


def restart_delay(failures: int) -> float:
    """Return the seconds to wait before restart number ``failures`` (from 1): doubling, bounded."""
    return float(min(LONGEST_DELAY, FIRST_DELAY * 2 ** (min(failures, 20) - 1)))


@dataclass
class Child:
    """A place that a process of one kind fills; only the supervisor touches it."""

    name: str
    module: str
    environment: Mapping[str, str]
    lifeline: int
    listen: int | None = None
    process: subprocess.Popen[bytes] | None = None
    readiness: int | None = None
    ready: bool = False
    failures: int = 0
    stillborn: int = 0
    """How often in a row it ended at once."""
    last_words: str = ""
    """Why it could not work, as it said itself."""
    lasting: bool = False
    """Whether it said that another start would come to the same end."""
    started: float = 0.0
    restart_at: float | None = 0.0
    """When to start (again); None while it runs."""
    _buffer: bytes = field(default=b"", repr=False)

    @property
    def arguments(self) -> Sequence[str]:
        """The command line: the same interpreter, the child's module."""
        return (sys.executable, "-m", self.module)

    @property
    def deaf(self) -> bool:
        """Whether nothing more will be heard of the process."""
        return self.readiness is None

    def start(self, now: float) -> None:
        """Start the process in a process group of its own, so that all it started can be ended."""
        reading, writing = os.pipe()
        handed = {LIFELINE: self.lifeline, READINESS: writing}
        if self.listen is not None:
            handed[LISTEN] = self.listen
        try:
            self.process = subprocess.Popen(  # noqa: S603 — the command is our own interpreter
                self.arguments,
                env={**self.environment, **{name: str(fd) for name, fd in handed.items()}},
                pass_fds=tuple(handed.values()),
                stdin=subprocess.DEVNULL,
                process_group=0,
            )
        except OSError:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self.readiness, self.ready, self.last_words = reading, False, ""
        self.lasting = False
        self.started, self.restart_at = now, None

    def put_off(self, now: float) -> None:
        """Plan another start after one that the system refused."""
        self.failures += 1
        self.restart_at = now + restart_delay(self.failures)

    def hear(self) -> bool:
        """Read from the readiness pipe; True when the child has just become ready."""
        assert self.readiness is not None
        data = os.read(self.readiness, 4096)
        if not data:
            self._deafen()
            return False
        before, failed, words = data.partition(FAILURE)
        if failed:
            self.lasting = words.startswith(LASTING)
            words = words.removeprefix(LASTING)
            self.last_words = words.decode("utf-8", "replace").strip()
        if before:
            self.ready = True
        return bool(before)

    def reap(self, now: float) -> int | None:
        """Return the exit code if the process has ended, and plan its restart; else None."""
        if self.process is None:
            return None
        # Looked at without reaping first: while the zombie stands, its number belongs to nobody
        # else, and what is left of its group can be ended safely.
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        self.process = None
        if self.readiness is not None:
            self._last_words()
        self._deafen()
        lived = self.ready and now - self.started > IMMEDIATE_SECONDS
        self.stillborn = 0 if lived else self.stillborn + 1
        self.failures = 1 if now - self.started > STEADY_SECONDS else self.failures + 1
        self.restart_at = now + restart_delay(self.failures)
        self.ready = False
        return code

    def signal(self, number: int) -> None:
        """Send a signal to the process, if it runs."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)

    def kill_group(self) -> None:
        """End the process and all it started, at once."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _last_words(self) -> None:
        """Hear what the child said just before it ended."""
        assert self.readiness is not None
        os.set_blocking(self.readiness, False)
        with contextlib.suppress(BlockingIOError):
            self.hear()

    def _deafen(self) -> None:
        if self.readiness is not None:
            os.close(self.readiness)
            self.readiness = None
