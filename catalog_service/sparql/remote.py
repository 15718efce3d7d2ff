"""Public SPARQL forwarded to a SPARQL 1.1 server (``ATLAS_GRAPH_URL``)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import httpx
import pyoxigraph as ox

from catalog_service.graph.errors import GRAPH_BROKEN, GRAPH_UNION, OUTDATED
from catalog_service.graph.server import Engine, engine_of, refused, unreachable
from catalog_service.graph.store import REACHED
from catalog_service.settings_urls import without_user
from catalog_service.sparql.budget import Budgets
from catalog_service.sparql.errors import (
    SPARQL_BUSY,
    SPARQL_FAILED,
    SPARQL_MEMORY,
    SPARQL_TIMEOUT,
    SPARQL_TOO_LARGE,
    SPARQL_UNWRITABLE,
)
from catalog_service.sparql.formats import choose
from catalog_service.sparql.frames import ClosedError, LateError
from catalog_service.sparql.limits import WAIT_SECONDS, Share, SparqlLimits
from catalog_service.sparql.model import Allowance, Client, SparqlAnswer
from catalog_service.sparql.offending_token import offending_offset, offset_of, place_of
from catalog_service.sparql.query_check import QueryForm, check, refuse_classes
from catalog_service.sparql.query_dataset import Dataset, dataset_of
from catalog_service.sparql.syntax_errors import (
    broken_off,
    error_place,
    failure,
    java_place,
    syntax_error,
    worker_failure,
)
from catalog_service.sparql.turns import Turns
from catalog_service.sparql.worker_process import WorkerProcess
from catalog_service.sparql.xml_results import UnwritableError, as_xml
from ontology.errors import AtlasError, Phrase
from ontology.ntriples import iri
from ontology.serialization import Written, write
from ontology.terms import PREFIXES

_OPERATOR = Client("", registered=True)
_REASON_LENGTH = 300
_STOPPED = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.SERVICE_UNAVAILABLE)
_TIMED_OUT = "timed out"
_CANCELLED = b"Query cancelled due to timeout"
_FETCHES = 5
"""How often the graphs of a dataset are fetched until one state gives them all."""
_NT = "application/n-triples"
_RESULTS = "application/sparql-results+json"
_PROLOGUE = "".join(f"PREFIX {name}: <{namespace}> " for name, namespace in PREFIXES.items())
"""Declared for every query, on its first line; what a query declares itself comes after it."""


class RemoteSparql:
    """A `SparqlService` that asks a server, with the same checks, limits and budgets as the pool.

    Fuseki is told the deadline and stops there. Another server cannot be told: the connection is
    closed and the client gets its error, while the server may go on working. Its memory is not
    bounded here either. Give the server bounds of its own (a container, ``--timeout-s``) and no
    way out to other hosts. ``SERVICE`` is refused wherever the word may be one
    (`query_check.check`, strict), and so is what names Java classes.

    No answer is kept: what the server holds changes between two numbers too, where records are
    closed early, vocabularies renewed or differences repaired.
    """

    def __init__(
        self,
        url: str,
        limits: SparqlLimits | None = None,
        *,
        base: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url.rstrip("/")
        self._base = base
        self._prologue = (f"BASE <{base}> " if base else "") + _PROLOGUE
        self._limits = limits or SparqlLimits()
        self._monotonic = monotonic
        self._budgets = Budgets(self._limits, monotonic=monotonic)
        self._places = Turns(self._limits.workers)
        self.engine = Engine()
        """Which engine answered last."""
        self._client = httpx.Client(
            timeout=httpx.Timeout(self._limits.timeout, connect=5.0), trust_env=False
        )

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
        """Answer a query on the server's state (`SparqlService.query`); always whole."""
        del streamed  # servers cut an answer with status 200: it is read to its end first
        outline = check(text, strict=True)
        refuse_classes(text)
        form = choose(accept, outline.form)
        graphs = outline.form in ("CONSTRUCT", "DESCRIBE")
        dataset = dataset_of(text, default_graphs, named_graphs, self._base)
        parameters: list[tuple[str, str]] = []
        if dataset is not None:
            parameters += [("default-graph-uri", name) for name in dataset.default]
            parameters += [("named-graph-uri", name) for name in dataset.named]
        asked = _NT if graphs else _RESULTS
        media_type = form.media_type
        # Answers are held whole here, of whatever client.
        share = replace(self._limits.share(client), max_bytes=self._limits.max_bytes)
        if timeout is not None:
            share = replace(share, timeout=min(timeout, share.timeout))
        with self._budgets.visit(client) as visit, self._place(client), visit.work():
            try:
                # Asked before the query: an answer may be newer than its number, never older.
                number = self.state()
                started = self._monotonic()
                if dataset is not None and dataset.is_merged:
                    written, rows, number = self._ask_merged(text, dataset, media_type, share)
                else:
                    raw = self._ask(text, parameters, asked, share)
                    written, rows = self._form(raw, media_type, outline.form, text, share)
                milliseconds = (self._monotonic() - started) * 1000
            except UnwritableError as error:
                raise AtlasError(SPARQL_UNWRITABLE, form=media_type, what=error) from error
        return SparqlAnswer(
            written.body, form.content_type, number, milliseconds, rows, written.left_out
        )

    def allowance(self, client: Client) -> Allowance:
        """Return what a client has left of its work."""
        return self._budgets.allowance(client)

    def working(
        self, client: Client, place: AbstractContextManager[object] | None = None
    ) -> AbstractContextManager[None]:
        """Charge the time of the block to a client (`SparqlService.working`)."""
        return self._budgets.working(client, place)

    @contextmanager
    def _place(self, client: Client | None) -> Iterator[None]:
        """Hold one of the server's places; clients take turns. Raises ``sparql-busy``."""
        asker = client or _OPERATOR
        if not self._places.enter(asker, WAIT_SECONDS):
            raise AtlasError(SPARQL_BUSY, retry_after=max(1, math.ceil(self._limits.timeout)))
        try:
            yield
        finally:
            self._places.leave(asker)

    def state(self) -> int:
        """Return the journal number that the server's records stand at; 0 for an empty server.

        Raises `AtlasError` (``graph-unreachable``, ``graph-refused``), also where the default
        graph is not the kept one (``graph-broken``) or would not be asked (``graph-union``).
        """
        try:
            response = self._client.post(
                f"{self._url}/query",
                content=REACHED.encode(),
                headers={
                    "Content-Type": "application/sparql-query",
                    "Accept": _RESULTS,
                },
            )
        except httpx.TransportError as error:
            raise unreachable(self._url, error) from error
        if not response.is_success:
            raise refused(self._url, response)
        self.engine = engine_of(response.headers)
        found = ox.parse_query_results(response.content, format=ox.QueryResultsFormat.JSON)
        rows = list(cast("ox.QuerySolutions", found))
        stands, stated = (
            [int(cast("ox.Literal", row[name]).value) for row in rows if row[name] is not None]
            for name in ("n", "m")
        )
        if len(stated) > 1:
            raise AtlasError(GRAPH_UNION, url=without_user(self._url))
        if stands != stated:
            raise AtlasError(GRAPH_BROKEN, path=without_user(self._url), reason=Phrase(OUTDATED))
        return max(stands, default=0)

    def alive(self) -> int:
        """Return 0: the server does the work."""
        return 0

    def _ask_merged(
        self, text: str, dataset: Dataset, media_type: str, share: Share
    ) -> tuple[Written, int, int]:
        """Answer over the merge of several graphs, which are fetched first; in a sandboxed worker.

        Returns the state's number last. Default graphs, and named ones, may each be as large as an
        answer. Raises `AtlasError`.
        """
        end = self._monotonic() + share.timeout
        data, number = self._fetch_merged(dataset, share, end)
        limits = self._limits
        request: dict[str, Any] = {
            "query": text,
            "media_type": media_type,
            "dataset": asdict(dataset),
            "max_rows": share.max_rows,
            "max_bytes": share.max_bytes,
            "prefixes": PREFIXES,
            "base": self._base,
        }
        worker = self._ready_worker()
        try:
            head, body = worker.ask(request, None, self._left(share, end), data)
        except LateError as error:
            raise AtlasError(SPARQL_TIMEOUT, seconds=share.timeout) from error
        except ClosedError as error:
            if worker.aborted():
                raise AtlasError(SPARQL_MEMORY, megabytes=limits.memory_mb) from error
            raise AtlasError(SPARQL_FAILED, reason=Phrase("the worker ended")) from error
        finally:
            worker.kill()
        if "error" in head:
            raise worker_failure(head, request, limits.memory_mb, Path(without_user(self._url)))
        return Written(body, head.get("left_out", 0)), int(head["rows"]), number

    def _ready_worker(self) -> WorkerProcess:
        """Return a worker that has started; that it did not is no fault of the query's."""
        worker = WorkerProcess(self._limits.memory_mb)
        try:
            worker.await_ready()
        except LateError as error:
            worker.kill()
            raise AtlasError(SPARQL_BUSY, retry_after=1) from error
        except ClosedError as error:
            worker.kill()
            raise AtlasError(SPARQL_FAILED, reason=Phrase("the worker ended")) from error
        return worker

    def _left(self, share: Share, end: float) -> float:
        """Return the seconds that a query has until its end; raises ``sparql-timeout``."""
        left = end - self._monotonic()
        if left <= 0:
            raise AtlasError(SPARQL_TIMEOUT, seconds=share.timeout)
        return left

    def _fetch_merged(self, dataset: Dataset, share: Share, end: float) -> tuple[bytes, int]:
        """Return the graphs of a dataset as N-Quads, and the number of the one state they are of.

        They take several requests: those between which the server's state moved are made again.
        Raises `AtlasError` (``sparql-busy`` where it never stands still).
        """
        before = self.state()
        for _ in range(_FETCHES):
            data = self._fetch_once(dataset, share, end)
            after = self.state()
            if after == before:
                return data, before
            before = after
        raise AtlasError(SPARQL_BUSY, retry_after=1)

    def _fetch_once(self, dataset: Dataset, share: Share, end: float) -> bytes:
        default, named = (" ".join(map(iri, names)) for names in (dataset.default, dataset.named))
        held = f"VALUES ?g {{ {default} }} GRAPH ?g {{ ?s ?p ?o }}"
        data = self._ask(f"CONSTRUCT {{ ?s ?p ?o }} {{ {held} }}", [], _NT, share, end) + b"\n"
        if named:
            held = f"VALUES ?g {{ {named} }} GRAPH ?g {{ ?s ?p ?o }}"
            raw = self._ask(f"SELECT * {{ {held} }}", [], _RESULTS, share, end)
            rows = ox.parse_query_results(raw, format=ox.QueryResultsFormat.JSON)
            for row in cast("ox.QuerySolutions", rows):
                data += f"{row['s']} {row['p']} {row['o']} {row['g']} .\n".encode()
        return data

    def _ask(
        self,
        text: str,
        parameters: list[tuple[str, str]],
        accept: str,
        share: Share,
        end: float | None = None,
    ) -> bytes:
        """Return what the server answers until ``end``, where several requests share the time."""
        end = self._monotonic() + share.timeout if end is None else end
        left = self._left(share, end)
        if self.engine.stops_queries:
            parameters = [*parameters, ("timeout", str(math.ceil(left)))]
        body = bytearray()
        status = 0
        try:
            with self._client.stream(
                "POST",
                f"{self._url}/query",
                params=httpx.QueryParams(tuple(parameters)),
                content=(self._prologue + text).encode(),
                headers={"Content-Type": "application/sparql-query", "Accept": accept},
                timeout=httpx.Timeout(left, connect=min(left, 5.0)),
            ) as response:
                status = response.status_code
                for chunk in response.iter_bytes():
                    if self._monotonic() > end:
                        raise AtlasError(SPARQL_TIMEOUT, seconds=share.timeout)
                    body += chunk
                    if len(body) > share.max_bytes:
                        raise _too_large(share)
        except (httpx.ConnectTimeout, httpx.ConnectError) as error:
            raise unreachable(self._url, error) from error
        except httpx.TimeoutException as error:
            raise AtlasError(SPARQL_TIMEOUT, seconds=share.timeout) from error
        except httpx.TransportError as error:
            if not status:
                raise unreachable(self._url, error) from error
            raise broken_off(text, str(error) or type(error).__name__) from error
        if status == httpx.codes.OK:
            return bytes(body)
        raise self._refusal(status, " ".join(body.decode("utf-8", "replace").split()), text, share)

    def _refusal(self, status: int, reason: str, text: str, share: Share) -> AtlasError:
        """Return the error for an answer that is none."""
        if status == httpx.codes.BAD_REQUEST:
            return self._syntax_error(reason, text, share)
        if status in _STOPPED and _TIMED_OUT in reason:
            return AtlasError(SPARQL_TIMEOUT, seconds=share.timeout)
        failed = failure(reason)
        if failed.kind is not SPARQL_FAILED:
            return failed
        return AtlasError(SPARQL_FAILED, reason=f"HTTP {status}: {reason[:_REASON_LENGTH]}")

    def _syntax_error(self, reason: str, text: str, share: Share) -> AtlasError:
        """Return the error with the place where the token begins that was not taken."""
        told = error_place(reason)
        column = told.column - (len(self._prologue) if told.line == 1 else 0)
        if told.is_exact:
            place = java_place(text, told.line, column, reason)
            return syntax_error(text, *place, told.reason)
        end = self._monotonic() + share.timeout
        farthest = offset_of(text, told.line, column)
        offset = offending_offset(text, farthest, partial(self._line_of_error, share, end))
        return syntax_error(text, *place_of(text, offset), told.reason)

    def _line_of_error(self, share: Share, end: float, text: str) -> int | None:
        """Return the line that the server names for a text that it cannot take."""
        try:
            answer = self._client.post(
                f"{self._url}/query",
                content=(self._prologue + text).encode(),
                headers={"Content-Type": "application/sparql-query", "Accept": _RESULTS},
                timeout=self._left(share, end),
            )
        except httpx.TransportError:
            return None
        told = error_place(answer.text)
        return None if answer.is_success or told.is_exact else told.line

    def _form(
        self, raw: bytes, media_type: str, form: QueryForm | None, text: str, share: Share
    ) -> tuple[Written, int]:
        """Read the whole answer and write it in the form asked for.

        Servers cut an answer short with status 200 when the query fails in its midst: only
        reading it to the end tells. Fuseki writes why where the answer would go on. Raises
        `AtlasError` and `UnwritableError`.
        """
        try:
            if form in ("CONSTRUCT", "DESCRIBE"):
                quads = ox.parse(raw, format=ox.RdfFormat.N_TRIPLES)
                triples = list(dict.fromkeys(quad.triple for quad in quads))
                _bound(len(triples), share)
                rdf = cast("ox.RdfFormat", ox.RdfFormat.from_media_type(media_type))
                return _document(triples, rdf), len(triples)
            results = cast(
                "ox.QueryResultsFormat", ox.QueryResultsFormat.from_media_type(media_type)
            )
            found = ox.parse_query_results(raw, format=ox.QueryResultsFormat.JSON)
            if isinstance(found, ox.QueryBoolean):
                return Written(cast("bytes", found.serialize(format=results))), 1
            rows = sum(1 for _ in found)
            _bound(rows, share)
            again = ox.parse_query_results(raw, format=ox.QueryResultsFormat.JSON)
            body = cast("bytes", cast("ox.QuerySolutions", again).serialize(format=results))
            xml = results == ox.QueryResultsFormat.XML
            return Written(as_xml(body) if xml else body), rows
        except (SyntaxError, ValueError, OSError) as error:
            if _CANCELLED in raw[-_REASON_LENGTH:]:
                raise AtlasError(SPARQL_TIMEOUT, seconds=share.timeout) from error
            raise broken_off(text, str(error)) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _document(triples: list[ox.Triple], form: ox.RdfFormat) -> Written:
    try:
        return write(triples, form)
    except OSError as error:
        raise UnwritableError("RDF 1.2") from error


def _bound(rows: int, share: Share) -> None:
    if rows > share.max_rows:
        raise _too_large(share)


def _too_large(share: Share) -> AtlasError:
    return AtlasError(SPARQL_TOO_LARGE, rows=share.max_rows, bytes=share.max_bytes)
