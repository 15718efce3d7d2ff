"""A child process of the supervisor: starting it, stopping it and starting it again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog_service.operations.parent_watch import FAILURE, LASTING, LIFELINE, LISTEN, READINESS
from catalog_service.operations.restart_delays import (
    IMMEDIATE_SECONDS,
    STEADY_SECONDS,
    restart_delay,
)


@dataclass
class Child:
    """One process that must always run, through all its restarts; used by the supervisor alone."""

    name: str
    module: str
    environment: Mapping[str, str]
    lifeline: int
    listen: int | None = None
    process: subprocess.Popen[bytes] | None = None
    readiness: int | None = None
    ready: bool = False
    failures: int = 0
    early_exits: int = 0
    """Early exits in a row."""
    failure_reason: str = ""
    """Why it could not work, as it reported."""
    lasting: bool = False
    """Whether it reported that another start would fail in the same way."""
    started: float = 0.0
    restart_at: float | None = 0.0
    """When to start (again); None while it runs."""

    @property
    def arguments(self) -> Sequence[str]:
        """The command line: the same interpreter, the child's module."""
        return (sys.executable, "-m", self.module)

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
        self.readiness, self.ready, self.failure_reason = reading, False, ""
        self.lasting = False
        self.started, self.restart_at = now, None

    def postpone(self, now: float) -> None:
        """Plan another start after one that the operating system refused."""
        self.failures += 1
        self.restart_at = now + restart_delay(self.failures)

    def read_messages(self) -> bool:
        """Read from the readiness pipe; True when the child has just become ready."""
        assert self.readiness is not None
        data = os.read(self.readiness, 4096)
        if not data:
            self._close_pipe()
            return False
        before, failed, words = data.partition(FAILURE)
        if failed:
            self.lasting = words.startswith(LASTING)
            words = words.removeprefix(LASTING)
            self.failure_reason = words.decode("utf-8", "replace").strip()
        if before:
            self.ready = True
        return bool(before)

    def reap(self, now: float) -> int | None:
        """Return the exit code if the process has ended, and plan its restart; else None."""
        if self.process is None:
            return None
        # Not reaped yet: while the zombie exists its process id is not given to another process,
        # and the rest of its group can be killed safely.
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        self.kill_group()
        code = self.process.wait()
        self.process = None
        if self.readiness is not None:
            # What it wrote just before it ended.
            os.set_blocking(self.readiness, False)
            with contextlib.suppress(BlockingIOError):
                self.read_messages()
        self._close_pipe()
        lived = self.ready and now - self.started > IMMEDIATE_SECONDS
        self.early_exits = 0 if lived else self.early_exits + 1
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
        """Kill the process and all that it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _close_pipe(self) -> None:
        if self.readiness is not None:
            os.close(self.readiness)
            self.readiness = None
