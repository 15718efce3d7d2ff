"""The interface of public SPARQL, and what it takes and returns."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks, by whose name budget and turns go: a network, or a token."""

    name: str
    registered: bool = False
    """Whether a token was sent: more rows, more time, and a queue of their own."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Work that a client may have done: ``limit`` seconds within ``window`` seconds.

    ``left`` of them are there now, all again after ``reset`` seconds.
    """

    limit: int
    window: int
    left: int
    reset: int

    def fields(self) -> dict[str, str]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers-10, whose unit is a second."""
        return {
            "RateLimit-Policy": f'"work";q={self.limit};w={self.window};qu="seconds"',
            "RateLimit": f'"work";r={self.left};t={self.reset}',
        }


class LongAnswer(Protocol):
    """The rest of an answer, in parts; used by one thread at a time."""

    def next(self) -> bytes | None:
        """Return the next part, empty where none has come for a while; None at the end.

        Raises `AtlasError` where the answer is cut.
        """
        ...

    def overdue(self) -> bool:
        """Tell whether its reader has had its time, and it is to be cut; from any thread."""
        ...

    def close(self) -> None:
        """Give back what is held; also in the midst of it."""
        ...


@dataclass(frozen=True, slots=True)
class SparqlAnswer:
    """An answer, whole but for a ``rest``.

    ``snapshot`` is the number of the state that it was read from (`SparqlService.state`), or of
    one just before: never of a later one.

    ``rows`` counts solutions or triples (1 for ASK), ``milliseconds`` the run with its transport,
    ``left_out`` the triples among them that the form cannot hold (RDF/XML).
    """

    body: bytes
    media_type: str
    snapshot: int
    milliseconds: float
    rows: int
    left_out: int = 0
    rest: LongAnswer | None = None
    """What follows ``body``, where the answer was to be streamed and is long: its ``rows`` are
    those of the body's part then. Whoever has it closes it."""


class SparqlService(Protocol):
    """Answers public queries; safe to share between threads."""

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
        """Answer a query on the newest state.

        ``accept`` is an Accept header or a short name (`formats`). ``client`` is whose budget it
        uses; None for the operator's own. The graphs are those of the SPARQL 1.1 Protocol: where
        any is given they are the dataset; else FROM and FROM NAMED are; else the default graph is
        the store's, which holds every statement of all graphs once. Several default graphs are
        merged: what two of them say stands there once. ``timeout`` are seconds of work after which
        to stop; more than the limit is the limit. With ``streamed`` the answer of a registered
        client may have a ``rest``; without, none is larger than the public's. Raises `AtlasError`
        of the kinds in `errors`.
        """
        ...

    def allowance(self, client: Client) -> Allowance:
        """Return what a client has left of its work."""
        ...

    def working(
        self, client: Client, place: AbstractContextManager[object] | None = None
    ) -> AbstractContextManager[None]:
        """Charge the time of the block to a client: work that is done for it outside a query.

        ``place`` is entered first, in which the work waits for its turn: that is not charged, but
        counts among what the client has inside.

        Raises `AtlasError`: ``sparql-budget``, ``sparql-at-once``, ``sparql-busy``.
        """
        ...

    def state(self) -> int:
        """Return the number of the newest state, as `SparqlAnswer.snapshot` names it.

        The snapshot's number, or the journal number that a server stands at: it changes whenever
        the records do. Raises `AtlasError` (``no-snapshot``, ``graph-unreachable``, and
        ``sparql-behind`` where a query on it would).
        """
        ...

    def alive(self) -> int:
        """Return how many worker processes run; 0 where a server does the work."""
        ...

    def close(self) -> None:
        """Stop all workers and close all connections."""
        ...


class PublishedState(Protocol):
    """A snapshot that cannot go away while this object is held."""

    @property
    def number(self) -> int:
        """Counts up with every publication."""
        ...

    @property
    def path(self) -> Path:
        """Its folder, an Oxigraph database."""
        ...

    def report(self) -> None:
        """Tell its writer that it is damaged."""
        ...


class SnapshotSource(Protocol):
    """Gives the newest snapshot; `catalog_service.graph.GraphReader` is one."""

    def current(self) -> PublishedState:
        """Return the newest snapshot. Raises `AtlasError` (``no-snapshot``)."""
        ...
