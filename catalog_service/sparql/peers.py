"""Asking peers what a query's SERVICE clauses ask, and writing their solutions into the query.

The workers have no way to the network. So each clause is evaluated here, by itself as the standard
defines it (SPARQL 1.1 Federated Query, 4: joined with the rest afterwards), and stands in the query
as ``VALUES`` then. Only registered peers are asked, without credentials, and never at an inner
address: whoever may ask this catalogue could ask the peer directly.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from threading import BoundedSemaphore
from typing import Final
from uuid import UUID, uuid4, uuid5

import orjson
import pyoxigraph as ox

from catalog_service.sparql.errors import (
    SPARQL_BUSY,
    SPARQL_PEER_FAILED,
    SPARQL_PEER_TOO_LARGE,
    SPARQL_PEER_UNKNOWN,
)
from catalog_service.sparql.limits import SparqlLimits
from catalog_service.sparql.service_clauses import ServiceClause, prologue_of
from harvesters.platforms.errors import ANSWER_TOO_LARGE
from harvesters.platforms.http import Client, GuardedClient
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from harvesters.platforms.web_address import shown
from ontology.errors import AtlasError, Phrase
from ontology.limits import MIB
from ontology.ntriples import escape, iri, literal
from ontology.terms import PREFIXES

AT_ONCE: Final = 4
"""Queries that wait for peers at a time: each holds one of the threads that answer queries."""

MAX_BYTES: Final = 4 * MIB
"""Of one peer's answer: it is written into the query, which the engine reads anew."""

_TOO_LARGE: Final = 413
"""HTTP status by which a catalogue of this kind says the same."""

_RESULTS: Final = "application/sparql-results+json"
_VARIABLE: Final = re.compile(r"\w+")
_UNIT: Final = "VALUES () { () }"
"""The one solution that binds nothing, which joins with everything."""


