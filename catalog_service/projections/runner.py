"""Runs all projections of a data folder, and has them rebuilt or repaired on request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import structlog

from catalog_service.clock import Clock
from catalog_service.projections.errors import (
    PROJECTION_BEHIND,
    PROJECTION_FAILED,
    PROJECTIONS_LOCKED,
)
from catalog_service.projections.follower import Follower
from catalog_service.projections.lock import ProjectionLock
from catalog_service.projections.nudge import Nudge
from catalog_service.projections.protocol import JournalReader, Projection
from catalog_service.projections.rebuild_requests import Action, RebuildRequest, RebuildRequests
from catalog_service.projections.status import Status, StatusBoard, read_status, wait_for
from ontology.errors import AtlasError

OpenProjections = Callable[[ExitStack], Sequence[Projection]]
"""Opens the projections' stores, once the lock is held; the stack gets what must be closed."""

_log = structlog.get_logger(__name__)

_TRY_LOCK_EVERY = 0.5
_LOOK_EVERY = 0.1
_TRIES = 4
"""How often another process may fail at a request before the error is raised here."""


class ProjectionRunner:
    """Runs all projections of a data folder, each in a thread of its own, under one lock.

    A context manager: entering takes the lock and opens the stores, leaving closes them. Raises
    `AtlasError` (``projections-locked``) where another process has the lock.
    """

    def __init__(
        self,
        journal: JournalReader,
        open_projections: OpenProjections,
        home: Path,
        clock: Clock,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._open = open_projections
        self._home = home
        self._clock = clock
        self._monotonic = monotonic
        self._nudge = Nudge()
        self._appending = Event()
        self._followers: list[Follower] = []
        self._board = StatusBoard(home, clock, ())
        self._stack = ExitStack()

    def __enter__(self) -> ProjectionRunner:
        lock = ProjectionLock(self._home)
        if not lock.acquire():
            raise AtlasError(PROJECTIONS_LOCKED, home=self._home)
        with ExitStack() as stack:
            stack.callback(lock.release)
            projections = self._open(stack)
            self._board = StatusBoard(self._home, self._clock, [p.name for p in projections])
            self._board.begin()
            requests = RebuildRequests(self._home)
            self._followers = [
                Follower(
                    projection,
                    self._journal,
                    self._board,
                    self._nudge,
                    self._appending,
                    requests,
                    monotonic=self._monotonic,
                )
                for projection in projections
            ]
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._followers = []
        self._stack.close()

    def run(self, stop: Event, leave: Callable[[], None] | None = None) -> None:
        """Follow the journal until ``stop`` is set; failures are reported and tried again.

        A thread that ends nevertheless ends the others: ``leave`` is called, which must set
        ``stop`` (the default does), and the thread's error is raised. The process should then end
        and be started again.
        """
        ended: list[BaseException] = []

        def died(error: BaseException) -> None:
            ended.append(error)
            (leave or stop.set)()

        threads = self._start(stop, died)
        stop.wait()
        self.nudge()
        for thread in threads:
            thread.join()
        if ended:
            raise RuntimeError("a projection's thread has ended") from ended[0]

    def catch_up(self, until: int | None = None) -> Status:
        """Bring every projection to change ``until`` (now's end of the journal) and publish.

        They run side by side. Raises the `AtlasError` (``projection-failed``) of the first that
        fails, once all have ended.
        """
        goal = self._journal.head() if until is None else until
        failures: list[BaseException] = []

        def catch_up(follower: Follower) -> None:
            try:
                follower.catch_up(goal)
            except BaseException as error:  # reported by the caller
                failures.append(error)

        threads = [
            Thread(target=catch_up, args=(f,), name=f"projection-{f.projection.name}")
            for f in self._followers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return self._board.status()

    def bring_up(self, *, timeout: float, until: int | None = None) -> None:
        """Make readers see change ``until`` (default: the last), here or by waiting for the holder.

        Takes the lock where it is free, also where its holder dies meanwhile. Raises `AtlasError`
        (``projection-failed``; ``projection-behind`` after ``timeout`` seconds of waiting).
        """
        goal = self._journal.head() if until is None else until
        end = self._monotonic() + timeout
        while True:
            try:
                with self:
                    self.catch_up(goal)
                return
            except AtlasError as error:
                if error.kind is not PROJECTIONS_LOCKED:
                    raise
            left = end - self._monotonic()
            patience = max(0.0, min(_TRY_LOCK_EVERY, left))
            try:
                wait_for(
                    self._home, goal, patience, mark=self._journal.mark, monotonic=self._monotonic
                )
            except AtlasError as error:
                if error.kind is not PROJECTION_BEHIND or left <= _TRY_LOCK_EVERY:
                    raise
            else:
                return

    def request(self, action: Action, names: Sequence[str]) -> None:
        """Have projections rebuilt or repaired, by the process that holds them or by this one.

        Returns when it is done and published. Raises `AtlasError` (``projection-failed``) where it
        failed here, or `_TRIES` times in a row there; the request is then taken back.
        """
        requests = RebuildRequests(self._home)
        asked: list[RebuildRequest] = []
        before = _attempts(self._home)
        try:
            for name in names:
                asked.append(requests.ask(action, name))
            while requests.waiting(asked):
                try:
                    with self:
                        self.catch_up()
                except AtlasError as error:
                    if error.kind is not PROJECTIONS_LOCKED:
                        if requests.waiting(asked):
                            raise
                        return  # another projection failed, which was not asked for
                    now = _attempts(self._home)
                    # Failures from before the request do not count.
                    before = {name: min(before.get(name, 0), n) for name, n in now.items()}
                    _raise_failure(self._home, names, before)
                    time.sleep(_LOOK_EVERY)
        finally:
            requests.done(asked)

    @contextmanager
    def alongside(self) -> Iterator[None]:
        """Follow the journal while the block appends to it; `catch_up` afterwards.

        A store that is empty, or nearly, is loaded from the growing journal in one go, on another
        core than the import's.
        """
        stop = Event()
        self._appending.set()
        # A thread that fails is made up for by `catch_up`, which raises what ended it.
        threads = self._start(stop, lambda _error: None)
        try:
            yield
        finally:
            stop.set()
            self._appending.clear()
            self.nudge()
            for thread in threads:
                thread.join()

    def nudge(self) -> None:
        """Wake the threads; without it they look at the journal every 30–100 ms."""
        self._nudge.give()

    def status(self) -> Status:
        """Return the checkpoints of the projections, and what holds them up."""
        return self._board.status()

    def _start(self, stop: Event, died: Callable[[BaseException], None]) -> list[Thread]:
        def follow(follower: Follower) -> None:
            name = follower.projection.name
            try:
                follower.follow(stop)
                if not stop.is_set():
                    raise RuntimeError(f"{name} is followed no more, and nobody stopped it")
            except BaseException as error:
                _log.critical("projection-thread-ended", projection=name, exc_info=error)
                died(error)

        threads = [
            Thread(target=follow, args=(f,), name=f"projection-{f.projection.name}")
            for f in self._followers
        ]
        try:
            for thread in threads:
                thread.start()
        except RuntimeError:  # no more threads: the running ones must not keep the process alive
            stop.set()
            raise
        return threads


def _attempts(home: Path) -> dict[str, int]:
    status = read_status(home)
    return {row.name: row.attempts for row in status.projections} if status is not None else {}


def _raise_failure(home: Path, names: Sequence[str], before: Mapping[str, int]) -> None:
    status = read_status(home)
    for row in status.projections if status is not None else ():
        tries = row.attempts - before.get(row.name, 0)
        if row.name in names and row.error is not None and tries >= _TRIES:
            raise AtlasError(
                PROJECTION_FAILED,
                name=row.name,
                seq=row.error_seq,
                iri=row.error_iri,
                reason=row.error,
            )
