"""A graph store on an Oxigraph server, over SPARQL 1.1 Query, Update and Graph Store HTTP."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import IO, Final, cast

import httpx
import pyoxigraph as ox

from catalog_service.graph.default_graph import DIFFERENCES
from catalog_service.graph.errors import (
    GRAPH_BROKEN,
    GRAPH_REFUSED,
    GRAPH_UNREACHABLE,
    OUTDATED,
)
from catalog_service.graph.nquads_stream import ByteStream, fixed_chunks, record_chunks
from catalog_service.graph.reading import line
from catalog_service.graph.store import (
    CONTENT_HASH,
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
from ontology.errors import AtlasError
from ontology.ntriples import iri

_ATTEMPTS: Final = 5
_FIRST_PAUSE: Final = 0.2
_PASSING: Final = frozenset({429, 502, 503, 504})
_NT: Final = "application/n-triples"


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
        """Replace the server's whole dataset by a stream of N-Quads."""
        chunks = chain(record_chunks(records), fixed_chunks(self._fixed, checkpoint, mark))
        # Not repeated: the stream has been read. Loading takes as long as it takes.
        self._send(
            "PUT",
            "/store",
            content=chunks,
            headers={"Content-Type": "application/n-quads"},
            timeout=httpx.Timeout(None, connect=5.0),
            attempts=1,
        )
        self._ready = True

    def inspect(self, *, thorough: bool) -> bool:
        """Look whether the default graph is kept; a server that lost its data stands at nothing."""
        if thorough and not self._is_gathered():
            url = without_user(self._url)
            raise AtlasError(GRAPH_BROKEN, path=url, reason=OUTDATED)
        return True

    def _is_gathered(self) -> bool:
        found = self._select(REACHED)
        return {row["n"] for row in found if row["n"]} == {row["m"] for row in found if row["m"]}

    def strays(self) -> int:
        """Count the statements by which the default graph differs from the named graphs."""
        whole = httpx.Timeout(None, connect=5.0)
        return sum(int(_value(self._select(query, timeout=whole)[0]["n"])) for query in DIFFERENCES)

    def publish(self) -> int:
        """Return the journal number: what is written is visible at once."""
        return self.checkpoint()

    def size(self) -> int:
        """Return how many records are held."""
        found = self._select(
            f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{RECORDS_GRAPH}> {{ ?r <{RECORD_HASH}> ?h }} }}"
        )
        return int(_value(found[0]["n"]))

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Yield ``(record iri, hash)`` as noted when each record was written, streaming."""
        with self._client.stream(
            "GET",
            f"{self._url}/store",
            params={"graph": RECORDS_GRAPH},
            headers={"Accept": _NT},
        ) as response:
            if response.status_code == httpx.codes.NOT_FOUND:
                return
            self._refuse(response)
            stream = cast("IO[bytes]", ByteStream(response.iter_bytes()))
            for quad in ox.parse(stream, format=ox.RdfFormat.N_TRIPLES):
                if quad.predicate.value == RECORD_HASH:
                    yield _value(quad.subject), _value(quad.object)

    def contents(self, iri: str) -> str:
        """Return the triples held of one record, as sorted N-Triples lines."""
        response = self._send(
            "GET",
            "/store",
            params={"graph": iri},
            headers={"Accept": _NT},
            allow=(httpx.codes.NOT_FOUND,),
        )
        if response.status_code == httpx.codes.NOT_FOUND:
            return ""
        quads = ox.parse(response.content, format=ox.RdfFormat.N_TRIPLES)
        return "".join(sorted(f"{line(q)}\n" for q in quads))

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
        response = self._send(
            "POST",
            "/query",
            content=query.encode(),
            headers={
                "Content-Type": "application/sparql-query",
                "Accept": "application/sparql-results+json",
            },
            timeout=timeout,
        )
        found = ox.parse_query_results(response.content, format=ox.QueryResultsFormat.JSON)
        return list(cast("ox.QuerySolutions", found))

    def _update(self, update: str) -> None:
        # Safe to repeat: it says which lines go and which come, not how many.
        self._send(
            "POST",
            "/update",
            content=update.encode(),
            headers={"Content-Type": "application/sparql-update"},
        )

    def _send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        timeout: httpx.Timeout | None = None,
        attempts: int = _ATTEMPTS,
        allow: Sequence[int] = (),
    ) -> httpx.Response:
        for attempt in range(1, attempts + 1):
            try:
                response = self._client.request(
                    method,
                    f"{self._url}{path}",
                    content=content,
                    headers=dict(headers),
                    params=params,
                    timeout=self._client.timeout if timeout is None else timeout,
                )
            except httpx.TransportError as error:
                if attempt == attempts:
                    reason = str(error) or type(error).__name__
                    raise AtlasError(
                        GRAPH_UNREACHABLE, url=without_user(self._url), reason=reason
                    ) from error
            else:
                if response.status_code in allow:
                    return response
                if response.status_code not in _PASSING or attempt == attempts:
                    self._refuse(response)
                    return response
            self._pause(_FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + self._jitter()))
        raise AssertionError("unreachable")

    def _refuse(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        reason = response.read().decode("utf-8", "replace")[:300]
        raise AtlasError(
            GRAPH_REFUSED, url=without_user(self._url), status=response.status_code, reason=reason
        )


def _listed(iris: Sequence[str]) -> str:
    return " ".join(iri(name) for name in iris)


def _value(term: object) -> str:
    return cast("ox.NamedNode | ox.Literal", term).value
