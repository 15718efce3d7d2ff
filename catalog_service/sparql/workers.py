"""The worker processes of a pool: started beforehand, taken, given back, replaced when killed."""

from __future__ import annotations

from threading import Lock

import structlog

from catalog_service.sparql.errors import SPARQL_BUSY, SPARQL_FAILED
from catalog_service.sparql.frames import ClosedError, LateError
from catalog_service.sparql.limits import WAIT_SECONDS, SparqlLimits
from catalog_service.sparql.worker_process import WorkerProcess
from ontology.errors import AtlasError, Phrase

_log = structlog.get_logger(__name__)


class Workers:
    """As many workers as the limits say; safe to share between threads."""

    def __init__(self, limits: SparqlLimits) -> None:
        self._limits = limits
        self._lock = Lock()
        self._closed = False
        self._idle: list[WorkerProcess] = []
        """Those without a query. The last was used last: it has the newest snapshot open."""
        self._all: set[WorkerProcess] = set()
        self._complete()

    def take(self) -> WorkerProcess:
        """Return a worker that can take a query, for a query that has its place.

        Raises `AtlasError`: ``sparql-busy`` where it takes too long to start, ``sparql-failed``
        where none starts. Neither says anything about the query.
        """
        worker = self._take()
        try:
            worker.await_ready()
        except LateError as error:
            self.give_back(worker, healthy=False)
            _log.warning("sparql-worker-late")
            raise AtlasError(SPARQL_BUSY, retry_after=WAIT_SECONDS) from error
        except ClosedError as error:
            self.give_back(worker, healthy=False)
            _log.error("sparql-worker-not-started", error="it ended before it was ready")
            raise AtlasError(SPARQL_FAILED, reason=Phrase("no worker could be started")) from error
        return worker

    def _take(self) -> WorkerProcess:
        """Return a worker that runs; one that is ready, where there is one."""
        while True:
            self._complete()
            with self._lock:
                if not self._idle:
                    raise AtlasError(SPARQL_FAILED, reason=Phrase("no worker could be started"))
                at = next((n for n in reversed(range(len(self._idle))) if self._idle[n].ready), 0)
                worker = self._idle.pop(at)
            if worker.alive:
                return worker
            self.give_back(worker, healthy=False)

    def give_back(self, worker: WorkerProcess, *, healthy: bool) -> None:
        """Take a worker back; one that is not ``healthy`` is ended, and replaced."""
        with self._lock:
            if healthy and not self._closed:
                self._idle.append(worker)
                return
            self._all.discard(worker)
        worker.kill()
        self._complete()

    def _complete(self) -> None:
        """Start missing workers; where the system refuses one now, the next query tries again."""
        try:
            while self._start():
                pass
        except OSError as error:  # no memory, no process, no descriptor to be had
            _log.error("sparql-worker-not-started", error=str(error))

    def _start(self) -> bool:
        """Start a worker unless all are there."""
        with self._lock:
            if self._closed or len(self._all) >= self._limits.workers:
                return False
            worker = WorkerProcess(self._limits.memory_mb)
            self._all.add(worker)
            self._idle.append(worker)
            return True

    def alive(self) -> int:
        """Return how many workers run."""
        with self._lock:
            return sum(worker.alive for worker in self._all)

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers."""
        with self._lock:
            return tuple(sorted(worker.pid for worker in self._all))

    def close(self) -> None:
        """End all workers, also those that are at work: their queries fail."""
        with self._lock:
            self._closed = True
            workers, self._all = self._all, set()
            idle, self._idle = set(self._idle), []
        for worker in idle:
            worker.kill()
        for worker in workers - idle:
            # Another thread is reading its pipe, and will close it.
            worker.stop()
