"""Public SPARQL over worker processes that can be killed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any

import structlog

from catalog_service.graph.errors import GRAPH_BROKEN
from catalog_service.sparql.budget import Budgets
from catalog_service.sparql.errors import (
    SPARQL_BUSY,
    SPARQL_FAILED,
    SPARQL_MEMORY,
    SPARQL_SERVICE_REFUSED,
    SPARQL_TIMEOUT,
    SPARQL_UNWRITABLE,
)
from catalog_service.sparql.format_choice import choose
from catalog_service.sparql.frames import ClosedError, LateError
from catalog_service.sparql.limits import WAIT_SECONDS, SparqlLimits
from catalog_service.sparql.model import SnapshotSource, SparqlAnswer
from catalog_service.sparql.peers import Peers
from catalog_service.sparql.query_check import check, outline
from catalog_service.sparql.query_dataset import dataset_of
from catalog_service.sparql.service_clauses import ServiceClause, service_clauses
from catalog_service.sparql.syntax_errors import worker_failure
from catalog_service.sparql.worker_process import WorkerProcess
from ontology.errors import AtlasError
from ontology.terms import PREFIXES

_NOTHING = b"\n"
"""N-Quads without a statement."""

_log = structlog.get_logger(__name__)


class SparqlPool:
    """A `SparqlService` over local snapshots: workers started beforehand, replaced when killed.

    A context manager. ``query`` blocks its thread for as long as the query runs.
    """

    def __init__(
        self,
        source: SnapshotSource,
        limits: SparqlLimits | None = None,
        *,
        peers: Peers | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``peers`` are those whom SERVICE may ask; None: it is refused."""
        self._source = source
        self._peers = peers
        self._limits = limits or SparqlLimits()
        self._monotonic = monotonic
        self._budgets = Budgets(self._limits, monotonic=monotonic)
        self._lock = Lock()
        self._closed = False
        # Last in, first out: the worker used last has the newest snapshot open and warm.
        self._idle: LifoQueue[WorkerProcess] = LifoQueue()
        self._workers: set[WorkerProcess] = set()
        self._complete()

    def query(
        self,
        text: str,
        *,
        accept: str = "",
        client: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> SparqlAnswer:
        """Answer a query on the newest snapshot (`SparqlService.query`)."""
        clauses: Sequence[ServiceClause] = ()
        found = check(text) if self._peers is None else outline(text)
        if self._peers is not None:
            clauses = service_clauses(text)
            self._peers.check(clauses)
        form = choose(accept, found.form)
        dataset = dataset_of(text, default_graphs, named_graphs)
        request: dict[str, Any] = {
            "query": text,
            "media_type": form.media_type,
            "dataset": asdict(dataset) if dataset is not None else None,
            "max_rows": self._limits.max_rows,
            "max_bytes": self._limits.max_bytes,
            "prefixes": PREFIXES,
        }
        with self._budgets.spend(client, WAIT_SECONDS):
            if self._peers is not None and clauses:
                self._rehearse(request)
                request["query"] = self._peers.inlined(text, clauses)
            return self._run(request, text, form.content_type)

    def _rehearse(self, request: dict[str, Any]) -> None:
        """Run a query that uses SERVICE over nothing, for the errors that its text alone makes.

        They are told at their places in it, and before a peer is asked. The sandbox keeps the
        engine itself from asking one. Raises `AtlasError`.
        """
        try:
            self._run({**request, "dataset": None}, request["query"], "", _NOTHING)
        except AtlasError as error:
            if error.kind not in (SPARQL_SERVICE_REFUSED, SPARQL_FAILED, SPARQL_UNWRITABLE):
                raise

    def _run(
        self, request: dict[str, Any], text: str, content_type: str, data: bytes = b""
    ) -> SparqlAnswer:
        """Run a query; ``text`` is what its client sent, which no unguarded worker is given."""
        snapshot = self._source.current()
        worker = self._take()
        healthy = False
        try:
            worker.await_ready()
            if not worker.isolated:
                check(text, strict=True)
            started = self._monotonic()
            head, body = worker.ask(request, snapshot, self._limits.timeout, data)
            milliseconds = (self._monotonic() - started) * 1000
            healthy = True
        except LateError as error:
            raise AtlasError(SPARQL_TIMEOUT, seconds=self._limits.timeout) from error
        except ClosedError as error:
            if worker.aborted():
                raise AtlasError(SPARQL_MEMORY, megabytes=self._limits.memory_mb) from error
            raise AtlasError(SPARQL_FAILED, reason="the worker ended") from error
        except AtlasError:
            healthy = True
            raise
        finally:
            self._give_back(worker, healthy=healthy)
        if "error" in head:
            failed = worker_failure(head, request, self._limits, snapshot.path)
            if failed.kind is GRAPH_BROKEN:
                snapshot.report()
            raise failed
        return SparqlAnswer(
            body,
            content_type,
            snapshot.number,
            milliseconds,
            head["rows"],
            head.get("left_out", 0),
        )

    def _take(self) -> WorkerProcess:
        end = self._monotonic() + WAIT_SECONDS
        while True:
            self._complete()
            try:
                worker = self._idle.get(timeout=max(0.0, end - self._monotonic()))
            except Empty:
                retry = max(1, math.ceil(self._limits.timeout))
                raise AtlasError(SPARQL_BUSY, retry_after=retry) from None
            if worker.alive:
                return worker
            self._give_back(worker, healthy=False)

    def _give_back(self, worker: WorkerProcess, *, healthy: bool) -> None:
        if healthy and not self._closed:
            self._idle.put(worker)
            return
        with self._lock:
            self._workers.discard(worker)
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
            if self._closed or len(self._workers) >= self._limits.workers:
                return False
            worker = WorkerProcess(self._limits.memory_mb)
            self._workers.add(worker)
        self._idle.put(worker)
        return True

    def state(self) -> int:
        """Return the number of the newest snapshot; raises `AtlasError` (``no-snapshot``)."""
        return self._source.current().number

    def alive(self) -> int:
        """Return how many workers run."""
        with self._lock:
            return sum(worker.alive for worker in self._workers)

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers."""
        with self._lock:
            return tuple(sorted(worker.pid for worker in self._workers))

    def close(self) -> None:
        """End all workers, also those that are at work: their queries fail."""
        with self._lock:
            self._closed = True
            workers, self._workers = self._workers, set()
        idle: set[WorkerProcess] = set()
        with suppress(Empty):
            while True:
                idle.add(self._idle.get_nowait())
        for worker in idle:
            worker.kill()
        for worker in workers - idle:
            # Another thread is reading its pipe, and will close it.
            worker.stop()

    def __enter__(self) -> SparqlPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
