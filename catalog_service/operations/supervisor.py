"""``atlas serve``: starts and watches the web workers and the worker, and ends them all."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final, Literal

import structlog

from catalog_service.errors import lasts
from catalog_service.graph.files import lock_exclusively
from catalog_service.logs import configure_logs
from catalog_service.operations import web_process, worker_process
from catalog_service.operations.child_process import Child
from catalog_service.operations.errors import (
    ALREADY_SERVED,
    CANNOT_LISTEN,
    CHILD_CANNOT_WORK,
    CHILD_KEEPS_ENDING,
)
from catalog_service.operations.parent_watch import GRACE_SECONDS
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from ontology.system_errors import system_reason

Role = Literal["all", "web", "worker"]

BACKLOG: Final = 1024

GIVE_UP_AFTER: Final = 6
"""How often in a row a child may end at once: with the pauses between them, some 15 seconds."""

_IN_MEMORY: Final = "/dev/shm"  # noqa: S108 — a folder of its own is made there
"""Linux's file system in memory."""

_log = structlog.get_logger(__name__)


def serve(
    settings: Settings,
    host: str = "127.0.0.1",
    port: int = 8080,
    workers: int = 1,
    role: Role = "all",
) -> int:
    """Run until SIGTERM or SIGINT, then drain and stop every child; returns the exit code.

    ``role`` ``web`` runs the web workers alone, ``worker`` the worker alone. A child that dies is
    started again, after a delay that doubles while it keeps dying. Must be called in the main
    thread. Raises `AtlasError`: ``cannot-listen`` when the address cannot be bound,
    ``already-served`` when another serves all of this data folder, ``child-keeps-ending`` when a
    child ends at once again and again and nothing is served, ``child-cannot-work`` and what
    `check_before_start` raises where another start would come to the same end.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with _service_lock(settings.home) if role == "all" else nullcontext():
        check_before_start(settings)
        return _serve(settings, host, port, workers, role)


def check_before_start(settings: Settings) -> None:
    """Raise what would make every process fail, before any is started.

    The `AtlasError` is one that `catalog_service.errors.lasts`: a journal that is damaged, of a
    newer program or of another base IRI, a file of hosts that cannot be read. Not a database that
    is unreachable now: the processes wait for it and report it.
    """
    # Imported here: they take four times the memory of the rest of this process.
    from catalog_service.atlas import Atlas
    from catalog_service.sources.service import end_lost_runs
    from shapes.placeholders import read_access_hosts

    if settings.access_hosts is not None:
        read_access_hosts(settings.access_hosts)
    try:
        with Atlas(settings, create=False) as atlas:
            atlas.journal.check_base_iri(settings.base_iri)
            end_lost_runs(atlas)
    except AtlasError as error:
        if lasts(error):
            raise
    except OSError as error:
        _log.warning("journal not looked at", error=str(error))


@contextmanager
def _service_lock(home: Path) -> Iterator[None]:
    """Hold the lock by which one service serves a data folder; the system frees it at exit."""
    lock = lock_exclusively(home / "serve.lock")
    if lock is None:
        raise AtlasError(ALREADY_SERVED, home=home)
    try:
        yield
    finally:
        os.close(lock)


def _serve(settings: Settings, host: str, port: int, workers: int, role: Role) -> int:
    configure_logs(settings.log_level, "supervisor")
    listener = None if role == "worker" else _bind(host, port)
    metrics = _metrics_folder()
    reading, writing = os.pipe()  # the lifeline; see `parent_watch`
    try:
        environment = {
            **os.environ,
            **settings.environment(),
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
            # Its threads spin for a while after each multiplication, on the core that the model
            # of embeddings needs; one alone is fast enough for ten thousands of vectors.
            "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1"),
        }
        children = _children(environment, reading, listener, workers, role)
        url = "" if listener is None else _url(listener)
        return _Supervisor(children, url).run()
    finally:
        os.close(writing)
        os.close(reading)
        if listener is not None:
            listener.close()
        shutil.rmtree(metrics, ignore_errors=True)


def _metrics_folder() -> Path:
    """Make the folder of the web processes' figures, in memory where the system has such a place.

    They are written through memory maps: on a disk without room that ends a process (SIGBUS).
    """
    in_memory = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK | os.X_OK) else None
    return Path(tempfile.mkdtemp(prefix="atlas-metrics-", dir=in_memory))


def _bind(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise AtlasError(CANNOT_LISTEN, host=host, port=port, reason=system_reason(error)) from None
    listener.set_inheritable(True)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _children(
    environment: Mapping[str, str],
    lifeline: int,
    listener: socket.socket | None,
    workers: int,
    role: Role,
) -> list[Child]:
    children = []
    if role in ("all", "worker"):
        children.append(Child("worker", worker_process.__name__, environment, lifeline))
    if listener is not None:
        children += [
            Child(f"web-{n}", web_process.__name__, environment, lifeline, listener.fileno())
            for n in range(1, workers + 1)
        ]
    return children


class _Supervisor:
    """The loop: wakes on signals, on a child's message, and when a restart is due."""

    def __init__(self, children: list[Child], url: str) -> None:
        self._children = children
        self._url = url
        self._stopping = False
        self._announced = False
        self._given_up: Child | None = None

    def run(self) -> int:
        with _wakeable(self._stop) as wake:
            while not self._stopping:
                self._start_due()
                self._wait(wake, self._seconds_to_restart())
            return self._end(wake)

    def _wait(self, wake: int, seconds: float | None) -> None:
        """Wait for signals and messages, and see which children have ended."""
        with selectors.DefaultSelector() as selector:
            selector.register(wake, selectors.EVENT_READ, None)
            for child in self._children:
                if child.readiness is not None:
                    selector.register(child.readiness, selectors.EVENT_READ, child)
            for key, _ in selector.select(seconds):
                if key.data is None:
                    os.read(wake, 4096)
                elif key.data.read_messages():
                    self._tell_ready(key.data)
        self._reap()

    def _stop(self, number: int, _frame: object) -> None:
        _log.info("stopping", signal=signal.Signals(number).name)
        self._stopping = True

    def _seconds_to_restart(self) -> float | None:
        due = [c.restart_at for c in self._children if c.restart_at is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.restart_at is not None and child.restart_at <= now:
                try:
                    child.start(now)
                except OSError as error:
                    # No memory, no process, no descriptor to be had: for now.
                    child.postpone(time.monotonic())
                    _log.error("not started", child=child.name, error=str(error))
                    continue
                assert child.process is not None
                _log.info("started", child=child.name, pid=child.process.pid)

    def _tell_ready(self, child: Child) -> None:
        _log.info("child ready", child=child.name)
        if not self._announced and all(c.ready for c in self._children):
            self._announced = True
            _log.info("ready", url=self._url)

    def _reap(self) -> None:
        for child in self._children:
            code = child.reap(time.monotonic())
            if code is None:
                continue
            if not self._stopping:
                assert child.restart_at is not None
                if self._should_give_up(child):
                    self._given_up, self._stopping = child, True
                    continue
                delay = round(child.restart_at - time.monotonic(), 2)
                _log.warning("child died", child=child.name, code=code, restart_in=delay)

    def _should_give_up(self, child: Child) -> bool:
        """Tell whether to stop the service instead of starting a child again.

        A lasting failure is not tried twice, unless other children do their work: half a service
        is better than none. Any other failure is tried again without end once the whole service
        was ready (a full disk may be emptied), before that `GIVE_UP_AFTER` times.
        """
        if child.lasting:
            return not (self._announced and any(c.ready for c in self._children if c is not child))
        return child.early_exits >= GIVE_UP_AFTER and not self._announced

    def _end(self, wake: int) -> int:
        for child in self._children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS + 5
        while any(c.process is not None for c in self._children):
            if time.monotonic() > deadline:
                _log.error("children did not stop in time and are killed")
                for child in self._children:
                    child.kill_group()
                deadline = float("inf")
            self._wait(wake, 1.0)
        _log.info("stopped")
        if self._given_up is not None:
            child = self._given_up
            reason = child.failure_reason.rstrip(".") or "see its messages above"
            if child.lasting:
                raise AtlasError(CHILD_CANNOT_WORK, child=child.name, reason=reason)
            raise AtlasError(
                CHILD_KEEPS_ENDING, child=child.name, times=child.early_exits, reason=reason
            )
        return 0


@contextmanager
def _wakeable(stop: signal._HANDLER) -> Iterator[int]:
    """Turn signals into bytes on a pipe, so that one ``select`` waits for everything."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    old_wakeup = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    old = {
        number: signal.signal(number, handler)
        for number, handler in (
            (signal.SIGTERM, stop),
            (signal.SIGINT, stop),
            (signal.SIGCHLD, lambda _number, _frame: None),
        )
    }
    try:
        yield reading
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(old_wakeup)
        os.close(reading)
        os.close(writing)