class Peers:
    """The registered peers, and the way to them; safe to share between threads."""

    def __init__(
        self,
        registered: Callable[[], Sequence[str]],
        agent: str,
        limits: SparqlLimits,
        *,
        client: Callable[[str, float], AbstractContextManager[Client]] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``registered`` gives their endpoints, ``agent`` is who asks (`user_agent`).

        ``client`` makes that of an endpoint, with the seconds that it has; tests give theirs.
        """
        self._registered = registered
        self._agent = agent
        self._limits = limits
        self._client = client or self._guarded
        self._monotonic = monotonic
        self._turns = HostTurns()
        self._places = BoundedSemaphore(AT_ONCE)

    def check(self, clauses: Sequence[ServiceClause]) -> None:
        """Raise ``sparql-peer-unknown`` where a clause asks whom it may not; SILENT or not."""
        known = self._registered()
        for clause in clauses:
            if clause.endpoint not in known:
                names = ", ".join(map(shown, known)) or "–"
                raise AtlasError(SPARQL_PEER_UNKNOWN, endpoint=clause.endpoint[:200], known=names)

    def inlined(self, text: str, clauses: Sequence[ServiceClause]) -> str:
        """Return the query with the solutions of its clauses in their places.

        All peers together have the seconds of one query. Raises `AtlasError`
        (``sparql-peer-failed``, ``sparql-peer-too-large``, ``sparql-busy``); with SILENT, a peer
        that fails leaves one solution that binds nothing.
        """
        self.check(clauses)
        if not self._places.acquire(blocking=False):
            raise AtlasError(SPARQL_BUSY, retry_after=max(1, round(self._limits.timeout)))
        try:
            end = self._monotonic() + self._limits.timeout
            prologue = prologue_of(text)
            parts: list[str] = []
            last = 0
            for clause in clauses:
                parts += [text[last : clause.start], self._values(clause, prologue, end)]
                last = clause.end
            return "".join([*parts, text[last:]])
        finally:
            self._places.release()

    def _values(self, clause: ServiceClause, prologue: str, end: float) -> str:
        try:
            return self._asked(clause, prologue, end)
        except AtlasError:
            if not clause.silent:
                raise
        unbound = " ".join(["UNDEF"] * len(clause.variables))
        names = " ".join(clause.variables)
        return f"VALUES ({names}) {{ ({unbound}) }}" if names else _UNIT

    def _asked(self, clause: ServiceClause, prologue: str, end: float) -> str:
        most = self._limits.max_rows
        # What a query declares itself comes after ours, and wins.
        declared = "".join(f"PREFIX {name}: <{place}> " for name, place in PREFIXES.items())
        query = f"{declared}\n{prologue}\nSELECT * WHERE {{{clause.pattern}\n}} LIMIT {most + 1}"
        headers = {"Content-Type": "application/sparql-query", "Accept": _RESULTS}
        try:
            seconds = max(0.1, end - self._monotonic())
            with self._client(clause.endpoint, seconds) as client:
                answer = client.request(
                    "POST", clause.endpoint, headers=headers, content=query.encode()
                )
            return _inline(answer.content, clause.named, most)
        except _TooManyError as error:
            raise self._too_large(clause) from error
        except AtlasError as error:
            if error.kind is ANSWER_TOO_LARGE or error.params.get("status") == _TOO_LARGE:
                raise self._too_large(clause) from error
            raise AtlasError(
                SPARQL_PEER_FAILED, endpoint=clause.endpoint, reason=error.code
            ) from error
        except (SyntaxError, ValueError, OSError) as error:
            reason = Phrase("what it sent is no result of SPARQL")
            raise AtlasError(SPARQL_PEER_FAILED, endpoint=clause.endpoint, reason=reason) from error

    def _too_large(self, clause: ServiceClause) -> AtlasError:
        rows = self._limits.max_rows
        return AtlasError(
            SPARQL_PEER_TOO_LARGE, endpoint=clause.endpoint, rows=rows, bytes=MAX_BYTES
        )

    def _guarded(self, endpoint: str, seconds: float) -> GuardedClient:
        # No allowance: an inner address that a source is visited at is not for the public.
        return GuardedClient(
            endpoint,
            turns=self._turns,
            agent=self._agent,
            politeness=Politeness(per_second=None, parallel=AT_ONCE, attempts=1, longest_wait=0.0),
            limits=RequestLimits(
                seconds=seconds, connect_seconds=min(seconds, 5.0), body=MAX_BYTES, redirects=2
            ),
        )


class _TooManyError(Exception):
    """There are more solutions than a query may have."""


def _inline(answer: bytes, asked: Collection[str], most: int) -> str:
    """Return solutions in JSON as inline data (SPARQL 1.1 Query, 10.2).

    Only for the variables that were ``asked`` for: others of the same name in the query are none
    of the peer's. Raises what reading them raises, `AtlasError` and `_TooManyError`.
    """
    found = ox.parse_query_results(_flat(answer, asked, most), format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        raise ValueError("no solutions")
    names = [variable.value for variable in found.variables]
    blank = uuid4()
    rows = [
        "(" + " ".join(_term(solution[name], blank) for name in names) + ")" for solution in found
    ]
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(rows)} }}"


def _flat(answer: bytes, asked: Collection[str], most: int) -> bytes:
    """Return solutions in JSON written anew, of terms that hold nothing but texts.

    The engine's parser follows triple terms in triple terms until its stack overflows, which no
    exception reports. This one stops at a thousand levels. Raises `ValueError` and
    `_TooManyError`.
    """
    match orjson.loads(answer):
        case {"head": {"vars": list(names)}, "results": {"bindings": list(solutions)}}:
            pass
        case _:
            raise ValueError("no solutions")
    if len(solutions) > most:
        raise _TooManyError
    if not all(isinstance(name, str) and _VARIABLE.fullmatch(name) for name in names):
        raise ValueError("no variables")
    kept = [name for name in dict.fromkeys(names) if f"?{name}" in asked]
    rows = []
    for solution in solutions:
        if not isinstance(solution, dict):
            raise ValueError("no solution")
        row = {name: solution[name] for name in kept if name in solution}
        if not all(map(_is_flat, row.values())):
            raise ValueError("a term of RDF 1.2")
        rows.append(row)
    return orjson.dumps({"head": {"vars": kept}, "results": {"bindings": rows}})


def _is_flat(term: object) -> bool:
    return isinstance(term, dict) and all(isinstance(text, str) for text in term.values())


def _term(term: object, blank: UUID) -> str:
    """Return a term as inline data has it.

    A blank node, which it cannot have, becomes an IRI that is of this answer alone (RDF 1.1
    Concepts, 3.5). Raises `ValueError` for what SPARQL 1.1 has no word for.
    """
    match term:
        case None:
            return "UNDEF"
        case ox.NamedNode():
            return iri(term.value)
        case ox.BlankNode():
            return f"<urn:uuid:{uuid5(blank, term.value)}>"
        case ox.Literal() if term.direction is None:
            if term.language is not None:
                return literal(term.value, lang=term.language)
            return f'"{escape(term.value)}"^^{iri(term.datatype.value)}'
    raise ValueError("a term of RDF 1.2")
