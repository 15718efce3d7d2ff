"""A graph store on a SPARQL server, over SPARQL 1.1 Query, Update and Graph Store HTTP."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import IO, Final, cast

import httpx
import pyoxigraph as ox

from catalog_service.graph.default_graph import DIFFERENCES
from catalog_service.graph.errors import GRAPH_BROKEN, OUTDATED
from catalog_service.graph.nquads_stream import (
    ByteStream,
    fixed_chunks,
    record_chunks,
    update_chunks,
)
from catalog_service.graph.server import Engine, engine_of, refused, unreachable
from catalog_service.graph.store import (
    CHECKPOINT,
    CONTENT_HASH,
    CONTENTS,
    CONTENTS_NOW,
    REACHED,
    RECORD_HASH,
    RECORDS_GRAPH,
    STATE_GRAPH,
    FixedGraph,
    GraphRecord,
    unmarked,
)
from catalog_service.graph.writing import DifferenceWriter
from catalog_service.settings_urls import without_user
from ontology.errors import AtlasError, Phrase
from ontology.ntriples import iri

_ATTEMPTS: Final = 5
_FIRST_PAUSE: Final = 0.2
_PASSING: Final = frozenset({429, 502, 503, 504})
_QUERY: Final = "application/sparql-query"
_UPDATE: Final = "application/sparql-update"
_RESULTS: Final = "application/sparql-results+json"
_TSV: Final = "text/tab-separated-values"


class RemoteGraph(DifferenceWriter):
    """A `GraphStore` on the server at ``url``, of which this must be the only writer.

    ``fixed`` graphs are brought up to date when `checkpoint` is first asked for, and others
    removed; None leaves those that are held, until the next rebuild: for reading.

    What is written is visible at once: publishing does nothing. A new build replaces the whole
    dataset in one transaction of the server, which holds it in memory meanwhile. Requests that
    may be repeated are, with growing and jittered pauses (``pause``, seconds; ``jitter``, 0 to
    1). Raises `AtlasError` (``graph-unreachable``, ``graph-refused``).
    """

    def __init__(
        self,
        url: str,
        *,
        fixed: Sequence[FixedGraph] | None = None,
        timeout: float = 30.0,
        pause: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._url = url.rstrip("/")
        super().__init__(fixed)
        self._pause = pause
        self._jitter = jitter
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=5.0), trust_env=False, follow_redirects=False
        )
        self._ready = False

    @cached_property
    def engine(self) -> Engine:
        """Which engine answers. Raises `AtlasError` (``graph-unreachable``, ``graph-refused``)."""
        return engine_of(self._post_query("ASK {}", _RESULTS).headers)

    def _fixed_hashes(self) -> dict[str, str]:
        found = self._select(
            f"SELECT ?g ?h {{ GRAPH <{STATE_GRAPH}> {{ ?g <{CONTENT_HASH}> ?h }} }}"
        )
        return {_value(row["g"]): _value(row["h"]) for row in found}

    def checkpoint(self) -> int:
        """Return the journal number the store stands at; 0 for an empty store.

        The first call brings the fixed graphs up to date: a server that is away when this process
        starts hinders nothing else.
        """
        if not self._ready:
            self.bring_fixed()
            if self._keeps_fixed and not super().checkpoint():
                self.repair_default_graph()  # what an earlier version left of fixed graphs
            self._ready = True
        return super().checkpoint()

    def _state(self) -> dict[str, str]:
        found = self._select(
            f"SELECT ?p ?o {{ GRAPH <{STATE_GRAPH}> {{ <{STATE_GRAPH}> ?p ?o }} }}"
        )
        return {_value(row["p"]): _value(row["o"]) for row in found}

    def rebuild(
        self,
        records: Iterable[GraphRecord],
        checkpoint: Callable[[], int],
        *,
        mark: Callable[[int], str] = unmarked,
    ) -> None:
        """Replace the server's whole dataset by a stream, in one transaction.

        By Oxigraph's PUT of N-Quads, which it loads fastest, or by one update.
        """
        fixed = self._fixed
        chunks: Iterable[bytes]
        if self.engine.replaces_whole:
            method, path, kind = "PUT", "/store", "application/n-quads"
            chunks = chain(record_chunks(records), fixed_chunks(fixed, checkpoint, mark))
        else:
            method, path, kind = "POST", "/update", _UPDATE
            body = update_chunks(records, fixed, checkpoint, mark)
            chunks = (self.engine.spelled(text).encode() for text in body)
        # Not repeated: the stream has been read. Loading takes as long as it takes.
        self._send(
            method,
            path,
            content=chunks,
            headers={"Content-Type": kind},
            timeout=httpx.Timeout(None, connect=5.0),
            attempts=1,
        )
        self._ready = True

    def inspect(self, *, thorough: bool) -> bool:
        """Look whether the default graph is kept; a server that lost its data stands at nothing."""
        if thorough and not self._is_gathered():
            url = without_user(self._url)
            raise AtlasError(GRAPH_BROKEN, path=url, reason=Phrase(OUTDATED))
        return True

    def _is_gathered(self) -> bool:
        state = self._state()
        if CHECKPOINT in state and state.get(CONTENTS) != CONTENTS_NOW:
            return False
        found = self._select(REACHED)
        return {row["n"] for row in found if row["n"]} == {row["m"] for row in found if row["m"]}

    def strays(self) -> int:
        """Count the statements by which the default graph differs from the named graphs."""
        whole = httpx.Timeout(None, connect=5.0)
        return sum(int(_value(self._select(query, timeout=whole)[0]["n"])) for query in DIFFERENCES)

    def publish(self) -> int:
        """Return the journal number: what is written is visible at once."""
        return self.checkpoint()

    def begin_compaction(self) -> None:
        """Do nothing: the server sees to its own files."""

    def end_compaction(self) -> bool:
        """Return False: none was begun."""
        return False

    def size(self) -> int:
        """Return how many records are held."""
        found = self._select(
            f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{RECORDS_GRAPH}> {{ ?r <{RECORD_HASH}> ?h }} }}"
        )
        return int(_value(found[0]["n"]))

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` as noted when each record was written, streaming."""
        query = f"SELECT ?r ?h {{ GRAPH <{RECORDS_GRAPH}> {{ ?r <{RECORD_HASH}> ?h }} }}"
        try:
            with self._client.stream(
                "POST",
                f"{self._url}/query",
                content=query.encode(),
                headers={"Content-Type": _QUERY, "Accept": _TSV},
            ) as response:
                self._refuse(response)
                stream = cast("IO[bytes]", ByteStream(response.iter_bytes()))
                found = ox.parse_query_results(stream, format=ox.QueryResultsFormat.TSV)
                for row in cast("ox.QuerySolutions", found):
                    yield _value(row["r"]), _value(row["h"])
        except httpx.TransportError as error:
            raise unreachable(self._url, error) from error

    def contents(self, iri: str) -> str:
        """Return the triples held of one record, as sorted N-Triples lines."""
        lines = self._held([iri]).get(iri, [])
        return "".join(sorted(f"{held}\n" for held in lines))

    def record_graphs(self) -> Iterator[str]:
        """Yield the IRIs of all named graphs that can only be records', noted or not."""
        others = {RECORDS_GRAPH, STATE_GRAPH, *self._fixed_hashes()}
        for row in self._select("SELECT ?g { GRAPH ?g {} }"):
            if _value(row["g"]) not in others:
                yield _value(row["g"])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _notes(self, iris: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return self._lines(
            iris,
            f"SELECT ?k (?k AS ?s) ?p ?o {{ VALUES ?k {{ {_listed(iris)} }}"
            f" GRAPH <{RECORDS_GRAPH}> {{ ?k ?p ?o }} }}",
        )

    def _held(self, iris: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return self._lines(
            iris,
            f"SELECT ?k ?s ?p ?o {{ VALUES ?k {{ {_listed(iris)} }} GRAPH ?k {{ ?s ?p ?o }} }}",
        )

    def _lines(self, iris: Sequence[str], query: str) -> dict[str, list[str]]:
        lines: dict[str, list[str]] = {}
        for row in self._select(query) if iris else ():
            text = f"{row['s']} {row['p']} {row['o']} ."
            lines.setdefault(_value(row["k"]), []).append(text)
        return lines

    def _select(
        self, query: str, *, timeout: httpx.Timeout | None = None
    ) -> list[ox.QuerySolution]:
        response = self._post_query(query, _RESULTS, timeout)
        found = ox.parse_query_results(response.content, format=ox.QueryResultsFormat.JSON)
        return list(cast("ox.QuerySolutions", found))

    def _post_query(
        self, query: str, accept: str, timeout: httpx.Timeout | None = None
    ) -> httpx.Response:
        headers = {"Content-Type": _QUERY, "Accept": accept}
        return self._send(
            "POST", "/query", content=query.encode(), headers=headers, timeout=timeout
        )

    def _update(self, update: str) -> None:
        # Safe to repeat: it says which lines go and which come, not how many.
        content = self.engine.spelled(update).encode()
        self._send("POST", "/update", content=content, headers={"Content-Type": _UPDATE})

    def _send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str],
        timeout: httpx.Timeout | None = None,
        attempts: int = _ATTEMPTS,
    ) -> httpx.Response:
        for attempt in range(1, attempts + 1):
            try:
                response = self._client.request(
                    method,
                    f"{self._url}{path}",
                    content=content,
                    headers=dict(headers),
                    timeout=self._client.timeout if timeout is None else timeout,
                )
            except httpx.TransportError as error:
                if attempt == attempts:
                    raise unreachable(self._url, error) from error
            else:
                if response.status_code not in _PASSING or attempt == attempts:
                    self._refuse(response)
                    return response
            self._pause(_FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + self._jitter()))
        raise AssertionError("unreachable")

    def _refuse(self, response: httpx.Response) -> None:
        if not response.is_success:
            raise refused(self._url, response)


def _listed(iris: Sequence[str]) -> str:
    return " ".join(iri(name) for name in iris)


def _value(term: object) -> str:
    return cast("ox.NamedNode | ox.Literal", term).value
