"""The pool's handle on one worker process."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import time
from typing import Any

from catalog_service.sparql import worker
from catalog_service.sparql.frames import pack, read_message, write_all
from catalog_service.sparql.model import PublishedState

_PROCESS_CLOCK = 2
"""In the number of another process's clock on Linux (`clock_getcpuclockid`): processor time."""

_PATIENCE = 10
_LEAST_WAIT = 0.02

START_TIMEOUT = 20.0
"""Seconds that a worker may take to start; it needs 0.1 on an idle machine."""


class WorkerProcess:
    """A worker process, started at once and awaited at its first query; used by one thread."""

    def __init__(self, memory_mb: int) -> None:
        # Nothing of our environment: no proxies, no secrets. Two arenas, or glibc reserves
        # 64 MiB of the address space for every thread of RocksDB.
        environment = {"MALLOC_ARENA_MAX": "2", "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-m", worker.__name__, str(memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._ready = False
        self.isolated = False
        """Whether the kernel bars the worker from the network; known once it is ready."""
        self._snapshot: PublishedState | None = None
        self._previous: PublishedState | None = None

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def await_ready(self) -> None:
        """Wait until it can take a query. Raises `frames.ClosedError`, `frames.LateError`."""
        if not self._ready:
            head, _ = read_message(self._from, time.monotonic() + START_TIMEOUT)
            self._ready, self.isolated = True, bool(head["isolated"])

    @property
    def ready(self) -> bool:
        """Whether it can take a query at once."""
        return self._ready or self.answers_within(0)

    def ask(
        self,
        request: dict[str, Any],
        snapshot: PublishedState | None,
        seconds: float,
        data: bytes = b"",
    ) -> tuple[dict[str, Any], bytes]:
        """Send a query and return the reply's head and body; ``data`` is asked where it is given.

        Raises `frames.ClosedError` where the worker died, `frames.LateError` after ``seconds``.
        """
        self.send(request, snapshot, data)
        return self.receive(seconds)

    def send(
        self, request: dict[str, Any], snapshot: PublishedState | None, data: bytes = b""
    ) -> None:
        """Send a query. The snapshot is held until the next one brings another: it is open there.

        Raises `frames.ClosedError`.
        """
        self._previous, self._snapshot = self._snapshot, snapshot
        path = "" if snapshot is None else str(snapshot.path)
        write_all(self._to, pack({**request, "path": path}, data))

    def worked(self) -> float:
        """Return the processor seconds that it has used; where they are not told, the time."""
        try:
            return time.clock_gettime((~self.pid << 3) | _PROCESS_CLOCK)
        except OSError:
            return time.monotonic()

    def ends_with_work(self, seconds: float, before: float) -> bool:
        """Wait until it has worked for ``seconds`` since `worked` told ``before``.

        Tell whether the answer, or the worker's end, was there first. On a machine that has too
        much to do a question may wait longer for a processor than it needs it; after `_PATIENCE`
        times as long as it would work alone it is not waited for.
        """
        until = time.monotonic() + _PATIENCE * seconds
        left = seconds
        while not self.answers_within(left):
            left = seconds - (self.worked() - before)
            if left <= 0 or time.monotonic() >= until:
                return False
            left = max(left, _LEAST_WAIT)
        return True

    def answers_within(self, seconds: float) -> bool:
        """Wait up to ``seconds``; tell whether the answer, or the worker's end, is there."""
        poll = select.poll()
        poll.register(self._from, select.POLLIN)
        return bool(poll.poll(max(0.0, seconds) * 1000))

    def receive(self, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Return the head and the body of the reply; raises what `ask` does."""
        reply = read_message(self._from, time.monotonic() + seconds)
        self._previous = None  # the worker has closed it by now
        return reply

    def stop(self) -> None:
        """End the process now; from any thread. Whoever reads from it gets `frames.ClosedError`."""
        self._process.kill()

    def kill(self) -> int:
        """End the process now, close its pipes, and return how it ended (negative: a signal)."""
        self.stop()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._snapshot = self._previous = None
        return code

    def aborted(self) -> bool:
        """After `frames.ClosedError`: wait for the end and tell whether memory had run out."""
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            code = self.kill()
        # Rust and C++ abort when an allocation fails; a stack overflow within the limit, or an
        # allocation in RocksDB's C code, ends in a segmentation fault.
        return code in (-signal.SIGABRT, -signal.SIGSEGV)
