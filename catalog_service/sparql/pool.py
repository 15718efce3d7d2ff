"""Public SPARQL over worker processes that can be killed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from catalog_service.graph.errors import GRAPH_BROKEN
from catalog_service.sparql.answer_cache import AnswerCache
from catalog_service.sparql.budget import Budgets, Visit
from catalog_service.sparql.errors import (
    SPARQL_FAILED,
    SPARQL_MEMORY,
    SPARQL_SERVICE_REFUSED,
    SPARQL_TIMEOUT,
    SPARQL_UNWRITABLE,
)
from catalog_service.sparql.formats import choose
from catalog_service.sparql.frames import ClosedError, LateError
from catalog_service.sparql.lanes import Lanes, Passage
from catalog_service.sparql.limits import HOLD, SparqlLimits
from catalog_service.sparql.long_answer import WorkerAnswer
from catalog_service.sparql.model import (
    Allowance,
    Client,
    PublishedState,
    SnapshotSource,
    SparqlAnswer,
)
from catalog_service.sparql.peers import Peers
from catalog_service.sparql.query_check import check, is_changing, outline
from catalog_service.sparql.query_dataset import dataset_of
from catalog_service.sparql.service_clauses import ServiceClause, service_clauses
from catalog_service.sparql.syntax_errors import worker_failure
from catalog_service.sparql.workers import Workers
from ontology.errors import AtlasError, Phrase
from ontology.limits import MIB
from ontology.terms import PREFIXES

_NOTHING = b"\n"
"""N-Quads without a statement."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A query on its way; ``text`` is what its client sent, which no unguarded worker is given."""

    client: Client | None
    visit: Visit
    request: dict[str, Any]
    text: str
    seconds: float
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class _Reply:
    """What a worker answered."""

    head: dict[str, Any]
    body: bytes
    milliseconds: float
    rest: WorkerAnswer | None


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
        base: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``peers`` are those whom SERVICE may ask; None: it is refused. ``base``: what relative
        IRIs are resolved against; the address of the endpoint."""
        self._source = source
        self._peers = peers
        self._base = base
        self._limits = limits or SparqlLimits()
        self._monotonic = monotonic
        self._budgets = Budgets(self._limits, monotonic=monotonic)
        self._answers = AnswerCache(self._limits.cache_mb * MIB)
        self._lanes = Lanes(self._limits, monotonic=monotonic)
        self._workers = Workers(self._limits)

    def query(
        self,
        text: str,
        *,
        accept: str = "",
        client: Client | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        timeout: float | None = None,
        streamed: bool = False,
    ) -> SparqlAnswer:
        """Answer a query on the newest snapshot (`SparqlService.query`)."""
        clauses: Sequence[ServiceClause] = ()
        found = check(text) if self._peers is None else outline(text)
        if self._peers is not None:
            clauses = service_clauses(text)
            self._peers.check(clauses)
        form = choose(accept, found.form)
        dataset = dataset_of(text, default_graphs, named_graphs, self._base)
        share = self._limits.share(client)
        streamed = streamed and client is not None and client.registered
        if not streamed:
            share = replace(share, max_bytes=self._limits.max_bytes)
        request: dict[str, Any] = {
            "query": text,
            "media_type": form.media_type,
            "dataset": asdict(dataset) if dataset is not None else None,
            "max_rows": share.max_rows,
            "max_bytes": share.max_bytes,
            "prefixes": PREFIXES,
            "base": self._base,
            "hold": HOLD if streamed else 0,
        }
        question = (text, dataset, form.media_type)
        kept = client is not None and not is_changing(text)
        if kept:
            # What is kept costs nobody's work: neither budget nor turn is asked for it.
            known = self._answers.get(self._source.current().number, question, share)
            if known is not None:
                return replace(known, milliseconds=0.0)
        seconds = share.timeout if timeout is None else min(timeout, share.timeout)
        with ExitStack() as held:
            visit = held.enter_context(self._budgets.visit(client))
            run = _Run(client, visit, request, text, seconds)
            if self._peers is not None and clauses:
                self._rehearse(run)
                # The peers work for this client, by the one share that they give this catalogue.
                with visit.work():
                    request["query"] = self._peers.inlined(text, clauses)
            answer = self._run(run, form.content_type, held)
        if kept and answer.rest is None:
            self._answers.put(question, text, answer)
        return answer

    def allowance(self, client: Client) -> Allowance:
        """Return what a client has left of its work."""
        return self._budgets.allowance(client)

    def working(
        self, client: Client, place: AbstractContextManager[object] | None = None
    ) -> AbstractContextManager[None]:
        """Charge the time of the block to a client (`SparqlService.working`)."""
        return self._budgets.working(client, place)

    def _rehearse(self, run: _Run) -> None:
        """Run a query that uses SERVICE over nothing, for the errors that its text alone makes.

        They are told at their places in it, and before a peer is asked. The sandbox keeps the
        engine itself from asking one. Raises `AtlasError`.
        """
        request = {**run.request, "dataset": None, "hold": 0}
        try:
            with ExitStack() as held:
                self._run(replace(run, request=request, data=_NOTHING), "", held)
        except AtlasError as error:
            if error.kind not in (SPARQL_SERVICE_REFUSED, SPARQL_FAILED, SPARQL_UNWRITABLE):
                raise

    def _run(self, run: _Run, content_type: str, held: ExitStack) -> SparqlAnswer:
        """Bring a query through the lanes to a worker, and return its answer.

        What is ``held`` meanwhile goes with the answer where that has a rest.
        """
        snapshot = self._source.current()
        passage = held.enter_context(self._lanes.passage(run.client))
        reply = self._ask(run, passage, snapshot)
        if reply is None:
            passage.begin_anew()
            snapshot = self._source.current()
            reply = self._ask(run, passage, snapshot)
        assert reply is not None, "the slow lane answers or raises"
        if "error" in reply.head:
            raise self._failure(run, snapshot, reply.head)
        if reply.rest is not None:
            reply.rest.held = held.pop_all()
        return SparqlAnswer(
            reply.body,
            content_type,
            snapshot.number,
            reply.milliseconds,
            reply.head.get("rows", 0),
            reply.head.get("left_out", 0),
            reply.rest,
        )

    def _failure(self, run: _Run, snapshot: PublishedState, head: dict[str, Any]) -> AtlasError:
        failed = worker_failure(head, run.request, self._limits.memory_mb, snapshot.path)
        if failed.kind is GRAPH_BROKEN:
            snapshot.report()
        return failed

    def _ask(self, run: _Run, passage: Passage, snapshot: PublishedState) -> _Reply | None:
        """Have one worker answer; None where it was stopped: the slow lane has no place now."""
        worker = self._workers.take()
        healthy = kept = False
        try:
            if not worker.isolated:
                check(run.text, strict=True)
            healthy = True
            with run.visit.work():
                healthy = False
                started = self._monotonic()
                before = worker.worked()
                worker.send(run.request, snapshot, run.data)
                seconds = run.seconds
                if passage.lane == "quick" and seconds > self._limits.quick_seconds:
                    quick = self._limits.quick_seconds
                    if not worker.ends_with_work(quick, before) and not passage.stay():
                        return None
                    # However long it waited for a processor, it has time to end.
                    seconds -= min(quick, self._monotonic() - started)
                head, body = worker.receive(seconds)
                used = self._monotonic() - started
            more = bool(head.get("more"))
            if more and passage.lane == "quick" and not passage.stay():
                # However quick its first part was, its reader holds the worker until the last.
                return None
            healthy = True
            rest = None
            if more:
                kept = True
                rest = WorkerAnswer(
                    worker,
                    run.visit,
                    run.seconds - used,
                    partial(self._failure, run, snapshot),
                    lambda ended: self._workers.give_back(worker, healthy=ended),
                    passage.is_wanted,
                    monotonic=self._monotonic,
                )
            return _Reply(head, body, used * 1000, rest)
        except LateError as error:
            if run.seconds >= self._limits.timeout:
                passage.met_limits()
            raise AtlasError(SPARQL_TIMEOUT, seconds=run.seconds) from error
        except ClosedError as error:
            if worker.aborted():
                passage.met_limits()
                raise AtlasError(SPARQL_MEMORY, megabytes=self._limits.memory_mb) from error
            raise AtlasError(SPARQL_FAILED, reason=Phrase("the worker ended")) from error
        except AtlasError:
            healthy = True
            raise
        finally:
            if not kept:
                self._workers.give_back(worker, healthy=healthy)

    def state(self) -> int:
        """Return the number of the newest snapshot; raises `AtlasError` (``no-snapshot``)."""
        return self._source.current().number

    def alive(self) -> int:
        """Return how many workers run."""
        return self._workers.alive()

    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the workers."""
        return self._workers.pids()

    def close(self) -> None:
        """End all workers, also those that are at work: their queries fail."""
        self._workers.close()

    def __enter__(self) -> SparqlPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
